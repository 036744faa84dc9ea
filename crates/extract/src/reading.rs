//! What a reader works with: it tells what it finds, and asks for its children to be read.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use onrecord_record::{Locator, PlacedSpan, Problem, ProblemCode, Span};

use crate::budget::Budget;
use crate::content::Hashes;
use crate::event::{Begin, End, Event, Kind, Level, Role, Text, Wanted};
use crate::item::{Hint, Input};
use crate::limits::Limits;
use crate::names;
use crate::retry::{Engine, NO_RETRY, Retry};
use crate::text::PartCutter;
use crate::worker::{Sink, Spool};

/// Goes on, or stops since the receiver asked to.
pub(crate) type Flow = ControlFlow<()>;

/// Longest value of a metadata entry, in bytes.
const MAX_METADATA: usize = 64 << 10;

/// One job being read.
pub(crate) struct Reading<'a, 's> {
    pub(crate) limits: &'a Limits,
    pub(crate) passwords: &'a [String],
    pub(crate) budget: Rc<Budget>,
    pub(crate) spool: &'a mut dyn Spool,
    sink: &'a mut Sink<'s>,
    /// Whether the receiver is at work, so that its own panic is not taken for a reader's.
    is_in_sink: bool,
    open: Vec<Open>,
    /// Items that have begun: each is known by its number.
    n_begun: u64,
    /// What has ended a worker before.
    pub(crate) retry: &'a Retry,
    /// The one item that is asked for, where that is all.
    pub(crate) wanted: Option<Wanted>,
    /// Kept from file to file: pages of memory cost more to get than to fill.
    pub(crate) buffer: Vec<u8>,
}

/// An item that has begun.
struct Open {
    end: End,
    /// Its place in the order in which items begin, from 0.
    number: u64,
    next_ordinal: u32,
    /// Own time of the item around it, to go on with.
    around: Duration,
}

/// How a child is announced.
pub(crate) struct Child<'n> {
    pub(crate) level: Level,
    /// Name as the container has it.
    pub(crate) name: &'n str,
    /// Where it lies; `None` for a member named `name`.
    pub(crate) locator: Option<Locator>,
}

impl<'n> Child<'n> {
    /// A member of an archive.
    pub(crate) fn member(name: &'n str) -> Self {
        Self {
            level: Level::Member,
            name,
            locator: None,
        }
    }
}

impl<'a, 's> Reading<'a, 's> {
    pub(crate) fn new(
        limits: &'a Limits,
        passwords: &'a [String],
        budget: Rc<Budget>,
        spool: &'a mut dyn Spool,
        sink: &'a mut Sink<'s>,
    ) -> Self {
        Self {
            limits,
            passwords,
            budget,
            spool,
            sink,
            is_in_sink: false,
            open: Vec::new(),
            n_begun: 0,
            retry: &NO_RETRY,
            wanted: None,
            buffer: Vec::new(),
        }
    }

    /// Hands an event to the receiver, whose time is not the reader's.
    pub(crate) fn emit(&mut self, event: Event) -> Flow {
        if self.wanted.is_some() && is_aside(&event) {
            return Flow::Continue(());
        }
        let own = self.budget.own_time();
        self.is_in_sink = true;
        let flow = (self.sink)(event);
        self.is_in_sink = false;
        self.budget.resume(own);
        flow
    }

    /// Tells of a problem of the open item.
    pub(crate) fn problem(&mut self, code: ProblemCode, message: impl Into<String>) -> Flow {
        self.emit(Event::Problem(Problem::new(code, message)))
    }

    /// Tells of several problems of the open item.
    pub(crate) fn problems(&mut self, problems: impl IntoIterator<Item = Problem>) -> Flow {
        for problem in problems {
            self.emit(Event::Problem(problem))?;
        }
        Flow::Continue(())
    }

    /// Tells what the open item says of itself; empty values are left out.
    pub(crate) fn metadata(&mut self, key: &str, value: impl Into<String>) -> Flow {
        let mut value = value.into();
        if value.trim().is_empty() {
            return Flow::Continue(());
        }
        if value.len() > MAX_METADATA {
            let cut = (0..=MAX_METADATA)
                .rev()
                .find(|at| value.is_char_boundary(*at));
            value.truncate(cut.unwrap_or(0));
        }
        self.emit(Event::Metadata {
            key: key.to_owned(),
            value,
        })
    }

    /// Hands on a text of the open item, in parts when it is long.
    pub(crate) fn text(&mut self, role: Role, text: String) -> Flow {
        self.placed_text(role, text, Vec::new())
    }

    /// Hands on a text of which it is known where its stretches lie in the original.
    pub(crate) fn placed_text(
        &mut self,
        role: Role,
        text: String,
        places: Vec<PlacedSpan>,
    ) -> Flow {
        let mut cutter = PartCutter::new(self.limits.text_part_bytes);
        cutter.push_owned(text);
        let mut part = 0;
        let mut start = 0;
        while let Some(text) = cutter.part() {
            let end = start + text.len();
            let places = places_within(&places, start, end);
            self.emit(Event::Text(Text {
                role,
                part,
                text,
                places,
            }))?;
            start = end;
            part += 1;
        }
        let text = cutter.rest();
        if text.is_empty() {
            return Flow::Continue(());
        }
        let places = places_within(&places, start, start + text.len());
        self.emit(Event::Text(Text {
            role,
            part,
            text,
            places,
        }))
    }

