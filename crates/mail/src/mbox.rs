//! Mailboxes in one file.

use std::io::{self, BufRead};

use onrecord_record::Problem;

/// Largest message that is kept whole unless told otherwise: 128 MiB.
pub const DEFAULT_LIMIT: usize = 128 << 20;

/// A message of a mailbox, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Number in the mailbox, from 1.
    pub number: u32,
    /// First byte of the message in the mailbox, after its `From ` line.
    pub offset: u64,
    /// The `From ` line with its line end, and before the first one whatever the file begins with.
    pub separator: Vec<u8>,
    /// The bytes between this separator and the next, in no way changed.
    pub bytes: Vec<u8>,
    /// Length in the mailbox; more than `bytes` where the limit cut it.
    pub length: u64,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads messages one after the other, in memory bounded by the largest of them.
pub struct Reader<R> {
    inner: R,
}

impl<R: BufRead> Reader<R> {
    /// Reads a mailbox whose messages are kept up to [`DEFAULT_LIMIT`].
    pub fn new(inner: R) -> Self {
        Self { inner }
    }

    /// Reads a mailbox whose messages are kept up to `limit` bytes.
    pub fn with_limit(inner: R, limit: usize) -> Self {
        let _ = limit;
        Self { inner }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<RawMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        self.inner.fill_buf().ok()?;
        None
    }
}

/// Whether a file that begins with these bytes is a mailbox.
#[must_use]
pub fn looks_like(head: &[u8]) -> bool {
    head.starts_with(b"From ")
}
