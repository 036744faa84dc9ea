//! `onrecord mail`

use std::io::Write;

use clap::{Args, Subcommand};
use onrecord_workbench::{ThreadFilter, ThreadMessage, ThreadPage};

use crate::args::Shared;
use crate::out::{Found, count, json_line, one_line, stdout};

/// Mail as conversations.
#[derive(Debug, Args)]
pub(crate) struct Mail {
    #[command(subcommand)]
    view: View,
}

#[derive(Debug, Subcommand)]
enum View {
    /// Conversations, with the messages that are missing
    Threads(Threads),
}

#[derive(Debug, Args)]
struct Threads {
    /// Only the conversation of this message
    #[arg(value_name = "ID")]
    of: Option<String>,
    /// Only conversations with missing messages
    #[arg(long)]
    missing: bool,
    /// Only conversations with at least so many messages, the missing ones counted
    #[arg(long, value_name = "N", default_value_t = 1)]
    at_least: u64,
}

impl Mail {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        match &self.view {
            View::Threads(threads) => threads.run(shared),
        }
    }
}

impl Threads {
    fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = ThreadFilter {
            missing: self.missing,
            at_least: self.at_least,
            of: self.of.clone(),
        };
        let mut out = stdout();
        let mut any = false;
        let mut result = Ok(());
        shared.open()?.threads(&filter, &mut |page| {
            any = true;
            result = if shared.json {
                json_line(&mut out, &page)
            } else {
                print(&mut out, &page)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(any))
    }
}

fn print(out: &mut impl Write, page: &ThreadPage) -> anyhow::Result<()> {
    let present = page.messages.len() as u64 - page.missing;
    let missing = if page.missing > 0 {
        format!(", {} missing", page.missing)
    } else {
        String::new()
    };
    let subject = one_line(&page.subject);
    writeln!(
        out,
        "{subject} ({}{missing})",
        count(present, "message", "messages")
    )?;
    for message in &page.messages {
        print_message(out, message)?;
    }
    writeln!(out)?;
    Ok(())
}

fn print_message(out: &mut impl Write, message: &ThreadMessage) -> anyhow::Result<()> {
    let indent = "  ".repeat(message.depth.min(20) as usize);
    match &message.document {
        Some(id) => {
            let day = message
                .date
                .as_deref()
                .map_or("no date", |date| &date[..date.len().min(16)]);
            let from = one_line(message.from.as_deref().unwrap_or("(no sender)"));
            let subject = one_line(message.subject.as_deref().unwrap_or_default());
            writeln!(out, "  {}  {day:<16}  {indent}{from}: {subject}", &id[..12])?;
        }
        None => {
            let id = one_line(message.message_id.as_deref().unwrap_or("unknown id"));
            writeln!(out, "  {:<12}  {:<16}  {indent}[missing: {id}]", "", "")?;
        }
    }
    Ok(())
}
