//! The people, organizations and places of a case.

use std::collections::BTreeMap;

use onrecord_case::{StoredActor, StoredEntity};
use onrecord_pipeline::entities::{EntityKind, Form, JoinedBy};
use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::{Named, Quoting, around};
use crate::timeline::{day, word};

/// Which entities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityFilter {
    /// Only those of this kind.
    pub kind: Option<EntityKind>,
    /// Also actors whom nothing names.
    pub unnamed: bool,
}

/// An entity in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityLine {
    /// Version of this object.
    pub format_version: u32,
    /// Its id: its least mention.
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
    /// What it is called most fully.
    pub name: String,
    /// All names as found.
    pub names: Vec<String>,
    /// Mail addresses.
    pub addresses: Vec<String>,
    /// What it is said to be.
    pub roles: Vec<String>,
    /// In how many documents.
    pub documents: u64,
    /// How many mentions.
    pub mentions: u64,
    /// Date of the earliest document.
    pub first_seen: Option<String>,
    /// Date of the latest.
    pub last_seen: Option<String>,
    /// Whether nothing names it.
    pub unnamed: bool,
}

/// An entity with all that the case holds about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityPage {
    /// What lists show.
    #[serde(flatten)]
    pub line: EntityLine,
    /// How its parts in single documents came to be one.
    pub joined: Vec<JoinView>,
    /// Others in the same documents, those that share most first.
    pub appears_with: Vec<TogetherView>,
    /// Where it is spoken of, document by document.
    pub mentions_in: Vec<MentionLine>,
}

/// Why the entities of some documents are held to be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinView {
    /// The reason.
    pub reason: String,
    /// How many documents it joins.
    pub documents: u64,
}

/// Another entity in the same documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TogetherView {
    /// The other.
    #[serde(flatten)]
    pub entity: Named,
    /// In how many documents both are.
    pub documents: u64,
}

/// A place where an entity is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionLine {
    /// Its id.
    pub id: String,
    /// The document.
    pub document: String,
    /// What the document is called.
    pub title: String,
    /// The document's date.
    pub date: Option<String>,
    /// First byte in the document's main text; `null` in a header.
    pub start: Option<u32>,
    /// One past the last.
    pub end: Option<u32>,
    /// The words, exactly.
    pub quote: String,
    /// Name, description or pronoun.
    pub form: Form,
    /// Why it is held to be this entity, within its document.
    pub joined_by: JoinedBy,
    /// The line around it.
    pub context: String,
}

/// Most others that a page lists.
const MOST_TOGETHER: usize = 40;
/// Most documents whose other entities are counted.
const MOST_DOCUMENTS: usize = 2_000;

