//! Mailboxes in one file: mboxo, mboxrd, mboxcl and mboxcl2, with LF or CRLF line ends.
//!
//! The four dialects differ in how a body line that begins with `From ` is kept apart from a
//! separator (<https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml>). None of them
//! is declared anywhere, so a separator has to prove itself: an empty line or the start of the file
//! before it, the form of a separator, and a header field after it. `Content-Length` decides only
//! where it leads exactly to such a separator or to the end of the file.
//!
//! Separators and bytes of all messages, put together, are the file again: nothing is unescaped,
//! repaired or dropped here. [`unescape`] makes the readable view.

use std::borrow::Cow;
use std::io::{self, BufRead};

use memchr::{memchr, memmem};
use onrecord_record::{Problem, ProblemCode};

use crate::separator::{at_header_field, is_separator};

/// Largest message that is kept whole unless told otherwise: 128 MiB.
pub const DEFAULT_LIMIT: usize = 128 << 20;

/// A separator is one line; longer ones are text.
const MAX_SEPARATOR: usize = 1_000;
/// How much of the line after a separator must be seen to know a header field.
const MAX_FIELD_NAME: usize = 200;
/// What the reader asks for at once.
const CHUNK: usize = 256 << 10;
/// After so many false `Content-Length` fields the rest of the mailbox is read without them, so
/// that a mailbox made of false ones costs no more than a few readings.
const MAX_FALSE_LENGTHS: u32 = 16;

/// A message of a mailbox, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Number in the mailbox, from 1.
    pub number: u32,
    /// First byte of the message in the mailbox, after its `From ` line.
    pub offset: u64,
    /// The `From ` line with its line end, and before the first one whatever the file begins with
    /// (a byte order mark, empty lines).
    pub separator: Vec<u8>,
    /// The bytes between this separator and the next, in no way changed.
    pub bytes: Vec<u8>,
    /// Length in the mailbox; more than `bytes` where the limit cut it.
    pub length: u64,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads messages one after the other, in memory bounded by the largest of them.
///
/// ```
/// let mailbox = b"From anna@example.org Mon May 14 16:39:00 2001\nSubject: one\n\nText\n";
/// let messages: Vec<_> = onrecord_mail::mbox::Reader::new(&mailbox[..])
///     .collect::<Result<_, _>>()
///     .expect("memory can be read");
/// assert_eq!(messages[0].bytes, b"Subject: one\n\nText\n");
/// ```
pub struct Reader<R> {
    inner: R,
    limit: usize,
    /// Bytes read and not yet handed out, from `start`.
    buffer: Vec<u8>,
    start: usize,
    at_end: bool,
    /// Offset in the file of `buffer[start]`.
    offset: u64,
    number: u32,
    false_lengths: u32,
    /// The separator of the message that `buffer[start]` begins.
    separator: Vec<u8>,
    begun: bool,
    done: bool,
    failed: Option<io::Error>,
}

/// Where a message ends, in bytes from its start.
struct End {
    at: usize,
    separator: usize,
}

/// What is known of the end of a message from the bytes read so far.
enum Search {
    Found(End),
    /// No end before this offset, from which to search on when there are more bytes.
    From(usize),
}

impl<R: BufRead> Reader<R> {
    /// Reads a mailbox whose messages are kept up to [`DEFAULT_LIMIT`].
    pub fn new(inner: R) -> Self {
        Self::with_limit(inner, DEFAULT_LIMIT)
    }

    /// Reads a mailbox whose messages are kept up to `limit` bytes.
    pub fn with_limit(inner: R, limit: usize) -> Self {
        Self {
            inner,
            limit,
            buffer: Vec::new(),
            start: 0,
            at_end: false,
            offset: 0,
            number: 0,
            false_lengths: 0,
            separator: Vec::new(),
            begun: false,
            done: false,
            failed: None,
        }
    }

