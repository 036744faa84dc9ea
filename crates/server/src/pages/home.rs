//! The case at a glance: first what was not read or analysed.

use askama::Template;
use onrecord_workbench::{EntityFilter, EntityKind, EntityLine, StatusPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// People and organizations on the first page, of each.
const MOST_NAMES: usize = 10;

/// The first page takes no parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HomeQuery {}

/// The case at a glance.
#[derive(Debug, Serialize)]
pub(crate) struct HomeView {
    #[serde(flatten)]
    status: StatusPage,
    /// People that matter most.
    people: Vec<EntityLine>,
    /// Organizations that matter most.
    organizations: Vec<EntityLine>,
}

impl HomeView {
    /// Files, members and parts without any text of theirs.
    fn unread(&self) -> u64 {
        self.status.not_read.iter().map(|kind| kind.count).sum()
    }

    /// `(title, entities)` of the lists.
    fn names(&self) -> [(&'static str, &[EntityLine]); 2] {
        [
            ("People", &self.people),
            ("Organizations", &self.organizations),
        ]
    }

    /// `(what, counts)` of the ledger.
    fn ledger(&self) -> Vec<(&'static str, [u64; 6])> {
        let ledger = &self.status.ledger;
        let levels = [
            ("Files", &ledger.files),
            ("In archives and mailboxes", &ledger.members),
            ("In messages", &ledger.parts),
        ];
        let counts = levels.map(|(name, counts)| {
            (
                name,
                [
                    counts.found,
                    counts.read,
                    counts.partly,
                    counts.unread,
                    counts.copies,
                    counts.excluded,
                ],
            )
        });
        counts.to_vec()
    }

    /// `(name, share in percent)` of the stages that are not done.
    fn under_way(&self) -> Vec<(&'static str, u64)> {
        let stages = self.status.stages.iter();
        let open = stages.filter(|stage| stage.done < stage.total);
        open.map(|stage| (stage.name, stage.done * 100 / stage.total.max(1)))
            .collect()
    }
}

impl View for HomeView {
    type Query = HomeQuery;

    fn look_up(bench: &Workbench, _: &HomeQuery) -> Result<Self, Fault> {
        Ok(Self {
            status: bench.recent_status()?,
            people: top(bench, EntityKind::Person)?,
            organizations: top(bench, EntityKind::Organization)?,
        })
    }

    fn html(&self, _: &HomeQuery, frame: Frame) -> askama::Result<String> {
        HomeHtml { frame, view: self }.render()
    }
}

fn top(bench: &Workbench, kind: EntityKind) -> Result<Vec<EntityLine>, Fault> {
    let filter = EntityFilter {
        kind: Some(kind),
        ..EntityFilter::default()
    };
    let mut lines = Vec::new();
    bench.entities(&filter, &mut |line| {
        lines.push(line);
        lines.len() < MOST_NAMES
    })?;
    Ok(lines)
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeHtml<'a> {
    frame: Frame,
    view: &'a HomeView,
}
