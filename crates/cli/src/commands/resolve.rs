//! `onrecord resolve`: the resolver of a case alone, on mentions of one's own.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use onrecord_workbench::{MentionList, resolve_mentions};

use crate::args::Shared;
use crate::out::{Found, json_line, stdout};

/// Say which mentions of many documents are one person, firm or place; no case is touched.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// Lines {"doc","mentions":[{"start","end","text","label"}…]}, or - for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
}

impl Resolve {
    pub(crate) fn run(&self, _: &Shared) -> anyhow::Result<Found> {
        let lists = self.lists()?;
        let is_empty = lists.is_empty();
        let mut out = stdout();
        for list in resolve_mentions(lists) {
            json_line(&mut out, &list)?;
        }
        out.flush()?;
        Ok(Found::from(!is_empty))
    }

    fn lists(&self) -> anyhow::Result<Vec<MentionList>> {
        let lines: Box<dyn BufRead> = if self.file.as_os_str() == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            let shown = self.file.display();
            let file = std::fs::File::open(&self.file).with_context(|| shown.to_string())?;
            Box::new(std::io::BufReader::new(file))
        };
        let mut lists = Vec::new();
        for (number, line) in lines.lines().enumerate() {
            let line = line.with_context(|| format!("line {}", number + 1))?;
            if line.trim().is_empty() {
                continue;
            }
            lists.push(serde_json::from_str(&line).with_context(|| {
                format!(
                    "line {}: write {{\"doc\":\"…\",\"mentions\":[{{\"text\":\"…\",\"label\":\"…\"}}]}}",
                    number + 1
                )
            })?);
        }
        Ok(lists)
    }
}
