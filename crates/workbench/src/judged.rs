//! The log of what people decided, in words, page by page; and what was decided meanwhile.

use std::collections::{BTreeSet, HashSet};

use onrecord_case::{Judgement, LogChoice, Verb};
use onrecord_pipeline::entities::judged::{Decision as JudgedAs, Judged, Standing};
use onrecord_record::{DocumentId, EntityId, FORMAT_VERSION, LinkId, MentionId, StatementId};
use serde::Serialize;

use crate::decide::{Decision, mentions_of};
use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::Quoting;

/// Most things that a line of the log names.
const MOST_SUBJECTS: usize = 8;
/// Most judgements that are looked at for what was decided meanwhile.
const MOST_MEANWHILE: usize = 500;
/// Letters of a statement that name it in the log.
const MOST_LETTERS: usize = 90;

/// Which judgements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JudgementFilter {
    /// Only with this verb, as the log names it.
    pub verb: Option<String>,
    /// Only by this person.
    pub who: Option<String>,
    /// Only those recorded before the one of this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}

/// A page of the log, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgementPage {
    /// Version of this object.
    pub format_version: u32,
    /// The judgements.
    pub judgements: Vec<JudgementLine>,
    /// Everybody who has judged.
    pub people: Vec<String>,
    /// Judgements that contradict each other: none of a group is applied until a person settles it.
    pub contradictions: Vec<Vec<JudgementLine>>,
    /// Number to ask for the next page with.
    pub before: Option<u64>,
    /// Whether what rests on judgements was derived since the last of them.
    pub applied: bool,
}

/// A judgement in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgementLine {
    /// The judgement.
    #[serde(flatten)]
    pub judgement: Judgement,
    /// What was done, in words.
    pub words: &'static str,
    /// What it is about.
    pub subjects: Vec<SubjectView>,
    /// Whether it was taken back.
    pub undone: bool,
}

/// Something that a judgement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectView {
    /// `entity`, `document`, `statement`, `tie`, `custodian`, `record`, `judgement`.
    pub kind: &'static str,
    /// Its id, by which it is opened.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// What each verb says on a page, after the name of who did it.
const WORDS: &[(Verb, &str)] = &[
    (Verb::Tag, "tagged"),
    (Verb::Untag, "took a tag off"),
    (Verb::Note, "noted on"),
    (Verb::Protect, "protected"),
    (Verb::Unprotect, "ended the protection of"),
    (Verb::Checked, "checked"),
    (Verb::Same, "held to be one:"),
    (Verb::Different, "held to be different:"),
    (Verb::Unsure, "could not tell whether these are one:"),
    (Verb::Rename, "named"),
    (Verb::Confirm, "held to be read rightly:"),
    (Verb::Reject, "held to be read wrongly:"),
    (Verb::Grade, "graded the reliability of"),
    (Verb::Pin, "put on the list:"),
    (Verb::Unpin, "took off the list:"),
    (Verb::Undo, "took back:"),
];

/// Verbs that answer one question about one thing: of two the later one wins, or they contradict each other.
const CONTENDING: &[&[Verb]] = &[
    &[Verb::Same, Verb::Different, Verb::Unsure],
    &[Verb::Rename],
    &[Verb::Confirm, Verb::Reject],
    &[Verb::Grade],
    &[Verb::Protect, Verb::Unprotect],
];

impl Workbench {
    /// A page of the log.
    ///
    /// # Errors
    /// When a verb is none, or the store cannot be read.
    pub fn judgement_page(&self, filter: &JudgementFilter) -> Result<JudgementPage, Error> {
        let verb = match filter.verb.as_deref().filter(|verb| !verb.is_empty()) {
            Some(verb) => Some(
                verb.parse::<Verb>()
                    .map_err(|_| Error::Usage(format!("\"{verb}\" is no verb of the log")))?,
            ),
            None => None,
        };
        let mut found = self.reader.log_page(&LogChoice {
            verb,
            who: filter.who.clone().filter(|who| !who.is_empty()),
            before: filter.before,
            limit: filter.limit + 1,
        })?;
        let has_more = found.len() > filter.limit;
        found.truncate(filter.limit);
        let before = found.last().map(|(number, _)| *number);
        let undone = self.reader.undone()?;
        let mut judgements = Vec::new();
        for (_, judgement) in found {
            judgements.push(self.judgement_line(judgement, &undone)?);
        }
        Ok(JudgementPage {
            format_version: FORMAT_VERSION,
            judgements,
            people: self.reader.judges()?,
            contradictions: self.contradictions(&undone)?,
            before: before.filter(|_| has_more),
            applied: self.judgements_are_applied()?,
        })
    }

