//! The ledger: what was found, and how each of it ended.

use onrecord_record::ProblemCode;
use rusqlite::params;
use serde::Serialize;

use crate::error::Error;
use crate::reader::Reader;

/// The numbers of one level; `found` is counted apart from the others and must equal their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What the walk listed (files), or what readers met inside (members, parts).
    pub found: u64,
    /// Read in full.
    pub read: u64,
    /// Read, save what the problems say.
    pub partly: u64,
    /// Not read.
    pub unread: u64,
    /// Read, and the same as something read elsewhere.
    pub copies: u64,
    /// Left out because the user said so; not among the found.
    pub excluded: u64,
}

impl Counts {
    /// Found minus everything that has an outcome; not 0 while an import is under way.
    #[must_use]
    pub fn open(&self) -> i64 {
        let ended = self.read + self.partly + self.unread + self.copies;
        self.found as i64 - ended as i64
    }
}

/// All levels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Files on disk.
    pub files: Counts,
    /// Members of archives, messages of mailboxes.
    pub members: Counts,
    /// Parts of messages.
    pub parts: Counts,
}

/// A line of the ledger of problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemLine {
    /// Path of the file and names down to the item.
    pub path: String,
    /// Code of the problem.
    pub code: String,
    /// Group of the problem.
    pub kind: String,
    /// What is wrong.
    pub message: String,
    /// What a person can do.
    pub what_to_do: String,
}

/// A line of the ledger of problems, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacedProblem {
    /// The line.
    #[serde(flatten)]
    pub line: ProblemLine,
    /// The document that the item is an origin of, where anything of it was read.
    pub document: Option<String>,
}

/// How many problems of one code there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemCount {
    /// Code of the problem.
    pub code: String,
    /// Group of the problem.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// What a person can do.
    pub what_to_do: String,
}

/// Files of one kind that were not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadKind {
    /// Code of the problem.
    pub code: String,
    /// Media type.
    pub media_type: String,
    /// How many.
    pub count: u64,
    /// How large, together.
    pub bytes: u64,
    /// The largest.
    pub largest: String,
}

/// A line of the list of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileLine {
    /// Path of the file and names down to the item.
    pub path: String,
    /// `file`, `member` or `part`.
    pub level: &'static str,
    /// `read`, `partly`, `unread`, `copy` or `waiting`.
    pub outcome: &'static str,
    /// Media type.
    pub media_type: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// The document it is an origin of.
    pub document: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// Custodian.
    pub custodian: Option<String>,
    /// Version of the file, from 1.
    pub version: u32,
    /// `vanished`, `altered`, `superseded`, or nothing.
    pub state: Option<&'static str>,
}

/// Which files to list.
#[derive(Debug, Clone, Default)]
pub struct FileFilter {
    /// Members and parts too.
    pub inside: bool,
    /// Only with this outcome.
    pub outcome: Option<String>,
    /// Only where the path contains this.
    pub path: Option<String>,
}

impl FileFilter {
    /// Whether a line is wanted.
    fn takes(&self, line: &FileLine) -> bool {
        let outcome = self.outcome.as_deref();
        let path = self.path.as_deref();
        outcome.is_none_or(|outcome| outcome == line.outcome)
            && path.is_none_or(|part| line.path.contains(part))
    }
}

/// Where a problem stands: number of the file, of the item in it, of the problem of the item.
pub type ProblemPlace = (i64, i64, i64);

/// Where a file or item stands: path in bytes, version, number of the item.
pub type FilePlace = (Vec<u8>, i64, i64);

const LEVELS: [&str; 3] = ["file", "member", "part"];

/// Whether an origin is a copy: it does not stand for its content, or it is a body part of a message
/// that does not.
const IS_COPY: &str = "CASE
    WHEN o.content IS NOT NULL THEN NOT (c.file = o.file AND c.sequence = o.sequence)
    WHEN o.kind = 3 THEN NOT (pc.file = p.file AND pc.sequence = p.sequence)
    ELSE 0 END";

const ORIGINS_WITH_COPIES: &str = "FROM origins o
    JOIN files f ON f.id = o.file
    LEFT JOIN contents c ON c.id = o.content
    LEFT JOIN origins p ON o.kind = 3 AND p.file = o.file AND p.sequence = o.parent
    LEFT JOIN contents pc ON pc.id = p.content";

