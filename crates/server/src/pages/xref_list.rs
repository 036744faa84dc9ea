//! A list beside the case, pair by pair.

use askama::Template;
use onrecord_workbench::{JoinedPart, Workbench, XrefLine, XrefPage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::span_href;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Which pair of which list.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct XrefListQuery {
    /// Id of the list.
    list: String,
    /// Number of the pair, from 0; the likeliest that is not judged where none is given.
    at: Option<u64>,
}

/// A pair of a list.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct XrefListView(XrefPage);

impl View for XrefListView {
    type Query = XrefListQuery;

    fn look_up(bench: &Workbench, query: &XrefListQuery) -> Result<Self, Fault> {
        Ok(Self(bench.xref_page(&query.list, query.at)?))
    }

    fn html(&self, query: &XrefListQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/judgements";
        let path = format!("/xref/{}", self.0.list.id);
        let pair = |at: u64| format!("{path}?at={at}");
        // Going through in order stays in order; otherwise the likeliest unjudged one comes next.
        let next = match query.at {
            Some(at) => pair(at.saturating_add(1)),
            None => path.clone(),
        };
        let was = serde_html_form::to_string([("was", pair(self.0.at))]).unwrap_or_default();
        let joint = if next.contains('?') { '&' } else { '?' };
        XrefListHtml {
            frame,
            view: &self.0,
            pair: self.0.pair.as_ref(),
            back: format!("{next}{joint}{was}"),
            before: (self.0.at > 0).then(|| pair(self.0.at - 1)),
            after: (self.0.at + 1 < self.0.list.pairs).then(|| pair(self.0.at + 1)),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "xref_list.html")]
struct XrefListHtml<'a> {
    frame: Frame,
    view: &'a XrefPage,
    pair: Option<&'a XrefLine>,
    back: String,
    before: Option<String>,
    after: Option<String>,
}

impl XrefListHtml<'_> {
    fn part_href(&self, part: &JoinedPart) -> String {
        let (start, end) = (part.start.unwrap_or(0), part.end.unwrap_or(0));
        span_href(&part.document, start, end)
    }

    fn percent(&self, score: &f64) -> u64 {
        (score * 100.0).round() as u64
    }
}
