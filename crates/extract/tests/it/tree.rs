//! Runs a job, checks the form of its stream, and keeps what it says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Cursor};
use std::ops::ControlFlow;
use std::time::Duration;

use onrecord_extract::{
    Begin, End, Event, InProcess, Job, Kind, Level, Limits, MessageInfo, Outcome, Sink, Source,
    Spool, SpoolFile, Text, Worker,
};
use onrecord_record::{Effect, Problem, ProblemCode};

/// Unlinked temporary files.
pub(crate) struct TempFiles;

impl Spool for TempFiles {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

/// An item and all that was said of it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) begin: Begin,
    pub(crate) end: End,
    pub(crate) message: Option<Box<MessageInfo>>,
    pub(crate) texts: Vec<Text>,
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) children: Vec<Item>,
}

impl Item {
    /// All parts of its texts, joined.
    pub(crate) fn text(&self) -> String {
        self.texts.iter().map(|text| text.text.as_str()).collect()
    }

    pub(crate) fn codes(&self) -> Vec<ProblemCode> {
        self.problems.iter().map(|problem| problem.code).collect()
    }

    /// The item, and all inside it.
    pub(crate) fn all(&self) -> Vec<&Item> {
        let mut all = vec![self];
        let mut next = 0;
        while next < all.len() {
            all.extend(&all[next].children);
            next += 1;
        }
        all
    }

    /// The item inside with this name.
    pub(crate) fn named(&self, name: &str) -> &Item {
        let found = self.all().into_iter().find(|item| item.begin.name == name);
        found.unwrap_or_else(|| panic!("no item \"{name}\" in\n{}", self.show()))
    }

    /// Items of each level and outcome, as a ledger counts them.
    pub(crate) fn ledger(&self) -> BTreeMap<(Level, Effect), usize> {
        let mut ledger = BTreeMap::new();
        for item in self.all() {
            *ledger
                .entry((item.begin.level, item.outcome()))
                .or_default() += 1;
        }
        ledger
    }

    pub(crate) fn outcome(&self) -> Effect {
        if self.end.kind == Kind::None {
            return Effect::Unread;
        }
        self.problems
            .iter()
            .map(Problem::effect)
            .max()
            .unwrap_or(Effect::Note)
    }

    /// The item as a person reads it; hashes left out.
    pub(crate) fn show(&self) -> String {
        let mut out = String::new();
        self.show_at(0, &mut out);
        out
    }

    fn show_at(&self, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        let End {
            kind,
            media_type,
            charset,
            title,
            date,
            ..
        } = &self.end;
        let _ = write!(
            out,
            "{pad}{:?} {:?} ({}): {kind:?} {media_type}",
            self.begin.level, self.begin.name, self.begin.locator
        );
        let _ = write!(out, ", {} bytes", self.end.size);
        for (key, value) in [("charset", charset), ("title", title)] {
            if let Some(value) = value {
                let _ = write!(out, ", {key} {value:?}");
            }
        }
        if let Some(date) = date {
            let _ = write!(
                out,
                ", {}",
                serde_json::to_string(date).expect("a date is plain data")
            );
        }
        if let Some(declared) = self.end.declared_members {
            let _ = write!(out, ", declares {declared}");
        }
        let _ = writeln!(out);
        for (key, value) in &self.metadata {
            let _ = writeln!(out, "{pad}  {key} = {value:?}");
        }
        for problem in &self.problems {
            let _ = writeln!(out, "{pad}  ! {}: {}", problem.code, problem.message);
        }
        for text in &self.texts {
            let _ = writeln!(out, "{pad}  {} {}: {:?}", text.role, text.part, text.text);
        }
        for child in &self.children {
            child.show_at(depth + 1, out);
        }
    }
}

pub(crate) fn job(name: &str) -> Job {
    Job {
        name: name.to_owned(),
        extension: None,
        limits: Limits::default(),
        passwords: Vec::new(),
    }
}

/// Reads bytes under a name.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Item {
    run(&job(name), &mut Cursor::new(bytes))
}

