//! `onrecord statements`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{Quote, Stance, StatementFilter, StatementLine};

use super::entities::word_of;
use crate::args::{Shared, word};
use crate::out::{Found, json_line, one_line, quoted, stdout};

/// Who says what, how firmly, with the words that say so.
#[derive(Debug, Args)]
pub(crate) struct Statements {
    /// Only what this one says: a name, address or id
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only what is said about this one
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// Only what this one passes on
    #[arg(long, value_name = "NAME")]
    via: Option<String>,
    /// Only this stance; may be repeated
    #[arg(long, value_name = "STANCE", value_parser = word::<Stance>)]
    stance: Vec<Stance>,
    /// Only in documents of this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only in documents of this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only in this document
    #[arg(long, value_name = "ID")]
    document: Option<String>,
    /// At most so many; 0 for all
    #[arg(long, value_name = "N", default_value_t = 0)]
    limit: usize,
}

impl Statements {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = StatementFilter {
            by: self.by.clone(),
            about: self.about.clone(),
            via: self.via.clone(),
            stances: self.stance.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            document: self.document.clone(),
        };
        let mut out = stdout();
        let (mut shown, mut result) = (0, Ok(()));
        let mut document = String::new();
        shared.open()?.statements(&filter, &mut |line| {
            if self.limit > 0 && shown == self.limit {
                return false;
            }
            shown += 1;
            result = if shared.json {
                json_line(&mut out, &line)
            } else {
                print(&mut out, &line, &mut document)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(shown > 0))
    }
}

fn print(out: &mut impl Write, line: &StatementLine, document: &mut String) -> anyhow::Result<()> {
    if *document != line.document {
        document.clone_from(&line.document);
        let day = line
            .date
            .as_deref()
            .map_or("no date", |date| &date[..date.len().min(10)]);
        let title = one_line(&line.title);
        writeln!(out, "\n{}  {day}  {title}", &line.document[..12])?;
    }
    let source = match (&line.source_entity, line.source.as_slice()) {
        (Some(named), quotes) if quotes.is_empty() || same(&named.name, quotes) => {
            one_line(&named.name)
        }
        (Some(named), quotes) => format!("{} [{}]", words(quotes), one_line(&named.name)),
        (None, []) => "nobody named".to_owned(),
        (None, quotes) => words(quotes),
    };
    let via: Vec<String> = line.via_names.iter().map(|name| one_line(name)).collect();
    let via = if via.is_empty() {
        String::new()
    } else {
        format!(", told by {}", via.join(", who has it from "))
    };
    writeln!(
        out,
        "  {}{}{via}: {source} | {} | {}",
        if line.rejected { "(rejected) " } else { "" },
        word_of(&line.stance),
        words(&line.cue),
        words(&line.content)
    )?;
    Ok(())
}

fn same(name: &str, quotes: &[Quote]) -> bool {
    words(quotes) == one_line(name)
}

fn words(quotes: &[Quote]) -> String {
    let words = quotes.iter().map(|quote| quoted(&quote.quote));
    words.collect::<Vec<_>>().join(" … ")
}