    /// Hands on one numbered part of a text.
    pub(crate) fn text_part(&mut self, role: Role, part: u32, text: String) -> Flow {
        self.placed_part(role, part, text, Vec::new())
    }

    /// Hands on one numbered part of a text, with where its stretches lie.
    pub(crate) fn placed_part(
        &mut self,
        role: Role,
        part: u32,
        text: String,
        places: Vec<PlacedSpan>,
    ) -> Flow {
        self.emit(Event::Text(Text {
            role,
            part,
            text,
            places,
        }))
    }

    /// What will be said of the innermost open item when it ends.
    pub(crate) fn end(&mut self) -> &mut End {
        &mut self
            .open
            .last_mut()
            .expect("readers run inside an open item")
            .end
    }

    /// Keeps size and hashes of the open item.
    pub(crate) fn set_hashes(&mut self, hashes: &Hashes) {
        let end = self.end();
        end.size = hashes.size;
        end.sha256 = Some(hashes.sha256);
        end.blake3 = Some(hashes.blake3);
    }

    /// Number of the innermost open item.
    pub(crate) fn number(&self) -> Option<u64> {
        self.open.last().map(|open| open.number)
    }

    /// Which of its readers the open item is given to.
    pub(crate) fn engine(&self) -> Engine {
        self.number()
            .map_or(Engine::First, |number| self.retry.engine(number))
    }

    /// Why the open item is listed without being read, where it is.
    pub(crate) fn passed_over(&self) -> Option<&'a Problem> {
        self.retry.passed_over(self.open.last()?.number)
    }

    /// Whether the open item lies too deep for what is inside it to be read.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.open.len() > self.limits.depth as usize
    }

    /// Reads a child of the open item.
    pub(crate) fn child(&mut self, child: &Child<'_>, hint: &Hint<'_>, input: Input<'_>) -> Flow {
        self.child_with(child, hint, input, [])
    }

    /// Reads a child of which its container already knows problems.
    pub(crate) fn child_with(
        &mut self,
        child: &Child<'_>,
        hint: &Hint<'_>,
        input: Input<'_>,
        problems: impl IntoIterator<Item = Problem>,
    ) -> Flow {
        self.begin(child)?;
        self.problems(problems)?;
        let level = self.open.len();
        // The readers' states are dropped by the unwinding; what is kept here is put right below.
        let read = catch_unwind(AssertUnwindSafe(|| self.read_item(hint, input)));
        match read {
            Ok(flow) => flow?,
            Err(panic) if self.is_in_sink => resume_unwind(panic),
            Err(_) => self.close_after_failure(level)?,
        }
        self.close()
    }

    /// A child without bytes of its own, or whose reader is its parent's: the caller closes it.
    pub(crate) fn begin(&mut self, child: &Child<'_>) -> Flow {
        let label = names::label(child.name);
        let ordinal = self.open.last_mut().map_or(0, |parent| {
            parent.end.found_children += 1;
            let ordinal = parent.next_ordinal;
            parent.next_ordinal = ordinal.saturating_add(1);
            ordinal
        });
        let locator = child.locator.clone();
        let locator = locator.unwrap_or_else(|| Locator::Member(label.name.clone()));
        let around = self.budget.enter();
        self.open.push(Open {
            end: unread(),
            number: self.n_begun,
            next_ordinal: 0,
            around,
        });
        self.n_begun += 1;
        self.emit(Event::Begin(Begin {
            level: child.level,
            ordinal,
            name: label.name,
            locator,
        }))?;
        // The name of the file itself is its importer's word, not its container's.
        let problem = label.problem.filter(|_| child.level != Level::File);
        self.problems(problem)
    }

    /// Ends the innermost open item.
    pub(crate) fn close(&mut self) -> Flow {
        let open = self
            .open
            .pop()
            .expect("an item is closed once, by the one who began it");
        let flow = self.emit(Event::End(open.end));
        self.budget.resume(open.around);
        flow
    }

    /// A child that is listed and not read.
    pub(crate) fn unread_child(&mut self, child: &Child<'_>, size: u64, problem: Problem) -> Flow {
        self.begin(child)?;
        self.end().size = size;
        self.problems([problem])?;
        self.close()
    }

    fn close_after_failure(&mut self, level: usize) -> Flow {
        while self.open.len() > level {
            self.close()?;
        }
        let media_type = self.end().media_type.clone();
        self.problem(
            ProblemCode::ReaderFailed,
            format!("the reader of {media_type} failed; what it found before is kept"),
        )
    }
}

/// What nobody asks for who wants one item.
fn is_aside(event: &Event) -> bool {
    matches!(
        event,
        Event::Text(_) | Event::Metadata { .. } | Event::Message(_)
    )
}

/// What of `places` lies in the bytes from `start` to `end`, counted from `start`.
fn places_within(places: &[PlacedSpan], start: usize, end: usize) -> Vec<PlacedSpan> {
    let inside = |place: &&PlacedSpan| {
        let range = place.span.range();
        range.start < end && range.end > start
    };
    let cut = |place: &PlacedSpan| {
        let range = place.span.range();
        let from = range.start.max(start) - start;
        let to = range.end.min(end) - start;
        PlacedSpan {
            span: Span::new(from as u32, to as u32),
            locator: place.locator.clone(),
        }
    };
    places.iter().filter(inside).map(cut).collect()
}

/// What is said of an item of which nothing is known.
pub(crate) fn unread() -> End {
    End {
        kind: Kind::None,
        media_type: "application/octet-stream".to_owned(),
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
    }
}
