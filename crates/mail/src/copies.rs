//! One message in several mailboxes.
//!
//! A message is what its author wrote: who, when, the subject, the text and the files. Each
//! delivery adds headers of its own, a sender's copy alone shows hidden recipients, and storing it
//! may change line ends and transfer encodings. None of that goes into the content key. Message-ID does
//! not either: it is stated by software, two different messages can bear one, and a copy can lack it.

use std::collections::BTreeMap;

use onrecord_record::{DateTime, Digest};

use crate::{Address, Message};

/// What makes a message the same message, whoever received it.
#[derive(Debug, Clone, Copy)]
pub struct ContentKeyInput<'a> {
    /// Authors.
    pub from: &'a [Address],
    /// Date of the header.
    pub date: Option<DateTime>,
    /// Subject, decoded.
    pub subject: Option<&'a str>,
    /// Text of the body: all parts shown as body, decoded; the same choice between plain text and
    /// HTML for every message.
    pub body: &'a str,
    /// Digests of the attachments' decoded bytes, in any order.
    pub attachments: &'a [Digest],
    /// The raw message, hashed where neither author nor date is known.
    pub raw: &'a [u8],
}

/// Names this form of the key; another form needs another name.
const CONTEXT: &str = "onrecord 2026-11 message content key 1";
/// Sets apart what has neither author nor date.
const RAW_CONTEXT: &str = "onrecord 2026-11 message without author and date 1";

/// Computes the key that all copies of one message share.
///
/// It is a BLAKE3 over: the authors' addresses in lower case, sorted (an author without an address
/// counts by name); the moment in seconds, whatever its offset; the subject with blanks folded (`Re:`
/// stays); the body with every run of Unicode white space as one space, and with `>` taken off
/// lines that are `From ` behind it, as mailboxes add them; the attachments' digests, sorted. The footer that a
/// mailing list adds stays in, so a copy by way of a list and a direct one are two messages.
///
/// Without author and date too little is left to tell messages apart; then it is a BLAKE3 over the
/// raw bytes, line ends at the end apart.
///
/// ```
/// # use onrecord_mail::{ContentKeyInput, content_key};
/// let one = ContentKeyInput { from: &[], date: Some(onrecord_record::DateTime::utc(0)), subject: Some("a  b"),
///     body: "Text\r\n", attachments: &[], raw: b"one" };
/// let other = ContentKeyInput { subject: Some("a b"), body: "Text", raw: b"other", ..one };
/// assert_eq!(content_key(&one), content_key(&other));
/// ```
#[must_use]
pub fn content_key(input: &ContentKeyInput<'_>) -> [u8; 32] {
    if input.from.is_empty() && input.date.is_none() {
        let end = input.raw.trim_ascii_end().len();
        return blake3::derive_key(RAW_CONTEXT, &input.raw[..end]);
    }
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    let mut authors: Vec<String> = input.from.iter().filter_map(author).collect();
    authors.sort_unstable();
    hasher.update(&(authors.len() as u64).to_le_bytes());
    for author in &authors {
        add_field(&mut hasher, author.as_bytes());
    }
    let moment = input
        .date
        .map_or_else(Vec::new, |date| date.unix.to_le_bytes().to_vec());
    add_field(&mut hasher, &moment);
    add_field(&mut hasher, &folded(input.subject.unwrap_or_default()));
    add_field(&mut hasher, &folded(input.body));
    let mut digests = input.attachments.to_vec();
    digests.sort_unstable();
    for digest in &digests {
        hasher.update(digest.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

fn author(address: &Address) -> Option<String> {
    let known = address.address.as_deref().or(address.name.as_deref())?;
    Some(known.trim().to_lowercase())
}

/// Adds a field with its length, so that no two lists of fields give the same bytes.
fn add_field(hasher: &mut blake3::Hasher, field: &[u8]) {
    hasher.update(&(field.len() as u64).to_le_bytes());
    hasher.update(field);
}

/// The words of a text, one space between them, lines without the escape of mailboxes.
fn folded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut words = vec![0; bytes.len()];
    let (mut at, mut to, mut is_line_start) = (0, 0, true);
    // Words are copied byte by byte, each to where the next is written: they are too short for more.
    while at < bytes.len() {
        if is_line_start {
            at += escape(&bytes[at..]);
        }
        let Some(&byte) = bytes.get(at) else { break };
        is_line_start = byte == b'\n';
        let length = white_space(text, at);
        let is_kept = length == 0 || (to > 0 && words[to - 1] != b' ');
        words[to] = if length == 0 { byte } else { b' ' };
        to += usize::from(is_kept);
        at += length.max(1);
    }
    if to > 0 && words[to - 1] == b' ' {
        to -= 1;
    }
    words.truncate(to);
    words
}

/// Length of the `>` that a mailbox put before a line that begins with `From `.
fn escape(line: &[u8]) -> usize {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    if line[marks..].starts_with(b"From ") {
        marks
    } else {
        0
    }
}

/// For each byte whether no white space begins with it.
const NO_SPACE: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 9;
    while byte <= 13 {
        table[byte] = false;
        byte += 1;
    }
    table[b' ' as usize] = false;
    // The first bytes of the white space characters beyond ASCII.
    table[0xC2] = false;
    table[0xE1] = false;
    table[0xE2] = false;
    table[0xE3] = false;
    table
};

/// Length of the white space character at `at`, or 0.
fn white_space(text: &str, at: usize) -> usize {
    match text.as_bytes()[at] {
        b' ' | 9..=13 => 1,
        byte if NO_SPACE[usize::from(byte)] => 0,
        _ => {
            let letter = text.get(at..).and_then(|rest| rest.chars().next());
            letter
                .filter(|letter| letter.is_whitespace())
                .map_or(0, char::len_utf8)
        }
    }
}

/// A header in which two copies of one message differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the header, as the first copy that has it writes it.
    pub header: String,
    /// Values in the first copy, in order; empty where it has none.
    pub first: Vec<String>,
    /// Values in the second copy, in order; empty where it has none.
    pub second: Vec<String>,
}

