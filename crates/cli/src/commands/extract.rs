//! `onrecord extract`: one file, read and printed; no case is touched.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use onrecord_extract::{End, Event, Job, Kind, Limits, Role, Text, Worker as _};
use onrecord_record::{FORMAT_VERSION, Locator, Problem};
use serde::Serialize;

use crate::args::Shared;
use crate::out::{Found, inert, json_line, one_line, stdout};
use crate::worker;

/// Read one file and print what is in it; no case is touched.
#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// The file
    file: PathBuf,
    /// A line a file, member and part, as each ends, in place of one nested object
    #[arg(long)]
    jsonl: bool,
    /// A file with passwords to try, one a line
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
}

/// An item with everything inside it.
#[derive(Debug, Default, Serialize)]
struct Node {
    format_version: u32,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    media_type: String,
    charset: Option<String>,
    sha256: Option<String>,
    text: String,
    pages: Vec<(u32, u32)>,
    metadata: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    children: Option<Vec<Node>>,
    problems: Vec<Problem>,
}

impl Extract {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let mut file = File::open(&self.file)
            .with_context(|| format!("{}: cannot open it", self.file.display()))?;
        let job = self.job()?;
        let mut worker = worker::start()?;
        let mut out = stdout();
        let mut tree = Tree {
            nested: !self.jsonl,
            ..Tree::default()
        };
        let mut result = Ok(());
        worker.extract(&job, &mut file, &mut |event| {
            if let Some(node) = tree.take(event) {
                result = match (shared.json || self.jsonl, &node.parent) {
                    (true, _) => json_line(&mut out, &node),
                    (false, _) => print(&mut out, &node, 0),
                };
            }
            if result.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        result?;
        out.flush()?;
        Ok(Found::Something)
    }

    fn job(&self) -> anyhow::Result<Job> {
        let passwords = match &self.passwords {
            None => Vec::new(),
            Some(list) => std::fs::read_to_string(list)
                .with_context(|| format!("{}: cannot read the passwords", list.display()))?
                .lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        Ok(Job {
            name: name.to_string_lossy().into_owned(),
            extension: self
                .file
                .extension()
                .map(|e| e.to_string_lossy().into_owned()),
            limits: Limits::default(),
            passwords,
        })
    }
}

/// Folds events into nodes.
#[derive(Debug, Default)]
struct Tree {
    open: Vec<Node>,
    nested: bool,
}

impl Tree {
    /// Takes an event; gives a node that is to be printed.
    fn take(&mut self, event: Event) -> Option<Node> {
        match event {
            Event::Begin(begin) => {
                let parent = self.open.last().map(|node| node.path.clone());
                let path = match &parent {
                    Some(parent) => format!("{parent}/{}", begin.name),
                    None => begin.name,
                };
                self.open.push(Node {
                    format_version: FORMAT_VERSION,
                    path,
                    parent: if self.nested { None } else { parent },
                    children: self.nested.then(Vec::new),
                    ..Node::default()
                });
                None
            }
            Event::End(end) => self.end(&end),
            other => {
                if let Some(node) = self.open.last_mut() {
                    describe(node, other);
                }
                None
            }
        }
    }

    fn end(&mut self, end: &End) -> Option<Node> {
        let mut node = self.open.pop()?;
        node.media_type = end.media_type.clone();
        node.charset = end.charset.clone();
        node.sha256 = end.sha256.map(|hash| hash.to_string());
        if let Some(title) = &end.title {
            node.metadata
                .entry("title")
                .or_insert_with(|| title.clone().into());
        }
        if end.kind == Kind::Body {
            // The words of a body are in its message's text; what is wrong with it is said there.
            if let Some(message) = self.open.last_mut() {
                message.problems.append(&mut node.problems);
            }
            return None;
        }
        match self
            .open
            .last_mut()
            .and_then(|parent| parent.children.as_mut())
        {
            Some(children) => {
                children.push(node);
                None
            }
            None => Some(node),
        }
    }
}

fn describe(node: &mut Node, event: Event) {
    match event {
        Event::Text(text) if text.role == Role::Main => {
            node.pages.extend(pages(&text, node.text.len()));
            node.text.push_str(&text.text);
        }
        Event::Text(text) => {
            node.metadata
                .insert(format!("text.{}", text.role), text.text.into());
        }
        Event::Metadata { key, value } => {
            node.metadata.insert(key, value.into());
        }
        Event::Problem(problem) => node.problems.push(problem),
        Event::Message(message) => {
            let mut put = |key: &str, list: &[onrecord_extract::Mailbox]| {
                let list: Vec<_> = list
                    .iter()
                    .map(|m| serde_json::json!({ "name": m.name, "address": m.address }))
                    .collect();
                if !list.is_empty() {
                    node.metadata.insert(key.to_owned(), list.into());
                }
            };
            put("from", &message.from);
            put("to", &message.to);
            put("cc", &message.cc);
            put("bcc", &message.bcc);
            let facts = [
                ("subject", message.subject.clone()),
                ("date", message.date.map(|date| date.to_string())),
                ("message_id", message.message_id.clone()),
            ];
            for (key, value) in facts {
                if let Some(value) = value {
                    node.metadata.insert(key.to_owned(), value.into());
                }
            }
        }
        Event::Begin(_) | Event::End(_) | Event::Bytes(_) | Event::Inert(_) => {}
    }
}

/// Spans of the pages of one part of a text, which begins at `offset` of the whole.
fn pages(text: &Text, offset: usize) -> impl Iterator<Item = (u32, u32)> {
    text.places
        .iter()
        .filter(|place| matches!(place.locator, Locator::Page { area: None, .. }))
        .map(move |place| {
            let shift = offset as u32;
            (place.span.start + shift, place.span.end + shift)
        })
}

fn print(out: &mut impl Write, node: &Node, depth: usize) -> anyhow::Result<()> {
    let indent = "  ".repeat(depth);
    writeln!(
        out,
        "{indent}{} ({})",
        one_line(&node.path),
        node.media_type
    )?;
    for problem in &node.problems {
        writeln!(
            out,
            "{indent}  {}: {}",
            problem.code,
            one_line(&problem.message)
        )?;
    }
    for line in inert(node.text.trim_end()).lines() {
        writeln!(out, "{indent}  | {line}")?;
    }
    for child in node.children.iter().flatten() {
        print(out, child, depth + 1)?;
    }
    Ok(())
}
