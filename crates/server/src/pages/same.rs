//! Pairs of the case that may be one, one at a time.

use askama::Template;
use onrecord_workbench::{PairPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::compare::Sides;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Where to look on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct SameQuery {
    /// What the page before gave.
    after: Option<String>,
}

/// The next pair.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct SameView(PairPage);

impl View for SameView {
    type Query = SameQuery;

    fn look_up(bench: &Workbench, query: &SameQuery) -> Result<Self, Fault> {
        Ok(Self(bench.next_pair(query.after.as_deref())?))
    }

    fn html(&self, query: &SameQuery, mut frame: Frame) -> askama::Result<String> {
        let address = |after: Option<&str>| match after {
            Some(after) => format!("/same?after={after}"),
            None => "/same".to_owned(),
        };
        // Whatever is answered leads to the next pair; taking it back leads here again.
        let next = address(self.0.after.as_deref());
        let here = address(query.after.as_deref());
        let was = serde_html_form::to_string([("was", &here)]).unwrap_or_default();
        let joint = if next.contains('?') { '&' } else { '?' };
        let was = format!("{next}{joint}{was}");
        frame.current = "/judgements";
        SameHtml {
            frame,
            view: &self.0,
            pair: self.0.pair.as_ref().map(Sides::of),
            back: was,
            next,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "same.html")]
struct SameHtml<'a> {
    frame: Frame,
    view: &'a PairPage,
    pair: Option<Sides<'a>>,
    back: String,
    next: String,
}
