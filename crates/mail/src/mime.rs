//! The tree of MIME parts (RFC 2046), flattened to its leaves.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};
use onrecord_record::{Problem, ProblemCode};

use crate::fields::{RawHeader, line_end, message_ids, value_text};
use crate::message::{BodyKind, Content, Disposition, Part};
use crate::parameters::Parameterized;
use crate::{charset, smime, transfer};

/// Multiparts within multiparts; real mail has four.
const MAX_DEPTH: usize = 32;
/// Leaves of one message.
const MAX_PARTS: usize = 10_000;
/// RFC 2046 allows 70 characters in a boundary; programs use more.
const MAX_BOUNDARY: usize = 500;
/// Signatures around signatures, and beside them.
const MAX_SIGNED: usize = 16;

/// How a part's bytes are encoded for transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transfer {
    Plain,
    Base64,
    QuotedPrintable,
    Uuencode,
}

/// What the header of a part says of it.
#[derive(Debug)]
struct Description {
    content_type: Parameterized,
    is_type_stated: bool,
    disposition: Disposition,
    file_name: Option<String>,
    content_id: Option<String>,
    transfer: Transfer,
    problems: Vec<Problem>,
}

/// Reads the parts of one message.
pub(crate) struct Walk<'a> {
    raw: &'a [u8],
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) problems: Vec<Problem>,
    /// Media types of the multiparts met, for those who ask what the message was.
    pub(crate) containers: Vec<String>,
}

/// Where a part stands in the tree.
#[derive(Debug, Clone)]
struct Place {
    path: String,
    depth: usize,
    in_digest: bool,
}

impl Place {
    /// The number of a leaf here; a message that is one leaf is its part 1.
    fn leaf_path(&self) -> String {
        if self.path.is_empty() {
            "1".to_owned()
        } else {
            self.path.clone()
        }
    }
}

