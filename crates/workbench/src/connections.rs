//! The page "how are X and Y connected": ends that may still have to be chosen, then the answer.

use std::collections::BTreeSet;

use onrecord_pipeline::network::graph::tie_types;
use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::entities::{EntityLine, entity_line};
use crate::error::{Error, ErrorKind};
use crate::open::Workbench;
use crate::path::{EvidenceView, PathPage, PathQuestion, told};
use crate::quoting::Named;
use crate::telling::Telling;

/// Most entities offered where a name fits several, or begins several.
const MOST_CANDIDATES: usize = 12;
/// Names looked at for the entities that a beginning leads to.
const NAMES_LOOKED_AT: usize = 400;

/// One end of a question, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EndView {
    /// What the person gave.
    pub given: String,
    /// Whom it means.
    pub entity: Option<Named>,
    /// Whom it may mean, where it is not clear; those that matter most first.
    pub candidates: Vec<EntityLine>,
}

/// How two are connected, or what is lacking for an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConnectionsPage {
    /// Version of this object.
    pub format_version: u32,
    /// The one end.
    pub from: EndView,
    /// The other end.
    pub to: EndView,
    /// The answer, once both ends are known.
    pub answer: Option<PathPage>,
    /// Why there is no answer, though both ends are known.
    pub problem: Option<String>,
}

/// Entities that have a name that begins like what was typed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamesPage {
    /// Version of this object.
    pub format_version: u32,
    /// What was typed.
    pub typed: String,
    /// The entities, those that matter most first.
    pub entities: Vec<EntityLine>,
}

/// All that ties two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BetweenPage {
    /// The one.
    pub from: Named,
    /// The other.
    pub to: Named,
    /// The ties, established ones first, the surest first.
    pub ties: Vec<TieView>,
    /// Ties left out, as there are too many.
    pub n_more: u64,
}

/// A tie with the words that show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieView {
    /// Its id.
    pub id: String,
    /// Type of the tie.
    #[serde(rename = "type")]
    pub kind: String,
    /// The tie in words.
    pub told: String,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Independent sources that assert or allege it, fewest and most.
    pub independent_sources: [u32; 2],
    /// The words that show it.
    pub evidence: Vec<EvidenceView>,
}

/// Most ties told between two.
const MOST_TIES: usize = 50;

/// Types of ties that can be asked for, mail left out.
#[must_use]
pub fn tie_kinds() -> Vec<&'static str> {
    let types = tie_types()
        .iter()
        .filter(|kind| kind.tie && kind.name != "Mail");
    types.map(|kind| kind.name.as_str()).collect()
}

impl Workbench {
    /// How two are connected; names that fit nobody or several lead to whom they may mean.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections(&self, question: &PathQuestion) -> Result<ConnectionsPage, Error> {
        let (from, to) = (self.end(&question.from)?, self.end(&question.to)?);
        let mut page = ConnectionsPage {
            format_version: FORMAT_VERSION,
            answer: None,
            problem: None,
            from,
            to,
        };
        let (Some(from), Some(to)) = (&page.from.entity, &page.to.entity) else {
            return Ok(page);
        };
        let known = PathQuestion {
            from: from.id.clone(),
            to: to.id.clone(),
            ..question.clone()
        };
        match self.path(&known) {
            Ok(answer) => page.answer = Some(answer),
            Err(error) if error.kind() == ErrorKind::Broken => return Err(error),
            Err(_) if from.id == to.id => {
                page.problem = Some(format!("Both names mean {} in this case", from.name));
            }
            Err(error) => page.problem = Some(error.to_string()),
        }
        Ok(page)
    }

    /// Whom a name, address or id means.
    ///
    /// # Errors
    /// When it is unknown or ambiguous, or the store cannot be read.
    pub fn entity_named(&self, given: &str) -> Result<Named, Error> {
        let entity = self.find_entity(given)?;
        Ok(Named {
            id: entity.id.to_hex(),
            name: entity.name,
        })
    }

    /// Whom a name means, or may mean.
    fn end(&self, given: &str) -> Result<EndView, Error> {
        let given = given.trim();
        let mut end = EndView {
            given: given.to_owned(),
            entity: None,
            candidates: Vec::new(),
        };
        if given.is_empty() {
            return Ok(end);
        }
        match self.find_entity(given) {
            Ok(entity) => {
                end.entity = Some(Named {
                    id: entity.id.to_hex(),
                    name: entity.name,
                });
            }
            Err(error) if error.is_ambiguous() => {
                let mut found = self.reader.entities_named(given)?;
                found.truncate(MOST_CANDIDATES);
                end.candidates = found.iter().map(entity_line).collect();
            }
            Err(error) if error.is_not_found() => {
                end.candidates = self.names(given, MOST_CANDIDATES)?.entities;
            }
            Err(error) => return Err(error),
        }
        Ok(end)
    }

    /// Entities with a name or address that begins like `typed`, those that matter most first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn names(&self, typed: &str, most: usize) -> Result<NamesPage, Error> {
        let mut page = NamesPage {
            format_version: FORMAT_VERSION,
            typed: typed.to_owned(),
            entities: Vec::new(),
        };
        if typed.trim().is_empty() {
            return Ok(page);
        }
        let mut names = self.reader.names_beginning(typed, NAMES_LOOKED_AT)?;
        if names.is_empty() {
            names = self.reader.names_holding(typed, NAMES_LOOKED_AT)?;
        }
        let ids: BTreeSet<EntityId> = names.into_iter().map(|name| name.entity).collect();
        let mut found = Vec::new();
        for id in ids {
            found.push(self.reader.entity(id)?);
        }
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id)));
        let named = found.iter().filter(|entity| !entity.unnamed);
        page.entities = named.take(most).map(entity_line).collect();
        Ok(page)
    }

    /// All that ties two, each with the words that show it.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn between(&self, one: &str, other: &str, mail: bool) -> Result<BetweenPage, Error> {
        let (from, to) = (self.find_entity(one)?, self.find_entity(other)?);
        let held = self.web(mail)?;
        let mut ties = self.ties_between(&held.value, from.id, to.id)?;
        ties.sort_by_key(|tie| (!tie.established, tie.cost(), tie.id));
        let n_more = ties.len().saturating_sub(MOST_TIES) as u64;
        ties.truncate(MOST_TIES);
        let mut telling = Telling::new(self, &held.value);
        let mut views = Vec::new();
        for tie in &ties {
            let ends = (telling.name(tie.from)?, telling.name(tie.to)?);
            views.push(TieView {
                id: tie.id.to_hex(),
                told: told(&tie.kind, (&ends.0, &ends.1), Some(tie)),
                kind: tie.kind.clone(),
                established: tie.established,
                since: tie.since.clone(),
                until: tie.until.clone(),
                independent_sources: tie.independent_sources.into(),
                evidence: telling.evidence(tie)?,
            });
        }
        Ok(BetweenPage {
            from: Named {
                id: from.id.to_hex(),
                name: from.name,
            },
            to: Named {
                id: to.id.to_hex(),
                name: to.name,
            },
            ties: views,
            n_more,
        })
    }
}
