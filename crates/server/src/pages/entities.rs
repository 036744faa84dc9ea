//! People, organizations and places, those that matter most first.

use askama::Template;
use onrecord_workbench::{EntityAsk, EntityKind, EntityListPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Entities on a page, and the most that an address can ask for.
const LINES: usize = 50;
const MOST_LINES: usize = 200;

/// Which entities.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct EntitiesQuery {
    /// Beginnings of words of the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    /// `person`, `organization`, `place`, `event`, `group` or `thing`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    /// Also actors whom nothing names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unnamed: bool,
    /// The last entity of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Entities on the page, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

impl EntitiesQuery {
    fn kind(&self) -> Result<Option<EntityKind>, Fault> {
        if self.kind.is_empty() {
            return Ok(None);
        }
        let kind = serde_json::from_value(self.kind.clone().into());
        kind.map(Some)
            .map_err(|_| Fault::bad(format!("\"{}\" is no kind of entity", self.kind)))
    }

    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.after = None;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/entities?{parameters}")
    }
}

/// A page of entities.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct EntitiesView(EntityListPage);

/// A kind with its address.
struct KindLink {
    label: &'static str,
    count: u64,
    href: String,
    is_chosen: bool,
}

impl View for EntitiesView {
    type Query = EntitiesQuery;

    fn look_up(bench: &Workbench, query: &EntitiesQuery) -> Result<Self, Fault> {
        Ok(Self(bench.entity_list(&EntityAsk {
            kind: query.kind()?,
            unnamed: query.unnamed,
            words: query.name.clone(),
            after: query.after.clone(),
            limit: query.limit.unwrap_or(LINES).clamp(1, MOST_LINES),
        })?))
    }

    fn html(&self, query: &EntitiesQuery, frame: Frame) -> askama::Result<String> {
        let all: u64 = self.0.kinds.iter().map(|kind| kind.count).sum();
        let mut kinds = vec![KindLink {
            label: "All",
            count: all,
            href: query.href(|query| query.kind.clear()),
            is_chosen: query.kind.is_empty(),
        }];
        for kind in &self.0.kinds {
            let word = serde_json::to_value(kind.kind).unwrap_or_default();
            let word = word.as_str().unwrap_or_default().to_owned();
            kinds.push(KindLink {
                label: words::kinds(kind.kind),
                count: kind.count,
                is_chosen: query.kind == word,
                href: query.href(|query| query.kind = word),
            });
        }
        let after = self.0.after.clone();
        EntitiesHtml {
            frame,
            view: &self.0,
            query,
            kinds,
            next: after.map(|after| query.href(|query| query.after = Some(after))),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "entities.html")]
struct EntitiesHtml<'a> {
    frame: Frame,
    view: &'a EntityListPage,
    query: &'a EntitiesQuery,
    kinds: Vec<KindLink>,
    next: Option<String>,
}
