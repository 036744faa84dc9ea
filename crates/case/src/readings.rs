//! Readings: which documents wait for one, and keeping what was found.

use onrecord_pipeline::entities::{EntityKind, Gender};
use onrecord_pipeline::network::{Amount, LinkStance};
use onrecord_pipeline::statements::{Certainty, Manner, Polarity, SourceKind, Stance};
use onrecord_pipeline::{
    Fingerprint, ReadEntity, ReadLink, ReadMention, ReadStatement, ReadingRow, TextShape,
};
use onrecord_record::{DocumentId, EntityId, LinkId, MentionId, Span, StatementId, TextId};
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::reader::{Reader, StoredDocument, document_id};
use crate::stated::stored_link;
use crate::text;
use crate::writer::Writer;

/// A document that waits to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentToRead {
    /// Its own row.
    pub document: StoredDocument,
    /// Its main text.
    pub text: String,
    /// How the text was divided when it was annotated.
    pub shape: TextShape,
    /// Its annotation.
    pub annotation: Vec<u8>,
    /// Name of the labels in it.
    pub labels: String,
}

/// Somebody or something that one document speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredActor {
    /// Its least mention.
    pub id: MentionId,
    /// The document.
    pub document: DocumentId,
    /// The entity of the case that it is part of; itself until entities are resolved.
    pub entity: EntityId,
    /// How it came to be part of it.
    pub joined: String,
    /// What it is.
    pub kind: EntityKind,
    /// Whether nothing names it.
    pub unnamed: bool,
    /// How many mentions it has.
    pub mentions: u32,
    /// The fullest of its names.
    pub name: String,
    /// All names as found.
    pub names: Vec<String>,
    /// Mail addresses.
    pub addresses: Vec<String>,
    /// Of a person, where the text shows it.
    pub gender: Option<Gender>,
    /// What it is said to be, in the order of the text.
    pub roles: Vec<StoredRole>,
}

/// What somebody is said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRole {
    /// The words, without an article.
    pub text: String,
    /// The actor in which, where the text says so.
    pub of: Option<MentionId>,
    /// Where.
    pub span: Span,
}

/// Who says what in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStatement {
    /// Its name.
    pub id: StatementId,
    /// The document.
    pub document: DocumentId,
    /// Its place among the document's statements.
    pub number: u32,
    /// The source, as an actor of the document.
    pub source: Option<MentionId>,
    /// How the source stands to the content.
    pub stance: Stance,
    /// Everything else.
    pub detail: StatementDetail,
}

/// What of a statement is not searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementDetail {
    /// Who says it.
    pub source: Vec<Span>,
    /// The words that mark it as said.
    pub cue: Vec<Span>,
    /// What is said.
    pub content: Vec<Span>,
    /// How sure the source is.
    pub certainty: Certainty,
    /// Whether the content is affirmed.
    pub polarity: Polarity,
    /// Word for word or not.
    pub manner: Manner,
    /// What kind of source it is.
    pub source_kind: SourceKind,
    /// The actors that the content speaks of.
    pub about: Vec<MentionId>,
    /// The statement that directly holds this one.
    pub parent: Option<StatementId>,
    /// Those that pass it on, outermost first.
    pub via: Vec<StatementId>,
}

/// A tie that one document states.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLink {
    /// Its name.
    pub id: LinkId,
    /// The document.
    pub document: DocumentId,
    /// Its main text, in which the evidence stands.
    pub text: TextId,
    /// The actor at the one end.
    pub from: MentionId,
    /// The actor at the other end.
    pub to: MentionId,
    /// Type of the tie.
    pub kind: String,
    /// How firmly it is stated.
    pub stance: LinkStance,
    /// Everything else.
    pub detail: LinkDetail,
}

/// What of a tie is not searched for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkDetail {
    /// In which role.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// The innermost statement that holds it.
    pub statement: Option<StatementId>,
    /// The words that show it.
    pub evidence: Vec<Span>,
}

/// Which statements or ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// All of them.
    All,
    /// Those of a document.
    Document(DocumentId),
    /// Those that this entity makes; ties from it.
    By(EntityId),
    /// Those that speak of this entity; ties at either end of which it is.
    Of(EntityId),
}

