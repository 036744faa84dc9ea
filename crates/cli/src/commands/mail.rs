//! `onrecord mail`

use std::io::Write;

use clap::{Args, Subcommand};
use onrecord_workbench::{
    CorrespondenceLine, IntroductionLine, ParticipantLine, ThreadFilter, ThreadMessage, ThreadPage,
};

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
    /// Who writes to whom, how often, and who wrote to two before they first wrote to each other
    Participants(Participants),
}

#[derive(Debug, Args)]
struct Participants {
    /// Only the correspondence of this one: a name, address or id
    #[arg(value_name = "NAME")]
    of: Option<String>,
    /// Who wrote to whom, in place of a line a person
    #[arg(long)]
    pairs: bool,
    /// Who wrote to two of different houses before these first wrote to each other
    #[arg(long, conflicts_with_all = ["pairs", "of"])]
    introductions: bool,
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
            View::Participants(participants) => participants.run(shared),
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

impl Participants {
    fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let bench = shared.open()?;
        if self.introductions {
            return show(shared, &bench.introductions()?, print_introduction);
        }
        if self.pairs || self.of.is_some() {
            let lines = bench.correspondence(self.of.as_deref())?;
            return show(shared, &lines, print_pair);
        }
        show(shared, &bench.participants()?, print_participant)
    }
}

type Out = std::io::BufWriter<std::io::StdoutLock<'static>>;

fn show<T: serde::Serialize>(
    shared: &Shared,
    lines: &[T],
    print: impl Fn(&mut Out, &T) -> anyhow::Result<()>,
) -> anyhow::Result<Found> {
    let mut out = stdout();
    for line in lines {
        if shared.json {
            json_line(&mut out, line)?;
        } else {
            print(&mut out, line)?;
        }
    }
    out.flush()?;
    Ok(Found::from(!lines.is_empty()))
}

fn period(first: Option<&str>, last: Option<&str>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first == last => first.to_owned(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no date".to_owned(),
    }
}

fn print_participant(out: &mut Out, line: &ParticipantLine) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:>6} sent  {:>6} received  {:>4} others  {:<24}  {} <{}>",
        line.sent,
        line.received,
        line.correspondents,
        period(line.first.as_deref(), line.last.as_deref()),
        one_line(&line.name),
        one_line(&line.addresses.join(", "))
    )?;
    Ok(())
}

fn print_pair(out: &mut Out, line: &CorrespondenceLine) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:>5} to  {:>4} cc  {:>4} bcc  {:<24}  {} -> {}",
        line.n_to,
        line.n_cc,
        line.n_bcc,
        period(line.first.as_deref(), line.last.as_deref()),
        one_line(&line.from_name),
        one_line(&line.to_name)
    )?;
    Ok(())
}

fn print_introduction(out: &mut Out, line: &IntroductionLine) -> anyhow::Result<()> {
    writeln!(
        out,
        "{}  {} wrote to {} and {} ({}), who then wrote to each other ({})",
        line.date.as_deref().unwrap_or("no date"),
        one_line(&line.by.name),
        one_line(&line.between[0].name),
        one_line(&line.between[1].name),
        &line.document[..12],
        &line.followed_by[..12]
    )?;
    Ok(())
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