    /// A judgement in words, by the beginning of its id.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn judgement(&self, id: &str) -> Result<JudgementLine, Error> {
        let judgement = self.reader.judgement(id)?;
        self.judgement_line(judgement, &self.reader.undone()?)
    }

    /// The number of the last judgement: what a page shows rests on those up to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_judgement(&self) -> Result<u64, Error> {
        Ok(self.reader.last_judgement()?)
    }

    /// What was decided after the judgement of number `seen` on what `decision` answers: whoever
    /// decides has not seen it.
    ///
    /// # Errors
    /// When what the decision is about is not in the case, or the store cannot be read.
    pub fn decided_meanwhile(
        &self,
        decision: &Decision,
        seen: u64,
    ) -> Result<Vec<JudgementLine>, Error> {
        if self.reader.last_judgement()? <= seen {
            return Ok(Vec::new());
        }
        let (verb, target, _) = decision.parts(self)?;
        let Some(contending) = CONTENDING.iter().find(|verbs| verbs.contains(&verb)) else {
            return Ok(Vec::new());
        };
        let undone = self.reader.undone()?;
        let ours = self.things_of(&target)?;
        let mut meanwhile = Vec::new();
        let later = self.reader.judgements_after(seen)?;
        for one in later.into_iter().rev().take(MOST_MEANWHILE) {
            let is_other = contending.contains(&one.verb) && !undone.contains(&one.id);
            if is_other && !self.things_of(&one.target)?.is_disjoint(&ours) {
                meanwhile.push(self.judgement_line(one, &undone)?);
            }
        }
        Ok(meanwhile)
    }

    /// The id of a judgement after the one of number `seen` in which the same person recorded just this:
    /// a form that was sent twice.
    ///
    /// # Errors
    /// When what the decision is about is not in the case, or the store cannot be read.
    pub fn recorded_already(
        &self,
        decision: &Decision,
        who: &str,
        seen: u64,
    ) -> Result<Option<String>, Error> {
        if self.reader.last_judgement()? <= seen {
            return Ok(None);
        }
        let (verb, target, body) = decision.parts(self)?;
        let undone = self.reader.undone()?;
        let later = self.reader.judgements_after(seen)?.into_iter();
        let mut same = later.filter(|one| {
            one.who == who
                && one.verb == verb
                && one.target == target
                && one.body == body
                && !undone.contains(&one.id)
        });
        Ok(same.next().map(|one| one.id))
    }

    /// What a target names: entities as they are now, or the target itself.
    fn things_of(&self, target: &str) -> Result<BTreeSet<String>, Error> {
        let (mentions, record) = match target.split_once(" record:") {
            Some((mentions, record)) => (mentions, Some(record)),
            None => (target, None),
        };
        let mut things = BTreeSet::new();
        for mention in mentions_of(mentions) {
            let entity = self.reader.entity(mention.into());
            let id = entity.map_or(EntityId::from(mention), |entity| entity.id);
            things.insert(match record {
                Some(record) => format!("{id} {record}"),
                None => id.to_hex(),
            });
        }
        if things.is_empty() {
            things.insert(target.to_owned());
        }
        Ok(things)
    }

    /// What was decided about an entity, the latest first.
    pub(crate) fn judgements_of_entity(
        &self,
        id: EntityId,
        documents: &HashSet<DocumentId>,
    ) -> Result<Vec<JudgementLine>, Error> {
        let undone = self.reader.undone()?;
        let prefixes: HashSet<&[u8]> = documents.iter().map(|id| &id.0[..8]).collect();
        let mut lines = Vec::new();
        for one in self.reader.judgements()? {
            let mut mentions = mentions_of(one.target.split(" record:").next().unwrap_or_default());
            mentions.retain(|mention| prefixes.contains(&mention.0[..8]));
            let mut is_about = false;
            for mention in mentions {
                let entity = self.reader.entity(mention.into());
                is_about |= entity.is_ok_and(|entity| entity.id == id);
            }
            if is_about {
                lines.push(self.judgement_line(one, &undone)?);
            }
        }
        lines.reverse();
        Ok(lines)
    }

    fn contradictions(&self, undone: &BTreeSet<String>) -> Result<Vec<Vec<JudgementLine>>, Error> {
        let mut log = Vec::new();
        let standing = self
            .reader
            .standing_judgements(&[Verb::Same, Verb::Different])?;
        for one in standing
            .iter()
            .filter(|one| !one.target.contains(" record:"))
        {
            let ids = mentions_of(&one.target).into_iter();
            let ids: Vec<u128> = ids.map(|id| u128::from_be_bytes(id.0)).collect();
            let decision = match (one.verb, ids.split_first()) {
                (Verb::Same, _) => JudgedAs::Same(ids),
                (_, Some((&first, others))) => JudgedAs::Different(first, others.to_vec()),
                _ => continue,
            };
            log.push(Judged {
                time: one.time.clone(),
                who: one.who.clone(),
                id: one.id.clone(),
                decision,
            });
        }
        let mut groups = Vec::new();
        for ids in Standing::of(&log).contradictions {
            let of_group = standing.iter().filter(|one| ids.contains(&one.id));
            let lines = of_group.map(|one| self.judgement_line(one.clone(), undone));
            groups.push(lines.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(groups)
    }

    pub(crate) fn judgement_line(
        &self,
        judgement: Judgement,
        undone: &BTreeSet<String>,
    ) -> Result<JudgementLine, Error> {
        let words = WORDS.iter().find(|(verb, _)| *verb == judgement.verb);
        Ok(JudgementLine {
            words: words.map_or("", |(_, words)| words),
            subjects: self.subjects(&judgement)?,
            undone: undone.contains(&judgement.id),
            judgement,
        })
    }

    fn subjects(&self, judgement: &Judgement) -> Result<Vec<SubjectView>, Error> {
        let target = judgement.target.as_str();
        if judgement.verb == Verb::Undo {
            let undone = self.reader.judgement(target)?;
            let name = format!("{} by {}", undone.verb, undone.who);
            return Ok(vec![subject("judgement", undone.id, name)]);
        }
        let (target, record) = match target.split_once(" record:") {
            Some((target, record)) => (target, Some(record)),
            None => (target, None),
        };
        let mut subjects = match target.split_once(':') {
            Some(("document", id)) => vec![subject("document", id.to_owned(), self.title(id))],
            Some(("custodian", name)) => {
                vec![subject("custodian", name.to_owned(), name.to_owned())]
            }
            Some(("statement", id)) => {
                vec![subject(
                    "statement",
                    id.to_owned(),
                    self.words_of_statement(id)?,
                )]
            }
            Some(("link", id)) => vec![subject("tie", id.to_owned(), self.words_of_link(id)?)],
            _ => self.mentioned(judgement, target),
        };
        if let Some((list, id)) = record.and_then(|record| record.split_once('#')) {
            let name = format!("record {id} of {list}");
            subjects.push(subject("record", id.to_owned(), name));
        }
        Ok(subjects)
    }

    fn mentioned(&self, judgement: &Judgement, target: &str) -> Vec<SubjectView> {
        let mentions = mentions_of(target).into_iter().take(MOST_SUBJECTS);
        let named = mentions.map(|mention: MentionId| {
            let anchor = judgement
                .anchors
                .iter()
                .find(|anchor| anchor.mention == mention);
            let name = match anchor {
                Some(anchor) => anchor.quote.clone(),
                None => self
                    .reader
                    .entity(mention.into())
                    .map_or_else(|_| mention.to_hex(), |entity| entity.name),
            };
            subject("entity", mention.to_hex(), name)
        });
        named.collect()
    }

    fn title(&self, id: &str) -> String {
        let document = id.parse::<DocumentId>().ok();
        let document = document.and_then(|id| self.reader.document(id).ok());
        document.map_or_else(|| id.to_owned(), |document| document.title)
    }

    fn words_of_statement(&self, id: &str) -> Result<String, Error> {
        let known = id.parse::<StatementId>().ok();
        let Some(statement) = known.and_then(|id| self.reader.statement(id).ok()) else {
            return Ok(id.to_owned());
        };
        let mut quoting = Quoting::new(&self.reader);
        let line = self.statement_line(&mut quoting, &statement)?;
        Ok(shortened(&line.said(), MOST_LETTERS))
    }

    fn words_of_link(&self, id: &str) -> Result<String, Error> {
        let known = id.parse::<LinkId>().ok();
        let Some(link) = known.and_then(|id| self.reader.link(id).ok()) else {
            return Ok(id.to_owned());
        };
        let mut quoting = Quoting::new(&self.reader);
        let line = crate::links::link_line(&mut quoting, &link)?;
        Ok(line.map_or_else(
            || id.to_owned(),
            |line| format!("{} – {}: {}", line.from_name, line.to_name, line.kind),
        ))
    }
}

fn subject(kind: &'static str, id: String, name: String) -> SubjectView {
    SubjectView { kind, id, name }
}

/// The first letters of a text, in one line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
