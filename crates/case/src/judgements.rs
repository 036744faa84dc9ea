//! What people decided: an append-only log, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use onrecord_record::{DocumentId, MentionId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::folder::CaseFolder;
use crate::reader::Reader;
use crate::readings::{from_json, to_json};
use crate::writer::Writer;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Gave a document a tag.
    Tag,
    /// Took a tag away.
    Untag,
    /// Wrote a note on a document.
    Note,
    /// Withheld a document or custodian from every export, picture, print and citation.
    Protect,
    /// Ended that.
    Unprotect,
    /// Checked a document, statement or tie with their own eyes.
    Checked,
    /// Held mentions to be of one entity.
    Same,
    /// Held the first mention to be of another entity than the others.
    Different,
    /// Could not say whether two mentions are of one entity.
    Unsure,
    /// Gave an entity its name.
    Rename,
    /// Held a statement or tie to be read rightly.
    Confirm,
    /// Held a statement or tie to be read wrongly.
    Reject,
    /// Graded the reliability of a source, A to F.
    Grade,
    /// Put something on the list of what is to be checked.
    Pin,
    /// Took it off.
    Unpin,
    /// Took an earlier judgement back; the body names it.
    Undo,
}

const VERBS: &[(Verb, &str)] = &[
    (Verb::Tag, "tag"),
    (Verb::Untag, "untag"),
    (Verb::Note, "note"),
    (Verb::Protect, "protect"),
    (Verb::Unprotect, "unprotect"),
    (Verb::Checked, "checked"),
    (Verb::Same, "same"),
    (Verb::Different, "different"),
    (Verb::Unsure, "unsure"),
    (Verb::Rename, "rename"),
    (Verb::Confirm, "confirm"),
    (Verb::Reject, "reject"),
    (Verb::Grade, "grade"),
    (Verb::Pin, "pin"),
    (Verb::Unpin, "unpin"),
    (Verb::Undo, "undo"),
];

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = VERBS
            .iter()
            .find(|(verb, _)| verb == self)
            .map_or("?", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Verb {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        VERBS
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(verb, _)| *verb)
            .ok_or(Error::Damaged("judgement"))
    }
}

/// A judgement about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJudgement {
    /// What is done.
    pub verb: Verb,
    /// What it is about: `document:ID`, `custodian:NAME`, `statement:ID`, `link:ID`, or
    /// `mentions:` with ids set apart by blanks; for an undo the judgement's id.
    pub target: String,
    /// The tag, the note's text, the reason.
    pub body: String,
    /// Who decides.
    pub who: String,
    /// When, in RFC 3339.
    pub time: String,
    /// The words at each mention that it names, so that it finds them again in a text read anew.
    pub anchors: Vec<Anchor>,
}

/// Where a judgement holds on to a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The mention.
    pub mention: MentionId,
    /// Its words.
    pub quote: String,
}

/// A recorded judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Its id: from who, when and what.
    pub id: String,
    /// When, in RFC 3339.
    pub time: String,
    /// Who decided.
    pub who: String,
    /// What was done.
    pub verb: Verb,
    /// What it is about.
    pub target: String,
    /// The tag, the note's text, the reason.
    pub body: String,
    /// The words at each mention that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<Anchor>,
}

/// What all judgements on one target come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Tags, in order.
    pub tags: BTreeSet<String>,
    /// Notes, oldest first.
    pub notes: Vec<Judgement>,
    /// Who protected it, if it is.
    pub protected: Option<Judgement>,
    /// Who has checked it, oldest first.
    pub checked: Vec<Judgement>,
    /// Who holds it to be read wrongly, unless somebody confirmed it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Judgement>,
    /// Who put it on the list of what is to be checked, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Judgement>,
    /// The latest grade of its reliability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Judgement>,
    /// Everything that was ever decided on it, taken back or not.
    pub history: Vec<Judgement>,
}

