//! What of a file has been handed on: the parent's own account of a worker's stream.
//!
//! A worker may be in an attacker's hands. So its parent believes nothing of the form of the stream,
//! keeps the count of what began and ended itself, and can close what a dead worker left open.

use onrecord_record::{DocumentId, Locator, Problem};

use crate::event::{Begin, End, Event, Kind, Level, Role, Text, When};
use crate::limits::Limits;
use crate::reading::unread;
use crate::retry::Retry;
use crate::worker::Job;

/// Levels beyond those of [`Limits::depth`]: the file itself, a part, a message in it.
const DEPTH_SLACK: usize = 8;
/// Bytes of what is told of the open items, which a receiver may have to keep until they end.
const MAX_HELD: usize = 1 << 30;

/// A stream that no reader tells, and what is wrong with it.
pub(super) type Malformed = &'static str;

/// The account of one file.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Events, numbered as the reader numbers them.
    pub(super) n_events: u64,
    n_begun: u64,
    open: Vec<OpenItem>,
    is_over: bool,
}

#[derive(Debug)]
struct OpenItem {
    number: u64,
    ordinal: u32,
    /// Events up to its `Begin`, that one included.
    begun_at: u64,
    n_children: u64,
    held: usize,
    kind: Kind,
    message: Option<Message>,
}

/// What names a message that was told and not ended.
#[derive(Debug)]
struct Message {
    document: DocumentId,
    subject: Option<String>,
    date: Option<When>,
}

impl Told {
    /// Checks the next event against what came before, and puts right what only the parent knows.
    /// `n_bytes` is its size as it came.
    pub(super) fn take(
        &mut self,
        event: &mut Event,
        n_bytes: usize,
        job: &Job,
        retry: &Retry,
    ) -> Result<(), Malformed> {
        if self.is_over {
            return Err("it told more after the end of the file");
        }
        self.n_events += 1;
        match event {
            Event::Begin(begin) => self.begin(begin, &job.limits),
            Event::End(end) => self.end(end, retry),
            other => self.describe(other, n_bytes, &job.limits),
        }
    }

    /// Whether the file was told to its end.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Places of the open items in their parents.
    pub(super) fn places(&self) -> Vec<u32> {
        self.open.iter().map(|item| item.ordinal).collect()
    }

    fn begin(&mut self, begin: &Begin, limits: &Limits) -> Result<(), Malformed> {
        let is_root = self.open.is_empty();
        if self.open.len() > limits.depth as usize + DEPTH_SLACK {
            return Err("its items nest deeper than the limit");
        }
        if is_root != (begin.level == Level::File) || is_root && self.n_begun > 0 {
            return Err("its items do not nest");
        }
        if let Some(parent) = self.open.last_mut() {
            parent.n_children += 1;
            if parent.kind == Kind::None {
                parent.kind = Kind::Container;
            }
        }
        self.open.push(OpenItem {
            number: self.n_begun,
            ordinal: begin.ordinal,
            begun_at: self.n_events,
            n_children: 0,
            held: 0,
            kind: Kind::None,
            message: None,
        });
        self.n_begun += 1;
        Ok(())
    }

    fn describe(
        &mut self,
        event: &Event,
        n_bytes: usize,
        limits: &Limits,
    ) -> Result<(), Malformed> {
        let held: usize = self.open.iter().map(|item| item.held).sum();
        let item = self.open.last_mut().ok_or("it told of no item")?;
        match event {
            Event::Message(info) => {
                item.kind = Kind::Message;
                item.message = Some(Message {
                    document: info.document,
                    subject: info.subject.clone(),
                    date: info.date.map(When::Moment),
                });
            }
            Event::Text(text) => {
                if text.text.len() > limits.text_part_bytes {
                    return Err("a text is longer than the limit");
                }
                if !has_its_places(text) {
                    return Err("a text has places that are not in it");
                }
                if item.kind != Kind::Message {
                    item.kind = Kind::Document;
                }
                if text.part > 0 && text.role == Role::Main {
                    // A later part is handed on at once.
                    return Ok(());
                }
            }
            // What is wanted is handed on at once.
            Event::Bytes(_) | Event::Inert(_) => return Ok(()),
            _ => {}
        }
        item.held += n_bytes;
        if held + n_bytes > MAX_HELD {
            return Err("it told more of one item than can be kept");
        }
        Ok(())
    }

    fn end(&mut self, end: &mut End, retry: &Retry) -> Result<(), Malformed> {
        let item = self.open.pop().ok_or("it ended what had not begun")?;
        if retry.passed_over(item.number).is_some() {
            item.keep_what_was_told(end);
        }
        end.found_children = item.n_children;
        self.is_over = self.open.is_empty();
        Ok(())
    }

