//! Options that all verbs share.

use std::path::PathBuf;

use clap::{Args, Parser};
use onrecord_workbench::{CaseFolder, Workbench};

use crate::commands::Command;
use crate::out::Found;

/// Who says so, how do they know, and how is it connected?
///
/// Point it at a folder of mailboxes, articles, tables and archives: it builds a case, in which
/// everything is searchable and nothing is lost in silence. It sends nothing anywhere.
#[derive(Debug, Parser)]
#[command(
    name = "onrecord",
    version,
    disable_help_subcommand = true,
    after_help = "Start with `onrecord add PATH`, then `onrecord status` and `onrecord search WORDS`.\n\
                  Exit status: 0 found, 1 nothing found, 2 error."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

/// Options that all verbs share.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// Folder of the case
    #[arg(
        long,
        global = true,
        env = "ONRECORD_CASE",
        hide_env_values = true,
        default_value = "./onrecord.case",
        value_name = "DIR"
    )]
    pub(crate) case: PathBuf,
    /// One JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Shared {
    pub(crate) fn folder(&self) -> CaseFolder {
        CaseFolder::new(&self.case)
    }

    pub(crate) fn open(&self) -> anyhow::Result<Workbench> {
        Ok(Workbench::open(&self.folder())?)
    }
}

impl Cli {
    pub(crate) fn run(&self) -> anyhow::Result<Found> {
        self.command.run(&self.shared)
    }
}

/// A value that JSON knows by a word.
pub(crate) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|error| error.to_string())
}
