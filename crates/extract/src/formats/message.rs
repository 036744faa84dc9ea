//! E-mail messages: headers, the text to read, and every part.

use std::borrow::Cow;

use onrecord_mail::{self as mail, BodyKind, ContentKeyInput};
use onrecord_record::{Digest, DocumentId, Locator, Problem, ProblemCode};

use super::{Format, Probe, ReadBy, text};
use crate::content::Content;
use crate::event::{Encryption, Event, HeaderField, Kind, Level, Mailbox, MessageInfo, Role, When};
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

mod body;

pub(super) const FORMAT: Format = Format {
    name: "e-mail message",
    media_type: "message/rfc822",
    extensions: &["eml", "mht", "mhtml", "mim", "nws"],
    kind: Kind::Message,
    is_text: true,
    detect: is_message,
    read: ReadBy::Content(read),
};

/// Texts that may begin like a message, and are read as what their names say.
const TEXT_EXTENSIONS: &[&str] = &[
    "md", "markdown", "csv", "tsv", "json", "jsonl", "html", "htm", "xml", "ics", "vcf", "yaml",
    "yml", "patch", "diff",
];

fn is_message(probe: &Probe<'_>) -> bool {
    if probe.hint.is_message {
        return true;
    }
    let is_declared = probe.is_declared(&["message/rfc822", "message/global"]);
    if probe.has_extension(FORMAT.extensions) || is_declared {
        return has_header(probe.head);
    }
    !probe.has_extension(TEXT_EXTENSIONS) && mail::looks_like_message(probe.head)
}

/// Whether the first line is a header field; that is enough for a file named as a message.
fn has_header(head: &[u8]) -> bool {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let colon = memchr::memchr(b':', &head[..head.len().min(200)]);
    colon.is_some_and(|colon| colon > 0 && head[..colon].iter().all(|byte| byte.is_ascii_graphic()))
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    let size = content.len();
    let limit = usize::try_from(reading.limits.message_bytes).unwrap_or(usize::MAX);
    let bytes = match content.head(limit) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = names::reason(&error);
            return reading.problem(
                ProblemCode::ReadFailed,
                format!("reading its bytes failed ({reason})"),
            );
        }
    };
    if (bytes.len() as u64) < size {
        let message = format!("the message has {size} bytes; the first {limit} were read");
        reading.problem(ProblemCode::TooLarge, message)?;
    }
    read_bytes(reading, &bytes, hint)
}

/// Reads the open item as the message that these bytes are.
pub(super) fn read_bytes(reading: &mut Reading<'_, '_>, bytes: &[u8], hint: &Hint<'_>) -> Flow {
    match mail::Message::parse(bytes) {
        Some(message) => read_message(reading, bytes, message),
        None => read_headless(reading, bytes, hint),
    }
}

/// Bytes without a single header field are kept as text, so that nothing of them is lost.
fn read_headless(reading: &mut Reading<'_, '_>, mut bytes: &[u8], hint: &Hint<'_>) -> Flow {
    let end = reading.end();
    end.kind = Kind::Document;
    end.media_type = "text/plain".to_owned();
    if bytes.trim_ascii().is_empty() {
        return reading.problem(ProblemCode::Empty, "a message without header and text");
    }
    reading.problem(
        ProblemCode::WrongType,
        "it has no header; it is kept as plain text",
    )?;
    text::read(reading, &mut bytes, hint.charset, &mut |_| {})
}

fn read_message(reading: &mut Reading<'_, '_>, bytes: &[u8], message: mail::Message<'_>) -> Flow {
    let end = reading.end();
    let is_whole = end.size == bytes.len() as u64;
    let raw = end.blake3.filter(|_| is_whole);
    tell(
        reading,
        raw.unwrap_or_else(|| Digest::of(bytes)),
        bytes,
        message,
    )
}

/// Tells of a message that is stored in another form than that of mail; the open item has its hashes.
pub(super) fn read_parsed(reading: &mut Reading<'_, '_>, message: mail::Message<'_>) -> Flow {
    let raw = reading.end().blake3.unwrap_or_else(|| Digest::of(b""));
    tell(reading, raw, raw.as_bytes(), message)
}