impl Standing {
    /// Folds judgements sorted by time, who and id; those taken back count for nothing.
    fn fold(history: Vec<Judgement>, undone: &BTreeSet<String>) -> Self {
        let mut standing = Standing::default();
        for judgement in history
            .iter()
            .filter(|judgement| !undone.contains(&judgement.id))
        {
            match judgement.verb {
                Verb::Tag => {
                    standing.tags.insert(judgement.body.clone());
                }
                Verb::Untag => {
                    standing.tags.remove(&judgement.body);
                }
                Verb::Note => standing.notes.push(judgement.clone()),
                Verb::Protect => standing.protected = Some(judgement.clone()),
                Verb::Unprotect => standing.protected = None,
                Verb::Checked => standing.checked.push(judgement.clone()),
                Verb::Confirm => standing.rejected = None,
                Verb::Reject => standing.rejected = Some(judgement.clone()),
                Verb::Pin => standing.pinned = Some(judgement.clone()),
                Verb::Unpin => standing.pinned = None,
                Verb::Grade => standing.grade = Some(judgement.clone()),
                Verb::Same | Verb::Different | Verb::Unsure | Verb::Rename | Verb::Undo => {}
            }
        }
        standing.history = history;
        standing
    }
}

impl Writer {
    /// Records a judgement; it is on the disk when this returns.
    ///
    /// # Errors
    /// When an undo names nothing, or the disk fails.
    pub fn judge(&mut self, new: &NewJudgement) -> Result<Judgement, Error> {
        if new.verb == Verb::Undo {
            self.reader().judgement(&new.target)?;
        }
        self.commit()?;
        self.db().pragma_update(None, "synchronous", "FULL")?;
        let recorded = insert(self.db(), new);
        self.db().pragma_update(None, "synchronous", "NORMAL")?;
        let id = recorded?;
        self.reindex_target(&new.target)?;
        self.reader().judgement(&id)
    }

    /// Marks the documents that were judged since this was last done, so that the index takes their
    /// tags; for judgements that were recorded through a [`Log`].
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn touch_judged(&mut self) -> Result<(), Error> {
        let reader = self.reader();
        let (taken, last) = (reader.judgements_taken()?, reader.last_judgement()?);
        if taken == last {
            return Ok(());
        }
        for judgement in reader.judgements_after(taken)? {
            self.reindex_target(&judgement.target)?;
        }
        self.db().execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('judged', ?1)",
            [last.to_string()],
        )?;
        Ok(())
    }

    /// Tags are searchable: the index must take the document again.
    fn reindex_target(&mut self, target: &str) -> Result<(), Error> {
        let about = match self.reader().judgement(target) {
            Ok(undone) => undone.target,
            Err(_) => target.to_owned(),
        };
        match about
            .strip_prefix("document:")
            .and_then(|id| id.parse::<DocumentId>().ok())
        {
            Some(id) => self.touch(id),
            None => Ok(()),
        }
    }
}

/// The log alone, open for adding to it. It needs no writer's lock: it only grows, and SQLite lets one
/// add at a time, so that people can judge while an import runs.
pub struct Log {
    db: Connection,
}

impl Log {
    /// Opens the log of a case.
    ///
    /// # Errors
    /// When there is no case, one of another version, or the disk fails.
    pub fn open(folder: &CaseFolder) -> Result<Self, Error> {
        if !folder.exists() {
            return Err(Error::NoCase(folder.path().to_path_buf()));
        }
        let db = Connection::open(folder.database())?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        match crate::schema::check_current(&db) {
            // Only a writer brings a case up to date.
            Err(Error::OlderCase { .. }) => drop(Writer::open(folder, "onrecord (judging)")?),
            checked => checked?,
        }
        Ok(Self { db })
    }

    /// A reader of the case.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader::borrowed(&self.db)
    }

    /// Records a judgement; it is on the disk when this returns. What rests on it is derived by a
    /// [`Writer`] later.
    ///
    /// # Errors
    /// When an undo names nothing, when another program writes for long, or the disk fails.
    pub fn judge(&mut self, new: &NewJudgement) -> Result<Judgement, Error> {
        if new.verb == Verb::Undo {
            self.reader().judgement(&new.target)?;
        }
        let id = insert(&self.db, new)?;
        self.reader().judgement(&id)
    }
}

/// How long a judgement waits for the end of what another program is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Adds a judgement to the log; gives its id.
fn insert(db: &Connection, new: &NewJudgement) -> Result<String, Error> {
    let parts = [
        new.time.as_str(),
        &new.who,
        &new.verb.to_string(),
        &new.target,
        &new.body,
    ];
    let material = serde_json::to_string(&parts).unwrap_or_default();
    let id = blake3::hash(material.as_bytes()).to_hex()[..16].to_owned();
    db.execute(
        "INSERT OR IGNORE INTO judgements (id, number, time, who, verb, target, body, anchors)
         VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM judgements), ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            id,
            new.time,
            new.who,
            new.verb.to_string(),
            new.target,
            new.body,
            to_json(&new.anchors)
        ],
    )?;
    Ok(id)
}

