//! Ties as documents state them, with their ends and whoever says so resolved in the case.

use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::statements::SourceKind;
use onrecord_record::{DocumentId, EntityId, LinkId, MentionId, StatementId, TextId};
use rusqlite::{Row, params};

use crate::error::Error;
use crate::reader::{Reader, document_id};
use crate::readings::{StatementDetail, StoredLink, from_json, mention_id, word};

/// A tie that a document states.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedTie {
    /// As it was read.
    pub link: StoredLink,
    /// The entity of the case at the one end.
    pub from: EntityId,
    /// The entity at the other end.
    pub to: EntityId,
    /// Who says so; `None` where the document itself does.
    pub speaker: Option<Speaker>,
}

/// Whose statement holds a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// What kind of source the statement has.
    pub kind: SourceKind,
    /// The source as an actor of the document, its entity, and whether nothing names it.
    pub actor: Option<(MentionId, EntityId, bool)>,
}

/// A name by which an entity can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// The name or address, in lower case.
    pub name: String,
    /// Whose it is.
    pub entity: EntityId,
}

/// What an entity is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityLabel {
    /// Its id.
    pub id: EntityId,
    /// What it is.
    pub kind: EntityKind,
    /// Whether nothing names it.
    pub unnamed: bool,
    /// What it is called most fully.
    pub name: String,
}

const COLUMNS: &str = "l.id, l.document, l.from_actor, l.to_actor, l.kind, l.stance, l.detail, t.text, a.entity, b.entity";
const TABLES: &str = "links l JOIN document_texts t ON t.document = l.document AND t.role = 'main'
    JOIN actors a ON a.id = l.from_actor JOIN actors b ON b.id = l.to_actor";

