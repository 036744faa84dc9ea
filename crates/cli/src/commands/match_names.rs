//! `onrecord match-names`: pairs of names in, how well they fit out.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use onrecord_workbench::{MatchView, NamePair, match_names};

use crate::args::Shared;
use crate::out::{Found, json_line, one_line, stdout};

const SHAPE: &str =
    r#"{"id":…,"left":"…","right":"…","kind":"Person|Company|Organization|Vessel"}"#;

/// How well pairs of names fit; no case is touched.
#[derive(Debug, Args)]
pub(crate) struct MatchNames {
    /// Lines {"id","left","right","kind"}, or - for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
}

impl MatchNames {
    /// A line that cannot be read is told of, and the others are answered all the same.
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let mut out = stdout();
        let (mut n_bad, mut any) = (0u64, false);
        for (number, line) in self.open()?.split(b'\n').enumerate() {
            let line = line?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<NamePair>(&line) {
                Ok(pair) => {
                    any = true;
                    print(&mut out, &match_names(pair), shared.json)?;
                }
                Err(error) => {
                    n_bad += 1;
                    eprintln!("line {}: {error}; write {SHAPE} a line", number + 1);
                }
            }
        }
        out.flush()?;
        match n_bad {
            0 => Ok(Found::from(any)),
            1 => anyhow::bail!("one line could not be read; all others were answered"),
            _ => anyhow::bail!("{n_bad} lines could not be read; all others were answered"),
        }
    }

    fn open(&self) -> anyhow::Result<Box<dyn BufRead>> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(std::io::stdin().lock()));
        }
        let file = std::fs::File::open(&self.file)
            .with_context(|| format!("{}: cannot open it", self.file.display()))?;
        Ok(Box::new(std::io::BufReader::new(file)))
    }
}

fn print(out: &mut impl Write, view: &MatchView, json: bool) -> anyhow::Result<()> {
    if json {
        return json_line(out, view);
    }
    let verdict = if view.is_match { "match" } else { "no match" };
    let reasons = one_line(&view.reasons.join("; "));
    writeln!(out, "{}\t{:.3}\t{verdict}\t{reasons}", view.id, view.score)?;
    Ok(())
}
