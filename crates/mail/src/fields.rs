//! Header fields: where they are, and what the structured ones mean (RFC 5322).

use std::borrow::Cow;
use std::ops::Range;

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use memchr::memchr;

use crate::charset;
use crate::message::Address;
use crate::separator::field_name_length;
use crate::words::join_words;

/// A field as it stands in the raw message.
#[derive(Debug, Clone)]
pub(crate) struct RawField {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// The header of a message or part.
#[derive(Debug, Default)]
pub(crate) struct RawHeader {
    pub(crate) fields: Vec<RawField>,
    /// Lines that are no fields, and were passed over.
    pub(crate) n_odd_lines: usize,
    /// Values of which only the beginning is read.
    pub(crate) n_cut: usize,
    /// Whether an empty line ends it.
    pub(crate) is_ended: bool,
    /// First byte of the body.
    pub(crate) body: usize,
}

/// More fields than any program writes; what follows them is left in the body.
const MAX_FIELDS: usize = 5_000;

/// Bytes of one value, and of all together, that are read; a list of ten thousand recipients has a third of
/// that. What is longer is an attack on the reader's memory, and stays in the original alone.
pub(crate) const MAX_VALUE: usize = 1 << 20;
const MAX_VALUES: usize = 8 << 20;

/// Fields that show that a header goes on after a line that is none.
const KNOWN_FIELDS: &[&[u8]] = &[
    b"from",
    b"to",
    b"cc",
    b"date",
    b"subject",
    b"message-id",
    b"mime-version",
    b"received",
    b"content-type",
    b"content-transfer-encoding",
    b"content-disposition",
    b"return-path",
    b"reply-to",
    b"references",
    b"in-reply-to",
    b"sender",
    b"delivered-to",
    b"x-mailer",
];

impl RawHeader {
    /// Reads the header at the start of `range`.
    ///
    /// A line that is no field ends the header as an empty line would, so that no text is lost to
    /// a missing empty line; unless a well-known field follows at once.
    pub(crate) fn read(raw: &[u8], range: Range<usize>) -> Self {
        let mut header = RawHeader {
            body: range.start,
            ..RawHeader::default()
        };
        let mut at = range.start;
        while at < range.end && header.fields.len() < MAX_FIELDS {
            let line_end = line_end(raw, at, range.end);
            let line = &raw[at..line_end];
            let text = line.trim_ascii_end();
            if text.is_empty() && (line.len() <= 2 || !header.goes_on(raw, line_end, range.end)) {
                header.is_ended = true;
                at = line_end;
                break;
            }
            if matches!(line[0], b' ' | b'\t') && !header.fields.is_empty() {
                if let Some(last) = header.fields.last_mut() {
                    last.value.end = line_end;
                }
            } else if let Some(name) = field_name_length(line) {
                let colon = memchr(b':', line).unwrap_or(name);
                let (name, value) = (at..at + name, at + colon + 1..line_end);
                header.fields.push(RawField { name, value });
            } else if header.is_separator_like(line) || header.goes_on(raw, line_end, range.end) {
                header.n_odd_lines += usize::from(!header.is_separator_like(line));
            } else {
                break;
            }
            at = line_end;
        }
        header.body = at;
        header.cut_values(raw);
        header
    }

    fn cut_values(&mut self, raw: &[u8]) {
        let mut room = MAX_VALUES;
        for field in &mut self.fields {
            let longest = room.min(MAX_VALUE);
            if field.value.len() > longest {
                let mut end = field.value.start + longest;
                // Not inside of a character.
                while end > field.value.start && raw[end] & 0xC0 == 0x80 {
                    end -= 1;
                }
                field.value.end = end;
                self.n_cut += 1;
            }
            room -= field.value.len();
        }
    }

    /// A mailbox's `From ` line, escaped or not, before the first field.
    fn is_separator_like(&self, line: &[u8]) -> bool {
        self.fields.is_empty() && (line.starts_with(b"From ") || line.starts_with(b">From "))
    }

    fn goes_on(&self, raw: &[u8], at: usize, end: usize) -> bool {
        let line = &raw[at..line_end(raw, at, end)];
        field_name_length(line).is_some_and(|name| {
            KNOWN_FIELDS
                .iter()
                .any(|known| line[..name].eq_ignore_ascii_case(known))
        })
    }

    /// The first field with this name.
    pub(crate) fn first(&self, raw: &[u8], name: &str) -> Option<&RawField> {
        self.fields
            .iter()
            .find(|field| raw[field.name.clone()].eq_ignore_ascii_case(name.as_bytes()))
    }
}

/// One past the line that begins at `at`, its line end included.
pub(crate) fn line_end(raw: &[u8], at: usize, end: usize) -> usize {
    memchr(b'\n', &raw[at..end]).map_or(end, |found| at + found + 1)
}

/// A field's value as text, still folded and encoded; and whether its bytes were UTF-8.
pub(crate) fn value_text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (charset::decode(bytes, None).text, false),
    }
}