impl Reader<'_> {
    /// Counts every level, each number on its own.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn ledger(&self) -> Result<Ledger, Error> {
        let mut ledger = Ledger::default();
        self.count_found(&mut ledger)?;
        self.count_outcomes(&mut ledger)?;
        Ok(ledger)
    }

    fn count_found(&self, ledger: &mut Ledger) -> Result<(), Error> {
        let one = |sql: &str| -> Result<u64, Error> {
            Ok(self
                .db()
                .query_row(sql, [], |row| row.get::<_, i64>(0))?
                .unsigned_abs())
        };
        ledger.files.found = one("SELECT count(*) FROM files WHERE current = 1")?;
        ledger.files.excluded = one("SELECT coalesce(sum(excluded), 0) FROM roots")?;
        let children = "SELECT coalesce(sum(o.found_children + o.unreached), 0) FROM origins o
            JOIN files f ON f.id = o.file WHERE f.current = 1 AND o.kind";
        ledger.parts.found = one(&format!("{children} = 1"))?;
        ledger.members.found = one(&format!("{children} <> 1"))?;
        ledger.parts.unread = one(&children
            .replace("o.found_children + ", "")
            .replace("o.kind", "o.kind = 1"))?;
        ledger.members.unread = one(&children
            .replace("o.found_children + ", "")
            .replace("o.kind", "o.kind <> 1"))?;
        Ok(())
    }

    fn count_outcomes(&self, ledger: &mut Ledger) -> Result<(), Error> {
        let mut statement = self.db().prepare(&format!(
            "SELECT o.level, o.outcome, {IS_COPY} AS copy, count(*) {ORIGINS_WITH_COPIES}
             WHERE f.current = 1 GROUP BY o.level, o.outcome, copy"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (level, outcome): (u8, u8) = (row.get(0)?, row.get(1)?);
            let copy: Option<bool> = row.get(2)?;
            let number = row.get::<_, i64>(3)?.unsigned_abs();
            let counts = match level {
                0 => &mut ledger.files,
                1 => &mut ledger.members,
                _ => &mut ledger.parts,
            };
            match (outcome, copy) {
                (2, _) => counts.unread += number,
                (_, Some(true)) => counts.copies += number,
                (0, _) => counts.read += number,
                _ => counts.partly += number,
            }
        }
        Ok(())
    }

    /// How many documents, and how many of them are messages.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn document_counts(&self) -> Result<(u64, u64), Error> {
        let count = |sql: &str| -> Result<u64, Error> {
            Ok(self
                .db()
                .query_row(sql, [], |row| row.get::<_, i64>(0))?
                .unsigned_abs())
        };
        Ok((
            count("SELECT count(*) FROM documents WHERE continues IS NULL")?,
            count("SELECT count(*) FROM messages")?,
        ))
    }

    /// How many documents are later parts of a long text.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn later_parts(&self) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM documents WHERE continues IS NOT NULL";
        Ok(self
            .db()
            .query_row(sql, [], |row| row.get::<_, i64>(0))?
            .unsigned_abs())
    }

    /// Files read and files that wait.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn import_counts(&self) -> Result<(u64, u64), Error> {
        Ok(self.db().query_row(
            "SELECT count(*) FILTER (WHERE state = 1), count(*) FROM files WHERE current = 1",
            [],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?.unsigned_abs(),
                    row.get::<_, i64>(1)?.unsigned_abs(),
                ))
            },
        )?)
    }

    /// What was not read, most bytes first; mail stores and documents without a reader lead.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn unread_kinds(&self) -> Result<Vec<UnreadKind>, Error> {
        // In SQLite the bare columns of a max() query come from the row that holds the maximum.
        let kinds = self
            .db()
            .prepare(
                "SELECT p.code, coalesce(o.media_type, ''), count(*), sum(o.size), max(o.size),
                        f.shown || iif(o.trail = '', '', '/' || o.trail)
                 FROM problems p
                 JOIN origins o ON o.file = p.file AND o.sequence = p.sequence
                 JOIN files f ON f.id = o.file
                 WHERE f.current = 1 AND o.outcome = 2 AND p.number = 0
                 GROUP BY 1, 2 ORDER BY p.code = 'mail-store' DESC, 4 DESC, 3 DESC, 1, 2",
            )?
            .query_map([], |row| {
                Ok(UnreadKind {
                    code: row.get(0)?,
                    media_type: row.get(1)?,
                    count: row.get::<_, i64>(2)?.unsigned_abs(),
                    bytes: row.get::<_, i64>(3)?.unsigned_abs(),
                    largest: row.get(5)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(kinds)
    }

    /// Every problem, in the order of paths.
    ///
    /// # Errors
    /// When SQLite fails, or the sink does not want more (its error is passed on).
    pub fn problems(
        &self,
        code: Option<&str>,
        sink: &mut dyn FnMut(ProblemLine) -> bool,
    ) -> Result<(), Error> {
        let mut statement = self.db().prepare(
            "SELECT f.shown, o.trail, p.code, p.message FROM problems p
             JOIN origins o ON o.file = p.file AND o.sequence = p.sequence
             JOIN files f ON f.id = p.file
             WHERE f.current = 1 AND (?1 IS NULL OR p.code = ?1)
             ORDER BY f.path, p.sequence, p.number",
        )?;
        let mut rows = statement.query([code])?;
        while let Some(row) = rows.next()? {
            let code: String = row.get(2)?;
            let info = code.parse::<ProblemCode>().map(|code| code.info());
            let line = ProblemLine {
                path: joined(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?),
                kind: info.as_ref().map_or("unknown", |info| info.kind).to_owned(),
                what_to_do: info.as_ref().map_or("", |info| info.what_to_do).to_owned(),
                message: row.get(3)?,
                code,
            };
            if !sink(line) {
                break;
            }
        }
        Ok(())
    }

    /// How many problems there are of each code, most first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn problem_counts(&self) -> Result<Vec<ProblemCount>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT p.code, count(*) FROM problems p JOIN files f ON f.id = p.file
             WHERE f.current = 1 GROUP BY p.code ORDER BY 2 DESC, 1",
        )?;
        let counts = statement.query_map([], |row| {
            let code: String = row.get(0)?;
            let info = code.parse::<ProblemCode>().map(|code| code.info());
            Ok(ProblemCount {
                kind: info.as_ref().map_or("unknown", |info| info.kind).to_owned(),
                what_to_do: info.as_ref().map_or("", |info| info.what_to_do).to_owned(),
                count: row.get::<_, i64>(1)?.unsigned_abs(),
                code,
            })
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// Some problems, file by file in the order in which files were found: those after a place, and
    /// the place of the last. A place is number of the file, of the item and of the problem.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn problems_after(
        &self,
        code: Option<&str>,
        path: Option<&str>,
        after: ProblemPlace,
        limit: usize,
    ) -> Result<(Vec<PlacedProblem>, Option<ProblemPlace>), Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT f.shown, o.trail, p.code, p.message, d.id, p.file, p.sequence, p.number
             FROM problems p
             JOIN origins o ON o.file = p.file AND o.sequence = p.sequence
             JOIN files f ON f.id = p.file
             LEFT JOIN documents d ON d.id = o.content
             WHERE f.current = 1 AND (?1 IS NULL OR p.code = ?1)
             AND (?2 IS NULL OR instr(f.shown || '/' || o.trail, ?2) > 0)
             AND (p.file, p.sequence, p.number) > (?3, ?4, ?5)
             ORDER BY p.file, p.sequence, p.number LIMIT ?6",
        )?;
        let (file, sequence, number) = after;
        // One more than is wanted says whether there are more.
        let most = limit as i64 + 1;
        let mut rows = statement.query(params![code, path, file, sequence, number, most])?;
        let mut found: Vec<PlacedProblem> = Vec::new();
        let mut last = after;
        while let Some(row) = rows.next()? {
            if found.len() == limit {
                return Ok((found, Some(last)));
            }
            last = (row.get(5)?, row.get(6)?, row.get(7)?);
            found.push(placed_problem(row)?);
        }
        Ok((found, None))
    }

    /// Some files in the order of paths: those after a place, and the place of the last.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn files_after(
        &self,
        filter: &FileFilter,
        after: &FilePlace,
        limit: usize,
    ) -> Result<(Vec<FileLine>, Option<FilePlace>), Error> {
        let mut statement = self.db().prepare_cached(&format!(
            "SELECT f.shown, o.trail, o.level, o.outcome, {IS_COPY}, o.media_type, coalesce(o.size, f.size),
                    d.id, o.sha256, f.custodian, f.version, f.current, f.vanished, f.altered,
                    f.path, coalesce(o.sequence, 0)
             FROM files f LEFT JOIN origins o ON o.file = f.id AND (?1 OR o.sequence = 0)
             LEFT JOIN contents c ON c.id = o.content
             LEFT JOIN origins p ON o.kind = 3 AND p.file = o.file AND p.sequence = o.parent
             LEFT JOIN contents pc ON pc.id = p.content
             LEFT JOIN documents d ON d.id = o.content
             WHERE (f.path, f.version) >= (?2, ?3)
             AND (f.path, f.version, coalesce(o.sequence, 0)) > (?2, ?3, ?4)
             ORDER BY f.path, f.version, o.sequence"
        ))?;
        let (path, version, sequence) = after;
        let mut rows = statement.query(params![filter.inside, path, version, sequence])?;
        let mut found: Vec<FileLine> = Vec::new();
        let mut last = after.clone();
        while let Some(row) = rows.next()? {
            let line = file_line(row)?;
            if !filter.takes(&line) {
                continue;
            }
            if found.len() == limit {
                return Ok((found, Some(last)));
            }
            last = (row.get(14)?, row.get(10)?, row.get(15)?);
            found.push(line);
        }
        Ok((found, None))
    }

    /// Lists files in the order of paths; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn files(
        &self,
        filter: &FileFilter,
        sink: &mut dyn FnMut(FileLine) -> bool,
    ) -> Result<(), Error> {
        let mut statement = self.db().prepare(&format!(
            "SELECT f.shown, o.trail, o.level, o.outcome, {IS_COPY}, o.media_type, coalesce(o.size, f.size),
                    d.id, o.sha256, f.custodian, f.version, f.current, f.vanished, f.altered
             FROM files f LEFT JOIN origins o ON o.file = f.id AND (?1 OR o.sequence = 0)
             LEFT JOIN contents c ON c.id = o.content
             LEFT JOIN origins p ON o.kind = 3 AND p.file = o.file AND p.sequence = o.parent
             LEFT JOIN contents pc ON pc.id = p.content
             LEFT JOIN documents d ON d.id = o.content
             ORDER BY f.path, f.version, o.sequence"
        ))?;
        let mut rows = statement.query(params![filter.inside])?;
        while let Some(row) = rows.next()? {
            let line = file_line(row)?;
            if filter.takes(&line) && !sink(line) {
                break;
            }
        }
        Ok(())
    }
}

