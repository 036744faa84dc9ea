//! Reads a case. Any number of readers work while one process writes.

use std::collections::HashMap;
use std::path::PathBuf;

use onrecord_mail::ThreadInput;
use onrecord_pipeline::{HeaderField, MessageInfo};
use onrecord_record::{DateTime, Digest, DocumentId, PlacedSpan, TextId};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use crate::error::Error;
use crate::folder::CaseFolder;
use crate::path::from_bytes;
use crate::{schema, text};

/// The case, open for reading.
pub struct Reader<'a> {
    db: Handle<'a>,
}

enum Handle<'a> {
    Own(Connection),
    Borrowed(&'a Connection),
}

/// A document's own row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDocument {
    /// Its name.
    pub id: DocumentId,
    /// What a person calls it.
    pub kind: String,
    /// Media type.
    pub media_type: String,
    /// Title.
    pub title: String,
    /// When it was written: seconds since 1970, and the offset in which it says so (`None` for a day).
    pub date: Option<i64>,
    /// Minutes east of UTC, where the document states a moment.
    pub date_offset: Option<i16>,
    /// ISO 639-3 code.
    pub language: Option<String>,
    /// What it says of itself.
    pub metadata: Vec<(String, String)>,
    /// The document that it continues, and the number of this part.
    pub continues: Option<(DocumentId, u32)>,
    /// Number of its last change.
    pub change: u64,
}

impl StoredDocument {
    /// Its date as text: a moment in RFC 3339, or a day.
    #[must_use]
    pub fn shown_date(&self) -> Option<String> {
        let unix = self.date?;
        match self.date_offset {
            Some(offset_minutes) => Some(
                DateTime {
                    unix,
                    offset_minutes,
                }
                .to_string(),
            ),
            None => DateTime::utc(unix).day().map(|day| day.to_string()),
        }
    }
}

/// One origin of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOrigin {
    /// Number of the file.
    pub file: i64,
    /// Number of the item within it.
    pub sequence: u32,
    /// Path of the file, as it is.
    pub path: PathBuf,
    /// Path of the file, as shown.
    pub shown: String,
    /// Names from the file down to the item; empty for the file itself.
    pub trail: String,
    /// Locator in JSON.
    pub locator: String,
    /// Whose material it came from.
    pub custodian: Option<String>,
    /// Media type.
    pub media_type: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Option<Digest>,
    /// BLAKE3 of its bytes.
    pub blake3: Option<Digest>,
    /// Version of the file, from 1.
    pub version: u32,
    /// Whether this is the file's present version.
    pub current: bool,
    /// Whether the original is gone from where it was.
    pub vanished: bool,
    /// Whether `check` found other bytes than were read.
    pub altered: bool,
}

/// A text of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredText {
    /// Which of the texts.
    pub role: String,
    /// Its name.
    pub id: TextId,
    /// The text.
    pub text: String,
    /// Where stretches of it lie in the original; empty for one running text.
    pub places: Vec<PlacedSpan>,
}

const DOCUMENT_COLUMNS: &str =
    "id, kind, media_type, title, date, date_offset, language, metadata, continues, part, change";

