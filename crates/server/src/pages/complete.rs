//! What can follow a field in a query: for the search box, and as a list without scripts.

use askama::Template;
use onrecord_workbench::{Suggestion, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// A field and the letters that are written already.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CompleteQuery {
    /// The field: `entity` or `from`.
    #[serde(default)]
    field: String,
    /// The beginning of its value.
    #[serde(default)]
    begins: String,
}

/// Values that begin like this.
#[derive(Debug, Serialize)]
pub(crate) struct CompleteView {
    format_version: u32,
    suggestions: Vec<Suggestion>,
}

impl View for CompleteView {
    type Query = CompleteQuery;

    fn look_up(bench: &Workbench, query: &CompleteQuery) -> Result<Self, Fault> {
        Ok(Self {
            format_version: 1,
            suggestions: bench.complete(&query.field, &query.begins)?,
        })
    }

    fn html(&self, query: &CompleteQuery, frame: Frame) -> askama::Result<String> {
        CompleteHtml {
            frame,
            view: self,
            query,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "complete.html")]
struct CompleteHtml<'a> {
    frame: Frame,
    view: &'a CompleteView,
    query: &'a CompleteQuery,
}

impl CompleteHtml<'_> {
    /// A search for one of the values.
    fn search(&self, value: &str) -> String {
        let field = if self.query.field == "from" {
            "from"
        } else {
            "entity"
        };
        let q = format!("{field}:\"{}\"", value.replace('"', " "));
        let parameters = serde_html_form::to_string([("q", q)]).unwrap_or_default();
        format!("/search?{parameters}")
    }
}
