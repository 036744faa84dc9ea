//! Outlook messages ([MS-OXMSG]): the same view of a message as of one that came by mail.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use onrecord_mail::{Address, BodyKind, Content, Message, Part};

use super::compound::{Compound, StorageEntry, u16_at, u32_at};
use super::mapi::{Object, Value, id};
use super::rtf;
use crate::event::Kind;
use crate::formats::message;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Where the properties of fixed length lie.
const PROPERTIES: &str = "__properties_version1.0";
/// Bytes before the properties: of a message, of one inside another, of an attachment.
const MESSAGE_HEAD: usize = 32;
const INNER_MESSAGE_HEAD: usize = 24;
const PART_HEAD: usize = 8;
/// Most recipients and attachments.
const MAX_PARTS: usize = 10_000;

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let message = object(compound, Path::new("/"), MESSAGE_HEAD);
    let code_page = message.code_page();
    let headers = message.text(id::HEADERS).unwrap_or_default();
    let mut header = headers.trim_start().as_bytes().to_vec();
    header.extend_from_slice(b"\r\n\r\n");
    let mut told = Message::parse(&header).unwrap_or_default();
    // Its parts are those of a mail without body; those of Outlook follow.
    told.parts = Vec::new();
    told.problems = Vec::new();
    told.encryption = onrecord_mail::Encryption::None;
    fill(&mut told, &message);
    let recipients = parts(compound, "__recip_version1.0_");
    let recipients = recipients
        .iter()
        .map(|entry| object(compound, &entry.path, PART_HEAD).with_code_page(code_page));
    fill_recipients(&mut told, &recipients.collect::<Vec<_>>());
    told.parts = body(&message);
    for (at, entry) in parts(compound, "__attach_version1.0_").iter().enumerate() {
        told.parts
            .push(attachment(compound, entry, code_page, at + 2));
    }
    reading.end().kind = Kind::Message;
    message::read_parsed(reading, told)
}

/// The storages of recipients or attachments, in their order.
fn parts(compound: &Compound<'_>, prefix: &str) -> Vec<StorageEntry> {
    let entries = compound.entries("/").into_iter();
    entries
        .filter(|entry| entry.is_storage && entry.name.starts_with(prefix))
        .take(MAX_PARTS)
        .collect()
}

/// The properties of a storage.
fn object(compound: &mut Compound<'_>, storage: &Path, head: usize) -> Object {
    let mut values = BTreeMap::new();
    let fixed = compound
        .stream(storage.join(PROPERTIES))
        .unwrap_or_default();
    for property in fixed.get(head..).unwrap_or_default().chunks_exact(16) {
        // Values of varying length have a stream each; here stands only how long they are.
        let is_fixed =
            |kind: &u16| !matches!(kind, 0x0d | 0x1e | 0x1f | 0x48 | 0x102) && kind & 0x1000 == 0;
        let kind = u16_at(property, 0).filter(is_fixed);
        if let (Some(kind), Some(id)) = (kind, u16_at(property, 2)) {
            values.insert(id, Value::of(kind, property[8..].to_vec()));
        }
    }
    for entry in compound.entries(storage) {
        let Some((id, kind)) = entry.name.strip_prefix("__substg1.0_").and_then(tag) else {
            continue;
        };
        if !entry.is_storage && matches!(kind, 0x1e | 0x1f | 0x102) {
            let bytes = compound.stream(&entry.path).unwrap_or_default();
            values.insert(id, Value::of(kind, bytes));
        }
    }
    Object::new(values)
}

/// Number and type of a property by the name of its stream.
fn tag(name: &str) -> Option<(u16, u16)> {
    let id = u16::from_str_radix(name.get(..4)?, 16).ok()?;
    let kind = u16::from_str_radix(name.get(4..8)?, 16).ok()?;
    Some((id, kind))
}

/// Fills in what the headers do not say: a message that was never sent has none.
pub(super) fn fill(told: &mut Message<'_>, message: &Object) {
    if told.from.is_empty() {
        told.from.extend(author(message));
    }
    told.subject = told.subject.take().or_else(|| message.text(id::SUBJECT));
    let moments = [id::SUBMITTED, id::DELIVERED, id::CREATED];
    let moment = moments.iter().find_map(|id| message.moment(*id));
    told.date = told.date.or(moment);
    let message_id = message.text(id::MESSAGE_ID).map(|id| bare(&id));
    told.message_id = told.message_id.take().or(message_id);
    if told.in_reply_to.is_empty() {
        told.in_reply_to
            .extend(message.text(id::IN_REPLY_TO).map(|id| bare(&id)));
    }
    if told.references.is_empty() {
        let references = message.text(id::REFERENCES).unwrap_or_default();
        told.references = references.split_whitespace().map(bare).collect();
    }
    told.thread_topic = told.thread_topic.take().or_else(|| message.text(id::TOPIC));
    let index = message.binary(id::THREAD_INDEX).map(<[u8]>::to_vec);
    told.thread_index = told.thread_index.take().or(index);
}

/// An id without its angle brackets.
fn bare(id: &str) -> String {
    id.trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .to_owned()
}

