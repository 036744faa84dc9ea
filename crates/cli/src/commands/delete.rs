//! `onrecord delete`

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use onrecord_workbench::delete;

use crate::args::Shared;
use crate::out::{Found, count, json_line, size, stdout};

/// Delete a case: what was read and decided. Originals elsewhere are not touched.
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Delete {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let folder = shared.folder();
        shared.open()?;
        if !self.yes && !confirmed(shared)? {
            eprintln!("nothing was deleted");
            return Ok(Found::Nothing);
        }
        let view = delete(&folder)?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &view)?;
        } else {
            let files = count(view.files, "file", "files");
            writeln!(
                out,
                "removed {} ({files}, {})",
                shared.case.display(),
                size(view.bytes)
            )?;
            writeln!(out, "not guaranteed: {}", view.not_guaranteed)?;
        }
        out.flush()?;
        Ok(Found::Something)
    }
}

fn confirmed(shared: &Shared) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        anyhow::bail!(
            "deleting {} cannot be undone; say --yes",
            shared.case.display()
        );
    }
    eprint!(
        "delete {} for good, judgements included? type yes: ",
        shared.case.display()
    );
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
