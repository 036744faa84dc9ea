//! Entities of the case: what the actors of its documents come to.

use onrecord_pipeline::Fingerprint;
use onrecord_pipeline::entities::EntityKind;
use onrecord_record::{DocumentId, EntityId, MentionId};
use rusqlite::{OptionalExtension, Row, params};

use crate::error::Error;
use crate::reader::Reader;
use crate::readings::{StoredActor, from_json, mention_id, name_of, to_json, word};
use crate::writer::Writer;

/// Somebody or something that the case speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntity {
    /// Its least mention.
    pub id: EntityId,
    /// What it is.
    pub kind: EntityKind,
    /// Whether nothing names it.
    pub unnamed: bool,
    /// What it is called most fully.
    pub name: String,
    /// All names as found, sorted.
    pub names: Vec<String>,
    /// Mail addresses, sorted.
    pub addresses: Vec<String>,
    /// What it is said to be, most often first.
    pub roles: Vec<String>,
    /// In how many documents.
    pub documents: u64,
    /// How many mentions.
    pub mentions: u64,
    /// Date of the earliest document, in seconds since 1970.
    pub first_seen: Option<i64>,
    /// Date of the latest.
    pub last_seen: Option<i64>,
    /// How much it matters in the case; the greatest first.
    pub weight: f64,
}

/// An entity with the actors that it consists of.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityRow {
    /// The entity.
    pub entity: StoredEntity,
    /// Its actors, each with how it came to be part of it.
    pub actors: Vec<(MentionId, String)>,
}

impl Reader<'_> {
    /// Entities, those that matter most first; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entities(
        &self,
        sink: &mut dyn FnMut(StoredEntity) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {COLUMNS} FROM entities ORDER BY weight DESC, id");
        let mut statement = self.db().prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !sink(stored_entity(row)?)? {
                break;
            }
        }
        Ok(())
    }

    /// The entity of this id, or the one that now holds this mention or actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing has this id.
    pub fn entity(&self, id: EntityId) -> Result<StoredEntity, Error> {
        let entity = match self.stored_entity(id)? {
            Some(entity) => Some(entity),
            None => match self.actor_of_mention(id.into())? {
                Some(actor) => self.stored_entity(actor.entity)?,
                None => None,
            },
        };
        entity.ok_or_else(|| Error::NotFound {
            what: "entity",
            given: id.to_hex(),
        })
    }

    fn stored_entity(&self, id: EntityId) -> Result<Option<StoredEntity>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM entities WHERE id = ?1");
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(stored_entity).transpose()
    }

    /// The actor that this mention is of.
    ///
    /// # Errors
    /// When SQLite fails, or the row is damaged.
    pub fn actor_of_mention(&self, mention: MentionId) -> Result<Option<StoredActor>, Error> {
        let mut low = mention;
        low.0[8..].fill(0);
        let document = self
            .db()
            .prepare_cached("SELECT document FROM actors WHERE id >= ?1 ORDER BY id LIMIT 1")?
            .query_row([low.as_bytes()], |row| crate::reader::document_id(row, 0))
            .optional()?;
        let Some(document) = document.filter(|id| id.0[..8] == mention.0[..8]) else {
            return Ok(None);
        };
        let mentions = self.mentions(document)?;
        let Some(number) = mentions
            .iter()
            .find(|known| known.id == mention)
            .and_then(|known| known.entity)
        else {
            return Ok(None);
        };
        let least = mentions
            .iter()
            .filter(|known| known.entity == Some(number))
            .map(|known| known.id)
            .min();
        Ok(least.map(|id| self.actor(id)).transpose()?.flatten())
    }

    /// The documents that speak of an entity, sorted.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn documents_of_entity(&self, entity: EntityId) -> Result<Vec<DocumentId>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT DISTINCT document FROM actors WHERE entity = ?1 ORDER BY document",
        )?;
        let ids = statement.query_map([entity.as_bytes()], |row| {
            crate::reader::document_id(row, 0)
        })?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Entities with a name or address that begins like this, those that matter most first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entities_beginning(
        &self,
        beginning: &str,
        limit: usize,
    ) -> Result<Vec<StoredEntity>, Error> {
        let from = asked(beginning);
        let to = format!("{from}\u{10ffff}");
        let sql = format!(
            "SELECT {COLUMNS} FROM entities WHERE NOT unnamed AND id IN
             (SELECT entity FROM entity_names WHERE name >= ?1 AND name < ?2 LIMIT 2000)
             ORDER BY weight DESC, id LIMIT ?3"
        );
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query(params![from, to, limit as i64])?;
        let mut entities = Vec::new();
        while let Some(row) = rows.next()? {
            entities.push(stored_entity(row)?);
        }
        Ok(entities)
    }

    /// Entities that are called this, those that matter most first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entities_named(&self, name: &str) -> Result<Vec<StoredEntity>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entities WHERE id IN
             (SELECT entity FROM entity_names WHERE name = ?1) ORDER BY weight DESC, id"
        );
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query([asked(name)])?;
        let mut entities = Vec::new();
        while let Some(row) = rows.next()? {
            entities.push(stored_entity(row)?);
        }
        Ok(entities)
    }
}

