//! Stored conversations.

use std::collections::HashMap;

use onrecord_record::{DateTime, DocumentId};
use rusqlite::{OptionalExtension, params};

use crate::error::Error;
use crate::reader::{Reader, document_id};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredThread {
    /// Its name.
    pub id: DocumentId,
    /// Subject of its first message.
    pub subject: String,
    /// Messages in the case.
    pub messages: u64,
    /// Messages that others refer to and that the case does not hold.
    pub missing: u64,
    /// All of them, in reading order.
    pub nodes: Vec<StoredNode>,
}

/// A place in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNode {
    /// The message; `None` when it is missing.
    pub document: Option<DocumentId>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Position of the message that it answers.
    pub parent: Option<u32>,
    /// Depth of the reply, from 0.
    pub depth: u32,
    /// Subject.
    pub title: Option<String>,
    /// Date, as stated.
    pub date: Option<DateTime>,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadLine {
    /// Its name.
    pub id: DocumentId,
    /// Subject of its first message.
    pub subject: String,
    /// When it began: seconds since 1970.
    pub started: Option<i64>,
    /// Messages in the case.
    pub messages: u64,
    /// Messages that others refer to and that the case does not hold.
    pub missing: u64,
}

/// The order of a list of conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ThreadOrder {
    /// Those that began last first.
    #[default]
    Newest,
    /// Those that began first.
    Oldest,
    /// Those with most messages first.
    Longest,
    /// Those that lack most first.
    MostMissing,
}

impl ThreadOrder {
    /// As SQL; no date stands at the end, and ids make it one order.
    fn sql(self) -> &'static str {
        match self {
            Self::Newest => "started IS NULL, started DESC, id",
            Self::Oldest => "started IS NULL, started, id",
            Self::Longest => "messages DESC, started, id",
            Self::MostMissing => "missing DESC, started, id",
        }
    }
}

impl Reader<'_> {
    /// How many conversations there are of a choice, and some of them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn thread_lines(
        &self,
        only_with_missing: bool,
        at_least: u64,
        order: ThreadOrder,
        page: std::ops::Range<usize>,
    ) -> Result<(u64, Vec<ThreadLine>), Error> {
        const CHOICE: &str =
            "FROM threads WHERE (NOT ?1 OR missing > 0) AND messages + missing >= ?2";
        let at_least = at_least as i64;
        let total: i64 = self
            .db()
            .prepare_cached(&format!("SELECT count(*) {CHOICE}"))?
            .query_row(params![only_with_missing, at_least], |row| row.get(0))?;
        let mut statement = self.db().prepare_cached(&format!(
            "SELECT id, subject, started, messages, missing {CHOICE}
             ORDER BY {} LIMIT ?3 OFFSET ?4",
            order.sql()
        ))?;
        let lines = statement.query_map(
            params![
                only_with_missing,
                at_least,
                page.len() as i64,
                page.start as i64
            ],
            |row| {
                Ok(ThreadLine {
                    id: document_id(row, 0)?,
                    subject: row.get(1)?,
                    started: row.get(2)?,
                    messages: row.get::<_, i64>(3)?.unsigned_abs(),
                    missing: row.get::<_, i64>(4)?.unsigned_abs(),
                })
            },
        )?;
        Ok((total.unsigned_abs(), lines.collect::<Result<_, _>>()?))
    }

    /// The subject of a conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this name.
    pub fn thread_line(&self, id: DocumentId) -> Result<ThreadLine, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT subject, started, messages, missing FROM threads WHERE id = ?1",
        )?;
        let line = statement.query_row([id.as_bytes()], |row| {
            Ok(ThreadLine {
                id,
                subject: row.get(0)?,
                started: row.get(1)?,
                messages: row.get::<_, i64>(2)?.unsigned_abs(),
                missing: row.get::<_, i64>(3)?.unsigned_abs(),
            })
        });
        line.optional()?.ok_or_else(|| Error::NotFound {
            what: "conversation",
            given: id.to_hex(),
        })
    }

    /// How many origins a document has: copies of it, and itself.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn origin_count(&self, id: DocumentId) -> Result<u64, Error> {
        let number: i64 = self
            .db()
            .prepare_cached("SELECT count(*) FROM origins WHERE content = ?1")?
            .query_row([id.as_bytes()], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Conversations in the order in which they began; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn threads(
        &self,
        only_with_missing: bool,
        at_least: u64,
        sink: &mut dyn FnMut(StoredThread) -> bool,
    ) -> Result<(), Error> {
        let mut statement = self.db().prepare(
            "SELECT id, subject, messages, missing FROM threads
             WHERE (NOT ?1 OR missing > 0) AND messages + missing >= ?2
             ORDER BY started IS NULL, started, id",
        )?;
        let mut rows = statement.query(params![only_with_missing, at_least as i64])?;
        while let Some(row) = rows.next()? {
            let id = document_id(row, 0)?;
            let thread = StoredThread {
                id,
                subject: row.get(1)?,
                messages: row.get::<_, i64>(2)?.unsigned_abs(),
                missing: row.get::<_, i64>(3)?.unsigned_abs(),
                nodes: self.thread_nodes(id)?,
            };
            if !sink(thread) {
                break;
            }
        }
        Ok(())
    }

    /// Whether the stored conversations are those of the case as it is now.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn threads_are_current(&self) -> Result<bool, Error> {
        let change: i64 = self.db().query_row(
            "SELECT coalesce(max(d.change), 0) FROM documents d JOIN messages m ON m.document = d.id",
            [],
            |row| row.get(0),
        )?;
        let state = self.stage_state("threads")?;
        let stored = state.and_then(|state| state.rsplit('@').next()?.parse::<i64>().ok());
        Ok(stored.is_some_and(|stored| stored >= change))
    }

    /// The conversation of a message.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn thread_of(&self, document: DocumentId) -> Result<Option<DocumentId>, Error> {
        let thread = self
            .db()
            .prepare_cached("SELECT thread FROM thread_nodes WHERE document = ?1")?
            .query_row([document.as_bytes()], |row| document_id(row, 0))
            .optional()?;
        Ok(thread)
    }

    /// The conversation of each message.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn thread_by_message(&self) -> Result<HashMap<DocumentId, DocumentId>, Error> {
        let mut statement = self
            .db()
            .prepare("SELECT document, thread FROM thread_nodes WHERE document IS NOT NULL")?;
        let rows =
            statement.query_map([], |row| Ok((document_id(row, 0)?, document_id(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The messages of a conversation, in reading order.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn thread_nodes(&self, thread: DocumentId) -> Result<Vec<StoredNode>, Error> {
        let nodes = self
            .db()
            .prepare_cached(
                "SELECT n.document, n.message_id, n.parent, n.depth, d.title, d.date, d.date_offset
                 FROM thread_nodes n LEFT JOIN documents d ON d.id = n.document
                 WHERE n.thread = ?1 ORDER BY n.position",
            )?
            .query_map([thread.as_bytes()], |row| {
                let document: Option<Vec<u8>> = row.get(0)?;
                let date: Option<i64> = row.get(5)?;
                let offset: Option<i16> = row.get(6)?;
                Ok(StoredNode {
                    document: document.and_then(|id| DocumentId::from_slice(&id)),
                    message_id: row.get(1)?,
                    parent: row.get(2)?,
                    depth: row.get(3)?,
                    title: row.get(4)?,
                    date: date.map(|unix| DateTime {
                        unix,
                        offset_minutes: offset.unwrap_or(0),
                    }),
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(nodes)
    }
}
