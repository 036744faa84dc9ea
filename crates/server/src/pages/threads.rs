//! Mail as conversations: the list of them.

use askama::Template;
use onrecord_workbench::{ConversationFilter, ConversationList, ThreadOrder, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Lines on a page.
const LINES: usize = 50;

/// The order of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// Those that began last first.
    #[default]
    Newest,
    /// Those that began first.
    Oldest,
    /// Those with most messages first.
    Longest,
    /// Those that lack most first.
    Missing,
}

/// Which conversations.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct ThreadsQuery {
    /// Only those with missing messages.
    #[serde(default)]
    missing: bool,
    /// Those with at least so many messages, the missing ones counted; 2 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<u64>,
    /// The order.
    #[serde(default)]
    sort: Order,
    /// Lines to pass over.
    #[serde(default)]
    skip: usize,
}

impl ThreadsQuery {
    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.skip = 0;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/threads?{parameters}")
    }
}

/// A page of the list.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ThreadsView {
    list: ConversationList,
}

impl View for ThreadsView {
    type Query = ThreadsQuery;

    fn look_up(bench: &Workbench, query: &ThreadsQuery) -> Result<Self, Fault> {
        let list = bench.conversations(&ConversationFilter {
            missing: query.missing,
            at_least: query.at_least.unwrap_or(2),
            order: match query.sort {
                Order::Newest => ThreadOrder::Newest,
                Order::Oldest => ThreadOrder::Oldest,
                Order::Longest => ThreadOrder::Longest,
                Order::Missing => ThreadOrder::MostMissing,
            },
            skip: query.skip,
            limit: LINES,
        })?;
        Ok(Self { list })
    }

    fn html(&self, query: &ThreadsQuery, frame: Frame) -> askama::Result<String> {
        let end = query.skip.saturating_add(self.list.conversations.len());
        let has_more = (end as u64) < self.list.total;
        ThreadsHtml {
            frame,
            list: &self.list,
            choices: choices(query),
            orders: orders(query),
            before: (query.skip > 0)
                .then(|| query.href(|changed| changed.skip = query.skip.saturating_sub(LINES))),
            after: has_more.then(|| query.href(|changed| changed.skip = end)),
        }
        .render()
    }
}

/// A link that may be the present one: `(label, address, whether it is)`.
type Choice = (&'static str, String, bool);

fn choices(query: &ThreadsQuery) -> [Choice; 3] {
    let with_answers = query.at_least.unwrap_or(2) >= 2;
    [
        (
            "With answers",
            query.href(|query| (query.missing, query.at_least) = (false, None)),
            !query.missing && with_answers,
        ),
        (
            "Single messages too",
            query.href(|query| (query.missing, query.at_least) = (false, Some(1))),
            !query.missing && !with_answers,
        ),
        (
            "With missing messages",
            query.href(|query| (query.missing, query.at_least) = (true, None)),
            query.missing,
        ),
    ]
}

fn orders(query: &ThreadsQuery) -> [Choice; 4] {
    let orders = [
        ("Newest first", Order::Newest),
        ("Oldest first", Order::Oldest),
        ("Longest first", Order::Longest),
        ("Most missing first", Order::Missing),
    ];
    orders.map(|(label, order)| {
        let href = query.href(|query| query.sort = order);
        (label, href, query.sort == order)
    })
}

#[derive(Template)]
#[template(path = "threads.html")]
struct ThreadsHtml<'a> {
    frame: Frame,
    list: &'a ConversationList,
    choices: [Choice; 3],
    orders: [Choice; 4],
    before: Option<String>,
    after: Option<String>,
}
