//! Files of a case: what the walk found, what waits to be read, what became of it.

use std::path::Path;

use onrecord_pipeline::{ItemOutcome, ItemRow, Kind, Level, Row};
use onrecord_record::{Digest, Problem};
use rusqlite::{OptionalExtension, params};

use super::{Writer, rank_bytes};
use crate::error::Error;
use crate::path::{from_bytes, to_bytes};
use crate::walk::Found;

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
    /// Which version of the file it is; 1 is the first that the case saw.
    pub version: i64,
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

impl Writer {
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
            version: 1,
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
            "SELECT id, path, shown, size, modified_ns, custodian, version FROM files
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
                    version: row.get(6)?,
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
        if end.blake3.is_some() && file.version > 1 {
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
                 WHERE new.id = ?1",
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
