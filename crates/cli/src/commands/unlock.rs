//! `onrecord unlock`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use onrecord_workbench::{ImportOptions, unlock};

use super::add::{finish, stop_on_interrupt};
use crate::args::Shared;
use crate::out::Found;
use crate::progress::Shown;
use crate::worker;

/// Read again what is locked, and nothing else.
#[derive(Debug, Args)]
pub(crate) struct Unlock {
    /// A file with one password a line; it is not kept in the case
    #[arg(long, value_name = "FILE")]
    passwords: PathBuf,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl Unlock {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let list = std::fs::read_to_string(&self.passwords)
            .with_context(|| format!("{}: cannot read the passwords", self.passwords.display()))?;
        let passwords: Vec<String> = list
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        if passwords.is_empty() {
            anyhow::bail!(
                "{} holds no password; write one a line",
                self.passwords.display()
            );
        }
        let options = ImportOptions {
            passwords,
            worker: worker::program(),
            ..ImportOptions::default()
        };
        let stop = stop_on_interrupt()?;
        let mut shown = Shown::fitting(shared.json, self.quiet);
        let report = unlock(&shared.folder(), &options, &stop, &mut shown)?;
        if report.new_files == 0 {
            eprintln!("nothing is locked");
            return Ok(Found::Nothing);
        }
        finish(&report, shared, self.quiet, "onrecord unlock")
    }
}
