//! A message as a reporter reads it: who, when, what, and every part, with what is wrong with it.

use std::borrow::Cow;
use std::ops::Range;

use onrecord_record::{DateTime, Problem, ProblemCode};

use crate::fields::{MAX_VALUE, RawHeader, addresses, message_ids, value_text};
use crate::mime::Walk;
use crate::transfer::base64;
use crate::words::decode_value;
use crate::{date, inline, smime};

/// One header field, in the order of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name as written, without the colon.
    pub name: Cow<'a, str>,
    /// The value unfolded, with encoded words (RFC 2047) decoded.
    pub value: Cow<'a, str>,
    /// Bytes of the raw message from the name to the end of the last line of the field.
    pub raw: Range<usize>,
}

/// A name and an address, at least one of them known.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The display name, decoded.
    pub name: Option<String>,
    /// The address as written.
    pub address: Option<String>,
}

/// What part of the body of the message a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// Plain text that is shown as the message's body.
    Text,
    /// HTML that is shown as the message's body.
    Html,
}

/// How the sender wants a part to be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disposition {
    /// Nothing is said of it.
    #[default]
    Unstated,
    /// Shown within the message.
    Inline,
    /// Listed as a file.
    Attachment,
}

/// What a part holds, after its transfer encoding is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// Text of the message's body, decoded from its character set.
    Text(Cow<'a, str>),
    /// A file: its bytes as the sender attached them, in no way converted.
    Bytes(Cow<'a, [u8]>),
    /// An attached message: its raw bytes, to be parsed as a message of its own.
    Message(Cow<'a, [u8]>),
    /// Nothing: what it names is stored elsewhere (`message/external-body`), or is encrypted away.
    Absent,
}

/// A leaf of the tree of MIME parts, or an attached message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Number as in IMAP: `1`, `2.1`; files found inside a text (uuencode, yEnc) get `1.u1`.
    pub path: String,
    /// Media type in lower case: `text/plain`.
    pub media_type: String,
    /// Character set as declared, where one is.
    pub declared_charset: Option<String>,
    /// Name of the character set that the text was read as; `None` for anything but text.
    pub charset: Option<&'static str>,
    /// File name, decoded (RFC 2231, RFC 2047); a label, never a path to open.
    pub file_name: Option<String>,
    /// How it is to be shown.
    pub disposition: Disposition,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
    /// Whether it is the message's body, and as what.
    pub body: Option<BodyKind>,
    /// Whether it is declared as `format=flowed` (RFC 3676).
    pub flowed: bool,
    /// What it holds.
    pub content: Content<'a>,
    /// Bytes of the raw message that hold it, still encoded; empty for what lies inside another part.
    pub raw: Range<usize>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Part<'_> {
    /// The part of an entity that is itself wrapped in another part: it owns its content, and has
    /// no place in the raw message.
    pub(crate) fn into_inner<'o>(self) -> Part<'o> {
        let content = match self.content {
            Content::Text(text) => Content::Text(Cow::Owned(text.into_owned())),
            Content::Bytes(bytes) => Content::Bytes(Cow::Owned(bytes.into_owned())),
            Content::Message(bytes) => Content::Message(Cow::Owned(bytes.into_owned())),
            Content::Absent => Content::Absent,
        };
        Part {
            content,
            raw: 0..0,
            ..self
        }
    }
}

/// What keeps a message from being read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Nothing: it is readable. Messages that are only signed are.
    #[default]
    None,
    /// `multipart/encrypted` with OpenPGP (RFC 3156).
    PgpMime,
    /// An armored OpenPGP message within the text.
    PgpInline,
    /// S/MIME enveloped data (RFC 8551).
    SMimeEncrypted,
}

