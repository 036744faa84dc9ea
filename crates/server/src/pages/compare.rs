//! Two entities side by side, before they are merged.

use askama::Template;
use onrecord_workbench::{ComparePage, JoinedPart, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::{span_href, titled};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Which two.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct CompareQuery {
    /// Id or name of the one.
    #[serde(default)]
    a: String,
    /// Id or name of the other.
    #[serde(default)]
    b: String,
}

/// Two entities side by side.
#[derive(Debug, Serialize)]
pub(crate) struct CompareView {
    format_version: u32,
    /// The two; `null` until both are named.
    pair: Option<ComparePage>,
}

impl View for CompareView {
    type Query = CompareQuery;

    fn look_up(bench: &Workbench, query: &CompareQuery) -> Result<Self, Fault> {
        let are_named = !query.a.trim().is_empty() && !query.b.trim().is_empty();
        Ok(Self {
            format_version: 1,
            pair: match are_named {
                true => Some(bench.compare(&query.a, &query.b)?),
                false => None,
            },
        })
    }

    fn html(&self, query: &CompareQuery, frame: Frame) -> askama::Result<String> {
        CompareHtml {
            frame,
            pair: self.pair.as_ref().map(Sides::of),
            query,
        }
        .render()
    }
}

/// A pair as templates show it.
pub(crate) struct Sides<'a> {
    pub(crate) page: &'a ComparePage,
}

impl<'a> Sides<'a> {
    pub(crate) fn of(page: &'a ComparePage) -> Self {
        Self { page }
    }

    pub(crate) fn href(&self, part: &JoinedPart) -> String {
        let (start, end) = (part.start.unwrap_or(0), part.end.unwrap_or(0));
        span_href(&part.document, start, end)
    }

    pub(crate) fn title<'b>(&self, part: &'b JoinedPart) -> &'b str {
        titled(&part.title)
    }

    pub(crate) fn agreement(&self, word: &str) -> &'static str {
        words::agreement(word)
    }
}

#[derive(Template)]
#[template(path = "compare.html")]
struct CompareHtml<'a> {
    frame: Frame,
    pair: Option<Sides<'a>>,
    query: &'a CompareQuery,
}
