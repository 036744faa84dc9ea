//! Apple Mail's message files: a length, a message, a property list.

use std::ops::Range;

/// What an emlx file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges {
    /// Bytes of the message.
    pub message: Range<usize>,
    /// Bytes of the property list after it; empty where there is none.
    pub metadata: Range<usize>,
}

/// Finds message and metadata; `None` when the file is no emlx.
#[must_use]
pub fn ranges(file: &[u8]) -> Option<Ranges> {
    let _ = file;
    None
}
