//! `onrecord files`

use std::io::Write;

use clap::Args;
use onrecord_workbench::FileFilter;

use crate::args::Shared;
use crate::out::{Found, json_line, one_line, size, stdout};

/// Every file, and what became of it.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// Members of archives and mailboxes and parts of messages too
    #[arg(long)]
    inside: bool,
    /// Only these: read, partly, unread, copy, waiting
    #[arg(long, value_name = "OUTCOME", value_parser = ["read", "partly", "unread", "copy", "waiting"])]
    outcome: Option<String>,
    /// Only where the path contains this
    #[arg(value_name = "PART_OF_PATH")]
    path: Option<String>,
}

impl Files {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = FileFilter {
            inside: self.inside,
            outcome: self.outcome.clone(),
            path: self.path.clone(),
        };
        let mut out = stdout();
        let mut any = false;
        let mut result = Ok(());
        shared.open()?.files(&filter, &mut |view| {
            any = true;
            result = if shared.json {
                json_line(&mut out, &view)
            } else {
                let line = &view.line;
                let document = line.document.as_deref().map_or("", |id| &id[..12]);
                let media_type = line.media_type.as_deref().unwrap_or("");
                let state = line
                    .state
                    .map(|state| format!("  ({state})"))
                    .unwrap_or_default();
                let (path, bytes) = (one_line(&line.path), size(line.size));
                writeln!(
                    out,
                    "{:<8}{:>10}  {document:<13}{media_type:<28} {path}{state}",
                    line.outcome, bytes
                )
                .map_err(Into::into)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(any))
    }
}
