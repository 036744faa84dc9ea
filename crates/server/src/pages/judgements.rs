//! The log of what people decided.

use askama::Template;
use onrecord_workbench::{JudgementFilter, JudgementPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Lines on a page, and the most that an address can ask for.
const LINES: usize = 50;
const MOST_LINES: usize = 200;

/// Verbs that the log can be narrowed to.
const VERBS: &[&str] = &[
    "same",
    "different",
    "unsure",
    "rename",
    "confirm",
    "reject",
    "grade",
    "tag",
    "untag",
    "note",
    "protect",
    "unprotect",
    "checked",
    "pin",
    "unpin",
    "undo",
];

/// Which judgements.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct JudgementsQuery {
    /// Only with this verb.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    verb: String,
    /// Only by this person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    who: String,
    /// Only those recorded before the one of this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
    /// Lines on the page, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

/// A page of the log.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct JudgementsView(JudgementPage);

impl View for JudgementsView {
    type Query = JudgementsQuery;

    fn look_up(bench: &Workbench, query: &JudgementsQuery) -> Result<Self, Fault> {
        Ok(Self(bench.judgement_page(&JudgementFilter {
            verb: Some(query.verb.clone()),
            who: Some(query.who.clone()),
            before: query.before,
            limit: query.limit.unwrap_or(LINES).clamp(1, MOST_LINES),
        })?))
    }

    fn html(&self, query: &JudgementsQuery, frame: Frame) -> askama::Result<String> {
        let next = self.0.before.map(|before| {
            let next = JudgementsQuery {
                before: Some(before),
                ..query.clone()
            };
            let parameters = serde_html_form::to_string(&next).unwrap_or_default();
            format!("/judgements?{parameters}")
        });
        JudgementsHtml {
            frame,
            view: &self.0,
            query,
            verbs: VERBS,
            next,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "judgements.html")]
struct JudgementsHtml<'a> {
    frame: Frame,
    view: &'a JudgementPage,
    query: &'a JudgementsQuery,
    verbs: &'static [&'static str],
    next: Option<String>,
}