impl Writer {
    /// Keeps what resolution found in place of what was kept before.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn replace_entities(
        &mut self,
        fingerprint: &Fingerprint,
        state: &str,
        rows: &[EntityRow],
    ) -> Result<(), Error> {
        self.db().execute_batch(
            "DELETE FROM entity_words; DELETE FROM entity_names; DELETE FROM entities;",
        )?;
        for row in rows {
            self.put_entity(row)?;
        }
        self.set_stage("resolve", fingerprint, state)
    }

    fn put_entity(&mut self, row: &EntityRow) -> Result<(), Error> {
        let entity = &row.entity;
        self.db()
            .prepare_cached(
                "INSERT INTO entities (id, kind, unnamed, name, names, addresses, roles,
                 documents, mentions, first_seen, last_seen, weight)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                entity.id.as_bytes(),
                name_of(&entity.kind),
                entity.unnamed,
                entity.name,
                to_json(&entity.names),
                to_json(&entity.addresses),
                to_json(&entity.roles),
                entity.documents as i64,
                entity.mentions as i64,
                entity.first_seen,
                entity.last_seen,
                entity.weight,
            ])?;
        let mut named = self
            .db()
            .prepare_cached("INSERT OR IGNORE INTO entity_names (name, entity) VALUES (?1, ?2)")?;
        let mut worded = self
            .db()
            .prepare_cached("INSERT OR IGNORE INTO entity_words (word, entity) VALUES (?1, ?2)")?;
        let names = entity.names.iter().chain(&entity.addresses);
        for name in names.chain([&entity.name]) {
            let name = asked(name);
            for word in name.split(' ').filter(|word| !word.is_empty()) {
                worded.execute(params![word, entity.id.as_bytes()])?;
            }
            named.execute(params![name, entity.id.as_bytes()])?;
        }
        let mut member = self.db().prepare_cached(
            "UPDATE actors SET entity = ?1, joined = ?2
             WHERE id = ?3 AND (entity <> ?1 OR joined <> ?2)",
        )?;
        for (actor, joined) in &row.actors {
            member.execute(params![entity.id.as_bytes(), joined, actor.as_bytes()])?;
        }
        Ok(())
    }
}

/// A name as it is asked for: without case and odd spaces.
pub(crate) fn asked(name: &str) -> String {
    let words = name.split_whitespace().map(str::to_lowercase);
    words.collect::<Vec<_>>().join(" ")
}

pub(crate) const COLUMNS: &str = "id, kind, unnamed, name, names, addresses, roles, documents, mentions, first_seen, last_seen, weight";

pub(crate) fn stored_entity(row: &Row<'_>) -> Result<StoredEntity, Error> {
    let list = |column: usize| -> Result<Vec<String>, Error> {
        from_json(
            row.get_ref(column)?.as_str().unwrap_or_default(),
            "list of names",
        )
    };
    Ok(StoredEntity {
        id: mention_id(row, 0)?.into(),
        kind: word(row, 1)?,
        unnamed: row.get(2)?,
        name: row.get(3)?,
        names: list(4)?,
        addresses: list(5)?,
        roles: list(6)?,
        documents: row.get::<_, i64>(7)?.unsigned_abs(),
        mentions: row.get::<_, i64>(8)?.unsigned_abs(),
        first_seen: row.get(9)?,
        last_seen: row.get(10)?,
        weight: row.get(11)?,
    })
}
