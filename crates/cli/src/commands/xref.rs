//! `onrecord xref`

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use onrecord_workbench::{Decision, ListFormat, Verdict, XrefLine, read_list};

use super::entities::word_of;
use super::judge::By;
use crate::args::Shared;
use crate::out::{Found, json_line, one_line, stdout};

/// Entities of the case beside a list: who may be whom, with the reasons; and your judgement of each.
#[derive(Debug, Args)]
pub(crate) struct Xref {
    /// CSV with a row of headings, or FollowTheMoney entities, one in JSON a line
    list: PathBuf,
    /// What a column holds: COLUMN=name, given, family, date, country, identifier, word, text or ignore; may be repeated
    #[arg(long, value_name = "COLUMN=ROLE", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// Judge one by one: y same, n different, u unsure, z take the last back, q stop
    #[arg(long)]
    judge: bool,
    /// At most so many pairs
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: usize,
    #[command(flatten)]
    by: By,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (column, role) = text.split_once('=').ok_or("write COLUMN=ROLE")?;
    Ok((column.to_owned(), role.to_owned()))
}

impl Xref {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let shown = self.list.display();
        let file =
            std::fs::File::open(&self.list).with_context(|| format!("{shown}: cannot open it"))?;
        let extension = self
            .list
            .extension()
            .and_then(|extension| extension.to_str());
        let format = match extension.map(str::to_lowercase).as_deref() {
            Some("json" | "jsonl" | "ijson" | "ftm") => ListFormat::FollowTheMoney,
            _ => ListFormat::Csv,
        };
        let list = read_list(BufReader::new(file), format, &self.map)
            .with_context(|| format!("{shown}"))?;
        let name = self
            .list
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let mut lines = shared.open()?.xref(&list, &name)?;
        if self.judge {
            return self.judge_each(shared, &name, &lines);
        }
        lines.truncate(self.limit);
        let mut out = stdout();
        for line in &lines {
            if shared.json {
                json_line(&mut out, line)?;
            } else {
                print(&mut out, line)?;
            }
        }
        out.flush()?;
        Ok(Found::from(!lines.is_empty()))
    }

    /// Asks about each pair that nobody has judged.
    fn judge_each(&self, shared: &Shared, name: &str, lines: &[XrefLine]) -> anyhow::Result<Found> {
        let who = self.by.who();
        let open: Vec<&XrefLine> = lines.iter().filter(|line| line.judged.is_none()).collect();
        let mut answers = std::io::stdin().lock().lines();
        let mut done: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(line) = open.get(at) {
            let mut out = stdout();
            print(&mut out, line)?;
            out.flush()?;
            if std::io::stdin().is_terminal() {
                eprint!(
                    "{} of {}: same? y/n/u, z back, q stop: ",
                    at + 1,
                    open.len()
                );
            }
            let Some(answer) = answers.next().transpose()? else {
                break;
            };
            let verdict = match answer.trim() {
                "y" => Verdict::Same,
                "n" => Verdict::Different,
                "u" => Verdict::Unsure,
                "z" => {
                    if let Some(judgement) = done.pop() {
                        Decision::Undo { judgement }.record(&shared.folder(), &who)?;
                        at -= 1;
                    }
                    continue;
                }
                "q" => break,
                other => bail!("\"{other}\" is no answer; {} pairs are judged", done.len()),
            };
            done.push(line.judge(&shared.folder(), name, verdict, &who)?);
            at += 1;
        }
        eprintln!(
            "{} judged, {} left",
            done.len(),
            open.len().saturating_sub(at)
        );
        Ok(Found::from(!done.is_empty()))
    }
}

fn print(out: &mut impl Write, line: &XrefLine) -> anyhow::Result<()> {
    let judged = line
        .judged
        .as_deref()
        .map_or(String::new(), |judged| format!("  [{judged}]"));
    writeln!(
        out,
        "{:.2}  {} ({}, {} documents){judged}",
        line.score,
        one_line(&line.entity_name),
        word_of(&line.kind),
        line.documents
    )?;
    let values = line
        .record_values
        .iter()
        .map(|(column, value)| format!("{column}: {value}"));
    let values = values.collect::<Vec<_>>().join("; ");
    writeln!(
        out,
        "      {}  {}",
        one_line(&line.record),
        one_line(&values)
    )?;
    writeln!(out, "      {}", one_line(&line.reasons.join("; ")))?;
    Ok(())
}