impl Workbench {
    /// Entities, those that matter most first; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entities(
        &self,
        filter: &EntityFilter,
        sink: &mut dyn FnMut(EntityLine) -> bool,
    ) -> Result<(), Error> {
        self.reader.entities(&mut |entity| {
            let of_kind = filter.kind.is_none_or(|kind| kind == entity.kind);
            if !of_kind || (entity.unnamed && !filter.unnamed) {
                return Ok(true);
            }
            Ok(sink(entity_line(&entity)))
        })?;
        Ok(())
    }

    /// The entity that a name, address or id means.
    ///
    /// # Errors
    /// When there is none, or several; then with the candidates.
    pub fn find_entity(&self, given: &str) -> Result<StoredEntity, Error> {
        if let Ok(id) = given.trim().parse::<EntityId>() {
            return Ok(self.reader.entity(id)?);
        }
        let found = self.reader.entities_named(given)?;
        let wanted = given.trim().to_lowercase();
        let mains: Vec<&StoredEntity> = found
            .iter()
            .filter(|entity| entity.name.to_lowercase() == wanted)
            .collect();
        match (found.as_slice(), mains.as_slice()) {
            ([], _) => Err(onrecord_case::Error::NotFound {
                what: "entity",
                given: given.to_owned(),
            }
            .into()),
            ([one], _) => Ok(one.clone()),
            (_, [one]) => Ok((*one).clone()),
            (many, _) => Err(onrecord_case::Error::Ambiguous {
                given: given.to_owned(),
                candidates: many.iter().map(candidate).collect(),
            }
            .into()),
        }
    }

    pub(crate) fn entity_id(&self, given: Option<&str>) -> Result<Option<EntityId>, Error> {
        given
            .map(|given| self.find_entity(given).map(|entity| entity.id))
            .transpose()
    }

    /// All that the case holds about an entity; at most `limit` mentions.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn entity(&self, given: &str, limit: usize) -> Result<EntityPage, Error> {
        let entity = self.find_entity(given)?;
        let actors = self.reader.actors_of_entity(entity.id)?;
        Ok(EntityPage {
            joined: joined(&actors),
            appears_with: self.appears_with(&entity, &actors)?,
            mentions_in: self.mentions_in(&actors, limit)?,
            line: entity_line(&entity),
        })
    }

    fn appears_with(
        &self,
        entity: &StoredEntity,
        actors: &[StoredActor],
    ) -> Result<Vec<TogetherView>, Error> {
        let mut documents: Vec<_> = actors.iter().map(|actor| actor.document).collect();
        documents.dedup();
        let mut shared: BTreeMap<EntityId, u64> = BTreeMap::new();
        for document in documents.into_iter().take(MOST_DOCUMENTS) {
            let mut others: Vec<EntityId> = self
                .reader
                .actors_of_document(document)?
                .into_iter()
                .filter(|other| other.entity != entity.id && !other.unnamed)
                .filter(|other| matches!(other.kind, EntityKind::Person | EntityKind::Organization))
                .map(|other| other.entity)
                .collect();
            others.sort_unstable();
            others.dedup();
            for other in others {
                *shared.entry(other).or_default() += 1;
            }
        }
        let mut shared: Vec<_> = shared.into_iter().collect();
        shared.sort_by_key(|&(id, documents)| (std::cmp::Reverse(documents), id));
        let mut together = Vec::new();
        for (id, documents) in shared.into_iter().take(MOST_TOGETHER) {
            together.push(TogetherView {
                entity: Named {
                    id: id.to_hex(),
                    name: self.reader.entity(id)?.name,
                },
                documents,
            });
        }
        Ok(together)
    }

    fn mentions_in(&self, actors: &[StoredActor], limit: usize) -> Result<Vec<MentionLine>, Error> {
        let mut quoting = Quoting::new(&self.reader);
        let mut lines = Vec::new();
        for actor in actors {
            if lines.len() >= limit {
                break;
            }
            let mentions = self.reader.mentions(actor.document)?;
            let number = mentions
                .iter()
                .find(|mention| mention.id == actor.id)
                .and_then(|mention| mention.entity);
            let context = quoting.context(actor.document)?;
            for mention in mentions
                .iter()
                .filter(|mention| number.is_some() && mention.entity == number)
            {
                let span = mention.id.span();
                lines.push(MentionLine {
                    id: mention.id.to_hex(),
                    document: actor.document.to_hex(),
                    title: context.document.title.clone(),
                    date: context.document.shown_date(),
                    start: span.map(|span| span.start),
                    end: span.map(|span| span.end),
                    quote: span.map_or(actor.name.clone(), |span| {
                        context
                            .text
                            .get(span.range())
                            .unwrap_or_default()
                            .to_owned()
                    }),
                    form: mention.form,
                    joined_by: mention.joined_by,
                    context: span.map_or(String::new(), |span| around(&context.text, span, 90).0),
                });
            }
        }
        lines.truncate(limit);
        Ok(lines)
    }
}

fn joined(actors: &[StoredActor]) -> Vec<JoinView> {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for actor in actors {
        *reasons.entry(actor.joined.as_str()).or_default() += 1;
    }
    let views = reasons.into_iter().map(|(reason, documents)| JoinView {
        reason: reason.to_owned(),
        documents,
    });
    views.collect()
}

pub(crate) fn entity_line(entity: &StoredEntity) -> EntityLine {
    EntityLine {
        format_version: FORMAT_VERSION,
        id: entity.id.to_hex(),
        kind: entity.kind,
        name: entity.name.clone(),
        names: entity.names.clone(),
        addresses: entity.addresses.clone(),
        roles: entity.roles.clone(),
        documents: entity.documents,
        mentions: entity.mentions,
        first_seen: day(entity.first_seen),
        last_seen: day(entity.last_seen),
        unnamed: entity.unnamed,
    }
}

/// A candidate as a person can tell it from the others.
fn candidate(entity: &StoredEntity) -> String {
    let kind = word(&entity.kind).unwrap_or_default();
    format!(
        "{} ({}, {kind}, {} documents)",
        entity.id.to_hex(),
        entity.name,
        entity.documents
    )
}
