//! What people decided: an append-only log, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use onrecord_record::{DocumentId, MentionId};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::Error;
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
    /// Checked a document with their own eyes.
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
        let parts = [
            new.time.as_str(),
            &new.who,
            &new.verb.to_string(),
            &new.target,
            &new.body,
        ];
        let material = serde_json::to_string(&parts).unwrap_or_default();
        let id = blake3::hash(material.as_bytes()).to_hex()[..16].to_owned();
        self.commit()?;
        self.db().pragma_update(None, "synchronous", "FULL")?;
        let stored = self.db().execute(
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
        );
        self.db().pragma_update(None, "synchronous", "NORMAL")?;
        stored?;
        self.reindex_target(&new.target)?;
        self.reader().judgement(&id)
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
        let mut judgements = self.judgements()?;
        judgements.retain(|one| verbs.contains(&one.verb) && !undone.contains(&one.id));
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

    /// Ids of judgements taken back; taking back an undo restores what it took back.
    fn undone(&self) -> Result<BTreeSet<String>, Error> {
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
            judgements.push(Judgement {
                id: row.get(0)?,
                time: row.get(1)?,
                who: row.get(2)?,
                verb: row.get_ref(3)?.as_str().unwrap_or_default().parse()?,
                target: row.get(4)?,
                body: row.get(5)?,
                anchors: from_json(row.get_ref(6)?.as_str().unwrap_or("[]"), "judgement")?,
            });
        }
        Ok(judgements)
    }
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