/// `key` stands for the message where it has neither author nor date.
fn tell(
    reading: &mut Reading<'_, '_>,
    raw: Digest,
    key: &[u8],
    message: mail::Message<'_>,
) -> Flow {
    let limit = usize::try_from(reading.limits.members).unwrap_or(usize::MAX);
    let digests: Vec<Option<Digests>> = message.parts.iter().take(limit).map(digests).collect();
    let bodies = body::compose(&message.parts);
    let info = info(raw, key, &message, &bodies, &digests);
    let end = reading.end();
    end.document = Some(info.document);
    end.title.clone_from(&info.subject);
    end.date = info.date.map(When::Moment);
    end.charset = message
        .parts
        .iter()
        .find(|part| part.body.is_some())
        .and_then(|part| part.charset)
        .map(str::to_owned);
    let has_words = !bodies.main.trim().is_empty();
    reading.emit(Event::Message(info))?;
    reading.problems(problems(&message, has_words))?;
    if has_words {
        reading.text(Role::Main, bodies.main)?;
    }
    if let Some(html) = bodies.html {
        reading.text(Role::Html, html)?;
    }
    reading.metadata("plain-text-stub", bodies.stub.unwrap_or_default())?;
    read_parts(reading, message.parts, &digests)
}

fn problems(message: &mail::Message<'_>, has_words: bool) -> Vec<Problem> {
    let mut problems = message.problems.clone();
    problems.extend(message.date_problem.clone());
    let is_told = problems
        .iter()
        .any(|problem| problem.code == ProblemCode::Encrypted);
    if message.encryption != mail::Encryption::None && !is_told {
        let rest = if has_words {
            "; what is not locked was read"
        } else {
            ""
        };
        problems.push(Problem::new(
            ProblemCode::Encrypted,
            format!("its words are locked to the recipient's key{rest}"),
        ));
    }
    problems
}

/// Digests of an attachment.
#[derive(Clone, Copy)]
struct Digests {
    /// Of its bytes as they are.
    bytes: Digest,
    /// What names it in the content key: the same whatever line ends its transport gave to text.
    key: Digest,
}

/// Digests of a part; body parts are in the content key by their words.
fn digests(part: &mail::Part<'_>) -> Option<Digests> {
    if part.body.is_some() {
        return None;
    }
    let (bytes, is_text): (&[u8], bool) = match &part.content {
        mail::Content::Bytes(bytes) => (bytes, part.media_type.starts_with("text/")),
        mail::Content::Message(bytes) => (bytes, true),
        mail::Content::Text(text) => (text.as_bytes(), true),
        mail::Content::Absent => return None,
    };
    let plain = Digest::of(bytes);
    let has_returns = is_text && memchr::memchr(b'\r', bytes).is_some();
    let key = if has_returns {
        digest_of_lines(bytes)
    } else {
        plain
    };
    Some(Digests { bytes: plain, key })
}

/// The digest of a text with LF line ends.
fn digest_of_lines(bytes: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    // Gathered, since a hash of many short pieces takes several times as long.
    let mut lines: Vec<u8> = Vec::with_capacity(GATHERED);
    let mut from = 0;
    for end in memchr::memmem::find_iter(bytes, b"\r\n") {
        let line = &bytes[from..end];
        from = end + 1;
        if lines.len() + line.len() > GATHERED {
            hasher.update(&lines);
            lines.clear();
        }
        if line.len() > GATHERED {
            hasher.update(line);
        } else {
            lines.extend_from_slice(line);
        }
    }
    hasher.update(&lines);
    hasher.update(&bytes[from..]);
    Digest(*hasher.finalize().as_bytes())
}

/// Bytes of lines that are hashed at once.
const GATHERED: usize = 32 << 10;

