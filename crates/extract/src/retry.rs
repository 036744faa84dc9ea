//! How a file is read again after a worker ended in the middle of it.

use onrecord_record::Problem;
use serde::{Deserialize, Serialize};

/// Which of a format's readers is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The better one.
    First,
    /// The one that stands in where the first ended its process; a format without a second reader
    /// is read by its only one again.
    Second,
}

/// What of a file has ended a worker before.
///
/// Items are known by their number in the order in which they begin. Readers are deterministic, so
/// an item has the same number whenever the file is read with the same `Retry`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Retry {
    /// Items that their format's second engine reads.
    pub(crate) second: Vec<u64>,
    /// Items that are typed, hashed and listed, and not read, with the reason.
    pub(crate) passed_over: Vec<(u64, Problem)>,
}

/// A file that is read for the first time.
pub(crate) static NO_RETRY: Retry = Retry {
    second: Vec::new(),
    passed_over: Vec::new(),
};

impl Retry {
    /// The engine for an item.
    pub(crate) fn engine(&self, number: u64) -> Engine {
        if self.second.contains(&number) {
            Engine::Second
        } else {
            Engine::First
        }
    }

    /// Why an item is not read.
    pub(crate) fn passed_over(&self, number: u64) -> Option<&Problem> {
        let found = self.passed_over.iter().find(|(known, _)| *known == number);
        found.map(|(_, problem)| problem)
    }
}
