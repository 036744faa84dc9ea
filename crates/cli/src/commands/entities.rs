//! `onrecord entities`, `onrecord entity`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{EntityFilter, EntityKind, EntityLine, EntityPage, MentionLine};

use crate::args::{Shared, word};
use crate::out::{Found, count, json_line, one_line, stdout};

/// People, organizations and places, those that matter most first.
#[derive(Debug, Args)]
pub(crate) struct Entities {
    /// Only this kind: person, organization, place, group, event, thing
    #[arg(long, value_name = "KIND", value_parser = word::<EntityKind>)]
    kind: Option<EntityKind>,
    /// Also those whom nothing names
    #[arg(long)]
    unnamed: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// One entity: its names, where it is spoken of, with whom it appears.
#[derive(Debug, Args)]
pub(crate) struct Entity {
    /// Name, mail address or id
    name: String,
    /// At most so many mentions
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: usize,
}

impl Entities {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = EntityFilter {
            kind: self.kind,
            unnamed: self.unnamed,
        };
        let mut out = stdout();
        let (mut shown, mut result) = (0, Ok(()));
        shared.open()?.entities(&filter, &mut |line| {
            if shown == self.limit {
                return false;
            }
            shown += 1;
            result = if shared.json {
                json_line(&mut out, &line)
            } else {
                print_line(&mut out, &line)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(shown > 0))
    }
}

impl Entity {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let page = shared.open()?.entity(&self.name, self.limit)?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &page)?;
        } else {
            print_page(&mut out, &page)?;
        }
        out.flush()?;
        Ok(Found::Something)
    }
}

fn print_line(out: &mut impl Write, line: &EntityLine) -> anyhow::Result<()> {
    let kind = word_of(&line.kind);
    let named = if line.unnamed { " (unnamed)" } else { "" };
    writeln!(
        out,
        "{}  {kind:<12}  {:>5} in {:<13}  {}{named}",
        line.id,
        line.mentions,
        count(line.documents, "document", "documents"),
        one_line(&line.name)
    )?;
    Ok(())
}

fn print_page(out: &mut impl Write, page: &EntityPage) -> anyhow::Result<()> {
    let line = &page.line;
    writeln!(out, "{}", one_line(&line.name))?;
    writeln!(
        out,
        "{}, {} in {}, {} to {}",
        word_of(&line.kind),
        count(line.mentions, "mention", "mentions"),
        count(line.documents, "document", "documents"),
        line.first_seen.as_deref().unwrap_or("no date"),
        line.last_seen.as_deref().unwrap_or("no date")
    )?;
    list(out, "named", &line.names)?;
    list(out, "addresses", &line.addresses)?;
    list(out, "roles", &line.roles)?;
    for join in &page.joined {
        let documents = count(join.documents, "document", "documents");
        writeln!(out, "joined      {documents} by {}", join.reason)?;
    }
    if !page.appears_with.is_empty() {
        writeln!(out, "\nin the same documents")?;
    }
    for other in &page.appears_with {
        writeln!(
            out,
            "  {:>5}  {}",
            other.documents,
            one_line(&other.entity.name)
        )?;
    }
    let mut document = "";
    for mention in &page.mentions_in {
        print_mention(out, mention, &mut document)?;
    }
    Ok(())
}

fn list(out: &mut impl Write, heading: &str, items: &[String]) -> anyhow::Result<()> {
    if !items.is_empty() {
        writeln!(out, "{heading:<10}  {}", one_line(&items.join("; ")))?;
    }
    Ok(())
}

fn print_mention<'a>(
    out: &mut impl Write,
    mention: &'a MentionLine,
    document: &mut &'a str,
) -> anyhow::Result<()> {
    if *document != mention.document {
        *document = &mention.document;
        let day = mention
            .date
            .as_deref()
            .map_or("no date", |date| &date[..date.len().min(10)]);
        let id = &mention.document[..12];
        writeln!(out, "\n{id}  {day}  {}", one_line(&mention.title))?;
    }
    let line = if mention.start.is_some() {
        one_line(&mention.context)
    } else {
        format!("(header) {}", one_line(&mention.quote))
    };
    writeln!(out, "  [{}] {line}", one_line(&mention.quote))?;
    Ok(())
}

/// The JSON name of a unit variant.
pub(super) fn word_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