/// What a multipart's body divides into.
struct Division {
    parts: Vec<Range<usize>>,
    preamble: Range<usize>,
    epilogue: Range<usize>,
    is_closed: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        Self {
            raw,
            parts: Vec::new(),
            problems: Vec::new(),
            containers: Vec::new(),
        }
    }

    /// Reads the message whose header is `header`.
    pub(crate) fn message(&mut self, header: &RawHeader) {
        let place = Place {
            path: String::new(),
            depth: 0,
            in_digest: false,
        };
        self.entity(header, header.body..self.raw.len(), &place);
    }

    /// Adds the parts inside opaquely signed S/MIME; the signed file itself stays a part.
    pub(crate) fn unwrap_signed(&mut self) {
        let mut index = 0;
        let mut n_unwrapped = 0;
        while index < self.parts.len() && n_unwrapped < MAX_SIGNED {
            if let Some(content) = smime::signed_content(&self.parts[index]) {
                n_unwrapped += 1;
                let mut inner = Walk::new(&content);
                let place = Place {
                    path: format!("{}.1", self.parts[index].path),
                    depth: 1,
                    in_digest: false,
                };
                let header = part_header(&content, &(0..content.len()));
                inner.entity(&header, header.body..content.len(), &place);
                let parts: Vec<Part<'a>> = inner.parts.into_iter().map(Part::into_inner).collect();
                self.parts.splice(index + 1..index + 1, parts);
                self.problems.append(&mut inner.problems);
                self.containers.append(&mut inner.containers);
            }
            index += 1;
        }
    }

    fn entity(&mut self, header: &RawHeader, body: Range<usize>, place: &Place) {
        let description = describe(self.raw, header, place.in_digest);
        if description.content_type.value.starts_with("multipart/") {
            self.multipart(description, body, place);
        } else {
            self.leaf(description, body, place.leaf_path());
        }
    }

    fn multipart(&mut self, mut description: Description, body: Range<usize>, place: &Place) {
        let kind = description.content_type.value.clone();
        let stated = description.content_type.parameter("boundary");
        let stated =
            stated.filter(|boundary| !boundary.is_empty() && boundary.len() <= MAX_BOUNDARY);
        let mut division = stated.and_then(|boundary| divide(self.raw, &body, boundary.as_bytes()));
        if division.is_none()
            && let Some(boundary) = guess_boundary(&self.raw[body.clone()])
        {
            division = divide(self.raw, &body, boundary);
        }
        let Some(division) = division.filter(|_| place.depth < MAX_DEPTH) else {
            self.undivided(description, body, place);
            return;
        };
        self.problems.append(&mut description.problems);
        if !division.is_closed {
            self.problems.push(Problem::new(
                ProblemCode::Damaged,
                format!("{kind} breaks off: its closing boundary is missing"),
            ));
        }
        self.containers.push(kind.clone());
        self.around(division.preamble, place, "p");
        for (index, range) in division.parts.into_iter().enumerate() {
            if self.parts.len() >= MAX_PARTS {
                self.problems.push(Problem::new(
                    ProblemCode::TooMany,
                    format!(
                        "more than {MAX_PARTS} parts; the rest from byte {} on is not read",
                        range.start
                    ),
                ));
                break;
            }
            let path = if place.path.is_empty() {
                (index + 1).to_string()
            } else {
                format!("{}.{}", place.path, index + 1)
            };
            let inner = Place {
                path,
                depth: place.depth + 1,
                in_digest: kind == "multipart/digest",
            };
            let header = part_header(self.raw, &range);
            self.entity(&header, header.body..range.end, &inner);
        }
        self.around(division.epilogue, place, "e");
    }

    /// A multipart that cannot be divided is read as text, so that nothing in it is lost.
    fn undivided(&mut self, mut description: Description, body: Range<usize>, place: &Place) {
        let kind = &description.content_type.value;
        let (code, message) = if place.depth < MAX_DEPTH {
            (
                ProblemCode::Damaged,
                format!("{kind} without its boundary; what it holds is read as text"),
            )
        } else {
            (
                ProblemCode::TooDeep,
                format!(
                    "more than {MAX_DEPTH} multiparts inside one another; the rest is read as text"
                ),
            )
        };
        description.problems.push(Problem::new(code, message));
        description.content_type = Parameterized::bare("text/plain");
        self.leaf(description, body, place.leaf_path());
    }

    /// Text before the first or after the last part, which programs do not show: kept, unless it
    /// is the usual note to readers without MIME.
    fn around(&mut self, range: Range<usize>, place: &Place, mark: &str) {
        let text = self.raw[range.clone()].trim_ascii();
        let head = &text[..text.len().min(300)].to_ascii_lowercase();
        let is_note = mark == "p"
            && text.len() < 1_000
            && [b"mime".as_slice(), b"multi-part", b"multipart"]
                .iter()
                .any(|word| memmem::find(head, word).is_some());
        if text.is_empty() || is_note {
            return;
        }
        let path = if place.path.is_empty() {
            mark.to_owned()
        } else {
            format!("{}.{mark}", place.path)
        };
        let description = Description {
            content_type: Parameterized::bare("text/plain"),
            is_type_stated: false,
            disposition: Disposition::Unstated,
            file_name: None,
            content_id: None,
            transfer: Transfer::Plain,
            problems: Vec::new(),
        };
        self.leaf(description, range, path);
    }

    fn leaf(&mut self, description: Description, body: Range<usize>, path: String) {
        let Description {
            content_type,
            is_type_stated,
            disposition,
            file_name,
            content_id,
            transfer,
            mut problems,
        } = description;
        let bytes = undo_transfer(&self.raw[body.clone()], transfer, &mut problems);
        let media_type = content_type.value.as_str();
        let kind = body_kind(media_type);
        let is_first = self.parts.iter().all(|part| part.body.is_none());
        let is_body = kind.is_some()
            && disposition != Disposition::Attachment
            && (file_name.is_none() || (is_first && disposition == Disposition::Unstated));
        let declared_charset = content_type.parameter("charset").map(str::to_owned);
        let mut part = Part {
            path,
            media_type: content_type.value.clone(),
            declared_charset,
            charset: None,
            file_name,
            disposition,
            content_id,
            body: kind.filter(|_| is_body),
            flowed: content_type
                .parameter("format")
                .is_some_and(|format| format.eq_ignore_ascii_case("flowed")),
            content: Content::Absent,
            raw: body,
            problems,
        };
        match media_type {
            "message/rfc822" | "message/global" | "message/news" => {
                part.content = Content::Message(bytes)
            }
            "message/external-body" => note_external(&mut part, &content_type),
            "message/partial" => {
                note_partial(&mut part, &content_type);
                part.content = Content::Bytes(bytes);
            }
            _ if is_body => fill_text(&mut part, bytes),
            _ => part.content = Content::Bytes(bytes),
        }
        // An empty text that nothing declares is the space between two boundaries, no part.
        let is_void = !is_type_stated
            && matches!(&part.content, Content::Text(text) if text.trim().is_empty());
        if !(is_void && self.parts.len() > 1) {
            self.parts.push(part);
        }
    }
}

