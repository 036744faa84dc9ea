//! `onrecord status`

use std::io::Write;

use clap::Args;
use onrecord_workbench::StatusPage;

use crate::args::Shared;
use crate::out::{Found, grouped, json_line, one_line, size, stdout};

/// Counts, the ledger, and first of all what was not read.
#[derive(Debug, Args)]
pub(crate) struct Status {}

impl Status {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let page = shared.open()?.status()?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &page)?;
        } else {
            print(&mut out, &page)?;
        }
        out.flush()?;
        Ok(Found::Something)
    }
}

/// Lines of the list of what was not read.
const UNREAD_LINES: usize = 12;

fn print(out: &mut impl Write, page: &StatusPage) -> anyhow::Result<()> {
    print_unread(out, page)?;
    writeln!(
        out,
        "{:<9}{:>10}{:>10}{:>9}{:>9}{:>9}{:>10}",
        "", "found", "read", "partly", "unread", "copies", "excluded"
    )?;
    let ledger = &page.ledger;
    for (name, counts) in [
        ("files", ledger.files),
        ("members", ledger.members),
        ("parts", ledger.parts),
    ] {
        let numbers = [
            counts.found,
            counts.read,
            counts.partly,
            counts.unread,
            counts.copies,
        ];
        let [found, read, partly, unread, copies] = numbers.map(grouped);
        writeln!(
            out,
            "{name:<9}{found:>10}{read:>10}{partly:>9}{unread:>9}{copies:>9}{:>10}",
            grouped(counts.excluded)
        )?;
    }
    if !page.adds_up {
        writeln!(
            out,
            "the ledger does not add up yet: `onrecord add` goes on with what waits"
        )?;
    }
    writeln!(
        out,
        "\n{} documents, {} of them messages",
        grouped(page.documents),
        grouped(page.messages)
    )?;
    for stage in &page.stages {
        writeln!(
            out,
            "{:<9}{:>10} of {}",
            stage.name,
            grouped(stage.done),
            grouped(stage.total)
        )?;
    }
    for notice in &page.notices {
        writeln!(out, "\nnote: {notice}")?;
    }
    Ok(())
}

fn print_unread(out: &mut impl Write, page: &StatusPage) -> anyhow::Result<()> {
    if page.not_read.is_empty() {
        writeln!(
            out,
            "everything that was found was read, at least in part\n"
        )?;
        return Ok(());
    }
    let number: u64 = page.not_read.iter().map(|kind| kind.count).sum();
    let bytes: u64 = page.not_read.iter().map(|kind| kind.bytes).sum();
    writeln!(
        out,
        "not read: {} files, members and parts ({})",
        grouped(number),
        size(bytes)
    )?;
    for kind in page.not_read.iter().take(UNREAD_LINES) {
        let what = if kind.media_type.is_empty() {
            &kind.code
        } else {
            &kind.media_type
        };
        writeln!(
            out,
            "{:>8}  {:<42}{:>9}  {:<18} largest: {}",
            grouped(kind.count),
            what,
            size(kind.bytes),
            kind.code,
            one_line(&kind.largest)
        )?;
    }
    if page.not_read.len() > UNREAD_LINES {
        writeln!(
            out,
            "          and {} more kinds: `onrecord problems`",
            page.not_read.len() - UNREAD_LINES
        )?;
    }
    writeln!(out)?;
    Ok(())
}
