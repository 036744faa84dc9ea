//! Outlook's bundle of attachments, `winmail.dat` ([MS-OXTNEF]): its text and every file inside.

use std::collections::BTreeMap;

use onrecord_mail::{Content as PartContent, Message};
use onrecord_record::ProblemCode;

use super::compound::{in_code_page, u16_at, u32_at};
use super::mapi::{Object, Value, id};
use super::prose::Prose;
use super::{embedded, msg};
use crate::content::Content;
use crate::event::{Kind, When};
use crate::formats::{Format, ReadBy};
use crate::item::Hint;
use crate::names;
use crate::reading::{Flow, Reading};

/// Bundles, told by their first bytes.
pub(in crate::formats) const FORMAT: Format = Format {
    name: "Outlook attachment bundle (winmail.dat)",
    media_type: "application/vnd.ms-tnef",
    extensions: &["tnef"],
    kind: Kind::Document,
    is_text: false,
    detect: |probe| probe.head.starts_with(b"\x78\x9f\x3e\x22"),
    read: ReadBy::Content(read),
};

/// Attributes.
mod kind {
    pub(super) const SUBJECT: u16 = 0x8004;
    pub(super) const BODY: u16 = 0x800c;
    pub(super) const ATTACHMENT_DATA: u16 = 0x800f;
    pub(super) const ATTACHMENT_NAME: u16 = 0x8010;
    pub(super) const ATTACHMENT_START: u16 = 0x9002;
    pub(super) const MESSAGE_PROPERTIES: u16 = 0x9003;
    pub(super) const ATTACHMENT_PROPERTIES: u16 = 0x9005;
    pub(super) const CODE_PAGE: u16 = 0x9007;
}

/// Longest bundle that is read, in bytes.
const MAX_BYTES: usize = 128 << 20;
/// Most attachments and properties.
const MAX_KEPT: usize = 10_000;

#[derive(Default)]
struct Bundle {
    message: BTreeMap<u16, Value>,
    subject: String,
    body: String,
    attachments: Vec<Attachment>,
    code_page: u32,
    is_cut: bool,
}

#[derive(Default)]
struct Attachment {
    name: String,
    bytes: Vec<u8>,
    properties: BTreeMap<u16, Value>,
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    let bytes = match content.head(MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = names::reason(&error);
            return reading.problem(
                ProblemCode::ReadFailed,
                format!("reading its bytes failed ({reason})"),
            );
        }
    };
    let bundle = Bundle::read(&bytes);
    drop(bytes);
    let message = Object::new(bundle.message);
    let mut told = Message::default();
    msg::fill(&mut told, &message);
    let end = reading.end();
    end.title = told
        .subject
        .or(Some(bundle.subject))
        .filter(|title| !title.is_empty());
    end.date = told.date.map(When::Moment);
    let author = told
        .from
        .first()
        .and_then(|author| author.name.clone().or_else(|| author.address.clone()));
    reading.metadata("author", author.unwrap_or_default())?;
    let mut prose = Prose::new(reading.limits);
    prose.push(&text(&message, bundle.body));
    prose.finish(reading)?;
    if bundle.is_cut {
        reading.problem(
            ProblemCode::Damaged,
            "broken off or damaged; what comes before is kept",
        )?;
    }
    for (at, attachment) in bundle.attachments.into_iter().enumerate() {
        let (name, bytes) = attachment.resolved(bundle.code_page, at + 1);
        embedded::read_bytes(reading, &name, bytes)?;
    }
    Flow::Continue(())
}

/// The words of the message: plain, else of its web version.
fn text(message: &Object, body: String) -> String {
    if !body.trim().is_empty() {
        return body;
    }
    let parts = msg::body(message);
    let Some(part) = parts.into_iter().next() else {
        return String::new();
    };
    let is_html = part.media_type == "text/html";
    match part.content {
        PartContent::Text(text) if is_html => {
            crate::html::convert(&text, crate::html::Style::Mail).text
        }
        PartContent::Text(text) => text.into_owned(),
        _ => String::new(),
    }
}

