//! `onrecord links`

use std::io::Write;

use anyhow::bail;
use clap::Args;
use onrecord_workbench::{LinkFilter, LinkLine, LinkStance};

use super::entities::word_of;
use super::link_views::{Asked, By, View};
use crate::args::{Shared, word};
use crate::out::{Found, json_line, one_line, quoted, stdout};

/// Ties that documents state, each with the words that show it and how firmly it is stated; or, with
/// --view, who is nearest, who owns what, what was paid.
///
/// Views gather the ties of all documents, and count only what somebody asserts or alleges. Sums are never
/// converted from one currency to another.
#[derive(Debug, Args)]
pub(crate) struct Links {
    /// Only ties of this one: a name, address or id
    #[arg(long, value_name = "NAME")]
    of: Option<String>,
    /// Only ties with this one, too
    #[arg(long, value_name = "NAME")]
    with: Option<String>,
    /// What to show
    #[arg(long, value_enum, default_value_t = View::Stated)]
    view: View,
    /// Payments: the time by which they are added up
    #[arg(long, value_enum, default_value_t = By::All)]
    by: By,
    /// Views: at most so many lines
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Only this type; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    kind: Vec<String>,
    /// Only this stance; may be repeated
    #[arg(long, value_name = "STANCE", value_parser = word::<LinkStance>)]
    stance: Vec<LinkStance>,
    /// Only in documents of this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only in documents of this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only in this document
    #[arg(long, value_name = "ID")]
    document: Option<String>,
}

impl Links {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        if self.view != View::Stated {
            return self.print_view(shared);
        }
        let filter = LinkFilter {
            of: self.of.clone(),
            with: self.with.clone(),
            kinds: self.kind.clone(),
            stances: self.stance.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            document: self.document.clone(),
        };
        let mut out = stdout();
        let (mut shown, mut result) = (0, Ok(()));
        shared.open()?.links(&filter, &mut |line| {
            shown += 1;
            result = if shared.json {
                json_line(&mut out, &line)
            } else {
                print(&mut out, &line)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(shown > 0))
    }

    fn print_view(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filters = [
            !self.kind.is_empty(),
            !self.stance.is_empty(),
            self.since.is_some() || self.until.is_some(),
            self.document.is_some(),
        ];
        if filters.contains(&true) {
            bail!(
                "--type, --stance, --since, --until and --document choose among stated ties; leave out --view"
            );
        }
        let asked = Asked {
            of: self.of.as_deref(),
            with: self.with.as_deref(),
            by: self.by,
            limit: self.limit,
            json: shared.json,
        };
        self.view.print(&shared.open()?, &asked)
    }
}

fn print(out: &mut impl Write, line: &LinkLine) -> anyhow::Result<()> {
    let mut facts: Vec<String> = line.role.iter().cloned().collect();
    facts.extend(line.amount.as_ref().map(ToString::to_string));
    facts.extend(line.since.as_ref().map(|since| format!("since {since}")));
    facts.extend(line.until.as_ref().map(|until| format!("until {until}")));
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", one_line(&facts.join(", ")))
    };
    writeln!(
        out,
        "{}{} -> {}: {}{facts}, {}",
        if line.rejected { "(rejected) " } else { "" },
        one_line(&line.from_name),
        one_line(&line.to_name),
        line.kind,
        word_of(&line.stance)
    )?;
    let day = line
        .date
        .as_deref()
        .map_or("no date", |date| &date[..date.len().min(10)]);
    for quote in &line.evidence {
        let quote = quoted(&quote.quote);
        writeln!(out, "    \"{quote}\"  {} {day}", &line.document[..12])?;
    }
    Ok(())
}