/// Hands a value to one of mail-parser's field parsers, which want a line end behind it.
fn parse_with<T>(value: &str, parse: impl FnOnce(&mut MessageStream<'_>) -> T) -> T {
    let trimmed = value.trim_end_matches(['\r', '\n', ' ', '\t']);
    match value.as_bytes().get(trimmed.len()..) {
        Some(b"\n" | b"\r\n") => parse(&mut MessageStream::new(value.as_bytes())),
        _ => parse(&mut MessageStream::new(format!("{trimmed}\n").as_bytes())),
    }
}

/// The addresses of a field, groups dissolved.
pub(crate) fn addresses(value: &str) -> Vec<Address> {
    let joined = join_words(value);
    parse_with(&joined, |stream| {
        let HeaderValue::Address(list) = stream.parse_address() else {
            return Vec::new();
        };
        let owned = |text: &Option<Cow<'_, str>>| {
            text.as_ref()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        list.iter()
            .map(|address| Address {
                name: owned(&address.name),
                address: owned(&address.address),
            })
            .filter(|address| address.name.is_some() || address.address.is_some())
            .collect()
    })
}

/// The Message-IDs of a field, in order, without angle brackets.
///
/// An id may be folded inside its brackets. Where there are no brackets at all, words that hold an
/// `@` are taken, if nothing else stands beside them.
pub(crate) fn message_ids(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some(open) = memchr(b'<', rest.as_bytes()) {
        let inside = &rest[open + 1..];
        let end = inside.find(['>', '<']).unwrap_or(inside.len());
        let id: String = inside[..end]
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        if !id.is_empty() && ids.last() != Some(&id) {
            ids.push(id);
        }
        rest = &inside[end..];
        rest = rest.strip_prefix('>').unwrap_or(rest);
    }
    let words = || {
        value
            .split(|letter: char| letter.is_whitespace() || letter == ',')
            .filter(|word| !word.is_empty())
    };
    if ids.is_empty() && words().all(|word| word.contains('@')) {
        ids.extend(words().map(str::to_owned));
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &str) -> (Vec<&str>, &str) {
        let header = RawHeader::read(raw.as_bytes(), 0..raw.len());
        (
            header
                .fields
                .iter()
                .map(|field| &raw[field.name.clone()])
                .collect(),
            &raw[header.body..],
        )
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let raw = format!("Subject: {}\nTo: a@b\n\nText", "é".repeat(MAX_VALUE));
        let header = RawHeader::read(raw.as_bytes(), 0..raw.len());
        assert_eq!((header.n_cut, &raw[header.body..]), (1, "Text"));
        let subject = &raw[header.fields[0].value.clone()];
        assert!(subject.len() > MAX_VALUE - 2 && subject.ends_with('é'));
        let many = format!("X: {}\n", "a".repeat(MAX_VALUE)).repeat(20);
        let header = RawHeader::read(many.as_bytes(), 0..many.len());
        let kept: usize = header.fields.iter().map(|field| field.value.len()).sum();
        assert_eq!((header.fields.len(), kept), (20, MAX_VALUES));
    }

    #[test]
    fn headers_end_where_text_begins() {
        assert_eq!(
            names("A: 1\r\n b\r\nB: 2\r\n\r\nText"),
            (vec!["A", "B"], "Text")
        );
        assert_eq!(names("From x\nA: 1\n\n"), (vec!["A"], ""));
        assert_eq!(
            names("A: 1\nDear Anna,\nfrom now on: no"),
            (vec!["A"], "Dear Anna,\nfrom now on: no")
        );
        assert_eq!(
            names("A: 1\nodd line\nSubject: 2\n\nText"),
            (vec!["A", "Subject"], "Text")
        );
        assert_eq!(names("A: 1"), (vec!["A"], ""));
    }

    #[test]
    fn all_ids_are_found() {
        assert_eq!(
            message_ids(" <a@x>\r\n <b@\r\n x> (c) <d@x>\r\n"),
            ["a@x", "b@x", "d@x"]
        );
        assert_eq!(message_ids("a@x b@x\n"), ["a@x", "b@x"]);
        assert_eq!(message_ids("Your message of Monday from anna@x\n"), [""; 0]);
        assert_eq!(message_ids("<a@x <b@x>"), ["a@x", "b@x"]);
    }

    #[test]
    fn addresses_have_names_and_groups_are_dissolved() {
        let list = addresses(" =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?= <a@x>, \"B, C\" <b@x>, d@x\r\n");
        let flat: Vec<_> = list
            .iter()
            .map(|one| (one.name.as_deref(), one.address.as_deref()))
            .collect();
        assert_eq!(
            flat,
            [
                (Some("café"), Some("a@x")),
                (Some("B, C"), Some("b@x")),
                (None, Some("d@x"))
            ]
        );
        assert_eq!(addresses("team: a@x, b@x;\n").len(), 2);
        assert!(addresses("undisclosed-recipients:;\n").is_empty());
    }
}