/// Decodes the text of a body from its character set.
fn fill_text<'a>(part: &mut Part<'a>, bytes: Cow<'a, [u8]>) {
    let declared = part.declared_charset.as_deref();
    let (text, used, problem) = match bytes {
        Cow::Borrowed(bytes) => {
            let read = charset::decode(bytes, declared);
            (read.text, read.charset, read.problem)
        }
        Cow::Owned(bytes) => {
            let read = charset::decode(&bytes, declared);
            let (used, problem) = (read.charset, read.problem);
            let text = match read.text {
                Cow::Owned(text) => text,
                Cow::Borrowed(text) if text.len() == bytes.len() => {
                    String::from_utf8(bytes).expect("the same bytes were just found to be UTF-8")
                }
                Cow::Borrowed(text) => text.to_owned(),
            };
            (Cow::Owned(text), used, problem)
        }
    };
    part.content = Content::Text(text);
    part.charset = Some(used);
    part.problems.extend(problem);
}

fn note_external(part: &mut Part<'_>, content_type: &Parameterized) {
    let place = ["url", "name", "site", "server"]
        .iter()
        .find_map(|name| content_type.parameter(name));
    part.problems.push(Problem::new(
        ProblemCode::ExternalPart,
        format!(
            "part {} is stored elsewhere: {}",
            part.path,
            place.unwrap_or("it does not say where")
        ),
    ));
}

fn note_partial(part: &mut Part<'_>, content_type: &Parameterized) {
    let value = |name| content_type.parameter(name).unwrap_or("?");
    part.problems.push(Problem::new(
        ProblemCode::Damaged,
        format!(
            "a piece of a longer message (piece {} of {}, id {}); the pieces are not put together",
            value("number"),
            value("total"),
            value("id")
        ),
    ));
}

fn body_kind(media_type: &str) -> Option<BodyKind> {
    match media_type {
        "text/html" => Some(BodyKind::Html),
        "text/plain" | "text" | "text/enriched" | "text/richtext" | "text/x-amp-html" => {
            Some(BodyKind::Text)
        }
        _ => None,
    }
}

/// The header of a part, which may be missing altogether.
fn part_header(raw: &[u8], range: &Range<usize>) -> RawHeader {
    let first = line_end(raw, range.start, range.end);
    if raw[range.start..first].trim_ascii().is_empty() {
        return RawHeader {
            body: first,
            is_ended: true,
            ..RawHeader::default()
        };
    }
    RawHeader::read(raw, range.clone())
}

fn describe(raw: &[u8], header: &RawHeader, in_digest: bool) -> Description {
    let value = |name: &str| {
        header
            .first(raw, name)
            .map(|field| value_text(&raw[field.value.clone()]).0)
    };
    let stated = value("content-type");
    let parsed = stated.as_deref().and_then(Parameterized::parse);
    let mut problems = Vec::new();
    if let Some(stated) = &stated
        && !parsed
            .as_ref()
            .is_some_and(|parsed| parsed.value.contains('/') || parsed.value == "text")
    {
        let message = format!("the media type \"{}\" is none; read as text", stated.trim());
        problems.push(Problem::new(ProblemCode::WrongType, message));
    }
    let is_type_stated = stated.is_some();
    let content_type = parsed
        .filter(|parsed| parsed.value.contains('/'))
        .unwrap_or_else(|| {
            let default = if in_digest && !is_type_stated {
                "message/rfc822"
            } else {
                "text/plain"
            };
            Parameterized::bare(default)
        });
    let disposition = value("content-disposition").and_then(|value| Parameterized::parse(&value));
    let transfer = value("content-transfer-encoding")
        .map_or(Transfer::Plain, |name| transfer(&name, &mut problems));
    let file_name = disposition
        .as_ref()
        .and_then(|disposition| disposition.parameter("filename"))
        .or_else(|| content_type.parameter("name"))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let content_id = value("content-id").and_then(|value| message_ids(&value).into_iter().next());
    Description {
        is_type_stated,
        disposition: disposition.map_or(Disposition::Unstated, |disposition| {
            match disposition.value.as_str() {
                "inline" => Disposition::Inline,
                "attachment" => Disposition::Attachment,
                _ => Disposition::Unstated,
            }
        }),
        content_type,
        file_name,
        content_id,
        transfer,
        problems,
    }
}

fn transfer(name: &str, problems: &mut Vec<Problem>) -> Transfer {
    let name = name
        .split(['(', ';'])
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        "base64" => Transfer::Base64,
        "quoted-printable" => Transfer::QuotedPrintable,
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => Transfer::Uuencode,
        "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" => Transfer::Plain,
        _ => {
            let message = format!(
                "the transfer encoding \"{name}\" is unknown; the bytes are kept as they are"
            );
            problems.push(Problem::new(ProblemCode::Damaged, message));
            Transfer::Plain
        }
    }
}

