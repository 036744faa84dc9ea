//! One claim: who says so, how independently, and what speaks against it, side by side.

use askama::Template;
use onrecord_workbench::{ClaimDossier, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::claims::ClaimCard;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Which claim.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ClaimQuery {
    /// Its id.
    claim: String,
}

/// A claim.
#[derive(Debug, Serialize)]
pub(crate) struct ClaimView {
    #[serde(flatten)]
    dossier: ClaimDossier,
}

impl View for ClaimView {
    type Query = ClaimQuery;

    fn look_up(bench: &Workbench, query: &ClaimQuery) -> Result<Self, Fault> {
        Ok(Self {
            dossier: bench.claim(&query.claim)?,
        })
    }

    fn html(&self, _: &ClaimQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/claims";
        ClaimHtml {
            frame,
            view: &self.dossier,
            card: ClaimCard::of(&self.dossier.view),
            against: self.dossier.against.iter().map(ClaimCard::of).collect(),
            others: self.dossier.others.iter().map(ClaimCard::of).collect(),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "claim.html")]
struct ClaimHtml<'a> {
    frame: Frame,
    view: &'a ClaimDossier,
    card: ClaimCard<'a>,
    against: Vec<ClaimCard<'a>>,
    others: Vec<ClaimCard<'a>>,
}

impl ClaimHtml<'_> {
    /// What to call the document that corrects a statement.
    fn correction_title(&self, document: &str) -> &str {
        let mut known = self
            .view
            .corrections
            .iter()
            .filter(|one| one.id == document);
        known
            .next()
            .map_or("the correction", |one| one.name.as_str())
    }
}