/// Reads a file; fails when the stream has not the form that its receivers rely on.
pub(crate) fn run(job: &Job, file: &mut dyn Source) -> Item {
    let mut worker = InProcess::new(Box::new(TempFiles), || Duration::ZERO);
    tree_of(&job.limits, &mut |sink| {
        let outcome = worker.extract(job, file, sink);
        assert_eq!(outcome, Outcome::Complete);
    })
}

/// What is told to a sink; fails when the stream has not the form that its receivers rely on.
pub(crate) fn tree_of(limits: &Limits, tell: &mut dyn FnMut(&mut Sink<'_>)) -> Item {
    let mut open: Vec<Item> = Vec::new();
    let mut root = None;
    tell(&mut |event| {
        // What crosses to another process and back must be the same.
        let json = serde_json::to_string(&event).expect("events are plain data");
        let event: Event = serde_json::from_str(&json).expect("events read back");
        assert!(
            root.is_none(),
            "nothing comes after the end of the file: {event:?}"
        );
        match event {
            Event::Begin(begin) => open.push(start(begin, open.last())),
            Event::End(end) => {
                let item = finish(open.pop().expect("an end has its begin"), end);
                match open.last_mut() {
                    Some(parent) => parent.children.push(item),
                    None => root = Some(item),
                }
            }
            event => say(open.last_mut().expect("an item is open"), event, limits),
        }
        ControlFlow::Continue(())
    });
    assert!(open.is_empty(), "every begin has its end");
    root.expect("the file itself is an item")
}

fn start(begin: Begin, parent: Option<&Item>) -> Item {
    assert_eq!(begin.level == Level::File, parent.is_none());
    if let Some(parent) = parent {
        assert_eq!(
            begin.ordinal as usize,
            parent.children.len(),
            "ordinals count siblings"
        );
    }
    let end = End {
        kind: Kind::None,
        media_type: String::new(),
        charset: None,
        size: 0,
        sha256: None,
        blake3: None,
        document: None,
        title: None,
        date: None,
        declared_members: None,
        found_children: 0,
        unreached: 0,
    };
    let (texts, metadata, problems, children) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Item {
        begin,
        end,
        message: None,
        texts,
        metadata,
        problems,
        children,
    }
}

fn say(item: &mut Item, event: Event, limits: &Limits) {
    match event {
        Event::Message(message) => item.message = Some(message),
        Event::Metadata { key, value } => item.metadata.push((key, value)),
        Event::Problem(problem) => item.problems.push(problem),
        Event::Text(text) => {
            assert!(!text.text.is_empty() && text.text.len() <= limits.text_part_bytes);
            assert!(
                !text.text.contains(['\r', '\0']),
                "line ends are LF, zeros are replaced"
            );
            let before = item
                .texts
                .iter()
                .filter(|known| known.role == text.role)
                .count();
            assert_eq!(text.part as usize, before, "parts are numbered from 0");
            item.texts.push(text);
        }
        Event::Bytes(_) | Event::Inert(_) => unreachable!("nobody asked for one item"),
        Event::Begin(_) | Event::End(_) => unreachable!("handled by the caller"),
    }
}

fn finish(mut item: Item, end: End) -> Item {
    assert_eq!(end.found_children as usize, item.children.len());
    assert_eq!(end.sha256.is_some(), end.blake3.is_some());
    assert_eq!(end.kind == Kind::Message, item.message.is_some(), "{end:?}");
    let is_document = matches!(end.kind, Kind::Document | Kind::Message | Kind::Container);
    assert!(!is_document || end.document.is_some(), "{end:?}");
    if end.kind == Kind::None || end.unreached > 0 {
        assert!(
            item.problems
                .iter()
                .any(|problem| problem.effect() > Effect::Note),
            "a reason is told: {end:?}"
        );
    }
    if let Some(declared) = end.declared_members {
        assert!(
            declared <= end.found_children + end.unreached,
            "no member is lost in silence: {end:?}"
        );
    }
    item.end = end;
    item
}