fn placed_problem(row: &rusqlite::Row<'_>) -> Result<PlacedProblem, Error> {
    let code: String = row.get(2)?;
    let info = code.parse::<ProblemCode>().map(|code| code.info());
    let document = row.get::<_, Option<Vec<u8>>>(4)?;
    Ok(PlacedProblem {
        line: ProblemLine {
            path: joined(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?),
            kind: info.as_ref().map_or("unknown", |info| info.kind).to_owned(),
            what_to_do: info.as_ref().map_or("", |info| info.what_to_do).to_owned(),
            message: row.get(3)?,
            code,
        },
        document: document
            .and_then(|id| onrecord_record::DocumentId::from_slice(&id))
            .map(|id| id.to_hex()),
    })
}

fn file_line(row: &rusqlite::Row<'_>) -> Result<FileLine, Error> {
    let trail: Option<String> = row.get(1)?;
    let level: Option<u8> = row.get(2)?;
    let outcome = match (row.get::<_, Option<u8>>(3)?, row.get::<_, Option<bool>>(4)?) {
        (None, _) => "waiting",
        (Some(2), _) => "unread",
        (_, Some(true)) => "copy",
        (Some(0), _) => "read",
        _ => "partly",
    };
    let state = match (
        row.get::<_, bool>(11)?,
        row.get::<_, bool>(12)?,
        row.get::<_, bool>(13)?,
    ) {
        (false, _, _) => Some("superseded"),
        (_, true, _) => Some("vanished"),
        (_, _, true) => Some("altered"),
        _ => None,
    };
    Ok(FileLine {
        path: joined(
            &row.get::<_, String>(0)?,
            trail.as_deref().unwrap_or_default(),
        ),
        level: LEVELS[usize::from(level.unwrap_or(0).min(2))],
        outcome,
        media_type: row.get(5)?,
        size: row.get::<_, i64>(6)?.unsigned_abs(),
        document: row
            .get::<_, Option<Vec<u8>>>(7)?
            .and_then(|id| onrecord_record::DocumentId::from_slice(&id))
            .map(|id| id.to_hex()),
        sha256: crate::reader::digest(row, 8)?.map(|hash| hash.to_hex()),
        custodian: row.get(9)?,
        version: row.get(10)?,
        state,
    })
}

fn joined(file: &str, trail: &str) -> String {
    if trail.is_empty() {
        file.to_owned()
    } else {
        format!("{file}/{trail}")
    }
}
