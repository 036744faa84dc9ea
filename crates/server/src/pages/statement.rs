//! One statement with what hangs on it.

use askama::Template;
use onrecord_workbench::{StatementDossier, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::Card;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Which statement.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct StatementQuery {
    /// Its id.
    statement: String,
}

/// A statement.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct StatementView(StatementDossier);

impl View for StatementView {
    type Query = StatementQuery;

    fn look_up(bench: &Workbench, query: &StatementQuery) -> Result<Self, Fault> {
        Ok(Self(bench.statement(&query.statement)?))
    }

    fn html(&self, _: &StatementQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/statements";
        StatementHtml {
            frame,
            view: &self.0,
            card: Card::of(&self.0.line),
            outer: Card::all(&self.0.passed_on_by),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementHtml<'a> {
    frame: Frame,
    view: &'a StatementDossier,
    card: Card<'a>,
    outer: Vec<Card<'a>>,
}
