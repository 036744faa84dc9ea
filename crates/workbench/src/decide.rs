//! Recording what a person decides.

use onrecord_case::{Anchor, CaseFolder, Judgement, NewJudgement, StoredEntity, Verb, Writer};
use onrecord_record::{EntityId, FORMAT_VERSION, LinkId, MentionId, StatementId};
use serde::Serialize;

use crate::claiming::derive_claims;
use crate::error::Error;
use crate::indexing::Indexer;
use crate::open::Workbench;
use crate::progress::{Progress, Reporter};
use crate::resolving::resolve_entities;

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
    /// Write a note on a document.
    Note {
        /// Beginning of the document's id.
        document: String,
        /// The note.
        text: String,
    },
    /// Withhold a document or everything of a custodian from what leaves the case, or end that.
    Protect {
        /// Beginning of a document's id, or `custodian:NAME`.
        target: String,
        /// Why.
        reason: String,
        /// End it.
        remove: bool,
    },
    /// State that a document was checked by eye.
    Checked {
        /// Beginning of the document's id.
        document: String,
        /// Remark.
        remark: String,
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
    /// Records the decision of `who`, now.
    ///
    /// # Errors
    /// When what it is about is not in the case, or the case cannot be written.
    pub fn record(&self, folder: &CaseFolder, who: &str) -> Result<DecisionView, Error> {
        if !folder.exists() {
            return Err(onrecord_case::Error::NoCase(folder.path().to_path_buf()).into());
        }
        let mut writer = Writer::open(folder, "onrecord (judging)")?;
        let (verb, target, body) = match self.about_entities(folder)? {
            Some(parts) => parts,
            None => self.parts(&writer)?,
        };
        let new = NewJudgement {
            anchors: anchors(&writer, &target)?,
            verb,
            target,
            body,
            who: who.to_owned(),
            time: jiff::Timestamp::now().to_string(),
        };
        let judgement = writer.judge(&new)?;
        follow(&mut writer)?;
        // Opening takes what has changed, so that a new tag is found at once.
        let (indexer, _) = Indexer::open(&writer)?;
        indexer.close()?;
        Ok(DecisionView {
            format_version: FORMAT_VERSION,
            judgement,
        })
    }

    fn parts(&self, writer: &Writer) -> Result<(Verb, String, String), Error> {
        let document = |prefix: &str| -> Result<String, Error> {
            Ok(format!(
                "document:{}",
                writer.reader().find_document(prefix)?
            ))
        };
        Ok(match self {
            Decision::Tag {
                document: id,
                tag,
                remove,
            } => {
                let tag = tag.trim();
                if tag.is_empty() {
                    return Err(Error::Usage("a tag needs at least one letter".to_owned()));
                }
                (
                    if *remove { Verb::Untag } else { Verb::Tag },
                    document(id)?,
                    tag.to_owned(),
                )
            }
            Decision::Note { document: id, text } => (Verb::Note, document(id)?, text.clone()),
            Decision::Protect {
                target,
                reason,
                remove,
            } => {
                let verb = if *remove {
                    Verb::Unprotect
                } else {
                    Verb::Protect
                };
                match target.strip_prefix("custodian:") {
                    Some(name) => (verb, self.custodian(writer, name)?, reason.clone()),
                    None => (verb, document(target)?, reason.clone()),
                }
            }
            Decision::Checked {
                document: id,
                remark,
            } => (Verb::Checked, document(id)?, remark.clone()),
            Decision::Same { .. }
            | Decision::Different { .. }
            | Decision::Unsure { .. }
            | Decision::Rename { .. }
            | Decision::Grade { .. } => {
                return Err(Error::Usage("this is decided about entities".to_owned()));
            }
            Decision::Reading { id, right, reason } => {
                let verb = if *right { Verb::Confirm } else { Verb::Reject };
                (verb, reading(writer, id)?, reason.clone())
            }
            Decision::Undo { judgement } => (
                Verb::Undo,
                writer.reader().judgement(judgement)?.id,
                String::new(),
            ),
        })
    }

    /// Verb, target and body of a decision about entities; `None` for any other.
    fn about_entities(&self, folder: &CaseFolder) -> Result<Option<Parts>, Error> {
        let bench = Workbench::open(folder)?;
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

    fn custodian(&self, writer: &Writer, name: &str) -> Result<String, Error> {
        if writer.reader().has_custodian(name)? {
            return Ok(format!("custodian:{name}"));
        }
        let missing = onrecord_case::Error::NotFound {
            what: "custodian",
            given: name.to_owned(),
        };
        Err(missing.into())
    }
}

/// Verb, target and body of a judgement.
type Parts = (Verb, String, String);

/// A statement or tie by its id.
fn reading(writer: &Writer, given: &str) -> Result<String, Error> {
    if let Ok(id) = given.parse::<StatementId>()
        && writer.reader().statement(id).is_ok()
    {
        return Ok(format!("statement:{id}"));
    }
    if let Ok(id) = given.parse::<LinkId>()
        && writer.reader().has_link(id)?
    {
        return Ok(format!("link:{id}"));
    }
    let missing = onrecord_case::Error::NotFound {
        what: "statement or tie",
        given: given.to_owned(),
    };
    Err(missing.into())
}

/// The words at each mention that a target names.
fn anchors(writer: &Writer, target: &str) -> Result<Vec<Anchor>, Error> {
    let mut anchors = Vec::new();
    for mention in mentions_of(target) {
        let reader = writer.reader();
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

/// What rests on judgements is derived again.
fn follow(writer: &mut Writer) -> Result<(), Error> {
    let mut unheard = |_: &Progress| {};
    let mut reporter = Reporter::new(&mut unheard);
    resolve_entities(writer, &mut reporter)?;
    derive_claims(writer, &mut reporter)
}

impl Workbench {
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
