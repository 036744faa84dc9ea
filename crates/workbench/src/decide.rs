//! Recording what a person decides.

use onrecord_case::{
    Anchor, CaseFolder, Judgement, Log, NewJudgement, Reader, StoredEntity, Verb, Writer,
};
use onrecord_record::{EntityId, FORMAT_VERSION, LinkId, MentionId, StatementId};
use serde::Serialize;

use crate::claiming::derive_claims;
use crate::error::{Error, ErrorKind};
use crate::indexing::Indexer;
use crate::open::Workbench;
use crate::progress::{Progress, Reporter};
use crate::resolving::resolve_entities;
use crate::xref::Verdict;

/// What a person wants to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Give a document a tag, or take it away.
    Tag {
        /// Beginning of the document's id.
        document: String,
        /// The tag.
        tag: String,
        /// Take it away.
        remove: bool,
    },
    /// Write a note.
    Note {
        /// Beginning of a document's id, or `entity:`, `statement:` or `link:` with an id.
        target: String,
        /// The note.
        text: String,
    },
    /// Withhold a document, a person or everything of a custodian from what leaves the case, or end that.
    Protect {
        /// Beginning of a document's id, `entity:ID` or `custodian:NAME`.
        target: String,
        /// Why.
        reason: String,
        /// End it.
        remove: bool,
    },
    /// State that a document, statement or tie was checked by eye.
    Checked {
        /// Beginning of a document's id, or `statement:` or `link:` with an id.
        target: String,
        /// Remark.
        remark: String,
    },
    /// Put a document, statement or tie on the list of what is to be checked, or take it off.
    Pin {
        /// Beginning of a document's id, or `statement:` or `link:` with an id.
        target: String,
        /// Take it off.
        remove: bool,
    },
    /// Say whether an entity is the one of a record of a list.
    Record {
        /// Name or id of the entity.
        entity: String,
        /// Name of the list.
        list: String,
        /// Id of the record.
        record: String,
        /// What a person says of the pair.
        verdict: Verdict,
    },
    /// Hold entities to be one.
    Same {
        /// Names or ids.
        entities: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Hold entities to be two; with `parts`, take these out of the entity that holds them.
    Different {
        /// Name or id of the one.
        entity: String,
        /// Names or ids of entities, mentions or documents: what is another than the one.
        others: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Say that it cannot be told whether two are one.
    Unsure {
        /// Names or ids.
        entities: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Give an entity its name.
    Rename {
        /// Name or id.
        entity: String,
        /// The new name.
        name: String,
    },
    /// Hold a statement or tie to be read rightly, or wrongly.
    Reading {
        /// Id of the statement or tie.
        id: String,
        /// Rightly.
        right: bool,
        /// Why.
        reason: String,
    },
    /// Grade the reliability of a source.
    Grade {
        /// Name or id of the entity.
        entity: String,
        /// A to F.
        grade: char,
        /// Why.
        reason: String,
    },
    /// Take an earlier judgement back.
    Undo {
        /// Beginning of the judgement's id.
        judgement: String,
    },
}

/// A recorded judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// Version of this object.
    pub format_version: u32,
    /// The judgement.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl Decision {
    /// Records the decision of `who`, now, and derives again what rests on it. Where another process
    /// writes to the case, that one's end or the next writer derives it.
    ///
    /// # Errors
    /// When what it is about is not in the case, or the case cannot be written.
    pub fn record(&self, folder: &CaseFolder, who: &str) -> Result<DecisionView, Error> {
        let view = self.log(folder, who)?;
        match apply_judgements(folder) {
            Err(error) if error.kind() == ErrorKind::Busy => Ok(view),
            Err(error) => Err(error),
            Ok(()) => Ok(view),
        }
    }

    /// Records the decision of `who`, now, and no more: [`apply_judgements`] derives what rests on it.
    ///
    /// # Errors
    /// When what it is about is not in the case, or the case cannot be written.
    pub fn log(&self, folder: &CaseFolder, who: &str) -> Result<DecisionView, Error> {
        let mut log = Log::open(folder)?;
        let (verb, target, body) = self.parts(&Workbench::open(folder)?)?;
        let new = NewJudgement {
            anchors: anchors(&log.reader(), &target)?,
            verb,
            target,
            body,
            who: who.to_owned(),
            time: jiff::Timestamp::now().to_string(),
        };
        Ok(DecisionView {
            format_version: FORMAT_VERSION,
            judgement: log.judge(&new)?,
        })
    }

    /// Verb, target and body as the log keeps them.
    pub(crate) fn parts(&self, bench: &Workbench) -> Result<Parts, Error> {
        match self.about_entities(bench)? {
            Some(parts) => Ok(parts),
            None => self.about_one(bench),
        }
    }

    fn about_one(&self, bench: &Workbench) -> Result<Parts, Error> {
        let either = |remove: bool, on: Verb, off: Verb| if remove { off } else { on };
        Ok(match self {
            Decision::Tag {
                document,
                tag,
                remove,
            } => {
                let tag = tag.trim();
                if tag.is_empty() {
                    return Err(Error::Usage("a tag needs at least one letter".to_owned()));
                }
                let id = bench.reader.find_document(document)?;
                let verb = either(*remove, Verb::Tag, Verb::Untag);
                (verb, format!("document:{id}"), tag.to_owned())
            }
            Decision::Note { target, text } => {
                if text.trim().is_empty() {
                    return Err(Error::Usage("a note needs at least one letter".to_owned()));
                }
                (Verb::Note, bench.target(target)?, text.trim().to_owned())
            }
            Decision::Protect {
                target,
                reason,
                remove,
            } => {
                let verb = either(*remove, Verb::Protect, Verb::Unprotect);
                (verb, bench.target(target)?, reason.clone())
            }
            Decision::Checked { target, remark } => {
                (Verb::Checked, bench.target(target)?, remark.clone())
            }
            Decision::Pin { target, remove } => {
                let verb = either(*remove, Verb::Pin, Verb::Unpin);
                (verb, bench.target(target)?, String::new())
            }
            Decision::Reading { id, right, reason } => {
                let verb = either(*right, Verb::Reject, Verb::Confirm);
                (verb, bench.reading(id)?, reason.clone())
            }
            Decision::Undo { judgement } => (
                Verb::Undo,
                bench.reader.judgement(judgement)?.id,
                String::new(),
            ),
            Decision::Record {
                entity,
                list,
                record,
                verdict,
            } => {
                let id = bench.find_entity(entity)?.id.to_hex();
                let target = format!("mentions:{id} record:{list}#{record}");
                (verdict.verb(), target, String::new())
            }
            Decision::Same { .. }
            | Decision::Different { .. }
            | Decision::Unsure { .. }
            | Decision::Rename { .. }
            | Decision::Grade { .. } => {
                return Err(Error::Usage("this is decided about entities".to_owned()));
            }
        })
    }

    /// Verb, target and body of a decision about entities; `None` for any other.
    fn about_entities(&self, bench: &Workbench) -> Result<Option<Parts>, Error> {
        let ids = |names: &[String]| -> Result<Vec<EntityId>, Error> {
            let names = names.iter();
            names.map(|name| Ok(bench.find_entity(name)?.id)).collect()
        };
        let mentions = |ids: &[MentionId]| {
            let ids: Vec<String> = ids.iter().map(|id| id.to_hex()).collect();
            format!("mentions:{}", ids.join(" "))
        };
        let of_entities = |names: &[String]| -> Result<String, Error> {
            let ids: Vec<MentionId> = ids(names)?.into_iter().map(MentionId::from).collect();
            let mut distinct = ids.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() < 2 {
                return Err(Error::Usage(format!(
                    "{} is one entity already; name two",
                    names.join(", ")
                )));
            }
            Ok(mentions(&ids))
        };
        Ok(Some(match self {
            Decision::Same { entities, reason } => {
                (Verb::Same, of_entities(entities)?, reason.clone())
            }
            Decision::Unsure { entities, reason } => {
                (Verb::Unsure, of_entities(entities)?, reason.clone())
            }
            Decision::Different {
                entity,
                others,
                reason,
            } => {
                let one = bench.find_entity(entity)?;
                let mut apart = Vec::new();
                for other in others {
                    apart.extend(bench.parts_of(&one, other)?);
                }
                let first = bench.first_besides(&one, &apart)?;
                let all: Vec<MentionId> = [first].into_iter().chain(apart).collect();
                (Verb::Different, mentions(&all), reason.clone())
            }
            Decision::Rename { entity, name } => {
                if name.trim().is_empty() {
                    return Err(Error::Usage("a name needs at least one letter".to_owned()));
                }
                let id: MentionId = bench.find_entity(entity)?.id.into();
                (Verb::Rename, mentions(&[id]), name.trim().to_owned())
            }
            Decision::Grade {
                entity,
                grade,
                reason,
            } => {
                if !('A'..='F').contains(grade) {
                    return Err(Error::Usage(format!(
                        "\"{grade}\" is no grade; A is completely reliable, E unreliable, F cannot be judged"
                    )));
                }
                let id: MentionId = bench.find_entity(entity)?.id.into();
                let body = format!("{grade} {reason}");
                (Verb::Grade, mentions(&[id]), body.trim().to_owned())
            }
            _ => return Ok(None),
        }))
    }
}

/// Verb, target and body of a judgement.
pub(crate) type Parts = (Verb, String, String);

/// The words at each mention that a target names.
fn anchors(reader: &Reader<'_>, target: &str) -> Result<Vec<Anchor>, Error> {
    let mut anchors = Vec::new();
    for mention in mentions_of(target) {
        let Some(actor) = reader.actor_of_mention(mention)? else {
            continue;
        };
        let text = reader.texts(actor.document)?.into_iter();
        let mut main = text
            .filter(|text| text.role == "main")
            .map(|text| text.text);
        let words = mention.span().zip(main.next());
        let quote = words.and_then(|(span, text)| Some(text.get(span.range())?.to_owned()));
        anchors.push(Anchor {
            mention,
            quote: quote.unwrap_or(actor.name),
        });
    }
    Ok(anchors)
}

/// The mentions that a judgement's target names.
pub(crate) fn mentions_of(target: &str) -> Vec<MentionId> {
    let ids = target.strip_prefix("mentions:").unwrap_or_default();
    ids.split(' ').filter_map(|id| id.parse().ok()).collect()
}

/// Derives again what rests on judgements, and lets the index take new tags; does nothing where that is
/// done already.
///
/// # Errors
/// When another process writes to the case, or the case cannot be written.
pub fn apply_judgements(folder: &CaseFolder) -> Result<(), Error> {
    let mut writer = Writer::open(folder, "onrecord (judging)")?;
    writer.touch_judged()?;
    let mut unheard = |_: &Progress| {};
    let mut reporter = Reporter::new(&mut unheard);
    resolve_entities(&mut writer, &mut reporter)?;
    derive_claims(&mut writer, &mut reporter)?;
    // Opening takes what has changed, so that a new tag is found at once.
    let (indexer, _) = Indexer::open(&writer)?;
    indexer.close()
}

impl Workbench {
    /// Whether [`apply_judgements`] has something to do.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn judgements_wait(&self) -> Result<bool, Error> {
        let is_taken = self.reader.judgements_taken()? == self.reader.last_judgement()?;
        Ok(!is_taken || !self.judgements_are_applied()?)
    }

    /// Whether what rests on judgements was derived since the last of them. What an import still has to
    /// derive does not count.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn judgements_are_applied(&self) -> Result<bool, Error> {
        let number = self.reader.derivation_judgements()?.to_string();
        for stage in ["resolve", "claims"] {
            let state = self.reader.stage_state(stage)?;
            let taken = state.as_deref().and_then(|state| state.rsplit('@').next());
            if taken.is_some_and(|taken| taken != number) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a judgement is about, as the log names it.
    fn target(&self, given: &str) -> Result<String, Error> {
        if let Some(name) = given.strip_prefix("custodian:") {
            if self.reader.has_custodian(name)? {
                return Ok(given.to_owned());
            }
            let missing = onrecord_case::Error::NotFound {
                what: "custodian",
                given: name.to_owned(),
            };
            return Err(missing.into());
        }
        if let Some(id) = given.strip_prefix("entity:") {
            return Ok(format!("mentions:{}", self.find_entity(id)?.id.to_hex()));
        }
        for kind in ["statement:", "link:"] {
            if let Some(id) = given.strip_prefix(kind) {
                return self.reading(id);
            }
        }
        let id = given.strip_prefix("document:").unwrap_or(given);
        Ok(format!("document:{}", self.reader.find_document(id)?))
    }

    /// A statement or tie by its id.
    fn reading(&self, given: &str) -> Result<String, Error> {
        if let Ok(id) = given.parse::<StatementId>()
            && self.reader.statement(id).is_ok()
        {
            return Ok(format!("statement:{id}"));
        }
        if let Ok(id) = given.parse::<LinkId>()
            && self.reader.has_link(id)?
        {
            return Ok(format!("link:{id}"));
        }
        let missing = onrecord_case::Error::NotFound {
            what: "statement or tie",
            given: given.to_owned(),
        };
        Err(missing.into())
    }

    /// What `given` names within an entity: mentions, all of a document, or another entity.
    fn parts_of(&self, one: &StoredEntity, given: &str) -> Result<Vec<MentionId>, Error> {
        let actors = self.reader.actors_of_entity(one.id)?;
        if let Ok(document) = self.reader.find_document(given) {
            let inside = actors.iter().filter(|actor| actor.document == document);
            let inside: Vec<MentionId> = inside.map(|actor| actor.id).collect();
            if inside.is_empty() {
                return Err(Error::Usage(format!(
                    "{} is not in document {given}",
                    one.name
                )));
            }
            return Ok(inside);
        }
        if let Ok(mention) = given.trim().parse::<MentionId>()
            && let Some(actor) = self.reader.actor_of_mention(mention)?
        {
            return Ok(vec![actor.id]);
        }
        Ok(vec![self.find_entity(given)?.id.into()])
    }

    /// A mention of an entity that is in none of these of its parts.
    fn first_besides(&self, one: &StoredEntity, parts: &[MentionId]) -> Result<MentionId, Error> {
        let actors = self.reader.actors_of_entity(one.id)?;
        let mut rest = actors.iter().filter(|actor| !parts.contains(&actor.id));
        rest.next()
            .map(|actor| actor.id)
            .ok_or_else(|| Error::Usage(format!("nothing of {} would be left", one.name)))
    }

    /// Everything that was decided, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn judgements(&self) -> Result<Vec<DecisionView>, Error> {
        let judgements = self.reader.judgements()?;
        Ok(judgements
            .into_iter()
            .map(|judgement| DecisionView {
                format_version: FORMAT_VERSION,
                judgement,
            })
            .collect())
    }
}