    /// Whether something was handed on of an item but that it began; `None` when it has ended.
    pub(super) fn is_touched(&self, number: u64) -> Option<bool> {
        if number >= self.n_begun {
            return Some(false);
        }
        let item = self.open.iter().find(|item| item.number == number)?;
        Some(self.n_events > item.begun_at)
    }

    /// Goes back to just after the innermost open item began, in the numbers of a reader that will
    /// not open it; false when another item is the innermost.
    pub(super) fn rewind_to(&mut self, number: u64) -> bool {
        let Some(item) = self.open.last().filter(|item| item.number == number) else {
            return false;
        };
        self.n_events = item.begun_at;
        self.n_begun = number + 1;
        true
    }

    /// What closes the file as far as it was told.
    pub(super) fn close(mut self, problem: &Problem, job: &Job) -> Vec<Event> {
        let mut events = Vec::new();
        if self.n_begun == 0 {
            let begin = Begin {
                level: Level::File,
                ordinal: 0,
                name: job.name.clone(),
                locator: Locator::Whole,
            };
            // The first of its kind breaks no rule.
            let _ = self.begin(&begin, &job.limits);
            events.push(Event::Begin(begin));
        }
        // Each of them lacks what would have followed.
        while let Some(item) = self.open.pop() {
            let mut end = unread();
            item.keep_what_was_told(&mut end);
            end.found_children = item.n_children;
            events.push(Event::Problem(problem.clone()));
            events.push(Event::End(end));
        }
        events
    }
}

/// Whether each place of a text is a stretch of it.
fn has_its_places(text: &Text) -> bool {
    text.places.iter().all(|place| {
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        start <= end && text.text.get(start..end).is_some()
    })
}

impl OpenItem {
    /// An item that was told in part is what it was told to be, not nothing.
    fn keep_what_was_told(&self, end: &mut End) {
        if self.kind == Kind::None {
            return;
        }
        end.kind = self.kind;
        if let Some(message) = &self.message {
            end.media_type = "message/rfc822".to_owned();
            end.document = Some(message.document);
            end.title.clone_from(&message.subject);
            end.date = message.date;
        }
    }
}

#[cfg(test)]
mod tests {
    use onrecord_record::ProblemCode;

    use super::*;
    use crate::event::Text;

    fn job() -> Job {
        Job {
            name: "a.zip".to_owned(),
            extension: None,
            limits: Limits::default(),
            passwords: Vec::new(),
        }
    }

    fn begin(level: Level, ordinal: u32) -> Event {
        Event::Begin(Begin {
            level,
            ordinal,
            name: "x".to_owned(),
            locator: Locator::Whole,
        })
    }

    fn text(n_bytes: usize) -> Event {
        Event::Text(Text {
            role: Role::Main,
            part: 0,
            text: "x".repeat(n_bytes),
            places: Vec::new(),
        })
    }

    /// Whether all of a stream is believed.
    fn is_sound(events: Vec<Event>, n_bytes: usize) -> bool {
        let mut told = Told::default();
        let mut all = events.into_iter();
        all.all(|mut event| {
            told.take(&mut event, n_bytes, &job(), &Retry::default())
                .is_ok()
        })
    }

    #[test]
    fn what_no_reader_tells_is_refused() {
        let end = || Event::End(unread());
        let root = || begin(Level::File, 0);
        assert!(is_sound(
            vec![root(), begin(Level::Member, 0), end(), end()],
            1
        ));
        let deep = std::iter::once(root()).chain((0..99).map(|_| begin(Level::Member, 0)));
        let unsound = [
            vec![end()],
            vec![text(1)],
            vec![begin(Level::Member, 0)],
            vec![root(), root()],
            vec![root(), end(), end()],
            vec![root(), end(), root()],
            vec![root(), text(Limits::default().text_part_bytes + 1)],
            deep.collect(),
        ];
        for events in unsound {
            assert!(!is_sound(events, 1));
        }
        let many = std::iter::once(root()).chain((0..5).map(|_| text(1)));
        assert!(!is_sound(many.collect(), MAX_HELD / 4), "more than is kept");
    }

    #[test]
    fn what_is_left_open_is_closed_with_the_reason() {
        let mut told = Told::default();
        for mut event in [begin(Level::File, 0), begin(Level::Member, 0), text(3)] {
            let taken = told.take(&mut event, 1, &job(), &Retry::default());
            assert_eq!(taken, Ok(()));
        }
        let problem = Problem::new(ProblemCode::Crashed, "it broke down");
        let closed = told.close(&problem, &job());
        let kinds: Vec<_> = closed
            .iter()
            .filter_map(|event| match event {
                Event::End(end) => Some((end.kind, end.found_children)),
                _ => None,
            })
            .collect();
        assert_eq!(kinds, [(Kind::Document, 0), (Kind::Container, 1)]);
        let from_nothing = Told::default().close(&problem, &job());
        assert_eq!(from_nothing.len(), 3, "a begin, the reason, an end");
    }
}