/// Who wrote the message; the one for whom it was sent comes first.
fn author(message: &Object) -> Option<Address> {
    let sent_for = address(
        message,
        id::SENT_FOR_NAME,
        [id::SENT_FOR_SMTP, id::SENT_FOR_ADDRESS],
    );
    sent_for.or_else(|| {
        address(
            message,
            id::SENDER_NAME,
            [id::SENDER_SMTP, id::SENDER_ADDRESS],
        )
    })
}

/// A name with its address of mail; addresses inside an organization's directory are no use outside.
fn address(object: &Object, name: u16, addresses: [u16; 2]) -> Option<Address> {
    let of_mail = |id: &u16| object.text(*id).filter(|address| address.contains('@'));
    let address = addresses.iter().find_map(of_mail);
    let name = object
        .text(name)
        .map(|name| name.trim().trim_matches('\'').to_owned());
    let name = name.filter(|name| address.as_deref() != Some(name));
    (name.is_some() || address.is_some()).then_some(Address { name, address })
}

fn fill_recipients(told: &mut Message<'_>, recipients: &[Object]) {
    let is_told = !(told.to.is_empty() && told.cc.is_empty() && told.bcc.is_empty());
    for recipient in recipients {
        let Some(address) = address(recipient, id::NAME, [id::SMTP_ADDRESS, id::ADDRESS]) else {
            continue;
        };
        match recipient.number(id::RECIPIENT_KIND).unwrap_or(1) & 3 {
            // Headers never say who got a blind copy; the sender's own copy does.
            3 if !told.bcc.contains(&address) => told.bcc.push(address),
            2 if !is_told => told.cc.push(address),
            1 if !is_told => told.to.push(address),
            _ => {}
        }
    }
}

/// The body parts: plain text and web version, whichever the message has.
pub(super) fn body(message: &Object) -> Vec<Part<'static>> {
    let mut plain = message.text(id::BODY);
    let mut html = message.html();
    if html.is_none()
        && let Some(packed) = message.binary(id::RTF).and_then(rtf::unpacked)
    {
        let document = rtf::read(&packed);
        if plain.is_none() && document.html.is_none() {
            plain = Some(document.text).filter(|text| !text.trim().is_empty());
        }
        html = document.html;
    }
    let plain = plain.map(|text| text_part("1.1", "text/plain", BodyKind::Text, text));
    let html = html.map(|html| text_part("1.2", "text/html", BodyKind::Html, html));
    plain.into_iter().chain(html).collect()
}

fn text_part(path: &str, media_type: &str, body: BodyKind, text: String) -> Part<'static> {
    Part {
        body: Some(body),
        charset: Some("UTF-8"),
        ..part(path, media_type, Content::Text(Cow::Owned(text)))
    }
}

/// A part as a mail has it.
pub(super) fn part(path: &str, media_type: &str, content: Content<'static>) -> Part<'static> {
    Part {
        path: path.to_owned(),
        media_type: media_type.to_owned(),
        declared_charset: None,
        charset: None,
        file_name: None,
        disposition: onrecord_mail::Disposition::Attachment,
        content_id: None,
        body: None,
        flowed: false,
        content,
        raw: 0..0,
        problems: Vec::new(),
    }
}

fn attachment(
    compound: &mut Compound<'_>,
    entry: &StorageEntry,
    code_page: u32,
    number: usize,
) -> Part<'static> {
    let object = object(compound, &entry.path, PART_HEAD).with_code_page(code_page);
    let name = [id::FILE_NAME, id::SHORT_FILE_NAME, id::NAME]
        .iter()
        .find_map(|id| object.text(*id));
    let inside = entry.path.join("__substg1.0_3701000D");
    let (content, extension) = match object.binary(id::DATA) {
        Some(bytes) => (Content::Bytes(Cow::Owned(bytes.to_vec())), ""),
        None => match compound.copy_out(&inside, to_outermost) {
            Some(bytes) => (Content::Bytes(Cow::Owned(bytes)), ".msg"),
            None => (Content::Absent, ""),
        },
    };
    let media_type = object
        .text(id::MEDIA_TYPE)
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let name = name.map(|name| {
        if name.to_lowercase().ends_with(extension) {
            name
        } else {
            format!("{name}{extension}")
        }
    });
    Part {
        file_name: name,
        content_id: object.text(id::CONTENT_ID),
        ..part(&number.to_string(), &media_type.to_lowercase(), content)
    }
}

/// A message inside another has a shorter head before its properties than one by itself.
fn to_outermost(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    if name != PROPERTIES || u32_at(&bytes, 0).is_none() {
        return bytes;
    }
    let at = INNER_MESSAGE_HEAD.min(bytes.len());
    let mut longer = bytes[..at].to_vec();
    longer.resize(MESSAGE_HEAD, 0);
    longer.extend_from_slice(&bytes[at..]);
    longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_named_after_their_property() {
        assert_eq!(tag("0037001F"), Some((0x37, 0x1f)));
        assert_eq!(tag("nonsense"), None);
        assert_eq!(bare(" <a@b> "), "a@b");
    }
}
