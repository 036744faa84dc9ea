//! The one writer of a case: rows in, in transactions that end between batches.

mod queue;

use std::collections::BTreeSet;

use onrecord_mail::Thread;
use onrecord_pipeline::{DocumentRow, Fingerprint, ItemRow, MessageInfo, Row, TextRow, When};
use onrecord_record::DocumentId;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::error::Error;
use crate::folder::{CaseFolder, WriterLock};
use crate::path::to_bytes;
use crate::{reader::Reader, schema, text};

pub use queue::{FileEnd, Noted, WaitingFile, unreadable_item};

/// The case, open for writing; readers go on meanwhile.
pub struct Writer {
    db: Connection,
    folder: CaseFolder,
    change: i64,
    /// Files with a greater number were found since the case was opened: nothing is left of them.
    known_before: i64,
    dirty: BTreeSet<DocumentId>,
    in_transaction: bool,
    _lock: WriterLock,
}

impl Writer {
    /// Opens the case for writing, making it if it is not there; `command` is shown to a second
    /// writer that is turned away.
    ///
    /// # Errors
    /// When another process writes, when something else lies there, or when the disk fails.
    pub fn open(folder: &CaseFolder, command: &str) -> Result<Self, Error> {
        folder.create()?;
        let lock = folder.lock(command)?;
        let mut db = Connection::open(folder.database())?;
        db.busy_timeout(std::time::Duration::from_secs(30))?;
        // Most rows with headers fit into a page of this size; it holds for a case that is made now.
        db.pragma_update(None, "page_size", 8_192)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -16_384)?;
        db.pragma_update(None, "journal_size_limit", 64 << 20)?;
        // In pages: the inner pages of an index change with every batch, and are copied once in a while.
        db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        db.set_prepared_statement_cache_capacity(64);
        schema::migrate(&mut db)?;
        let change = db.query_row(
            "SELECT coalesce(max(change), 0) FROM documents",
            [],
            |row| row.get(0),
        )?;
        let known_before = db.query_row("SELECT coalesce(max(id), 0) FROM files", [], |row| {
            row.get(0)
        })?;
        Ok(Self {
            db,
            folder: folder.clone(),
            change,
            known_before,
            dirty: BTreeSet::new(),
            in_transaction: false,
            _lock: lock,
        })
    }

    /// The case's folder.
    #[must_use]
    pub fn folder(&self) -> &CaseFolder {
        &self.folder
    }

    /// A reader that sees what this writer has written, uncommitted rows included.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader::borrowed(&self.db)
    }

    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Begins a transaction, unless one is open.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn begin(&mut self) -> Result<(), Error> {
        if !self.in_transaction {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
            self.in_transaction = true;
        }
        Ok(())
    }

    /// Ends the open transaction: what was written since it began is kept, whatever happens next.
    ///
    /// # Errors
    /// When the disk is full or fails; then nothing of the transaction is kept.
    pub fn commit(&mut self) -> Result<(), Error> {
        if self.in_transaction {
            self.db.execute_batch("COMMIT")?;
            self.in_transaction = false;
        }
        Ok(())
    }

    /// Documents written or found again since this was last asked, in the order of their ids.
    pub fn take_dirty(&mut self) -> BTreeSet<DocumentId> {
        std::mem::take(&mut self.dirty)
    }

    /// The number of the last change.
    #[must_use]
    pub fn last_change(&self) -> u64 {
        self.change.unsigned_abs()
    }

    /// Stores one row of a file; returns whether it is a document that the case did not have.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put(&mut self, file: &WaitingFile, row: &Row) -> Result<bool, Error> {
        match row {
            Row::Item(item) => self.put_item(file, item).map(|()| false),
            Row::Document(document) => self.put_document(file, document),
            Row::Text(text) => self.put_text(text).map(|()| false),
        }
    }

    fn put_item(&mut self, file: &WaitingFile, item: &ItemRow) -> Result<(), Error> {
        insert_origin(self.db.prepare_cached(INSERT_ORIGIN)?, file.id, item)?;
        if !item.problems.is_empty() {
            let mut statement = self.db.prepare_cached(
                "INSERT OR REPLACE INTO problems (file, sequence, number, code, message)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (number, problem) in item.problems.iter().enumerate() {
                let code = problem.code.info().code;
                statement.execute(params![
                    file.id,
                    item.sequence,
                    number as i64,
                    code,
                    problem.message
                ])?;
            }
        }
        if let Some(content) = &item.content {
            let rank = rank_bytes(item.level as u8, &to_bytes(&file.path), item.sequence);
            self.note_content(content.as_bytes(), &rank, file.id, item.sequence)?;
        }
        Ok(())
    }

    fn note_content(
        &mut self,
        id: &[u8],
        rank: &[u8],
        file: i64,
        sequence: u32,
    ) -> Result<(), Error> {
        self.db
            .prepare_cached(
                "INSERT INTO contents (id, rank, file, sequence) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET rank = excluded.rank, file = excluded.file,
                 sequence = excluded.sequence WHERE excluded.rank < contents.rank",
            )?
            .execute(params![id, rank, file, sequence])?;
        Ok(())
    }

    fn put_document(&mut self, file: &WaitingFile, row: &DocumentRow) -> Result<bool, Error> {
        self.dirty.insert(row.id);
        let place = rank_bytes(row.level as u8, &to_bytes(&file.path), row.sequence);
        // Of several copies of a message the one with the least hash is shown (whatever came first).
        let rank = match &row.message {
            Some(message) => [message.raw.as_bytes(), &place].concat(),
            None => place,
        };
        if let Some(message) = &row.message {
            self.put_message_copy(row.id, message)?;
        }
        let known: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT rank FROM documents WHERE id = ?1")?
            .query_row([row.id.as_bytes()], |row| row.get(0))
            .optional()?;
        self.change += 1;
        let is_new = known.is_none();
        if known.is_some_and(|known| known <= rank) {
            self.db
                .prepare_cached("UPDATE documents SET change = ?2 WHERE id = ?1")?
                .execute(params![row.id.as_bytes(), self.change])?;
            return Ok(false);
        }
        if !is_new {
            self.db
                .prepare_cached("DELETE FROM document_texts WHERE document = ?1")?
                .execute([row.id.as_bytes()])?;
        }
        self.write_document(row, &rank)?;
        Ok(is_new)
    }

    fn write_document(&mut self, row: &DocumentRow, rank: &[u8]) -> Result<(), Error> {
        let (date, offset) = stored_date(row.date);
        let metadata = serde_json::to_string(&row.metadata).unwrap_or_default();
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO documents
                 (id, rank, kind, media_type, title, date, date_offset, language, metadata, continues, part, change)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                row.id.as_bytes(),
                rank,
                row.kind,
                row.media_type,
                row.title,
                date,
                offset,
                row.language,
                metadata,
                row.continues.as_ref().map(|(id, _)| id.as_bytes()),
                row.continues.as_ref().map(|(_, part)| part),
                self.change,
            ])?;
        for (number, text) in row.texts.iter().enumerate() {
            self.put_text(text)?;
            self.db
                .prepare_cached(
                    "INSERT INTO document_texts (document, number, role, text, places)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    row.id.as_bytes(),
                    number as i64,
                    text.role,
                    text.id.as_bytes(),
                    text::pack_places(&text.places),
                ])?;
        }
        match &row.message {
            Some(message) => self.put_message(row.id, message),
            None => Ok(()),
        }
    }

    fn put_text(&mut self, row: &TextRow) -> Result<(), Error> {
        let Some(content) = &row.text else {
            return Ok(());
        };
        self.db
            .prepare_cached("INSERT OR IGNORE INTO texts (id, length, data) VALUES (?1, ?2, ?3)")?
            .execute(params![
                row.id.as_bytes(),
                row.length as i64,
                text::pack(content)
            ])?;
        Ok(())
    }

    fn put_message(&mut self, id: DocumentId, message: &MessageInfo) -> Result<(), Error> {
        let info = without_headers(message);
        let info = serde_json::to_string(&info).unwrap_or_default();
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO messages (document, message_id, info) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id.as_bytes(), message.message_id, info])?;
        Ok(())
    }

    fn put_message_copy(&mut self, id: DocumentId, message: &MessageInfo) -> Result<(), Error> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO message_copies (raw, document, headers) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![
                message.raw.as_bytes(),
                id.as_bytes(),
                text::pack_headers(&message.headers)
            ])?;
        Ok(())
    }

    /// Marks a document as changed, so that the search index takes it again.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn touch(&mut self, id: DocumentId) -> Result<(), Error> {
        self.change += 1;
        self.db.execute(
            "UPDATE documents SET change = ?2 WHERE id = ?1",
            params![id.as_bytes(), self.change],
        )?;
        self.dirty.insert(id);
        Ok(())
    }

    /// Replaces the threads.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn replace_threads(&mut self, threads: &[Thread]) -> Result<(), Error> {
        self.db
            .execute_batch("DELETE FROM thread_nodes; DELETE FROM threads;")?;
        let mut insert_thread = self.db.prepare_cached(
            "INSERT INTO threads (id, subject, started, messages, missing) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut insert_node = self.db.prepare_cached(
            "INSERT INTO thread_nodes (thread, position, parent, depth, document, message_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for thread in threads {
            let started = thread
                .messages
                .iter()
                .filter_map(|node| node.date)
                .map(|d| d.unix)
                .min();
            let present = thread
                .messages
                .iter()
                .filter(|node| node.document.is_some())
                .count();
            let subject = thread.subject.as_deref().unwrap_or_default();
            insert_thread.execute(params![
                thread.id.as_bytes(),
                subject,
                started,
                present as i64,
                thread.missing as i64
            ])?;
            for (position, node) in thread.messages.iter().enumerate() {
                insert_node.execute(params![
                    thread.id.as_bytes(),
                    position as i64,
                    node.parent,
                    node.depth,
                    node.document.as_ref().map(|id| id.as_bytes()),
                    node.message_id,
                ])?;
            }
        }
        Ok(())
    }

    /// Notes which version of a stage made what is stored, and from which state of the case.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn set_stage(
        &mut self,
        name: &str,
        fingerprint: &Fingerprint,
        state: &str,
    ) -> Result<(), Error> {
        self.db.execute(
            "INSERT OR REPLACE INTO stages (name, fingerprint, state) VALUES (?1, ?2, ?3)",
            params![name, fingerprint.as_str(), state],
        )?;
        Ok(())
    }
}

