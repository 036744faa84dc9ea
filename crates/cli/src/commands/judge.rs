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

/// Write a note on a document.
#[derive(Debug, Args)]
pub(crate) struct Note {
    /// Id of the document
    id: String,
    /// The note
    text: String,
    #[command(flatten)]
    by: By,
}

/// Withhold a document, or everything of a custodian, from every export, picture, print and citation.
#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// Id of a document, or custodian:NAME
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

/// State that you have checked a document by eye.
#[derive(Debug, Args)]
pub(crate) struct Checked {
    /// Id of the document
    id: String,
    /// A remark
    #[arg(default_value = "", hide_default_value = true)]
    remark: String,
    #[command(flatten)]
    by: By,
}

/// The log of what was decided.
#[derive(Debug, Args)]
pub(crate) struct Judge {
    #[command(subcommand)]
    verb: JudgeVerb,
}

#[derive(Debug, Subcommand)]
enum JudgeVerb {
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
struct By {
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
    fn who(&self) -> String {
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
            document: self.id.clone(),
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
            document: self.id.clone(),
            remark: self.remark.clone(),
        };
        self.by.record(shared, &decision)
    }
}

impl Judge {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        match &self.verb {
            JudgeVerb::Undo { id, by } => by.record(
                shared,
                &Decision::Undo {
                    judgement: id.clone(),
                },
            ),
            JudgeVerb::Log => print(shared, &shared.open()?.judgements()?),
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
