//! `onrecord claims`, `onrecord near-copies`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{ClaimFilter, ClaimLine, NearCopyPage, Quote};

use super::entities::word_of;
use crate::args::Shared;
use crate::out::{Found, count, json_line, one_line, quoted, stdout};

/// Statements with the same content, with the number of independent sources and what speaks against it.
#[derive(Debug, Args)]
pub(crate) struct Claims {
    /// Only claims that speak of this one: a name, address or id
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// Only claims to which this one makes a statement
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only claims with at least so many statements
    #[arg(long, value_name = "N", default_value_t = 1)]
    at_least: usize,
    /// Only claims that somebody contradicts
    #[arg(long)]
    contested: bool,
    /// At most so many; 0 for all
    #[arg(long, value_name = "N", default_value_t = 0)]
    limit: usize,
}

/// Documents that hold the words of others: reprints, updates, corrections, forwards; with the differences.
#[derive(Debug, Args)]
pub(crate) struct NearCopies {
    /// Only those of this document
    #[arg(value_name = "ID")]
    of: Option<String>,
    /// Also answers that quote what they answer
    #[arg(long)]
    quotes: bool,
}

impl Claims {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = ClaimFilter {
            about: self.about.clone(),
            by: self.by.clone(),
            at_least: self.at_least,
            contested: self.contested,
        };
        let mut out = stdout();
        let (mut shown, mut result) = (0, Ok(()));
        shared.open()?.claims(&filter, &mut |line| {
            if self.limit > 0 && shown == self.limit {
                return false;
            }
            shown += 1;
            result = if shared.json {
                json_line(&mut out, &line)
            } else {
                print_claim(&mut out, &line)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(shown > 0))
    }
}

impl NearCopies {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let pages = shared
            .open()?
            .near_copies(self.of.as_deref(), self.quotes)?;
        let mut out = stdout();
        for page in &pages {
            if shared.json {
                json_line(&mut out, page)?;
            } else {
                print_copies(&mut out, page)?;
            }
        }
        out.flush()?;
        Ok(Found::from(!pages.is_empty()))
    }
}

fn print_claim(out: &mut impl Write, line: &ClaimLine) -> anyhow::Result<()> {
    let [min, max] = line.independent_sources;
    let sources = match (min, max) {
        (1, 1) => "1 independent source".to_owned(),
        (min, max) if min == max => format!("{min} independent sources"),
        (min, max) => format!("{min} to {max} independent sources"),
    };
    let not = if line.denied { "not so: " } else { "" };
    writeln!(out, "{not}\"{}\"", one_line(&line.content))?;
    writeln!(
        out,
        "  {sources}; credibility {} (suggested: {})",
        line.credibility, line.credibility_reason
    )?;
    for group in &line.groups {
        let n = count(group.statements.len() as u64, "statement", "statements");
        writeln!(out, "  {n} count as one: {}", one_line(&group.reason))?;
    }
    for named in &line.interested {
        writeln!(out, "  has a stake in it: {}", one_line(&named.name))?;
    }
    for statement in &line.lines {
        let source = match &statement.source_entity {
            Some(named) => one_line(&named.name),
            None => words(&statement.source),
        };
        let day = statement
            .date
            .as_deref()
            .map_or("no date", |date| &date[..date.len().min(10)]);
        let retracted = line
            .retracted
            .iter()
            .any(|one| one.statement == statement.id);
        let mark = if retracted {
            " (taken back or corrected)"
        } else {
            ""
        };
        writeln!(
            out,
            "    {}{mark}: {source}: \"{}\"  {} {day}",
            word_of(&statement.stance),
            words(&statement.content),
            &statement.document[..12]
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn words(quotes: &[Quote]) -> String {
    let words = quotes.iter().map(|quote| quoted(&quote.quote));
    words.collect::<Vec<_>>().join(" … ")
}

fn print_copies(out: &mut impl Write, page: &NearCopyPage) -> anyhow::Result<()> {
    let day = |date: &Option<String>| {
        let date = date.as_deref().unwrap_or("no date");
        date[..date.len().min(10)].to_owned()
    };
    let original = &page.original;
    writeln!(
        out,
        "{}  {}  {}",
        &original.document[..12],
        day(&original.date),
        one_line(&original.title)
    )?;
    for copy in &page.copies {
        writeln!(
            out,
            "  {}  {}  {} ({}, {:.0} % the same)",
            &copy.document.document[..12],
            day(&copy.document.date),
            one_line(&copy.document.title),
            word_of(&copy.kind),
            copy.resemblance * 100.0
        )?;
        for sentence in &copy.cut {
            writeln!(out, "      - {}", one_line(sentence))?;
        }
        for sentence in &copy.added {
            writeln!(out, "      + {}", one_line(sentence))?;
        }
        for [was, is] in &copy.changed {
            writeln!(out, "      ~ {}", one_line(was))?;
            writeln!(out, "        {}", one_line(is))?;
        }
    }
    writeln!(out)?;
    Ok(())
}
