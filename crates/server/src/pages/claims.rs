//! What is claimed, by how many independent sources.

use askama::Template;
use onrecord_workbench::{ClaimAsk, ClaimPage, ClaimView as Claim, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::statements::given;
use crate::cards::Card;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Claims on a page, and the most that an address can ask for.
const LINES: usize = 20;
const MOST_LINES: usize = 100;

/// Which claims.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct ClaimsQuery {
    /// Only those that speak of this entity: name or id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    about: String,
    /// Only those to which this entity makes a statement.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    by: String,
    /// Only those that somebody contradicts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    contested: bool,
    /// The last claim of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Claims on the page, 100 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

/// A page of claims.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ClaimsView(ClaimPage);

impl View for ClaimsView {
    type Query = ClaimsQuery;

    fn look_up(bench: &Workbench, query: &ClaimsQuery) -> Result<Self, Fault> {
        Ok(Self(bench.claim_page(&ClaimAsk {
            about: given(&query.about),
            by: given(&query.by),
            contested: query.contested,
            at_least: 0,
            after: query.after.clone(),
            limit: query.limit.unwrap_or(LINES).clamp(1, MOST_LINES),
        })?))
    }

    fn html(&self, query: &ClaimsQuery, frame: Frame) -> askama::Result<String> {
        let next = self.0.after.clone().map(|after| {
            let next = ClaimsQuery {
                after: Some(after),
                ..query.clone()
            };
            let parameters = serde_html_form::to_string(&next).unwrap_or_default();
            format!("/claims?{parameters}")
        });
        ClaimsHtml {
            frame,
            view: &self.0,
            query,
            claims: self.0.claims.iter().map(ClaimCard::of).collect(),
            next,
        }
        .render()
    }
}

/// A claim as a card.
pub(crate) struct ClaimCard<'a> {
    pub(crate) claim: &'a Claim,
    /// Statements that say so.
    pub(crate) supporting: Vec<Card<'a>>,
    /// Statements against it.
    pub(crate) against: Vec<Card<'a>>,
    /// Statements about it.
    pub(crate) around: Vec<Card<'a>>,
}

impl<'a> ClaimCard<'a> {
    pub(crate) fn of(view: &'a Claim) -> Self {
        let of = |ids: &[String]| {
            let lines = view.lines.iter().filter(|line| ids.contains(&line.id));
            lines.map(Card::of).collect::<Vec<_>>()
        };
        Self {
            supporting: of(&view.claim.statements),
            against: of(&view.claim.contradicted_by),
            around: of(&view.claim.spoken_of_by),
            claim: view,
        }
    }

    /// "one source", "2 independent sources", "1 to 2 independent sources".
    pub(crate) fn sources(&self) -> String {
        words::sources(self.claim.claim.independent_sources)
    }

    /// Whether all that was said for it was taken back.
    pub(crate) fn is_withdrawn(&self) -> bool {
        let claim = &self.claim.claim;
        !claim.retracted.is_empty() && claim.retracted.len() >= claim.statements.len()
    }

    /// The document that corrects or withdraws a statement.
    pub(crate) fn correction(&self, id: &str) -> Option<&'a str> {
        let retracted = self.claim.claim.retracted.iter();
        let mut of_one = retracted.filter(|one| one.statement == id);
        of_one.next().map(|one| one.document.as_str())
    }

    pub(crate) fn credibility(&self) -> &'static str {
        words::credibility(self.claim.claim.credibility)
    }
}

#[derive(Template)]
#[template(path = "claims.html")]
struct ClaimsHtml<'a> {
    frame: Frame,
    view: &'a ClaimPage,
    query: &'a ClaimsQuery,
    claims: Vec<ClaimCard<'a>>,
    next: Option<String>,
}