/// How far reading has come, and what it found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadingCounts {
    /// Documents that can be read: their main text is annotated.
    pub documents: u64,
    /// Those that are.
    pub done: u64,
    /// Entities of the case that have a name.
    pub entities: u64,
    /// Statements.
    pub statements: u64,
    /// Ties.
    pub links: u64,
}

/// Documents whose main text is annotated, and whose reading is not of this fingerprint or older
/// than the document.
const WAITING: &str =
    "FROM documents d JOIN document_texts t ON t.document = d.id AND t.role = 'main'
    JOIN annotations a ON a.text = t.text AND a.fingerprint = ?1
    LEFT JOIN readings r ON r.document = d.id
    WHERE d.kind <> 'data' AND (r.document IS NULL OR r.fingerprint <> ?2 OR r.change < d.change)";

impl Reader<'_> {
    /// How many documents wait to be read.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn readings_waiting(
        &self,
        annotated: &Fingerprint,
        read: &Fingerprint,
    ) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) {WAITING}");
        let number: i64 =
            self.db()
                .query_row(&sql, params![annotated.as_str(), read.as_str()], |row| {
                    row.get(0)
                })?;
        Ok(number.unsigned_abs())
    }

    /// Documents after `after` that wait to be read, in the order of their ids.
    ///
    /// # Errors
    /// When SQLite fails, or a text is damaged.
    pub fn documents_to_read(
        &self,
        annotated: &Fingerprint,
        read: &Fingerprint,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Result<Vec<DocumentToRead>, Error> {
        let sql = format!(
            "SELECT d.id, x.length, x.data, a.labels, a.data, t.text FROM (
                SELECT d.id AS document {WAITING} AND d.id > ?3 ORDER BY d.id LIMIT ?4) w
             JOIN documents d ON d.id = w.document
             JOIN document_texts t ON t.document = d.id AND t.role = 'main'
             JOIN texts x ON x.id = t.text JOIN annotations a ON a.text = t.text ORDER BY d.id"
        );
        let mut statement = self.db().prepare_cached(&sql)?;
        let after = after.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let mut rows = statement.query(params![
            annotated.as_str(),
            read.as_str(),
            after,
            limit as i64
        ])?;
        let mut waiting = Vec::new();
        while let Some(row) = rows.next()? {
            let length = row.get::<_, i64>(1)?.unsigned_abs() as usize;
            let text_id = TextId::from_slice(row.get_ref(5)?.as_blob().unwrap_or_default());
            waiting.push(DocumentToRead {
                document: self.document(document_id(row, 0)?)?,
                text: text::unpack(row.get_ref(2)?.as_blob().unwrap_or_default(), length)?,
                shape: self.shape_of_text(text_id.ok_or(Error::Damaged("text id"))?)?,
                annotation: row.get(4)?,
                labels: row.get(3)?,
            });
        }
        Ok(waiting)
    }

    /// Documents that are read, in the order of their ids.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn read_documents(&self) -> Result<Vec<DocumentId>, Error> {
        let mut statement = self
            .db()
            .prepare("SELECT document FROM readings ORDER BY document")?;
        let rows = statement.query_map([], |row| document_id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The bytes of the labels of this name.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn labels(&self, id: &str) -> Result<Vec<u8>, Error> {
        let sql = "SELECT data FROM labels WHERE id = ?1";
        Ok(self.db().query_row(sql, [id], |row| row.get(0))?)
    }

    /// Documents that can be read, those that are, and what was found.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn reading_counts(&self) -> Result<ReadingCounts, Error> {
        let number = |sql: &str| -> Result<u64, Error> {
            let number: i64 = self.db().query_row(sql, [], |row| row.get(0))?;
            Ok(number.unsigned_abs())
        };
        Ok(ReadingCounts {
            documents: number(
                "SELECT count(*) FROM document_texts t JOIN annotations a ON a.text = t.text
                 JOIN documents d ON d.id = t.document WHERE t.role = 'main' AND d.kind <> 'data'",
            )?,
            done: number("SELECT count(*) FROM readings")?,
            entities: number("SELECT count(*) FROM entities WHERE NOT unnamed")?,
            statements: number("SELECT count(*) FROM statements")?,
            links: number("SELECT count(*) FROM links")?,
        })
    }

    /// The mentions of a document, in the order of its text.
    ///
    /// # Errors
    /// When SQLite fails, or the row is damaged.
    pub fn mentions(&self, document: DocumentId) -> Result<Vec<ReadMention>, Error> {
        let mut statement = self
            .db()
            .prepare_cached("SELECT length, mentions FROM readings WHERE document = ?1")?;
        let mut rows = statement.query([document.as_bytes()])?;
        let Some(row) = rows.next()? else {
            return Ok(Vec::new());
        };
        let length = row.get::<_, i64>(0)?.unsigned_abs() as usize;
        let json = text::unpack(row.get_ref(1)?.as_blob().unwrap_or_default(), length)?;
        from_json(&json, "list of mentions")
    }

    /// What each document speaks of, in the order of the ids.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn actors(&self, sink: &mut dyn FnMut(StoredActor)) -> Result<(), Error> {
        let sql = format!("SELECT {ACTOR_COLUMNS} FROM actors ORDER BY id");
        let mut statement = self.db().prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            sink(stored_actor(row)?);
        }
        Ok(())
    }

    /// What one document speaks of, in the order of the text.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn actors_of_document(&self, document: DocumentId) -> Result<Vec<StoredActor>, Error> {
        let (low, high) = MentionId::range_of(document);
        self.select_actors("id BETWEEN ?1 AND ?2", &[&low.as_bytes(), &high.as_bytes()])
    }

    /// The actors that an entity of the case consists of, in the order of their ids.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn actors_of_entity(&self, entity: EntityId) -> Result<Vec<StoredActor>, Error> {
        self.select_actors("entity = ?1", &[&entity.as_bytes()])
    }

    /// The actor of this id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn actor(&self, id: MentionId) -> Result<Option<StoredActor>, Error> {
        Ok(self.select_actors("id = ?1", &[&id.as_bytes()])?.pop())
    }

    fn select_actors(
        &self,
        condition: &str,
        arguments: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<StoredActor>, Error> {
        let sql = format!("SELECT {ACTOR_COLUMNS} FROM actors WHERE {condition} ORDER BY id");
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query(arguments)?;
        let mut actors = Vec::new();
        while let Some(row) = rows.next()? {
            actors.push(stored_actor(row)?);
        }
        Ok(actors)
    }

    /// Statements of a choice, document by document; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn statements(
        &self,
        choice: Choice,
        sink: &mut dyn FnMut(StoredStatement) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let (condition, id) = match choice {
            Choice::All => ("?1 = x''", Vec::new()),
            Choice::Document(id) => ("document = ?1", id.as_bytes().to_vec()),
            Choice::By(id) => (
                "source IN (SELECT id FROM actors WHERE entity = ?1)",
                id.as_bytes().to_vec(),
            ),
            Choice::Of(id) => (
                "id IN (SELECT statement FROM statement_about WHERE actor IN
                 (SELECT id FROM actors WHERE entity = ?1))",
                id.as_bytes().to_vec(),
            ),
        };
        let sql = format!(
            "SELECT {STATEMENT_COLUMNS} FROM statements WHERE {condition} ORDER BY document, number"
        );
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            if !sink(stored_statement(row)?)? {
                break;
            }
        }
        Ok(())
    }

    /// The statement of this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn statement(&self, id: StatementId) -> Result<StoredStatement, Error> {
        let sql = format!("SELECT {STATEMENT_COLUMNS} FROM statements WHERE id = ?1");
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query([id.as_bytes()])?;
        match rows.next()? {
            Some(row) => stored_statement(row),
            None => Err(Error::NotFound {
                what: "statement",
                given: id.to_hex(),
            }),
        }
    }

    /// Whether there is a tie with this id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn has_link(&self, id: LinkId) -> Result<bool, Error> {
        let mut statement = self
            .db()
            .prepare_cached("SELECT 1 FROM links WHERE id = ?1")?;
        Ok(statement.exists([id.as_bytes()])?)
    }

    /// Ties of a choice, document by document; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn links(
        &self,
        choice: Choice,
        sink: &mut dyn FnMut(StoredLink) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let (condition, id) = match choice {
            Choice::All => ("?1 = x''", Vec::new()),
            Choice::Document(id) => ("l.document = ?1", id.as_bytes().to_vec()),
            Choice::By(id) => (
                "from_actor IN (SELECT id FROM actors WHERE entity = ?1)",
                id.as_bytes().to_vec(),
            ),
            Choice::Of(id) => (
                "(from_actor IN (SELECT id FROM actors WHERE entity = ?1)
                  OR to_actor IN (SELECT id FROM actors WHERE entity = ?1))",
                id.as_bytes().to_vec(),
            ),
        };
        let mut statement = self.db().prepare_cached(&format!(
            "SELECT l.id, l.document, l.from_actor, l.to_actor, l.kind, l.stance, l.detail, t.text
             FROM links l JOIN document_texts t ON t.document = l.document AND t.role = 'main'
             WHERE {condition} ORDER BY l.document, l.number"
        ))?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let link = stored_link(row)?;
            if !sink(link)? {
                break;
            }
        }
        Ok(())
    }
}

