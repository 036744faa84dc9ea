//! One person, organization or place.

use askama::Template;
use onrecord_workbench::{
    EntityProfile, EntityTie, JoinedPart, LinkLine, RolePlace, StanceCount, Workbench,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::{Card, span_href};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Which entity.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct EntityQuery {
    /// Its id, that of any of its mentions, or its name.
    entity: String,
}

/// An entity.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct EntityView(EntityProfile);

impl View for EntityView {
    type Query = EntityQuery;

    fn look_up(bench: &Workbench, query: &EntityQuery) -> Result<Self, Fault> {
        Ok(Self(bench.entity_profile(&query.entity)?))
    }

    fn html(&self, _: &EntityQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/entities";
        let (established, apart) = self.0.ties.iter().partition(|tie| tie.established);
        EntityHtml {
            frame,
            view: &self.0,
            by: Card::all(&self.0.statements_by.lines),
            about: Card::all(&self.0.statements_about.lines),
            established,
            apart,
            on: format!("entity:{}", self.0.line.id),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "entity.html")]
struct EntityHtml<'a> {
    frame: Frame,
    view: &'a EntityProfile,
    by: Vec<Card<'a>>,
    about: Vec<Card<'a>>,
    established: Vec<&'a EntityTie>,
    apart: Vec<&'a EntityTie>,
    /// What the log calls it.
    on: String,
}

impl EntityHtml<'_> {
    fn place_href(&self, place: &RolePlace) -> String {
        span_href(&place.document, place.start, place.end)
    }

    fn part_href(&self, part: &JoinedPart) -> String {
        let (start, end) = (part.start.unwrap_or(0), part.end.unwrap_or(0));
        span_href(&part.document, start, end)
    }

    fn tie_href(&self, line: &LinkLine) -> String {
        let (start, end) = line.evidence.first().map_or((0, 0), |q| (q.start, q.end));
        span_href(&line.document, start, end)
    }

    fn said(&self, line: &LinkLine) -> String {
        let quotes = line.evidence.iter().map(|quote| quote.quote.as_str());
        quotes.collect::<Vec<_>>().join(" … ")
    }

    /// "stated in 2 sentences, denied in 1".
    fn stances(&self, counts: &[StanceCount]) -> String {
        let counts = counts.iter().map(|one| {
            let sentences = if one.count == 1 {
                "sentence"
            } else {
                "sentences"
            };
            format!("{} in {} {sentences}", words::tie(one.stance), one.count)
        });
        counts.collect::<Vec<_>>().join(", ")
    }

    /// Whether some part was joined by its name and nothing else.
    fn by_name_alone(&self) -> u64 {
        let joined = self.view.joined.iter();
        let alone = joined.filter(|join| join.reason == "name-alone");
        alone.map(|join| join.documents).sum()
    }
}
