//! Why a worker ended before its time, in the words of the ledger.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use onrecord_record::{Problem, ProblemCode};
use rustix::process::Signal;

use super::limits::ProcessLimits;
use super::marker::Note;

/// Bytes of a worker's last words that are kept.
const MAX_WORDS: usize = 300;
/// What Rust says before it gives up for want of memory.
const NO_MEMORY: &str = "memory allocation of";
/// What Rust says when calls nest too deep.
const NO_STACK: &str = "has overflowed its stack";

/// A worker's end.
#[derive(Debug)]
pub(super) struct Death {
    pub(super) cause: Cause,
    /// What it was at.
    pub(super) note: Option<Note>,
}

/// Why it ended.
#[derive(Debug)]
pub(super) enum Cause {
    /// By itself, or by the system.
    Ended {
        status: Option<ExitStatus>,
        last_words: String,
    },
    /// By its parent, after silence.
    Quiet,
    /// By its parent: all its progress together took too long.
    TooSlow,
    /// By its parent, which could not make sense of what it told.
    Garbled(&'static str),
    /// It could not be started.
    NotStarted(String),
}

impl Cause {
    /// It is gone; the system will say why.
    pub(super) fn closed() -> Self {
        Cause::Ended {
            status: None,
            last_words: String::new(),
        }
    }

    /// What the ledger says of it.
    pub(super) fn problem(&self, limits: &ProcessLimits) -> Problem {
        let (code, message) = match self {
            Cause::Ended { status, last_words } => of_status(*status, last_words, limits),
            Cause::Quiet => (
                ProblemCode::TimedOut,
                format!(
                    "its reader was ended after {} seconds without progress",
                    limits.quiet.as_secs()
                ),
            ),
            Cause::TooSlow => (
                ProblemCode::TimedOut,
                "its reader was ended: it took longer than a file of its size may".to_owned(),
            ),
            Cause::Garbled(what) => (
                ProblemCode::Misbehaved,
                format!("its reader was ended: {what}"),
            ),
            Cause::NotStarted(why) => (
                ProblemCode::ReadFailed,
                format!("no process could be started to read it ({why})"),
            ),
        };
        Problem::new(code, message)
    }
}

fn of_status(
    status: Option<ExitStatus>,
    last_words: &str,
    limits: &ProcessLimits,
) -> (ProblemCode, String) {
    let signal = status.and_then(|status| status.signal());
    let is = |known: Signal| signal == Some(known.as_raw());
    if is(Signal::XCPU) {
        let seconds = limits.cpu.as_secs();
        let message = format!(
            "its reader was ended after {seconds} seconds of processor time without progress"
        );
        return (ProblemCode::TimedOut, message);
    }
    if is(Signal::SYS) {
        let message = "its reader was ended: it tried a system call that is forbidden to it";
        return (ProblemCode::Misbehaved, message.to_owned());
    }
    // Nobody but the system's guard of memory kills outright.
    if last_words.contains(NO_MEMORY) || is(Signal::KILL) {
        let limit = limits.address_space >> 20;
        let message = format!("its reader ran out of memory (it may have {limit} MiB)");
        return (ProblemCode::OutOfMemory, message);
    }
    if last_words.contains(NO_STACK) {
        let message = "its reader broke down: it is nested deeper than can be followed";
        return (ProblemCode::Crashed, message.to_owned());
    }
    let how = status.map_or_else(|| "it was closed".to_owned(), |status| status.to_string());
    let words = if last_words.is_empty() {
        String::new()
    } else {
        format!(": {last_words}")
    };
    (
        ProblemCode::Crashed,
        format!("its reader broke down ({how}){words}"),
    )
}

/// The end of what a worker wrote to its standard error, as one line that is safe to show.
pub(super) fn last_words(written: &[u8]) -> String {
    let from = written.len().saturating_sub(MAX_WORDS);
    let text = String::from_utf8_lossy(&written[from..]);
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