/// Which judgements of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogChoice {
    /// Only with this verb.
    pub verb: Option<Verb>,
    /// Only by this person.
    pub who: Option<String>,
    /// Only those recorded before the one of this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}

const COLUMNS: &str = "id, time, who, verb, target, body, anchors";

impl Reader<'_> {
    /// The judgement whose id begins like this.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn judgement(&self, id: &str) -> Result<Judgement, Error> {
        let missing = || Error::NotFound {
            what: "judgement",
            given: id.to_owned(),
        };
        if id.len() < 4 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(missing());
        }
        let like = format!("{id}%");
        self.select_judgements(
            &format!("SELECT {COLUMNS} FROM judgements WHERE id LIKE ?1"),
            &like,
        )?
        .into_iter()
        .next()
        .ok_or_else(missing)
    }

    /// What has been decided about a target, and what it comes to.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn standing(&self, target: &str) -> Result<Standing, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM judgements WHERE target = ?1
             AND verb <> 'undo' ORDER BY time, who, id"
        );
        Ok(Standing::fold(
            self.select_judgements(&sql, target)?,
            &self.undone()?,
        ))
    }

    /// How many judgements there are on which derived tables rest: who is who, and what is read
    /// wrongly. The log only grows, so that another number means another state; tags and notes, and
    /// what was said of a list, change nothing.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn derivation_judgements(&self) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM judgements
            WHERE verb IN ('same', 'different', 'rename', 'confirm', 'reject', 'undo')
            AND target NOT LIKE '% record:%'";
        let number: i64 = self.db().query_row(sql, [], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Everything that was decided, oldest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn judgements(&self) -> Result<Vec<Judgement>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM judgements WHERE ?1 = '' ORDER BY time, who, id");
        self.select_judgements(&sql, "")
    }

    /// Everything that stands of what was decided with these verbs, oldest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn standing_judgements(&self, verbs: &[Verb]) -> Result<Vec<Judgement>, Error> {
        let undone = self.undone()?;
        let names: Vec<String> = verbs.iter().map(Verb::to_string).collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM judgements
             WHERE instr(?1, ' ' || verb || ' ') > 0 ORDER BY time, who, id"
        );
        let mut judgements = self.select_judgements(&sql, &format!(" {} ", names.join(" ")))?;
        judgements.retain(|one| !undone.contains(&one.id));
        Ok(judgements)
    }

    /// Statements and ties (`statement:ID`, `link:ID`) that a person holds to be read wrongly.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn rejected(&self) -> Result<BTreeSet<String>, Error> {
        let mut rejected = BTreeSet::new();
        for one in self.standing_judgements(&[Verb::Confirm, Verb::Reject])? {
            match one.verb {
                Verb::Reject => rejected.insert(one.target),
                _ => rejected.remove(&one.target),
            };
        }
        Ok(rejected)
    }

    /// Targets that stand under one verb and were not taken from under it by the other since, each with
    /// the judgement that put it there, in the order in which that was done.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn standing_under(&self, on: Verb, off: Verb) -> Result<Vec<Judgement>, Error> {
        let mut standing: Vec<Judgement> = Vec::new();
        for one in self.standing_judgements(&[on, off])? {
            let known = standing.iter().position(|known| known.target == one.target);
            match (one.verb == on, known) {
                (true, None) => standing.push(one),
                (false, Some(at)) => drop(standing.remove(at)),
                _ => {}
            }
        }
        Ok(standing)
    }

    /// A page of the log, the latest first, each with its number.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn log_page(&self, choice: &LogChoice) -> Result<Vec<(u64, Judgement)>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, number FROM judgements
             WHERE number < ?1 AND (?2 = '' OR verb = ?2) AND (?3 = '' OR who = ?3)
             ORDER BY number DESC LIMIT ?4"
        );
        let before = choice.before.and_then(|number| i64::try_from(number).ok());
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut rows = statement.query(params![
            before.unwrap_or(i64::MAX),
            choice.verb.map(|verb| verb.to_string()).unwrap_or_default(),
            choice.who.clone().unwrap_or_default(),
            choice.limit as i64
        ])?;
        let mut page = Vec::new();
        while let Some(row) = rows.next()? {
            page.push((row.get::<_, i64>(7)?.unsigned_abs(), judgement(row)?));
        }
        Ok(page)
    }

    /// Everybody who has judged, in order.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn judges(&self) -> Result<Vec<String>, Error> {
        let mut statement = self
            .db()
            .prepare("SELECT DISTINCT who FROM judgements ORDER BY who")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The number of the last judgement; 0 where there is none.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn last_judgement(&self) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(number), 0) FROM judgements";
        let number: i64 = self.db().query_row(sql, [], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// The number of the last judgement whose documents were marked for the index.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn judgements_taken(&self) -> Result<u64, Error> {
        let sql = "SELECT value FROM meta WHERE key = 'judged'";
        let value: Option<String> = self.db().query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
    }

    /// Judgements recorded after the one of this number, in the order in which they were recorded.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn judgements_after(&self, number: u64) -> Result<Vec<Judgement>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM judgements WHERE number > CAST(?1 AS INTEGER) ORDER BY number"
        );
        self.select_judgements(&sql, &number.to_string())
    }

    /// Ids of judgements taken back; taking back an undo restores what it took back.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn undone(&self) -> Result<BTreeSet<String>, Error> {
        let sql =
            format!("SELECT {COLUMNS} FROM judgements WHERE verb = ?1 ORDER BY time, who, id");
        let undos = self.select_judgements(&sql, "undo")?;
        let mut state: BTreeMap<String, bool> = BTreeMap::new();
        // The latest undo is settled first, since it may take back an earlier one.
        for undo in undos.iter().rev() {
            if !state.get(&undo.id).copied().unwrap_or(false) {
                state.insert(undo.target.clone(), true);
            }
        }
        Ok(state.into_keys().collect())
    }

    fn select_judgements(&self, sql: &str, argument: &str) -> Result<Vec<Judgement>, Error> {
        let mut statement = self.db().prepare_cached(sql)?;
        let mut rows = statement.query([argument])?;
        let mut judgements = Vec::new();
        while let Some(row) = rows.next()? {
            judgements.push(judgement(row)?);
        }
        Ok(judgements)
    }
}