impl Reader<'_> {
    /// What the ties of the case rest on: another answer means that they may be others.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn ties_version(&self) -> Result<String, Error> {
        let state = |stage| Ok::<_, Error>(self.stage_state(stage)?.unwrap_or_default());
        let judged = self.derivation_judgements()?;
        let read = self.readings_version()?;
        Ok(format!(
            "{read}@{judged}@{}@{}",
            state("resolve")?,
            state("copies")?
        ))
    }

    /// What the counts of the case rest on: documents, files read, readings, judgements.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn counts_version(&self) -> Result<String, Error> {
        let sql = "SELECT (SELECT coalesce(max(change), 0) FROM documents)
            || '@' || (SELECT coalesce(max(id), 0) FROM files)
            || '@' || (SELECT count(*) FROM files WHERE state = 0)
            || '@' || (SELECT coalesce(max(rowid), 0) FROM annotations)
            || '@' || (SELECT coalesce(max(number), 0) FROM judgements)";
        let counts: String = self
            .db()
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(format!("{counts}@{}", self.ties_version()?))
    }

    /// What mail as a tie rests on, besides [`Self::ties_version`].
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn mail_version(&self) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(change), 0) FROM documents";
        let number: i64 = self
            .db()
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Every tie between two entities, those between the same two together.
    ///
    /// # Errors
    /// When SQLite fails, or a row is damaged.
    pub fn stated_ties<E: From<Error>>(
        &self,
        sink: &mut dyn FnMut(StatedTie) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE a.entity <> b.entity
             ORDER BY min(a.entity, b.entity), max(a.entity, b.entity), l.id"
        );
        let mut statement = self.db().prepare(&sql).map_err(Error::from)?;
        let mut rows = statement.query([]).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            sink(self.stated_tie(row)?)?;
        }
        Ok(())
    }

    /// The ties of these ids, as far as they are still there and tie two.
    ///
    /// # Errors
    /// When SQLite fails, or a row is damaged.
    pub fn stated_ties_of(&self, ids: &[LinkId]) -> Result<Vec<StatedTie>, Error> {
        let sql =
            format!("SELECT {COLUMNS} FROM {TABLES} WHERE l.id = ?1 AND a.entity <> b.entity");
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let mut rows = statement.query([id.as_bytes()])?;
            if let Some(row) = rows.next()? {
                found.push(self.stated_tie(row)?);
            }
        }
        Ok(found)
    }

    fn stated_tie(&self, row: &Row<'_>) -> Result<StatedTie, Error> {
        let link = stored_link(row)?;
        Ok(StatedTie {
            speaker: match link.detail.statement {
                Some(statement) => self.speaker(statement)?,
                None => None,
            },
            from: mention_id(row, 8)?.into(),
            to: mention_id(row, 9)?.into(),
            link,
        })
    }

    fn speaker(&self, statement: StatementId) -> Result<Option<Speaker>, Error> {
        let sql = "SELECT s.detail, a.id, a.entity, a.unnamed
            FROM statements s LEFT JOIN actors a ON a.id = s.source WHERE s.id = ?1";
        let mut prepared = self.db().prepare_cached(sql)?;
        let mut rows = prepared.query([statement.as_bytes()])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let detail = row.get_ref(0)?.as_str().unwrap_or_default();
        let detail: StatementDetail = from_json(detail, "statement")?;
        let actor = match row.get::<_, Option<bool>>(3)? {
            Some(unnamed) => Some((mention_id(row, 1)?, mention_id(row, 2)?.into(), unnamed)),
            None => None,
        };
        Ok(Some(Speaker {
            kind: detail.source_kind,
            actor,
        }))
    }

    /// Names and addresses that begin so, in the order of the alphabet.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn names_beginning(&self, prefix: &str, most: usize) -> Result<Vec<KnownName>, Error> {
        let words: Vec<String> = prefix.split_whitespace().map(str::to_lowercase).collect();
        let low = words.join(" ");
        let high = format!("{low}\u{10ffff}");
        let mut statement = self.db().prepare_cached(
            "SELECT name, entity FROM entity_names WHERE name >= ?1 AND name < ?2 ORDER BY name, entity LIMIT ?3",
        )?;
        let mut rows = statement.query(params![low, high, most as i64])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            names.push(KnownName {
                name: row.get(0)?,
                entity: mention_id(row, 1)?.into(),
            });
        }
        Ok(names)
    }

    /// Names of which a later word begins so: for whoever knows a surname only. It looks at every name.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn names_holding(&self, word: &str, most: usize) -> Result<Vec<KnownName>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT name, entity FROM entity_names WHERE instr(name, ' ' || ?1) LIMIT ?2",
        )?;
        let mut rows = statement.query(params![word.trim().to_lowercase(), most as i64])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            names.push(KnownName {
                name: row.get(0)?,
                entity: mention_id(row, 1)?.into(),
            });
        }
        Ok(names)
    }

    /// Documents that speak of both, in the order of their ids, at most `most`; and how many there are.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn common_documents(
        &self,
        one: EntityId,
        other: EntityId,
        most: usize,
    ) -> Result<(Vec<DocumentId>, u64), Error> {
        // Ids of actors begin with those of their documents: the index alone answers.
        let common = "SELECT substr(id, 1, 8) AS begin FROM actors WHERE entity = ?1
            INTERSECT SELECT substr(id, 1, 8) FROM actors WHERE entity = ?2";
        let count = format!("SELECT count(*) FROM ({common})");
        let both = params![one.as_bytes(), other.as_bytes()];
        let total: i64 = self
            .db()
            .prepare_cached(&count)?
            .query_row(both, |row| row.get(0))?;
        let mut statement = self.db().prepare_cached(&format!("{common} LIMIT ?3"))?;
        let both = params![one.as_bytes(), other.as_bytes(), most as i64];
        let mut rows = statement.query(both)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let begin = row.get_ref(0)?.as_blob().unwrap_or_default();
            let prefix: String = begin.iter().map(|byte| format!("{byte:02x}")).collect();
            found.push(self.find_document(&prefix)?);
        }
        Ok((found, total.unsigned_abs()))
    }

    /// What an entity is called; `None` where it is no longer in the case.
    ///
    /// # Errors
    /// When SQLite fails, or the row is damaged.
    pub fn entity_label(&self, id: EntityId) -> Result<Option<EntityLabel>, Error> {
        let sql = "SELECT id, kind, unnamed, name FROM entities WHERE id = ?1";
        let mut statement = self.db().prepare_cached(sql)?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(entity_label).transpose()
    }

    /// People and organizations that have a name of several words, in the order of their ids.
    ///
    /// # Errors
    /// When SQLite fails, or a row is damaged.
    pub fn full_names(&self, sink: &mut dyn FnMut(EntityLabel)) -> Result<(), Error> {
        let mut statement = self.db().prepare(
            "SELECT id, kind, unnamed, name FROM entities
             WHERE kind IN ('person', 'organization') AND NOT unnamed AND instr(name, ' ') ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            sink(entity_label(row)?);
        }
        Ok(())
    }
}

fn entity_label(row: &Row<'_>) -> Result<EntityLabel, Error> {
    Ok(EntityLabel {
        id: mention_id(row, 0)?.into(),
        kind: word(row, 1)?,
        unnamed: row.get(2)?,
        name: row.get(3)?,
    })
}

/// A link: id, document, ends, type, stance and detail, then the id of its text.
pub(crate) fn stored_link(row: &Row<'_>) -> Result<StoredLink, Error> {
    Ok(StoredLink {
        id: LinkId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default())
            .ok_or(Error::Damaged("tie"))?,
        document: document_id(row, 1)?,
        text: TextId::from_slice(row.get_ref(7)?.as_blob().unwrap_or_default())
            .ok_or(Error::Damaged("text id"))?,
        from: mention_id(row, 2)?,
        to: mention_id(row, 3)?,
        kind: row.get(4)?,
        stance: word(row, 5)?,
        detail: from_json(row.get_ref(6)?.as_str().unwrap_or_default(), "tie")?,
    })
}
