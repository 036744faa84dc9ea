//! `onrecord show`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{DocumentPage, HeaderView};

use crate::args::Shared;
use crate::out::{Found, inert, json_line, one_line, size, stdout};

/// Show a document: its text, where it came from, what was decided about it.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Id of a document, or the first digits of one
    #[arg(value_name = "ID")]
    id: String,
    /// All headers of a message
    #[arg(long)]
    headers: bool,
    /// The text alone
    #[arg(long, conflicts_with = "headers")]
    text: bool,
    /// Which of its texts; default the one to read
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

impl Show {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let page = shared.open()?.document(&self.id)?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &page)?;
        } else {
            if !self.text {
                self.print_head(&mut out, &page)?;
            }
            self.print_texts(&mut out, &page)?;
        }
        out.flush()?;
        Ok(Found::Something)
    }

    fn print_head(&self, out: &mut impl Write, page: &DocumentPage) -> anyhow::Result<()> {
        writeln!(out, "{}", one_line(&page.title))?;
        writeln!(out, "{} {} ({})", page.kind, page.document, page.media_type)?;
        let people = [
            ("from", &page.from),
            ("to", &page.to),
            ("cc", &page.cc),
            ("bcc", &page.bcc),
        ];
        for (name, list) in people.iter().filter(|(_, list)| !list.is_empty()) {
            writeln!(out, "{name}: {}", one_line(&list.join(", ")))?;
        }
        let facts = [
            ("date", &page.date),
            ("language", &page.language),
            ("thread", &page.thread),
            ("part of", &page.part_of),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                writeln!(out, "{name}: {value}")?;
            }
        }
        for (name, value) in &page.metadata {
            writeln!(out, "{}: {}", one_line(name), one_line(value))?;
        }
        print_origins(out, page)?;
        print_judgements(out, page)?;
        if self.headers {
            writeln!(out)?;
            print_headers(out, &page.headers, "")?;
        }
        writeln!(out)?;
        Ok(())
    }

    fn print_texts(&self, out: &mut impl Write, page: &DocumentPage) -> anyhow::Result<()> {
        let first = page.texts.first().map(|text| text.role.clone());
        let Some(role) = self.role.clone().or(first) else {
            writeln!(out, "(no text)")?;
            return Ok(());
        };
        let mut any = false;
        for text in page.texts.iter().filter(|text| text.role == role) {
            any = true;
            writeln!(out, "{}", inert(text.text.trim_end()))?;
        }
        if !any {
            let roles: Vec<&str> = page.texts.iter().map(|text| text.role.as_str()).collect();
            anyhow::bail!("it has no text \"{role}\"; it has: {}", roles.join(", "));
        }
        Ok(())
    }
}

fn print_origins(out: &mut impl Write, page: &DocumentPage) -> anyhow::Result<()> {
    for attachment in &page.attachments {
        writeln!(
            out,
            "attachment: {} {}",
            &attachment.document[..12],
            one_line(&attachment.name)
        )?;
    }
    for (index, origin) in page.origins.iter().enumerate() {
        let name = if index == 0 { "found at" } else { "copy at" };
        let custodian = origin
            .custodian
            .as_ref()
            .map(|c| format!(", custodian {c}"))
            .unwrap_or_default();
        let state = origin
            .state
            .map(|state| format!(", {state}"))
            .unwrap_or_default();
        writeln!(
            out,
            "{name}: {} ({}{custodian}{state})",
            one_line(&origin.path),
            size(origin.size)
        )?;
        if let (0, Some(hash)) = (index, &origin.sha256) {
            writeln!(out, "sha-256: {hash}")?;
        }
    }
    for copy in &page.copies {
        writeln!(out, "the copy {} differs:", &copy.blake3[..12])?;
        print_headers(out, &copy.only_in_shown, "  - ")?;
        print_headers(out, &copy.only_here, "  + ")?;
    }
    Ok(())
}

fn print_headers(out: &mut impl Write, headers: &[HeaderView], mark: &str) -> anyhow::Result<()> {
    for header in headers {
        writeln!(
            out,
            "{mark}{}: {}",
            one_line(&header.name),
            one_line(&header.value)
        )?;
    }
    Ok(())
}

fn print_judgements(out: &mut impl Write, page: &DocumentPage) -> anyhow::Result<()> {
    let standing = &page.judgements;
    if !standing.tags.is_empty() {
        let tags: Vec<String> = standing.tags.iter().map(|tag| one_line(tag)).collect();
        writeln!(out, "tags: {}", tags.join(", "))?;
    }
    if let Some(protected) = &standing.protected {
        writeln!(
            out,
            "protected by {} on {}: {}",
            protected.who,
            protected.time,
            one_line(&protected.body)
        )?;
    }
    for checked in &standing.checked {
        writeln!(
            out,
            "checked by {} on {} {}",
            checked.who,
            checked.time,
            one_line(&checked.body)
        )?;
    }
    for note in &standing.notes {
        writeln!(
            out,
            "note by {} on {}: {}",
            note.who,
            note.time,
            one_line(&note.body)
        )?;
    }
    Ok(())
}
