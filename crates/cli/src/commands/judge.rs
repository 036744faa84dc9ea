//! What a person decides: `tag`, `note`, `protect`, `checked`, `judge undo`, `judge log`.

use std::io::Write;

use clap::{Args, Subcommand};
use onrecord_workbench::{Decision, DecisionView};

use crate::args::Shared;
use crate::out::{Found, json_line, one_line, stdout};

/// Give a document a tag, or take it away; tags are searched with `tag:`.
#[derive(Debug, Args)]
pub(crate) struct Tag {
    /// Id of the document
    id: String,
    /// The tag
    tag: String,
    /// Take it away
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    by: By,
}

/// Write a note on a document, entity, statement or tie.
#[derive(Debug, Args)]
pub(crate) struct Note {
    /// Id of a document, or entity:ID, statement:ID, link:ID
    id: String,
    /// The note
    text: String,
    #[command(flatten)]
    by: By,
}

/// Withhold a document, a person, or everything of a custodian, from every export, picture, print and citation.
#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// Id of a document, entity:ID, or custodian:NAME
    target: String,
    /// Why
    #[arg(default_value = "", hide_default_value = true)]
    reason: String,
    /// End the protection
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    by: By,
}

/// State that you have checked a document, statement or tie by eye.
#[derive(Debug, Args)]
pub(crate) struct Checked {
    /// Id of a document, or statement:ID, link:ID
    id: String,
    /// A remark
    #[arg(default_value = "", hide_default_value = true)]
    remark: String,
    #[command(flatten)]
    by: By,
}

/// Decide who is who, and whether a statement or tie is read rightly. A machine never undoes it.
#[derive(Debug, Args)]
pub(crate) struct Judge {
    #[command(subcommand)]
    verb: JudgeVerb,
}

/// What is decided about, why, and by whom.
#[derive(Debug, Args)]
struct About {
    /// Names, addresses or ids
    #[arg(required = true, num_args = 2.., value_name = "ENTITY")]
    entities: Vec<String>,
    #[command(flatten)]
    because: Because,
}

#[derive(Debug, Args)]
struct Because {
    /// Why
    #[arg(
        long,
        value_name = "REASON",
        default_value = "",
        hide_default_value = true
    )]
    why: String,
    #[command(flatten)]
    by: By,
}

#[derive(Debug, Subcommand)]
enum JudgeVerb {
    /// Entities are one
    #[command(alias = "same")]
    Merge(About),
    /// Two entities are two, whatever they have in common
    Different(About),
    /// It cannot be told whether entities are one
    Unsure(About),
    /// Take what stands in these documents, or these mentions, out of an entity
    Split {
        /// Name, address or id
        entity: String,
        /// Ids of documents or mentions
        #[arg(required = true)]
        parts: Vec<String>,
        #[command(flatten)]
        because: Because,
    },
    /// Give an entity its name
    Rename {
        /// Name, address or id
        entity: String,
        /// The new name
        name: String,
        #[command(flatten)]
        by: By,
    },
    /// A statement or tie is read rightly
    Confirm {
        /// Id of the statement or tie
        id: String,
        #[command(flatten)]
        because: Because,
    },
    /// A statement or tie is read wrongly; it counts for nothing
    Reject {
        /// Id of the statement or tie
        id: String,
        #[command(flatten)]
        because: Because,
    },
    /// Grade the reliability of a source by the Admiralty code
    Grade {
        /// Name, address or id
        entity: String,
        /// A completely reliable … E unreliable, F cannot be judged
        grade: char,
        #[command(flatten)]
        because: Because,
    },
    /// Take a judgement back
    Undo {
        /// Id of the judgement
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Everything that was decided, oldest first
    Log,
}

#[derive(Debug, Args)]
pub(super) struct By {
    /// Who decides
    #[arg(
        long,
        value_name = "NAME",
        env = "ONRECORD_USER",
        hide_env_values = true
    )]
    by: Option<String>,
}