fn undo_transfer<'a>(
    raw: &'a [u8],
    transfer: Transfer,
    problems: &mut Vec<Problem>,
) -> Cow<'a, [u8]> {
    let (decoded, name) = match transfer {
        Transfer::Plain => return Cow::Borrowed(raw),
        Transfer::Base64 => (transfer::base64(raw), "base64"),
        Transfer::QuotedPrintable => (transfer::quoted_printable(raw), "quoted-printable"),
        Transfer::Uuencode => return uudecode(raw, problems),
    };
    if decoded.n_after > 0 {
        let message = format!(
            "{} bytes follow the end of the {name}, and are not read",
            decoded.n_after
        );
        problems.push(Problem::new(ProblemCode::Damaged, message));
    }
    if decoded.n_invalid == 0 {
        return Cow::Owned(decoded.bytes);
    }
    let message = format!("{} bytes are no {name}", decoded.n_invalid);
    // Text that was never encoded, though its header says so, reads better as it is.
    if transfer == Transfer::Base64 && decoded.n_invalid * 20 > raw.len() {
        problems.push(Problem::new(
            ProblemCode::Damaged,
            format!("{message}; the part is kept as it is"),
        ));
        return Cow::Borrowed(raw);
    }
    problems.push(Problem::new(
        ProblemCode::Damaged,
        format!("{message}; the rest is read"),
    ));
    Cow::Owned(decoded.bytes)
}

fn uudecode<'a>(raw: &'a [u8], problems: &mut Vec<Problem>) -> Cow<'a, [u8]> {
    let start = if raw.starts_with(b"begin ") {
        Some(0)
    } else {
        memmem::find(raw, b"\nbegin ").map(|at| at + 1)
    };
    if let Some(start) = start {
        let (bytes, read) = transfer::uuencode(&raw[line_end(raw, start, raw.len())..]);
        if read > 0 {
            return Cow::Owned(bytes);
        }
    }
    problems.push(Problem::new(
        ProblemCode::Damaged,
        "no uuencoded lines in it; the part is kept as it is",
    ));
    Cow::Borrowed(raw)
}

/// Divides a multipart's body; `None` when the boundary does not occur.
fn divide(raw: &[u8], body: &Range<usize>, boundary: &[u8]) -> Option<Division> {
    let delimiter = [b"--", boundary.trim_ascii_end()].concat();
    let text = &raw[body.clone()];
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    let mut preamble = body.start..body.start;
    let mut closed_at = None;
    for found in memmem::find_iter(text, &delimiter) {
        let at = body.start + found;
        if found > 0 && text[found - 1] != b'\n' {
            continue;
        }
        let line_end = line_end(raw, at, body.end);
        let rest = raw[at + delimiter.len()..line_end].trim_ascii();
        let is_close = rest == b"--";
        if !rest.is_empty() && !is_close {
            continue;
        }
        match open {
            None => preamble.end = at,
            Some(start) => parts.push(start..before_line_end(raw, start, at)),
        }
        open = (!is_close).then_some(line_end);
        if is_close {
            closed_at = Some(line_end);
            break;
        }
    }
    if let Some(start) = open {
        parts.push(start..body.end);
    }
    if parts.is_empty() && closed_at.is_none() {
        return None;
    }
    let epilogue = closed_at.unwrap_or(body.end)..body.end;
    Some(Division {
        parts,
        preamble,
        epilogue,
        is_closed: closed_at.is_some(),
    })
}

/// The line end before a delimiter belongs to the delimiter.
fn before_line_end(raw: &[u8], start: usize, at: usize) -> usize {
    let text = &raw[start..at];
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    start + text.strip_suffix(b"\r").unwrap_or(text).len()
}

/// The first line that begins with two dashes and has a field of a part's header below it.
fn guess_boundary(body: &[u8]) -> Option<&[u8]> {
    let starts = std::iter::once(0).chain(memchr_iter(b'\n', body).map(|at| at + 1));
    for start in starts.take(1_000) {
        let line = &body[start..];
        let Some(end) = memchr(b'\n', &line[..line.len().min(MAX_BOUNDARY)]) else {
            continue;
        };
        let follows = &line[end + 1..];
        let is_field = follows.len() >= 8 && follows[..8].eq_ignore_ascii_case(b"content-");
        if line.starts_with(b"--") && end > 4 && is_field {
            return Some(line[2..end].trim_ascii_end());
        }
    }
    None
}
