//! Who says what, with filters.

use askama::Template;
use onrecord_workbench::{Stance, StatementFilter, StatementPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::Card;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Statements on a page, and the most that an address can ask for.
const LINES: usize = 30;
const MOST_LINES: usize = 100;

/// Which statements.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct StatementsQuery {
    /// Only those of this source: name or id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    by: String,
    /// Only those whose content speaks of this entity.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    about: String,
    /// Only those passed on by this entity.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    via: String,
    /// Only those of these stances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stance: Vec<String>,
    /// Only those in documents of this day, month or year or later.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    since: String,
    /// Only those in documents of this day, month or year or earlier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    until: String,
    /// Only those of this document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    document: String,
    /// The last statement of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Statements on the page, 100 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

impl StatementsQuery {
    fn stances(&self) -> Result<Vec<Stance>, Fault> {
        let given = self.stance.iter().filter(|stance| !stance.is_empty());
        given
            .map(|stance| {
                serde_json::from_value(stance.clone().into())
                    .map_err(|_| Fault::bad(format!("\"{stance}\" is no stance")))
            })
            .collect()
    }

    fn has_stance(&self, stance: &str) -> bool {
        self.stance.iter().any(|given| given == stance)
    }

    fn is_narrowed(&self) -> bool {
        let fields = [&self.by, &self.about, &self.via, &self.since, &self.until];
        fields.iter().any(|field| !field.is_empty())
            || self.stance.iter().any(|stance| !stance.is_empty())
            || !self.document.is_empty()
    }
}

/// A page of statements.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct StatementsView(StatementPage);

/// What a form leaves empty is not asked for.
pub(crate) fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl View for StatementsView {
    type Query = StatementsQuery;

    fn look_up(bench: &Workbench, query: &StatementsQuery) -> Result<Self, Fault> {
        let filter = StatementFilter {
            by: given(&query.by),
            about: given(&query.about),
            via: given(&query.via),
            stances: query.stances()?,
            since: given(&query.since),
            until: given(&query.until),
            document: given(&query.document),
        };
        let limit = query.limit.unwrap_or(LINES).clamp(1, MOST_LINES);
        Ok(Self(bench.statement_page(
            &filter,
            query.after.as_deref(),
            limit,
        )?))
    }

    fn html(&self, query: &StatementsQuery, frame: Frame) -> askama::Result<String> {
        let next = self.0.after.clone().map(|after| {
            let next = StatementsQuery {
                after: Some(after),
                ..query.clone()
            };
            let parameters = serde_html_form::to_string(&next).unwrap_or_default();
            format!("/statements?{parameters}")
        });
        StatementsHtml {
            frame,
            view: &self.0,
            query,
            cards: Card::all(&self.0.statements),
            stances: words::STANCES,
            next,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "statements.html")]
struct StatementsHtml<'a> {
    frame: Frame,
    view: &'a StatementPage,
    query: &'a StatementsQuery,
    cards: Vec<Card<'a>>,
    stances: &'static [(&'static str, &'static str)],
    next: Option<String>,
}
