//! `onrecord backup`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use onrecord_workbench::backup;

use crate::args::Shared;
use crate::out::{Found, json_line, size, stdout};

/// Write a whole copy of the case's database; the search index is made from it again.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; it must not exist
    file: PathBuf,
}

impl Backup {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let view = backup(&shared.folder(), &self.file)?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &view)?;
        } else {
            writeln!(out, "wrote {} ({})", view.path, size(view.bytes))?;
            writeln!(
                out,
                "to restore: put it as case.db into an empty folder and name that with --case"
            )?;
        }
        out.flush()?;
        Ok(Found::Something)
    }
}
