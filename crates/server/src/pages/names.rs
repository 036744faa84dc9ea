//! Entities whose names begin like what was typed: completion, and a page of its own without scripts.

use askama::Template;
use onrecord_workbench::{NamesPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::telling::{Candidate, candidate};

/// Names on a page, and the most that an address can ask for.
const NAMES: usize = 20;
const MOST_NAMES: usize = 100;

/// What was typed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NamesQuery {
    /// The beginning of a name or address.
    #[serde(default)]
    q: String,
    /// How many, 100 at most.
    limit: Option<usize>,
}

/// Who may be meant.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct NamesView {
    page: NamesPage,
}

impl View for NamesView {
    type Query = NamesQuery;

    fn look_up(bench: &Workbench, query: &NamesQuery) -> Result<Self, Fault> {
        let most = query.limit.unwrap_or(NAMES).min(MOST_NAMES);
        Ok(Self {
            page: bench.names(&query.q, most)?,
        })
    }

    fn html(&self, _: &NamesQuery, frame: Frame) -> askama::Result<String> {
        let lines = self.page.entities.iter();
        NamesHtml {
            frame,
            page: &self.page,
            lines: lines
                .map(|line| candidate(line, format!("/network/{}", line.id)))
                .collect(),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "names.html")]
struct NamesHtml<'a> {
    frame: Frame,
    page: &'a NamesPage,
    lines: Vec<Candidate<'a>>,
}