fn info(
    raw: Digest,
    key: &[u8],
    message: &mail::Message<'_>,
    bodies: &body::Bodies,
    digests: &[Option<Digests>],
) -> Box<MessageInfo> {
    let attachments: Vec<Digest> = digests
        .iter()
        .flatten()
        .map(|digests| digests.key)
        .collect();
    let document = mail::content_key(&ContentKeyInput {
        from: &message.from,
        date: message.date,
        subject: message.subject.as_deref(),
        body: &bodies.main,
        attachments: &attachments,
        raw: key,
    });
    let field = |header: &mail::Header<'_>| HeaderField {
        name: header.name.as_ref().to_owned(),
        value: header.value.as_ref().to_owned(),
    };
    let n_attachments = message
        .parts
        .iter()
        .filter(|part| part.body.is_none())
        .count();
    Box::new(MessageInfo {
        document: DocumentId::of_message(&document),
        raw,
        headers: message.headers.iter().map(field).collect(),
        from: mailboxes(&message.from),
        sender: mailboxes(&message.sender),
        to: mailboxes(&message.to),
        cc: mailboxes(&message.cc),
        bcc: mailboxes(&message.bcc),
        reply_to: mailboxes(&message.reply_to),
        date: message.date,
        subject: message.subject.clone(),
        message_id: message.message_id.clone(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        thread_index: message.thread_index.clone(),
        thread_topic: message.thread_topic.clone(),
        list_id: message.list_id.clone(),
        encryption: match message.encryption {
            mail::Encryption::None => Encryption::None,
            mail::Encryption::PgpMime => Encryption::PgpMime,
            mail::Encryption::PgpInline => Encryption::PgpInline,
            mail::Encryption::SMimeEncrypted => Encryption::SMime,
        },
        flowed: bodies.is_flowed,
        n_attachments: u32::try_from(n_attachments).unwrap_or(u32::MAX),
    })
}

fn mailboxes(addresses: &[mail::Address]) -> Vec<Mailbox> {
    let mailbox = |address: &mail::Address| Mailbox {
        name: address.name.clone(),
        address: address.address.clone(),
    };
    addresses.iter().map(mailbox).collect()
}

fn read_parts(
    reading: &mut Reading<'_, '_>,
    parts: Vec<mail::Part<'_>>,
    digests: &[Option<Digests>],
) -> Flow {
    let n_parts = parts.len();
    for (part, digest) in parts.into_iter().zip(digests) {
        read_part(reading, part, digest.map(|digest| digest.bytes))?;
    }
    let n_left = n_parts - digests.len();
    if n_left > 0 {
        reading.end().unreached = n_left as u64;
        let message = format!("more parts than the limit; {n_left} were not read");
        reading.problem(ProblemCode::TooMany, message)?;
    }
    Flow::Continue(())
}

fn read_part(reading: &mut Reading<'_, '_>, part: mail::Part<'_>, blake3: Option<Digest>) -> Flow {
    let name = part.file_name.clone().unwrap_or_else(|| unnamed(&part));
    let child = Child {
        level: Level::Part,
        name: &name,
        locator: Some(Locator::Part(part.path.clone())),
    };
    if part.body.is_some() {
        return read_body(reading, &child, part);
    }
    let extension = part.file_name.as_deref().and_then(names::extension);
    let is_message = matches!(part.content, mail::Content::Message(_));
    let hint = Hint {
        name: Some(&name),
        extension: extension.as_deref(),
        media_type: Some(&part.media_type),
        charset: part.declared_charset.as_deref(),
        is_message,
    };
    let bytes: Cow<'_, [u8]> = match part.content {
        mail::Content::Bytes(bytes) | mail::Content::Message(bytes) => bytes,
        mail::Content::Text(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        mail::Content::Text(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        mail::Content::Absent => return absent(reading, &child, &part.media_type, part.problems),
    };
    reading.child_with(&child, &hint, Input::Bytes { bytes, blake3 }, part.problems)
}

fn read_body(reading: &mut Reading<'_, '_>, child: &Child<'_>, part: mail::Part<'_>) -> Flow {
    reading.begin(child)?;
    let size = match &part.content {
        mail::Content::Text(text) => text.len(),
        mail::Content::Bytes(bytes) | mail::Content::Message(bytes) => bytes.len(),
        mail::Content::Absent => 0,
    };
    let end = reading.end();
    end.kind = Kind::Body;
    end.media_type = part.media_type;
    end.charset = part.charset.map(str::to_owned);
    end.size = size as u64;
    reading.problems(part.problems)?;
    reading.close()
}

fn absent(
    reading: &mut Reading<'_, '_>,
    child: &Child<'_>,
    media_type: &str,
    problems: Vec<Problem>,
) -> Flow {
    reading.begin(child)?;
    reading.end().media_type = media_type.to_owned();
    if problems.is_empty() {
        reading.problem(ProblemCode::ExternalPart, "the message only refers to it")?;
    }
    reading.problems(problems)?;
    reading.close()
}

fn unnamed(part: &mail::Part<'_>) -> String {
    match part.body {
        Some(BodyKind::Text) => "text".to_owned(),
        Some(BodyKind::Html) => "HTML text".to_owned(),
        None if matches!(part.content, mail::Content::Message(_)) => {
            format!("message {}", part.path)
        }
        None => format!("part {}", part.path),
    }
}