/// A message, read from its raw bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// All header fields, in order.
    pub headers: Vec<Header<'a>>,
    /// Authors.
    pub from: Vec<Address>,
    /// The one who sent it for the authors.
    pub sender: Vec<Address>,
    /// Recipients.
    pub to: Vec<Address>,
    /// Recipients of a copy.
    pub cc: Vec<Address>,
    /// Recipients of a hidden copy.
    pub bcc: Vec<Address>,
    /// Where replies shall go.
    pub reply_to: Vec<Address>,
    /// When it was written, as its header says.
    pub date: Option<DateTime>,
    /// Why the Date header could not be read in full.
    pub date_problem: Option<Problem>,
    /// Subject, decoded.
    pub subject: Option<String>,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Message-IDs of In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// Message-IDs of References, all of them, oldest first.
    pub references: Vec<String>,
    /// Outlook's Thread-Index, decoded.
    pub thread_index: Option<Vec<u8>>,
    /// Outlook's Thread-Topic.
    pub thread_topic: Option<String>,
    /// The mailing list's identifier, without angle brackets.
    pub list_id: Option<String>,
    /// Parts in order.
    pub parts: Vec<Part<'a>>,
    /// What keeps it from being read.
    pub encryption: Encryption,
    /// What is wrong with the message as a whole; parts have their own.
    pub problems: Vec<Problem>,
}

impl<'a> Message<'a> {
    /// Reads a message; `None` when there is not one header field in it.
    ///
    /// Whatever can be read is read; what is wrong stands in [`Message::problems`],
    /// [`Message::date_problem`] and [`Part::problems`]. Attached messages are parts with their raw
    /// bytes, and are not read here: the caller decides how deep to go.
    ///
    /// ```
    /// let raw = b"From: Anna Berg <anna@example.org>\nSubject: =?utf-8?Q?caf=C3=A9?=\n\nText\n";
    /// let message = onrecord_mail::Message::parse(raw).expect("a message");
    /// assert_eq!(message.subject.as_deref(), Some("café"));
    /// assert_eq!(message.from[0].name.as_deref(), Some("Anna Berg"));
    /// ```
    #[must_use]
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let start = if raw.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let blank = raw[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let raw_header = RawHeader::read(raw, start + blank..raw.len());
        if raw_header.fields.is_empty() {
            return None;
        }
        let mut message = Message::default();
        message.read_fields(raw, &raw_header);
        let mut walk = Walk::new(raw);
        walk.message(&raw_header);
        walk.unwrap_signed();
        message.problems.append(&mut walk.problems);
        message.encryption = encryption(&walk);
        message.parts = with_inline_files(walk.parts);
        if message.encryption != Encryption::None {
            message.problems.push(Problem::new(
                ProblemCode::Encrypted,
                message.encryption.describe(),
            ));
        }
        Some(message)
    }