const INSERT_ORIGIN: &str = "INSERT OR REPLACE INTO origins
    (file, sequence, parent, level, kind, outcome, name, trail, locator, media_type, charset, size,
     sha256, blake3, content, found_children, unreached)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

fn insert_origin(
    mut statement: CachedStatement<'_>,
    file: i64,
    item: &ItemRow,
) -> Result<(), Error> {
    let locator = serde_json::to_string(&item.locator).unwrap_or_default();
    statement.execute(params![
        file,
        item.sequence,
        item.parent,
        item.level as u8,
        item.kind as u8,
        item.outcome as u8,
        item.name,
        item.trail,
        locator,
        item.media_type,
        item.charset,
        item.size as i64,
        item.sha256.as_ref().map(|hash| hash.0.as_slice()),
        item.blake3.as_ref().map(|hash| hash.as_bytes()),
        item.content.as_ref().map(|id| id.as_bytes()),
        item.found_children as i64,
        item.unreached as i64,
    ])?;
    Ok(())
}

/// Headers are kept apart, once for each copy.
fn without_headers(message: &MessageInfo) -> MessageInfo {
    MessageInfo {
        document: message.document,
        raw: message.raw,
        headers: Vec::new(),
        from: message.from.clone(),
        sender: message.sender.clone(),
        to: message.to.clone(),
        cc: message.cc.clone(),
        bcc: message.bcc.clone(),
        reply_to: message.reply_to.clone(),
        date: message.date,
        subject: message.subject.clone(),
        message_id: message.message_id.clone(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        thread_index: message.thread_index.clone(),
        thread_topic: message.thread_topic.clone(),
        list_id: message.list_id.clone(),
        encryption: message.encryption,
        flowed: message.flowed,
        n_attachments: message.n_attachments,
    }
}

/// Sorts origins by level, path, and place in the file.
fn rank_bytes(level: u8, path: &[u8], sequence: u32) -> Vec<u8> {
    let mut rank = Vec::with_capacity(path.len() + 6);
    rank.push(level);
    rank.extend_from_slice(path);
    rank.push(0);
    rank.extend_from_slice(&sequence.to_be_bytes());
    rank
}

fn stored_date(date: Option<When>) -> (Option<i64>, Option<i16>) {
    match date {
        None => (None, None),
        Some(When::Moment(moment)) => (Some(moment.unix), Some(moment.offset_minutes)),
        // A period has no offset: that is how a day is told from a moment.
        Some(When::Period(period)) => (Some(period.first_second()), None),
    }
}
