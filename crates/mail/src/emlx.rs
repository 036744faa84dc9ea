//! Apple Mail's message files: a line with a length, the message, a property list.

use std::ops::Range;

use memchr::memchr;

use crate::separator::field_name_length;

/// What an emlx file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges {
    /// Bytes of the message.
    pub message: Range<usize>,
    /// Bytes of the property list after it; empty where there is none.
    pub metadata: Range<usize>,
    /// Whether the file ends before the stated length does.
    pub is_cut_off: bool,
}

/// Finds message and metadata; `None` when the file does not begin with a length and a header field.
///
/// ```
/// let file = b"12\nSubject: a\n\n<?xml version=\"1.0\"?><plist/>";
/// let ranges = onrecord_mail::emlx::ranges(file).expect("an emlx file");
/// assert_eq!(&file[ranges.message], b"Subject: a\n\n");
/// ```
#[must_use]
pub fn ranges(file: &[u8]) -> Option<Ranges> {
    let line_end = memchr(b'\n', &file[..file.len().min(32)])?;
    let digits = file[..line_end].trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let start = line_end + 1;
    let message = &file[start..];
    if field_name_length(message).is_none() && !message.starts_with(b"From ") {
        return None;
    }
    let stated_end = start.saturating_add(length);
    let end = stated_end.min(file.len());
    Some(Ranges {
        message: start..end,
        metadata: end..file.len(),
        is_cut_off: stated_end > end,
    })
}
