//! The one writer of a case: rows in, in transactions that end between batches.

use std::collections::BTreeSet;
use std::path::Path;

use onrecord_mail::Thread;
use onrecord_pipeline::{
    DocumentRow, Fingerprint, ItemOutcome, ItemRow, Kind, Level, MessageInfo, Row, TextRow, When,
};
use onrecord_record::{Digest, DocumentId, Problem};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::error::Error;
use crate::folder::{CaseFolder, WriterLock};
use crate::path::{from_bytes, to_bytes};
use crate::walk::Found;
use crate::{reader::Reader, schema, text};

/// A file of the case that waits to be read.
#[derive(Debug, Clone)]
pub struct WaitingFile {
    /// Its number in this case.
    pub id: i64,
    /// Where it is.
    pub path: std::path::PathBuf,
    /// Its path as shown.
    pub shown: String,
    /// Its size when it was found.
    pub size: u64,
    /// When it was modified, as found.
    pub modified_ns: Option<i64>,
    /// Whose material it is.
    pub custodian: Option<String>,
}

/// How the walk's find compares with what the case knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// Known, with the same size and time.
    Unchanged,
    /// New or changed: it waits to be read.
    Waits,
    /// It cannot be read, and the ledger says why.
    Unreadable,
}

/// How a file ended.
#[derive(Debug, Clone, Default)]
pub struct FileEnd {
    /// SHA-256 of its bytes.
    pub sha256: Option<[u8; 32]>,
    /// BLAKE3 of its bytes.
    pub blake3: Option<Digest>,
}

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
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -32_768)?;
        db.pragma_update(None, "journal_size_limit", 64 << 20)?;
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

    /// Notes what a person named; returns its number.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn add_root(&mut self, path: &Path, now: &str) -> Result<i64, Error> {
        let bytes = to_bytes(path);
        self.db.execute(
            "INSERT INTO roots (path, shown, added_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (path) DO UPDATE SET added_at = excluded.added_at",
            params![bytes, path.display().to_string(), now],
        )?;
        Ok(self
            .db
            .query_row("SELECT id FROM roots WHERE path = ?1", [bytes], |row| {
                row.get(0)
            })?)
    }

    /// Ends the walk of a root: how many files were excluded, and which known ones are gone.
    ///
    /// `seen` holds the numbers of all files that the walk met.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn finish_root(&mut self, root: i64, excluded: u64) -> Result<(), Error> {
        let excluded = i64::try_from(excluded).unwrap_or(i64::MAX);
        self.db.execute(
            "UPDATE roots SET excluded = ?2 WHERE id = ?1",
            params![root, excluded],
        )?;
        let mut known = self
            .db
            .prepare("SELECT id, path, vanished FROM files WHERE root = ?1 AND current = 1")?;
        let mut changed = Vec::new();
        let mut rows = known.query([root])?;
        while let Some(row) = rows.next()? {
            let (id, path, was): (i64, Vec<u8>, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let gone = std::fs::symlink_metadata(from_bytes(&path))
                .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
            if gone != was {
                changed.push((id, gone));
            }
        }
        drop(rows);
        drop(known);
        for (id, gone) in changed {
            self.db.execute(
                "UPDATE files SET vanished = ?2 WHERE id = ?1",
                params![id, gone],
            )?;
        }
        Ok(())
    }

    /// Notes a file that the walk found.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn note_found(
        &mut self,
        root: i64,
        found: &Found,
        custodian: Option<&str>,
    ) -> Result<Noted, Error> {
        let path = to_bytes(&found.path);
        let known = self.known_file(&path)?;
        if let Some(known) = &known {
            let same = known.size == found.size && known.modified_ns == found.modified_ns;
            if same && known.state == 1 && found.problem.is_none() == known.readable {
                return Ok(Noted::Unchanged);
            }
        }
        let id = match known {
            // A file that waits, or that could not be read, is the same version until it is read.
            Some(known) if known.state == 0 || !known.readable => {
                self.forget_file(known.id)?;
                self.refresh_file(known.id, found)?;
                known.id
            }
            Some(known) => self.new_version(root, &path, found, custodian, known)?,
            None => self.insert_file(root, &path, found, custodian, 1)?,
        };
        match &found.problem {
            None => Ok(Noted::Waits),
            Some(problem) => {
                self.record_unreadable(id, found, problem)?;
                Ok(Noted::Unreadable)
            }
        }
    }

    fn known_file(&self, path: &[u8]) -> Result<Option<KnownFile>, Error> {
        let mut statement = self.db.prepare_cached(
            "SELECT f.id, f.size, f.modified_ns, f.state, f.version, f.custodian,
                    NOT EXISTS (SELECT 1 FROM origins o WHERE o.file = f.id AND o.sequence = 0 AND o.outcome = 2 AND o.blake3 IS NULL)
             FROM files f WHERE f.path = ?1 AND f.current = 1",
        )?;
        let known = statement
            .query_row([path], |row| {
                Ok(KnownFile {
                    id: row.get(0)?,
                    size: row.get::<_, i64>(1)?.unsigned_abs(),
                    modified_ns: row.get(2)?,
                    state: row.get(3)?,
                    version: row.get(4)?,
                    custodian: row.get(5)?,
                    readable: row.get(6)?,
                })
            })
            .optional()?;
        Ok(known)
    }

    fn insert_file(
        &mut self,
        root: i64,
        path: &[u8],
        found: &Found,
        custodian: Option<&str>,
        version: i64,
    ) -> Result<i64, Error> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO files (root, path, shown, version, size, modified_ns, custodian)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let shown = found.path.display().to_string();
        let size = found.size as i64;
        Ok(statement.insert(params![
            root,
            path,
            shown,
            version,
            size,
            found.modified_ns,
            custodian
        ])?)
    }

    fn new_version(
        &mut self,
        root: i64,
        path: &[u8],
        found: &Found,
        custodian: Option<&str>,
        known: KnownFile,
    ) -> Result<i64, Error> {
        self.db
            .execute("UPDATE files SET current = 0 WHERE id = ?1", [known.id])?;
        let custodian = custodian.map(str::to_owned).or(known.custodian);
        self.insert_file(root, path, found, custodian.as_deref(), known.version + 1)
    }

    fn refresh_file(&mut self, id: i64, found: &Found) -> Result<(), Error> {
        self.db.execute(
            "UPDATE files SET state = 0, size = ?2, modified_ns = ?3 WHERE id = ?1",
            params![id, found.size as i64, found.modified_ns],
        )?;
        Ok(())
    }

    fn record_unreadable(
        &mut self,
        id: i64,
        found: &Found,
        problem: &Problem,
    ) -> Result<(), Error> {
        let file = WaitingFile {
            id,
            path: found.path.clone(),
            shown: found.path.display().to_string(),
            size: found.size,
            modified_ns: found.modified_ns,
            custodian: None,
        };
        self.put(
            &file,
            &Row::Item(Box::new(unreadable_item(&file, problem.clone()))),
        )?;
        self.finish_file(&file, &FileEnd::default())
    }

    /// Files that wait, after number `after`, at most `limit` of them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn waiting_files(&self, after: i64, limit: usize) -> Result<Vec<WaitingFile>, Error> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, path, shown, size, modified_ns, custodian FROM files
             WHERE state = 0 AND id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let files = statement
            .query_map(params![after, limit as i64], |row| {
                Ok(WaitingFile {
                    id: row.get(0)?,
                    path: from_bytes(&row.get::<_, Vec<u8>>(1)?),
                    shown: row.get(2)?,
                    size: row.get::<_, i64>(3)?.unsigned_abs(),
                    modified_ns: row.get(4)?,
                    custodian: row.get(5)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(files)
    }

    /// How many files wait, and their bytes.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn waiting_totals(&self) -> Result<(u64, u64), Error> {
        Ok(self.db.query_row(
            "SELECT count(*), coalesce(sum(size), 0) FROM files WHERE state = 0",
            [],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?.unsigned_abs(),
                    row.get::<_, i64>(1)?.unsigned_abs(),
                ))
            },
        )?)
    }

    /// Puts files that are locked back into the queue; returns how many.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn requeue_locked(&mut self) -> Result<usize, Error> {
        Ok(self.db.execute(
            "UPDATE files SET state = 0 WHERE current = 1 AND id IN
             (SELECT file FROM problems WHERE code = 'locked')",
            [],
        )?)
    }

    /// Forgets what an earlier, interrupted reading of the file left behind.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn forget_file(&mut self, file: i64) -> Result<(), Error> {
        if file > self.known_before {
            return Ok(());
        }
        let any: bool = self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM origins WHERE file = ?1)")?
            .query_row([file], |row| row.get(0))?;
        if !any {
            return Ok(());
        }
        let contents: Vec<Vec<u8>> = self
            .db
            .prepare(
                "SELECT DISTINCT content FROM origins WHERE file = ?1 AND content IS NOT NULL",
            )?
            .query_map([file], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        self.db
            .execute("DELETE FROM origins WHERE file = ?1", [file])?;
        self.db
            .execute("DELETE FROM problems WHERE file = ?1", [file])?;
        for content in contents {
            self.choose_first_origin(&content)?;
        }
        Ok(())
    }

    fn choose_first_origin(&mut self, content: &[u8]) -> Result<(), Error> {
        self.db
            .execute("DELETE FROM contents WHERE id = ?1", [content])?;
        let others: Vec<(i64, u32, u8, Vec<u8>)> = self
            .db
            .prepare_cached(
                "SELECT o.file, o.sequence, o.level, f.path FROM origins o JOIN files f ON f.id = o.file
                 WHERE o.content = ?1",
            )?
            .query_map([content], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<Result<_, _>>()?;
        for (file, sequence, level, path) in others {
            let rank = rank_bytes(level, &path, sequence);
            self.note_content(content, &rank, file, sequence)?;
        }
        Ok(())
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

    /// The file is read to its end: it waits no more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn finish_file(&mut self, file: &WaitingFile, end: &FileEnd) -> Result<(), Error> {
        self.db
            .prepare_cached("UPDATE files SET state = 1, sha256 = ?2, blake3 = ?3 WHERE id = ?1")?
            .execute(params![
                file.id,
                end.sha256.as_ref().map(|hash| hash.as_slice()),
                end.blake3.as_ref().map(|hash| hash.as_bytes()),
            ])?;
        if end.blake3.is_some() {
            self.drop_touched_version(file)?;
        }
        Ok(())
    }

    /// A file that was only touched (other time, same bytes) is not a new version.
    fn drop_touched_version(&mut self, file: &WaitingFile) -> Result<(), Error> {
        let earlier: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT old.id FROM files new JOIN files old
                 ON old.path = new.path AND old.version = new.version - 1 AND old.blake3 = new.blake3
                 WHERE new.id = ?1 AND new.version > 1",
            )?
            .query_row([file.id], |row| row.get(0))
            .optional()?;
        let Some(earlier) = earlier else {
            return Ok(());
        };
        self.forget_file(earlier)?;
        self.db
            .execute("DELETE FROM files WHERE id = ?1", [earlier])?;
        self.db.execute(
            "UPDATE files SET version = version - 1 WHERE id = ?1",
            [file.id],
        )?;
        Ok(())
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
                    "INSERT INTO document_texts (document, number, role, text) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![row.id.as_bytes(), number as i64, text.role, text.id.as_bytes()])?;
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

struct KnownFile {
    id: i64,
    size: u64,
    modified_ns: Option<i64>,
    state: i64,
    version: i64,
    custodian: Option<String>,
    readable: bool,
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

/// The row of a file that could not be opened.
#[must_use]
pub fn unreadable_item(file: &WaitingFile, problem: Problem) -> ItemRow {
    let name = file.path.file_name().map_or_else(
        || file.shown.clone(),
        |name| name.to_string_lossy().into_owned(),
    );
    ItemRow {
        sequence: 0,
        parent: None,
        level: Level::File,
        name,
        trail: String::new(),
        locator: onrecord_record::Locator::Whole,
        kind: Kind::None,
        outcome: ItemOutcome::Unread,
        media_type: None,
        charset: None,
        size: file.size,
        sha256: None,
        blake3: None,
        content: None,
        found_children: 0,
        unreached: 0,
        problems: vec![problem],
    }
}
