//! Recording what a person decides.

use onrecord_case::{CaseFolder, Judgement, NewJudgement, Verb, Writer};
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;
use crate::indexing::Indexer;
use crate::open::Workbench;

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
        let (verb, target, body) = self.parts(&writer)?;
        let new = NewJudgement {
            verb,
            target,
            body,
            who: who.to_owned(),
            time: jiff::Timestamp::now().to_string(),
        };
        let judgement = writer.judge(&new)?;
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
            Decision::Undo { judgement } => (
                Verb::Undo,
                writer.reader().judgement(judgement)?.id,
                String::new(),
            ),
        })
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

impl Workbench {
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