fn judgement(row: &Row<'_>) -> Result<Judgement, Error> {
    Ok(Judgement {
        id: row.get(0)?,
        time: row.get(1)?,
        who: row.get(2)?,
        verb: row.get_ref(3)?.as_str().unwrap_or_default().parse()?,
        target: row.get(4)?,
        body: row.get(5)?,
        anchors: from_json(row.get_ref(6)?.as_str().unwrap_or("[]"), "judgement")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::CaseFolder;

    fn new(verb: Verb, target: &str, body: &str, second: u32) -> NewJudgement {
        NewJudgement {
            verb,
            target: target.into(),
            body: body.into(),
            who: "ada".into(),
            time: format!("2024-05-01T10:00:{second:02}Z"),
            anchors: Vec::new(),
        }
    }

    #[test]
    fn judgements_fold_and_an_undo_can_be_undone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let case = CaseFolder::new(folder.path().join("x.case"));
        let mut writer = Writer::open(&case, "test").expect("a new case");
        let target = "document:00112233445566778899aabbccddeeff";
        let tag = writer
            .judge(&new(Verb::Tag, target, "key", 1))
            .expect("recorded");
        writer
            .judge(&new(Verb::Protect, target, "", 2))
            .expect("recorded");
        assert!(
            writer
                .reader()
                .standing(target)
                .expect("read")
                .tags
                .contains("key")
        );
        let undo = writer
            .judge(&new(Verb::Undo, &tag.id, "", 3))
            .expect("recorded");
        let standing = writer.reader().standing(target).expect("read");
        assert!(standing.tags.is_empty() && standing.protected.is_some());
        assert_eq!(standing.history.len(), 2);
        writer
            .judge(&new(Verb::Undo, &undo.id, "", 4))
            .expect("recorded");
        assert!(
            writer
                .reader()
                .standing(target)
                .expect("read")
                .tags
                .contains("key")
        );
        assert!(writer.judge(&new(Verb::Undo, "ffffffff", "", 5)).is_err());
    }

    #[test]
    fn the_log_can_neither_be_changed_nor_deleted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let case = CaseFolder::new(folder.path().join("x.case"));
        let mut writer = Writer::open(&case, "test").expect("a new case");
        writer
            .judge(&new(Verb::Note, "custodian:B", "seen", 1))
            .expect("recorded");
        assert!(writer.db().execute("DELETE FROM judgements", []).is_err());
        assert!(
            writer
                .db()
                .execute("UPDATE judgements SET body = ''", [])
                .is_err()
        );
    }
}