    fn pending(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Reads more; returns whether there was any. A failure ends the mailbox there, and is handed
    /// on after the messages read so far.
    fn fill(&mut self) -> bool {
        if self.at_end {
            return false;
        }
        if self.start >= CHUNK || self.start == self.buffer.len() {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let before = self.buffer.len();
        if self.buffer.capacity() - before < CHUNK {
            self.buffer.reserve_exact(CHUNK + before / 4);
        }
        while self.buffer.len() - before < CHUNK {
            let more = match self.inner.fill_buf() {
                Ok(more) => more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failed = Some(error);
                    &[]
                }
            };
            if more.is_empty() {
                self.at_end = true;
                break;
            }
            self.buffer.extend_from_slice(more);
            let n_bytes = more.len();
            self.inner.consume(n_bytes);
        }
        self.buffer.len() > before
    }

    /// Takes `n` bytes from the front of what is pending.
    fn take(&mut self, n: usize) -> Vec<u8> {
        self.offset += n as u64;
        let rest = self.buffer.len() - self.start - n;
        if self.start == 0 && n > CHUNK && rest <= n {
            let rest = self.buffer.split_off(n);
            return std::mem::replace(&mut self.buffer, rest);
        }
        let taken = self.buffer[self.start..self.start + n].to_vec();
        self.start += n;
        taken
    }

    fn skip(&mut self, n: usize) {
        self.offset += n as u64;
        self.start += n;
    }

    /// Reads up to the first separator, which may follow a byte order mark and empty lines.
    fn begin(&mut self) {
        self.begun = true;
        loop {
            let blank = blank_prefix(self.pending());
            let rest = &self.pending()[blank..];
            // Blank lines without an end are no reason to hold the file in memory.
            let is_undecided = rest.len() < MAX_SEPARATOR + MAX_FIELD_NAME && blank <= CHUNK;
            if is_undecided && self.fill() {
                continue;
            }
            let rest = &self.pending()[blank..];
            if let Some(length) = separator_length(rest) {
                self.separator = self.take(blank + length);
            }
            return;
        }
    }

    fn next_message(&mut self) -> Option<RawMessage> {
        if !self.begun {
            self.begin();
        }
        if self.done || (self.pending().is_empty() && self.separator.is_empty() && !self.fill()) {
            return None;
        }
        let offset = self.offset;
        self.number = self.number.saturating_add(1);
        let mut kept = None;
        let end = match self.end_by_length() {
            Some(end) => end,
            None => self.end_by_separator(&mut kept),
        };
        let bytes = match kept {
            None => self.take(end.at),
            Some(head) => {
                self.skip(end.at);
                head
            }
        };
        let length = self.offset - offset;
        let next = self.take(end.separator);
        let separator = std::mem::replace(&mut self.separator, next);
        self.done = self.separator.is_empty();
        let problems = self.problems(&separator, &bytes, length);
        Some(RawMessage {
            number: self.number,
            offset,
            separator,
            bytes,
            length,
            problems,
        })
    }

    fn problems(&self, separator: &[u8], bytes: &[u8], length: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        if length > bytes.len() as u64 {
            problems.push(Problem::new(
                ProblemCode::TooLarge,
                format!(
                    "message {} of the mailbox has {length} bytes; the first {} are kept",
                    self.number,
                    bytes.len()
                ),
            ));
        }
        if separator.is_empty() {
            problems.push(Problem::new(
                ProblemCode::Damaged,
                "the mailbox does not begin with a \"From \" line; what stands before the first one is kept as a message",
            ));
        }
        problems
    }

    /// The end of the message if its `Content-Length` leads to a separator or the end of the file.
    fn end_by_length(&mut self) -> Option<End> {
        if self.false_lengths >= MAX_FALSE_LENGTHS {
            return None;
        }
        let body_end = self.stated_end()?;
        let wanted = body_end + 2 + MAX_SEPARATOR + MAX_FIELD_NAME;
        while self.pending().len() < wanted && self.fill() {}
        let pending = self.pending();
        if body_end > pending.len() {
            self.false_lengths += 1;
            return None;
        }
        let blank = body_end + line_ends(&pending[body_end..]);
        if blank == pending.len() {
            return Some(End {
                at: blank,
                separator: 0,
            });
        }
        let is_line_start = blank > 0 && pending[blank - 1] == b'\n';
        match separator_length(&pending[blank..]) {
            Some(separator) if is_line_start => Some(End {
                at: blank,
                separator,
            }),
            _ => {
                self.false_lengths += 1;
                None
            }
        }
    }

    /// Where `Content-Length` says that the body ends, if the header says so within the first chunk.
    fn stated_end(&mut self) -> Option<usize> {
        while self.pending().len() < CHUNK && self.fill() {}
        let pending = self.pending();
        let header = header_length(&pending[..pending.len().min(CHUNK)])?;
        let length = content_length(&pending[..header]);
        length
            .map(|length| header.saturating_add(length))
            .filter(|end| *end <= self.limit)
    }

    /// The end of the message by the next separator. When the message is longer than the limit,
    /// its head goes to `kept`, and what follows is counted and dropped.
    fn end_by_separator(&mut self, kept: &mut Option<Vec<u8>>) -> End {
        let mut from = 0;
        loop {
            match find_separator(self.pending(), from, self.at_end) {
                Search::Found(end) if kept.is_some() || end.at <= self.limit => return end,
                Search::Found(end) => {
                    *kept = Some(self.take(self.limit));
                    return End {
                        at: end.at - self.limit,
                        ..end
                    };
                }
                Search::From(next) => from = next,
            }
            if kept.is_none() && from > self.limit {
                *kept = Some(self.take(self.limit));
                from -= self.limit;
            }
            if kept.is_some() {
                // The line ends before the place to search on decide whether a separator may follow.
                let dropped = from.saturating_sub(4);
                self.skip(dropped);
                from -= dropped;
            }
            if !self.fill() && self.at_end {
                if let Search::Found(end) = find_separator(self.pending(), from, true) {
                    return end;
                }
                return End {
                    at: self.pending().len(),
                    separator: 0,
                };
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<RawMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.next_message() {
            Some(message) => Some(Ok(message)),
            None => self.failed.take().map(Err),
        }
    }
}

/// Whether a file that begins with these bytes is a mailbox.
///
/// A byte order mark and empty lines may come first; then a separator and a header field must follow.
#[must_use]
pub fn looks_like(head: &[u8]) -> bool {
    separator_length(&head[blank_prefix(head)..]).is_some()
}

/// The readable view of a body: one `>` taken off each line that is `From ` behind one or more of them.
///
/// Message files that never were in a mailbox are changed as well where they quote such a line; so
/// this is for showing and comparing, never for storing.
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains(">From ") {
        return Cow::Borrowed(text);
    }
    let mut view = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_escaped = line.starts_with('>') && line.trim_start_matches('>').starts_with("From ");
        view.push_str(if is_escaped { &line[1..] } else { line });
    }
    Cow::Owned(view)
}

/// Searches a message for its end from offset `from` on.
fn find_separator(message: &[u8], from: usize, at_end: bool) -> Search {
    let mut from = from;
    while let Some(found) = memmem::find(&message[from..], b"\nFrom ") {
        let line = from + found + 1;
        let rest = &message[line..];
        if !at_end && rest.len() < MAX_SEPARATOR + MAX_FIELD_NAME {
            return Search::From(line - 1);
        }
        if follows_blank_line(&message[..line])
            && let Some(separator) = separator_length(rest)
        {
            return Search::Found(End {
                at: line,
                separator,
            });
        }
        from = line;
    }
    // A separator may have begun in the last five bytes.
    Search::From(from.max(message.len().saturating_sub(5)))
}

/// Whether the line that begins after `before` has an empty line, or nothing, above it.
fn follows_blank_line(before: &[u8]) -> bool {
    let line = before.strip_suffix(b"\n").unwrap_or(before);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.is_empty() || line.ends_with(b"\n")
}

/// Length of the separator line at the start of `rest` if a header field follows it.
fn separator_length(rest: &[u8]) -> Option<usize> {
    let line_end = memchr(b'\n', &rest[..rest.len().min(MAX_SEPARATOR)])?;
    let follows = &rest[line_end + 1..];
    let follows = &follows[..follows.len().min(MAX_FIELD_NAME)];
    (is_separator(&rest[..line_end]) && at_header_field(follows)).then_some(line_end + 1)
}

/// Length of a byte order mark and empty lines at the start.
fn blank_prefix(head: &[u8]) -> usize {
    let mark = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let mut blank = mark;
    for (index, byte) in head.iter().enumerate().skip(mark) {
        match byte {
            b'\n' => blank = index + 1,
            b'\r' | b' ' | b'\t' => {}
            _ => break,
        }
    }
    blank
}

/// Length of the line ends at the start, at most two of them.
fn line_ends(text: &[u8]) -> usize {
    let mut length = 0;
    for _ in 0..2 {
        match &text[length..] {
            [b'\r', b'\n', ..] => length += 2,
            [b'\n', ..] => length += 1,
            _ => break,
        }
    }
    length
}

/// Length of the header with the empty line after it.
fn header_length(message: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(line) = memchr(b'\n', &message[at..]) {
        let is_empty = matches!(&message[at..at + line], b"" | b"\r");
        at += line + 1;
        if is_empty {
            return Some(at);
        }
    }
    None
}

/// The value of the last `Content-Length` field of a header.
fn content_length(header: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let mut length = None;
    for line in header.split(|byte| *byte == b'\n') {
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            let value = std::str::from_utf8(line[NAME.len()..].trim_ascii()).ok()?;
            length = value.parse().ok();
        }
    }
    length
}