impl Bundle {
    fn read(bytes: &[u8]) -> Self {
        let mut bundle = Self {
            code_page: 1252,
            ..Self::default()
        };
        let mut at = 6;
        while at < bytes.len() {
            let head = bytes.get(at..at + 9);
            let Some((kind, length)) =
                head.and_then(|head| Some((u16_at(head, 1)?, u32_at(head, 5)? as usize)))
            else {
                // Fewer bytes than a head are what some programs put behind the end.
                break;
            };
            let start = at + 9;
            let Some(body) = start
                .checked_add(length)
                .and_then(|end| bytes.get(start..end))
            else {
                bundle.is_cut = true;
                break;
            };
            bundle.attribute(kind, body);
            at = start + length + 2;
        }
        bundle
    }

    fn attribute(&mut self, kind: u16, body: &[u8]) {
        let text = |bytes: &[u8], code_page: u32| {
            in_code_page(bytes, code_page)
                .trim_end_matches('\0')
                .to_owned()
        };
        match kind {
            kind::CODE_PAGE => self.code_page = u32_at(body, 0).unwrap_or(1252),
            kind::SUBJECT => self.subject = text(body, self.code_page),
            kind::BODY => self.body = text(body, self.code_page),
            kind::MESSAGE_PROPERTIES => self.message = properties(body),
            kind::ATTACHMENT_START if self.attachments.len() < MAX_KEPT => {
                self.attachments.push(Attachment::default());
            }
            _ => {
                let code_page = self.code_page;
                let Some(attachment) = self.attachments.last_mut() else {
                    return;
                };
                match kind {
                    kind::ATTACHMENT_NAME => attachment.name = text(body, code_page),
                    kind::ATTACHMENT_DATA => attachment.bytes = body.to_vec(),
                    kind::ATTACHMENT_PROPERTIES => attachment.properties = properties(body),
                    _ => {}
                }
            }
        }
    }
}

impl Attachment {
    /// Its name and bytes; a message inside is a bundle of its own, behind the number of its class.
    fn resolved(self, code_page: u32, number: usize) -> (String, Vec<u8>) {
        let object = Object::new(self.properties).with_code_page(code_page);
        let named = object.text(id::FILE_NAME).or_else(|| object.text(id::NAME));
        let name = named.unwrap_or(self.name);
        let name = if name.is_empty() {
            format!("attachment {number}")
        } else {
            name
        };
        let inside = object.binary(id::DATA).and_then(|data| data.get(16..));
        let bytes = inside.filter(|_| self.bytes.is_empty()).map(<[u8]>::to_vec);
        (name, bytes.unwrap_or(self.bytes))
    }
}

/// A list of properties ([MS-OXTNEF], 2.1.3.4).
fn properties(bytes: &[u8]) -> BTreeMap<u16, Value> {
    let mut values = BTreeMap::new();
    let n = u32_at(bytes, 0).unwrap_or(0);
    let mut at = 4;
    for _ in 0..n {
        let Some((id, value, next)) = property(bytes, at) else {
            break;
        };
        if values.len() < MAX_KEPT {
            values.extend(value.map(|value| (id, value)));
        }
        at = next;
    }
    values
}

/// The property at an offset, and where the next one begins.
fn property(bytes: &[u8], at: usize) -> Option<(u16, Option<Value>, usize)> {
    let (kind, id) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
    let mut at = at + 4;
    if id >= 0x8000 {
        at = after_name(bytes, at)?;
    }
    let single = kind & 0x0fff;
    let fixed = match single {
        0x02 | 0x03 | 0x04 | 0x0a | 0x0b => Some(4),
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        _ => None,
    };
    let is_list = kind & 0x1000 != 0;
    let n = if is_list || fixed.is_none() {
        u32_at(bytes, at)?
    } else {
        1
    };
    if is_list || fixed.is_none() {
        at += 4;
    }
    let mut first = None;
    for _ in 0..n {
        let length = match fixed {
            Some(length) => length,
            None => {
                at += 4;
                u32_at(bytes, at - 4)? as usize
            }
        };
        let value = bytes.get(at..at.checked_add(length)?)?;
        if first.is_none() && !is_list {
            first = Some(Value::of(single, value.to_vec()));
        }
        at += length.next_multiple_of(4);
    }
    Some((id, first, at))
}

/// Where the value of a named property begins: behind its set and its name or number.
fn after_name(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at + 16;
    if u32_at(bytes, at)? == 0 {
        return Some(at + 8);
    }
    let length = u32_at(bytes, at + 4)? as usize;
    Some((at + 8).checked_add(length)?.next_multiple_of(4))
}