/// Lists the headers in which two copies differ: those of the first in its order, then those that
/// only the second has, in its order.
#[must_use]
pub fn transport_differences(first: &Message<'_>, second: &Message<'_>) -> Vec<Difference> {
    let mut rows: Vec<Difference> = Vec::new();
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (message, is_first) in [(first, true), (second, false)] {
        for header in &message.headers {
            let row = *by_name
                .entry(header.name.to_ascii_lowercase())
                .or_insert_with(|| {
                    let header = header.name.clone().into_owned();
                    rows.push(Difference {
                        header,
                        first: Vec::new(),
                        second: Vec::new(),
                    });
                    rows.len() - 1
                });
            let values = if is_first {
                &mut rows[row].first
            } else {
                &mut rows[row].second
            };
            values.push(header.value.clone().into_owned());
        }
    }
    rows.retain(|row| row.first != row.second);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(raw: &str) -> [u8; 32] {
        let message = Message::parse(raw.as_bytes()).expect("a message");
        let body: Vec<&str> = message
            .parts
            .iter()
            .filter_map(|part| match &part.content {
                crate::Content::Text(text) => Some(&**text),
                _ => None,
            })
            .collect();
        content_key(&ContentKeyInput {
            from: &message.from,
            date: message.date,
            subject: message.subject.as_deref(),
            body: &body.join("\n"),
            attachments: &[],
            raw: raw.as_bytes(),
        })
    }

    const SENT: &str = "From: Anna Berg <anna@example.org>\nTo: b@example.org\nBcc: c@example.org\n\
        Date: Mon, 14 May 2001 16:39:00 +0200\nSubject: The café\nMessage-ID: <1@example.org>\n\
        Content-Type: text/plain; charset=utf-8\n\nFrom here on:  café\n";

    #[test]
    fn copies_in_three_mailboxes_have_one_key() {
        let received = "Received: from x by y\r\nFrom: \"Berg, Anna\" <Anna@Example.org>\r\nTo: b@example.org\r\n\
            Date: Mon, 14 May 2001 14:39:00 +0000\r\nSubject: =?utf-8?Q?The?=\r\n =?utf-8?Q?_caf=C3=A9?=\r\n\
            Message-ID: <1@example.org>\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nFrom here on:  caf=E9\r\n";
        let in_mailbox = SENT
            .replace("\nFrom here", "\n>From here")
            .replace("Bcc: c@example.org\n", "X-Status: R\n");
        assert_eq!(key(SENT), key(received));
        assert_eq!(key(SENT), key(&in_mailbox));
    }

    #[test]
    fn different_messages_with_one_message_id_have_two_keys() {
        for (from, to) in [
            ("here on", "there on"),
            ("+0200", "+0100"),
            ("anna@", "bert@"),
            ("The caf", "A caf"),
        ] {
            assert_ne!(key(SENT), key(&SENT.replace(from, to)), "{from}");
        }
    }

    #[test]
    fn without_author_and_date_the_raw_bytes_count() {
        assert_eq!(key("Subject: a\n\nText\n"), key("Subject: a\n\nText\n\n"));
        assert_ne!(
            key("Subject: a\n\nText\n"),
            key("Subject: a\nX: b\n\nText\n")
        );
    }

    #[test]
    fn differences_are_listed_by_header() {
        let one = Message::parse(b"From: a@x\nReceived: 1\nReceived: 2\nBcc: b@x\n\n")
            .expect("a message");
        let other = Message::parse(b"from: a@x\nReceived: 1\nX-Status: R\n\n").expect("a message");
        let names: Vec<_> = transport_differences(&one, &other)
            .into_iter()
            .map(|row| (row.header, row.first.len(), row.second.len()))
            .collect();
        let row = |name: &str, first, second| (name.to_owned(), first, second);
        assert_eq!(
            names,
            [
                row("Received", 2, 1),
                row("Bcc", 1, 0),
                row("X-Status", 0, 1)
            ]
        );
    }
}