impl Writer {
    /// Keeps the reading of a document in place of what was kept before; its actors are entities of
    /// their own until the next resolution.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put_reading(
        &mut self,
        fingerprint: &Fingerprint,
        change: u64,
        row: &ReadingRow,
    ) -> Result<(), Error> {
        self.forget_reading(row.document)?;
        let mentions = to_json(&row.mentions);
        self.db()
            .prepare_cached(
                "INSERT INTO readings (document, fingerprint, change, length, mentions)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                row.document.as_bytes(),
                fingerprint.as_str(),
                change as i64,
                mentions.len() as i64,
                text::pack(&mentions),
            ])?;
        self.db()
            .prepare_cached("UPDATE meta SET value = value + 1 WHERE key = 'readings'")?
            .execute([])?;
        self.put_actors(row)?;
        self.put_statements(row)?;
        self.put_links(row)
    }

    fn forget_reading(&mut self, document: DocumentId) -> Result<(), Error> {
        let (low, high) = MentionId::range_of(document);
        for table in ["readings", "statements", "links"] {
            let sql = format!("DELETE FROM {table} WHERE document = ?1");
            self.db()
                .prepare_cached(&sql)?
                .execute([document.as_bytes()])?;
        }
        for (table, column) in [("actors", "id"), ("statement_about", "actor")] {
            let sql = format!("DELETE FROM {table} WHERE {column} BETWEEN ?1 AND ?2");
            self.db()
                .prepare_cached(&sql)?
                .execute([low.as_bytes(), high.as_bytes()])?;
        }
        Ok(())
    }

    fn put_actors(&mut self, row: &ReadingRow) -> Result<(), Error> {
        let mut insert = self.db().prepare_cached(
            "INSERT INTO actors
             (id, document, entity, joined, kind, unnamed, mentions, name, names, addresses,
              gender, roles)
             VALUES (?1, ?2, ?1, 'itself', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for entity in &row.entities {
            insert.execute(params![
                entity.id.as_bytes(),
                row.document.as_bytes(),
                name_of(&entity.kind),
                entity.unnamed,
                entity.mentions,
                entity.name,
                to_json(&entity.names),
                to_json(&entity.addresses),
                entity.gender.as_ref().map(name_of),
                to_json(&roles(row, entity)),
            ])?;
        }
        Ok(())
    }

    fn put_statements(&mut self, row: &ReadingRow) -> Result<(), Error> {
        let mut insert = self.db().prepare_cached(
            "INSERT OR REPLACE INTO statements (id, document, number, source, stance, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut about = self.db().prepare_cached(
            "INSERT OR IGNORE INTO statement_about (actor, statement) VALUES (?1, ?2)",
        )?;
        for (number, statement) in row.statements.iter().enumerate() {
            let source = statement
                .source_entity
                .and_then(|number| actor(row, number));
            let detail = statement_detail(row, statement);
            insert.execute(params![
                statement.id.as_bytes(),
                row.document.as_bytes(),
                number as i64,
                source.as_ref().map(|id| id.as_bytes()),
                name_of(&statement.stance),
                to_json(&detail),
            ])?;
            for id in &detail.about {
                about.execute([id.as_bytes(), statement.id.as_bytes()])?;
            }
        }
        Ok(())
    }

    fn put_links(&mut self, row: &ReadingRow) -> Result<(), Error> {
        let mut insert = self.db().prepare_cached(
            "INSERT OR REPLACE INTO links
             (id, document, number, from_actor, to_actor, kind, stance, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for (number, link) in row.links.iter().enumerate() {
            let Some((from, to)) = actor(row, link.from).zip(actor(row, link.to)) else {
                continue;
            };
            insert.execute(params![
                link.id.as_bytes(),
                row.document.as_bytes(),
                number as i64,
                from.as_bytes(),
                to.as_bytes(),
                link.kind,
                name_of(&link.stance),
                to_json(&link_detail(row, link)),
            ])?;
        }
        Ok(())
    }
}

fn actor(row: &ReadingRow, number: u32) -> Option<MentionId> {
    row.entities.get(number as usize).map(|entity| entity.id)
}

fn roles(row: &ReadingRow, entity: &ReadEntity) -> Vec<StoredRole> {
    let roles = entity.roles.iter().map(|role| StoredRole {
        text: role.text.clone(),
        of: role.of.and_then(|number| actor(row, number)),
        span: role.span,
    });
    roles.collect()
}

fn statement_detail(row: &ReadingRow, statement: &ReadStatement) -> StatementDetail {
    let id = |number: &u32| row.statements.get(*number as usize).map(|other| other.id);
    let about = statement.about.iter();
    StatementDetail {
        source: statement.source.clone(),
        cue: statement.cue.clone(),
        content: statement.content.clone(),
        certainty: statement.certainty,
        polarity: statement.polarity,
        manner: statement.manner,
        source_kind: statement.source_kind,
        about: about.filter_map(|&number| actor(row, number)).collect(),
        parent: statement.parent.as_ref().and_then(id),
        via: statement.via.iter().filter_map(id).collect(),
    }
}

fn link_detail(row: &ReadingRow, link: &ReadLink) -> LinkDetail {
    let statement = link
        .statement
        .and_then(|at| row.statements.get(at as usize));
    LinkDetail {
        role: link.role.clone(),
        amount: link.amount.clone(),
        since: link.since.clone(),
        until: link.until.clone(),
        statement: statement.map(|statement| statement.id),
        evidence: link.evidence.clone(),
    }
}

const ACTOR_COLUMNS: &str =
    "id, document, entity, joined, kind, unnamed, mentions, name, names, addresses, gender, roles";

fn stored_actor(row: &Row<'_>) -> Result<StoredActor, Error> {
    Ok(StoredActor {
        id: mention_id(row, 0)?,
        document: document_id(row, 1)?,
        entity: mention_id(row, 2)?.into(),
        joined: row.get(3)?,
        kind: word(row, 4)?,
        unnamed: row.get(5)?,
        mentions: row.get(6)?,
        name: row.get(7)?,
        names: from_json(
            row.get_ref(8)?.as_str().unwrap_or_default(),
            "list of names",
        )?,
        addresses: from_json(
            row.get_ref(9)?.as_str().unwrap_or_default(),
            "list of names",
        )?,
        gender: match row.get_ref(10)? {
            ValueRef::Null => None,
            _ => Some(word(row, 10)?),
        },
        roles: from_json(row.get_ref(11)?.as_str().unwrap_or_default(), "role")?,
    })
}

const STATEMENT_COLUMNS: &str = "id, document, number, source, stance, detail";

fn stored_statement(row: &Row<'_>) -> Result<StoredStatement, Error> {
    let id = StatementId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default());
    let source: Option<Vec<u8>> = row.get(3)?;
    Ok(StoredStatement {
        id: id.ok_or(Error::Damaged("statement"))?,
        document: document_id(row, 1)?,
        number: row.get(2)?,
        source: source.and_then(|id| MentionId::from_slice(&id)),
        stance: word(row, 4)?,
        detail: from_json(row.get_ref(5)?.as_str().unwrap_or_default(), "statement")?,
    })
}

pub(crate) fn mention_id(row: &Row<'_>, column: usize) -> Result<MentionId, Error> {
    MentionId::from_slice(row.get_ref(column)?.as_blob().unwrap_or_default())
        .ok_or(Error::Damaged("mention"))
}

/// The name under which a unit variant is stored: that of its JSON.
pub(crate) fn name_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A unit variant from the name in a column.
pub(crate) fn word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Error> {
    let name = row.get_ref(column)?.as_str().unwrap_or_default();
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|_| Error::Damaged("reading"))
}

pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn from_json<T: DeserializeOwned>(json: &str, what: &'static str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|_| Error::Damaged(what))
}