impl<'a> Reader<'a> {
    /// Opens the case for reading.
    ///
    /// # Errors
    /// When there is no case, or one of another version.
    pub fn open(folder: &CaseFolder) -> Result<Reader<'static>, Error> {
        if !folder.exists() {
            return Err(Error::NoCase(folder.path().to_path_buf()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = match Connection::open_with_flags(folder.database(), flags) {
            Ok(db) => db,
            Err(_) => Connection::open(folder.database())?,
        };
        db.busy_timeout(std::time::Duration::from_secs(30))?;
        db.set_prepared_statement_cache_capacity(64);
        schema::check_current(&db)?;
        Ok(Reader {
            db: Handle::Own(db),
        })
    }

    pub(crate) fn borrowed(db: &'a Connection) -> Self {
        Self {
            db: Handle::Borrowed(db),
        }
    }

    pub(crate) fn db(&self) -> &Connection {
        match &self.db {
            Handle::Own(db) => db,
            Handle::Borrowed(db) => db,
        }
    }

    /// The document whose id begins with `prefix` (at least 4 digits).
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Ambiguous`] with the candidates.
    pub fn find_document(&self, prefix: &str) -> Result<DocumentId, Error> {
        let given = prefix.trim().to_ascii_lowercase();
        let missing = || Error::NotFound {
            what: "document",
            given: prefix.to_owned(),
        };
        if given.len() < 4 || !given.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(missing());
        }
        let mut statement = self.db().prepare_cached(
            "SELECT id FROM documents WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT 9",
        )?;
        let (low, high) = prefix_range(&given);
        let found = statement
            .query_map(params![low, high], |row| document_id(row, 0))?
            .collect::<Result<Vec<_>, _>>()?;
        match found.as_slice() {
            [] => Err(missing()),
            [one] => Ok(*one),
            many => Err(Error::Ambiguous {
                given: prefix.to_owned(),
                candidates: many.iter().map(|id| id.to_hex()).collect(),
            }),
        }
    }

    /// A document's row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case has no such document.
    pub fn document(&self, id: DocumentId) -> Result<StoredDocument, Error> {
        self.db()
            .prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id = ?1"
            ))?
            .query_row([id.as_bytes()], stored_document)
            .optional()?
            .ok_or_else(|| Error::NotFound {
                what: "document",
                given: id.to_hex(),
            })
    }

    /// Documents whose last change is after `change`, in the order of their changes.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn changed_since(
        &self,
        change: u64,
        limit: usize,
    ) -> Result<Vec<(DocumentId, u64)>, Error> {
        let found = self
            .db()
            .prepare_cached(
                "SELECT id, change FROM documents WHERE change > ?1 ORDER BY change LIMIT ?2",
            )?
            .query_map(params![change as i64, limit as i64], |row| {
                Ok((document_id(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs()))
            })?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// A document's texts, in reading order.
    ///
    /// # Errors
    /// When SQLite fails, or a text is damaged.
    pub fn texts(&self, id: DocumentId) -> Result<Vec<StoredText>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT d.role, t.id, t.length, t.data, d.places FROM document_texts d JOIN texts t ON t.id = d.text
             WHERE d.document = ?1 ORDER BY d.number",
        )?;
        let mut rows = statement.query([id.as_bytes()])?;
        let mut texts = Vec::new();
        while let Some(row) = rows.next()? {
            let length = row.get::<_, i64>(2)?.unsigned_abs() as usize;
            let name = TextId::from_slice(row.get_ref(1)?.as_blob().unwrap_or_default());
            texts.push(StoredText {
                role: row.get(0)?,
                id: name.ok_or(Error::Damaged("text id"))?,
                text: text::unpack(row.get_ref(3)?.as_blob().unwrap_or_default(), length)?,
                places: text::unpack_places(row.get_ref(4)?.as_blob_or_null().unwrap_or_default())?,
            });
        }
        Ok(texts)
    }

    /// Where a document came from, the origin that stands for it first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn origins(&self, id: DocumentId) -> Result<Vec<StoredOrigin>, Error> {
        let origins = self
            .db()
            .prepare_cached(
                "SELECT o.file, o.sequence, f.path, f.shown, o.trail, o.locator, f.custodian, o.size,
                        o.sha256, o.blake3, f.version, f.current, f.vanished, f.altered,
                        o.media_type
                 FROM origins o JOIN files f ON f.id = o.file
                 WHERE o.content = ?1 ORDER BY o.level, f.path, f.version, o.sequence",
            )?
            .query_map([id.as_bytes()], |row| {
                Ok(StoredOrigin {
                    file: row.get(0)?,
                    sequence: row.get(1)?,
                    path: from_bytes(&row.get::<_, Vec<u8>>(2)?),
                    shown: row.get(3)?,
                    trail: row.get(4)?,
                    locator: row.get(5)?,
                    custodian: row.get(6)?,
                    size: row.get::<_, i64>(7)?.unsigned_abs(),
                    sha256: digest(row, 8)?,
                    blake3: digest(row, 9)?,
                    version: row.get(10)?,
                    current: row.get(11)?,
                    vanished: row.get(12)?,
                    altered: row.get(13)?,
                    media_type: row.get(14)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(origins)
    }

    /// BLAKE3 of a file as it was read; `None` while it waits.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn file_hash(&self, file: i64) -> Result<Option<Digest>, Error> {
        let hash = self
            .db()
            .prepare_cached("SELECT blake3 FROM files WHERE id = ?1")?
            .query_row([file], |row| digest(row, 0))
            .optional()?;
        Ok(hash.flatten())
    }

    /// What the headers of a message say; its header list is empty (see [`Reader::message_copies`]).
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn message(&self, id: DocumentId) -> Result<Option<MessageInfo>, Error> {
        let info: Option<String> = self
            .db()
            .prepare_cached("SELECT info FROM messages WHERE document = ?1")?
            .query_row([id.as_bytes()], |row| row.get(0))
            .optional()?;
        info.map(|info| serde_json::from_str(&info).map_err(|_| Error::Damaged("message")))
            .transpose()
    }

    /// The distinct copies of a message, the one that is shown first, each with all its headers.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn message_copies(&self, id: DocumentId) -> Result<Vec<(Digest, Vec<HeaderField>)>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT raw, headers FROM message_copies WHERE document = ?1 ORDER BY raw",
        )?;
        let mut rows = statement.query([id.as_bytes()])?;
        let mut copies = Vec::new();
        while let Some(row) = rows.next()? {
            let raw = digest(row, 0)?.ok_or(Error::Damaged("hash"))?;
            let headers = row.get_ref(1)?.as_blob().unwrap_or_default();
            copies.push((raw, text::unpack_headers(headers)?));
        }
        Ok(copies)
    }

    /// Documents directly inside this one (attachments, attached messages), in their order.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn children(&self, id: DocumentId) -> Result<Vec<(DocumentId, String)>, Error> {
        let children = self
            .db()
            .prepare_cached(
                "SELECT DISTINCT c.content, c.name FROM contents first
                 JOIN origins c ON c.file = first.file AND c.parent = first.sequence
                 JOIN documents d ON d.id = c.content
                 WHERE first.id = ?1 ORDER BY c.sequence",
            )?
            .query_map([id.as_bytes()], |row| {
                Ok((document_id(row, 0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        Ok(children)
    }

    /// Path of the file and names down to the item of the origin that stands for a content.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn first_origin(&self, id: DocumentId) -> Result<Option<(String, String)>, Error> {
        Ok(self
            .db()
            .prepare_cached(
                "SELECT f.shown, o.trail FROM contents c
                 JOIN origins o ON o.file = c.file AND o.sequence = c.sequence
                 JOIN files f ON f.id = c.file WHERE c.id = ?1",
            )?
            .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    /// Whether some of the material has this custodian.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn has_custodian(&self, name: &str) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM files WHERE custodian = ?1)";
        Ok(self.db().query_row(sql, [name], |row| row.get(0))?)
    }

    /// What SQLite finds damaged; empty when all is sound.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn integrity(&self) -> Result<Vec<String>, Error> {
        let mut statement = self.db().prepare("PRAGMA integrity_check")?;
        let lines: Vec<String> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    /// The document that holds this origin's item: the message of an attachment.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn holder(&self, origin: &StoredOrigin) -> Result<Option<DocumentId>, Error> {
        let mut sequence = origin.sequence;
        loop {
            let parent: Option<(u32, Option<Vec<u8>>)> = self
                .db()
                .prepare_cached(
                    "SELECT p.sequence, d.id FROM origins c
                     JOIN origins p ON p.file = c.file AND p.sequence = c.parent
                     LEFT JOIN documents d ON d.id = p.content
                     WHERE c.file = ?1 AND c.sequence = ?2",
                )?
                .query_row(params![origin.file, sequence], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            match parent {
                None => return Ok(None),
                Some((_, Some(id))) => return Ok(DocumentId::from_slice(&id)),
                Some((above, None)) => sequence = above,
            }
        }
    }

    /// The date of each document that has one, in seconds since 1970.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn document_dates(&self) -> Result<HashMap<DocumentId, i64>, Error> {
        let mut statement = self
            .db()
            .prepare("SELECT id, date FROM documents WHERE date IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((document_id(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the headers of each message say, in the order of the documents' ids.
    ///
    /// # Errors
    /// When SQLite fails, or `sink` does.
    pub fn messages<E: From<Error>>(
        &self,
        sink: &mut dyn FnMut(DocumentId, MessageInfo) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .db()
            .prepare("SELECT document, info FROM messages ORDER BY document")
            .map_err(Error::from)?;
        let mut rows = statement.query([]).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let json = row.get_ref(1).map_err(Error::from)?;
            let info = serde_json::from_str(json.as_str().unwrap_or_default())
                .map_err(|_| Error::Damaged("message"))?;
            sink(document_id(row, 0).map_err(Error::from)?, info)?;
        }
        Ok(())
    }

    /// What the thread stage needs of every message, in the order of their ids.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn thread_inputs(&self) -> Result<Vec<ThreadInput>, Error> {
        let mut statement = self
            .db()
            .prepare("SELECT document, info FROM messages ORDER BY document")?;
        let mut rows = statement.query([])?;
        let mut inputs = Vec::new();
        while let Some(row) = rows.next()? {
            let info: MessageInfo =
                serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())
                    .map_err(|_| Error::Damaged("message"))?;
            inputs.push(ThreadInput {
                id: document_id(row, 0)?,
                from: info.from.first().and_then(|from| from.address.clone()),
                message_id: info.message_id,
                references: info.references,
                in_reply_to: info.in_reply_to,
                thread_index: info.thread_index,
                subject: info.subject,
                date: info.date,
            });
        }
        Ok(inputs)
    }

    /// The fingerprint and state of the case under which a stage's output is stored.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn stage_state(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self
            .db()
            .query_row("SELECT state FROM stages WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()?)
    }
}

fn stored_document(row: &Row<'_>) -> rusqlite::Result<StoredDocument> {
    let continues: Option<Vec<u8>> = row.get(8)?;
    let part: Option<u32> = row.get(9)?;
    let metadata: String = row.get(7)?;
    Ok(StoredDocument {
        id: document_id(row, 0)?,
        kind: row.get(1)?,
        media_type: row.get(2)?,
        title: row.get(3)?,
        date: row.get(4)?,
        date_offset: row.get(5)?,
        language: row.get(6)?,
        metadata: serde_json::from_str(&metadata).unwrap_or_default(),
        continues: continues
            .and_then(|id| DocumentId::from_slice(&id))
            .zip(part),
        change: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

pub(crate) fn document_id(row: &Row<'_>, column: usize) -> rusqlite::Result<DocumentId> {
    let bytes = row.get_ref(column)?.as_blob().unwrap_or_default();
    DocumentId::from_slice(bytes).ok_or(rusqlite::Error::InvalidColumnType(
        column,
        "document id".to_owned(),
        rusqlite::types::Type::Blob,
    ))
}

pub(crate) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Digest>> {
    Ok(row
        .get::<_, Option<Vec<u8>>>(column)?
        .and_then(|bytes| Digest::from_slice(&bytes)))
}

/// The least and the greatest id that begin with these hexadecimal digits.
fn prefix_range(digits: &str) -> (Vec<u8>, Vec<u8>) {
    let padded = |filler: char| {
        let digits: String = digits
            .chars()
            .chain(std::iter::repeat(filler))
            .take(32)
            .collect();
        digits
            .parse::<DocumentId>()
            .map(|id| id.as_bytes().to_vec())
            .unwrap_or_default()
    };
    (padded('0'), padded('f'))
}