impl By {
    pub(super) fn who(&self) -> String {
        let login = || {
            ["USER", "LOGNAME", "USERNAME"]
                .iter()
                .find_map(|name| std::env::var(name).ok())
        };
        self.by
            .clone()
            .or_else(login)
            .unwrap_or_else(|| "unknown".to_owned())
    }

    fn record(&self, shared: &Shared, decision: &Decision) -> anyhow::Result<Found> {
        let view = decision.record(&shared.folder(), &self.who())?;
        print(shared, &[view])
    }
}

impl Tag {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let decision = Decision::Tag {
            document: self.id.clone(),
            tag: self.tag.clone(),
            remove: self.remove,
        };
        self.by.record(shared, &decision)
    }
}

impl Note {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let decision = Decision::Note {
            target: self.id.clone(),
            text: self.text.clone(),
        };
        self.by.record(shared, &decision)
    }
}

impl Protect {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let decision = Decision::Protect {
            target: self.target.clone(),
            reason: self.reason.clone(),
            remove: self.remove,
        };
        self.by.record(shared, &decision)
    }
}

impl Checked {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let decision = Decision::Checked {
            target: self.id.clone(),
            remark: self.remark.clone(),
        };
        self.by.record(shared, &decision)
    }
}

impl Judge {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let (decision, by) = match &self.verb {
            JudgeVerb::Merge(about) => (about.decision(same), &about.because.by),
            JudgeVerb::Different(about) => (about.decision(different), &about.because.by),
            JudgeVerb::Unsure(about) => (about.decision(unsure), &about.because.by),
            JudgeVerb::Split {
                entity,
                parts,
                because,
            } => (
                Decision::Different {
                    entity: entity.clone(),
                    others: parts.clone(),
                    reason: because.why.clone(),
                },
                &because.by,
            ),
            JudgeVerb::Rename { entity, name, by } => (
                Decision::Rename {
                    entity: entity.clone(),
                    name: name.clone(),
                },
                by,
            ),
            JudgeVerb::Confirm { id, because } => (because.reading(id, true), &because.by),
            JudgeVerb::Reject { id, because } => (because.reading(id, false), &because.by),
            JudgeVerb::Grade {
                entity,
                grade,
                because,
            } => (
                Decision::Grade {
                    entity: entity.clone(),
                    grade: grade.to_ascii_uppercase(),
                    reason: because.why.clone(),
                },
                &because.by,
            ),
            JudgeVerb::Undo { id, by } => (
                Decision::Undo {
                    judgement: id.clone(),
                },
                by,
            ),
            JudgeVerb::Log => return print(shared, &shared.open()?.judgements()?),
        };
        by.record(shared, &decision)
    }
}

impl About {
    fn decision(&self, make: fn(Vec<String>, String) -> Decision) -> Decision {
        make(self.entities.clone(), self.because.why.clone())
    }
}

fn same(entities: Vec<String>, reason: String) -> Decision {
    Decision::Same { entities, reason }
}

fn unsure(entities: Vec<String>, reason: String) -> Decision {
    Decision::Unsure { entities, reason }
}

/// The first is another than each of the others.
fn different(mut entities: Vec<String>, reason: String) -> Decision {
    let entity = entities.remove(0);
    Decision::Different {
        entity,
        others: entities,
        reason,
    }
}

impl Because {
    fn reading(&self, id: &str, right: bool) -> Decision {
        Decision::Reading {
            id: id.to_owned(),
            right,
            reason: self.why.clone(),
        }
    }
}

fn print(shared: &Shared, views: &[DecisionView]) -> anyhow::Result<Found> {
    let mut out = stdout();
    for view in views {
        if shared.json {
            json_line(&mut out, view)?;
            continue;
        }
        let judgement = &view.judgement;
        writeln!(
            out,
            "{}  {}  {}: {} {} {}",
            judgement.id,
            judgement.time,
            one_line(&judgement.who),
            judgement.verb,
            one_line(&judgement.target),
            one_line(&judgement.body)
        )?;
    }
    out.flush()?;
    Ok(Found::from(!views.is_empty()))
}
