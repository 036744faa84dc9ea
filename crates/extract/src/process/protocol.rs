//! What a worker and the one it works for say to each other.
//!
//! Requests come over a socket, one at a time, each with an open file where it needs one. Replies
//! go back through a pipe in frames: a length of four bytes, then replies one after the other.
//! Both are [postcard](https://postcard.jamesmunns.com): a compact form that carries no types, which
//! the two can share because they are one program.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::limits::ProcessLimits;
use super::program::Sandbox;
use crate::event::{Event, Wanted};
use crate::retry::Retry;
use crate::worker::{Job, Outcome};

/// Changes when a request or a reply does: a program that was replaced while it ran says so.
pub(super) const VERSION: u32 = 1;
/// Bytes of replies after which they are sent.
pub(super) const FRAME: usize = 256 << 10;
/// Longest frame: a message of headers alone may be as large as a message may be, twice told.
pub(super) const MAX_FRAME: usize = 256 << 20;
/// Longest request; a list of passwords is the only part of it without a bound of its own.
pub(super) const MAX_REQUEST: usize = 64 << 20;

/// What a worker is asked. Other kinds of jobs (a page's picture, the words of a scan) are variants
/// of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request<J = Job, R = Retry> {
    /// Comes first, once, with the [`Marker`](super::marker::Marker)'s file: lock yourself in.
    Begin { version: u32, limits: ProcessLimits },
    /// Read the file that comes with it.
    Extract {
        job: J,
        retry: R,
        /// The one item that is asked for, where that is all.
        wanted: Option<Wanted>,
        /// How many events the asker has already, and will not be told again.
        told: u64,
        /// Whether each event is sent at once, so that none is lost where the worker ends.
        is_careful: bool,
    },
    /// The file that comes with it is empty, and yours.
    Spool,
    /// There is no room for a temporary file, and why.
    NoSpool(String),
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply<E = Event> {
    /// Locked in, this far.
    Ready(Sandbox),
    /// The next event of the file.
    Event(E),
    /// What was told before is passed; the items open here, by their places in their parents.
    Resumed(Vec<u32>),
    /// Nothing to tell, and not stuck: further into the file.
    Progress,
    /// A member is too large for memory: give me a temporary file.
    WantsSpool,
    /// The request is done.
    Done {
        outcome: Outcome,
        /// Bytes of memory that the worker holds, where it can tell.
        resident: u64,
    },
}

/// Appends a value to a buffer.
pub(super) fn put(value: &impl Serialize, buffer: &mut Vec<u8>) -> postcard::Result<()> {
    *buffer = postcard::to_extend(value, std::mem::take(buffer))?;
    Ok(())
}

/// Takes a value from the front of `bytes`.
pub(super) fn take<T: DeserializeOwned>(bytes: &[u8]) -> postcard::Result<(T, &[u8])> {
    postcard::take_from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Begin, Level, Role, Text};
    use crate::limits::Limits;
    use onrecord_record::{Locator, Problem, ProblemCode};

    fn job() -> Job {
        Job {
            name: "a.mbox".to_owned(),
            extension: None,
            limits: Limits::default(),
            passwords: vec!["geheim".to_owned()],
        }
    }

    #[test]
    fn what_is_put_is_taken() {
        let problem = Problem::new(ProblemCode::Damaged, "broken off");
        let events = [
            Event::Begin(Begin {
                level: Level::File,
                ordinal: 0,
                name: "a".to_owned(),
                locator: Locator::Message {
                    number: 1,
                    offset: 7,
                },
            }),
            Event::Text(Text {
                role: Role::Main,
                part: 0,
                text: "Ærlig".to_owned(),
                places: Vec::new(),
            }),
            Event::Problem(problem.clone()),
        ];
        let mut buffer = Vec::new();
        for event in &events {
            put(&Reply::Event(event), &mut buffer).expect("it has room");
        }
        let mut rest = &buffer[..];
        for event in events {
            let (reply, after) = take::<Reply>(rest).expect("it was put");
            assert!(matches!(reply, Reply::Event(found) if found == event));
            rest = after;
        }
        assert!(rest.is_empty());
        let retry = Retry {
            second: vec![3],
            passed_over: vec![(9, problem)],
        };
        let mut buffer = Vec::new();
        let request = Request::Extract {
            job: &job(),
            retry: &retry,
            wanted: None,
            told: 3,
            is_careful: false,
        };
        put(&request, &mut buffer).expect("it has room");
        let (request, _) = take::<Request>(&buffer).expect("it was put");
        assert!(matches!(request, Request::Extract { job: found, told: 3, .. } if found == job()));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        assert!(take::<Reply>(&[]).is_err());
        assert!(take::<Reply>(&[200, 1, 2]).is_err());
        // A text that claims to be longer than all memory.
        assert!(take::<Reply>(&[1, 2, 0, 0, 255, 255, 255, 255, 255, 255, 127]).is_err());
    }
}