    /// The first header field with this name, in any letter case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| &*header.value)
    }

    fn read_fields(&mut self, raw: &'a [u8], header: &RawHeader) {
        let mut n_not_utf8 = 0;
        for field in &header.fields {
            let (text, is_utf8) = value_text(&raw[field.value.clone()]);
            n_not_utf8 += usize::from(!is_utf8);
            let name = String::from_utf8_lossy(&raw[field.name.clone()]);
            self.read_field(&name, &text);
            let value = match text {
                Cow::Borrowed(text) => decode_value(text),
                Cow::Owned(text) => Cow::Owned(decode_value(&text).into_owned()),
            };
            self.headers.push(Header {
                name,
                value,
                raw: field.name.start..field.value.end,
            });
        }
        let mut note = |code, message: String| self.problems.push(Problem::new(code, message));
        if n_not_utf8 > 0 {
            let message = format!(
                "{n_not_utf8} header fields hold bytes without a declared character set; it was guessed"
            );
            note(ProblemCode::WrongCharset, message);
        }
        if header.n_cut > 0 {
            let message = format!(
                "{} header fields are too long; the first {} MB of each were read",
                header.n_cut,
                MAX_VALUE >> 20
            );
            note(ProblemCode::TooLarge, message);
        }
        if header.n_odd_lines > 0 {
            let message = format!(
                "{} lines of the header are no fields, and are not read",
                header.n_odd_lines
            );
            note(ProblemCode::Damaged, message);
        }
        if !header.is_ended && header.body < raw.len() {
            note(
                ProblemCode::Damaged,
                "no empty line ends the header; the first line that is no field begins the body"
                    .to_owned(),
            );
        }
    }

    /// Takes what a field says; of fields that may occur once the first counts.
    fn read_field(&mut self, name: &str, text: &str) {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if let Some((_, list)) = ADDRESS_FIELDS.iter().find(|(known, _)| is(known)) {
            list(self).append(&mut addresses(text));
        } else if is("date") {
            self.read_date(text);
        } else if is("subject") {
            self.subject
                .get_or_insert_with(|| decode_value(text).into_owned());
        } else if is("message-id") {
            if self.message_id.is_none() {
                self.message_id = message_ids(text)
                    .into_iter()
                    .next()
                    .or_else(|| Some(text.trim().to_owned()));
                self.message_id = self.message_id.take().filter(|id| !id.is_empty());
            }
        } else if is("in-reply-to") {
            self.in_reply_to.append(&mut message_ids(text));
        } else if is("references") {
            self.references.append(&mut message_ids(text));
        } else if is("thread-index") {
            let bytes = base64(text.trim().as_bytes()).bytes;
            self.thread_index.get_or_insert(bytes);
        } else if is("thread-topic") {
            self.thread_topic
                .get_or_insert_with(|| decode_value(text).into_owned());
        } else if is("list-id") && self.list_id.is_none() {
            let value = decode_value(text);
            let id = value
                .rsplit_once('<')
                .map_or(&*value, |(_, id)| id.trim_end_matches('>'));
            self.list_id = Some(id.trim().to_owned()).filter(|id| !id.is_empty());
        }
    }

    fn read_date(&mut self, text: &str) {
        if self.date.is_some() || self.date_problem.is_some() {
            return;
        }
        let value = decode_value(text);
        self.date = date::parse(&value);
        if self.date.is_none() {
            let message = format!("the date \"{value}\" cannot be read");
            self.date_problem = Some(Problem::new(ProblemCode::UnreadableDate, message));
        }
    }
}

type ListOf = for<'m, 'a> fn(&'m mut Message<'a>) -> &'m mut Vec<Address>;

/// Fields that hold addresses, and where these go.
const ADDRESS_FIELDS: &[(&str, ListOf)] = &[
    ("from", |message| &mut message.from),
    ("sender", |message| &mut message.sender),
    ("to", |message| &mut message.to),
    ("cc", |message| &mut message.cc),
    ("bcc", |message| &mut message.bcc),
    ("reply-to", |message| &mut message.reply_to),
];

impl Encryption {
    fn describe(self) -> &'static str {
        match self {
            Encryption::None => "not encrypted",
            Encryption::PgpMime => "the message is encrypted with OpenPGP",
            Encryption::PgpInline => "the text holds a part that is encrypted with OpenPGP",
            Encryption::SMimeEncrypted => "the message is encrypted with S/MIME",
        }
    }
}

fn encryption(walk: &Walk<'_>) -> Encryption {
    let is_pgp = |part: &Part<'_>| part.media_type == "application/pgp-encrypted";
    if walk
        .containers
        .iter()
        .any(|kind| kind == "multipart/encrypted")
        || walk.parts.iter().any(is_pgp)
    {
        return Encryption::PgpMime;
    }
    if walk.parts.iter().any(smime::is_enveloped) {
        return Encryption::SMimeEncrypted;
    }
    let has_armor = |part: &Part<'_>| matches!(&part.content, Content::Text(text) if inline::has_encrypted_armor(text));
    if walk.parts.iter().any(has_armor) {
        return Encryption::PgpInline;
    }
    Encryption::None
}

/// Adds the files that stand inside texts, each after its text.
fn with_inline_files(parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        let mut files = inline::files(&part);
        all.push(part);
        all.append(&mut files);
    }
    all
}
