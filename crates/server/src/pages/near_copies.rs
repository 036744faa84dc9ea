//! Documents that hold the words of others, with the differences.

use askama::Template;
use onrecord_workbench::{NearCopyList, NearCopyView as Copy, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Originals on a page.
const LINES: usize = 10;

/// Which near-copies.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct NearCopiesQuery {
    /// Only those of this document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    of: String,
    /// Also answers that quote what they answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    quotes: bool,
    /// Originals to pass over.
    #[serde(default)]
    skip: u64,
}

/// Near-copies.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct NearCopiesView(NearCopyList);

impl View for NearCopiesView {
    type Query = NearCopiesQuery;

    fn look_up(bench: &Workbench, query: &NearCopiesQuery) -> Result<Self, Fault> {
        Ok(Self(bench.near_copy_list(
            Some(query.of.as_str()),
            query.quotes,
            query.skip,
            LINES,
        )?))
    }

    fn html(&self, query: &NearCopiesQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/claims";
        let page = |skip| {
            let query = NearCopiesQuery {
                skip,
                ..query.clone()
            };
            let parameters = serde_html_form::to_string(&query).unwrap_or_default();
            format!("/near-copies?{parameters}")
        };
        let end = query.skip.saturating_add(self.0.pages.len() as u64);
        NearCopiesHtml {
            frame,
            view: &self.0,
            query,
            before: (query.skip > 0).then(|| page(query.skip.saturating_sub(LINES as u64))),
            after: (end < self.0.total && query.of.is_empty()).then(|| page(end)),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "near_copies.html")]
struct NearCopiesHtml<'a> {
    frame: Frame,
    view: &'a NearCopyList,
    query: &'a NearCopiesQuery,
    before: Option<String>,
    after: Option<String>,
}

impl NearCopiesHtml<'_> {
    fn kind(&self, copy: &Copy) -> String {
        let kind = serde_json::to_value(copy.kind).unwrap_or_default();
        kind.as_str().unwrap_or_default().replace('-', " ")
    }

    fn percent(&self, share: &f64) -> u64 {
        (share * 100.0).round() as u64
    }

    fn differs(&self, copy: &Copy) -> bool {
        !(copy.cut.is_empty() && copy.added.is_empty() && copy.changed.is_empty())
    }
}
