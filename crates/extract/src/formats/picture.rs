//! Pictures: what they say of themselves (Exif, IPTC, XMP): who took them, when, where, with what.
//!
//! Letters on a picture are not read here. What a picture says is evidence and no proof: anybody can
//! write it.

use std::io::{BufReader, Cursor, Seek, SeekFrom};

use exif::{Exif, In, Tag, Value};
use onrecord_record::ProblemCode;

use super::office::properties::Properties;
use super::office::xml::{Node, Xml};
use super::{Format, Probe, ReadBy, zip};
use crate::content::{CHUNK, Content};
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "picture",
    media_type: "image/*",
    extensions: &[
        "png", "jpg", "jpeg", "jpe", "gif", "tif", "tiff", "bmp", "webp", "heic", "heif", "avif",
        "psd", "jp2", "emf", "wmf", "ico",
    ],
    kind: Kind::Document,
    is_text: false,
    detect: |probe| sign(probe).is_some(),
    read: ReadBy::Content(read),
};

/// `(offset, bytes, media type, name)` of each kind of picture.
const SIGNS: &[(usize, &[u8], &str, &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "PNG"),
    (0, b"\xff\xd8\xff", "image/jpeg", "JPEG"),
    (0, b"GIF87a", "image/gif", "GIF"),
    (0, b"GIF89a", "image/gif", "GIF"),
    (0, b"II*\0", "image/tiff", "TIFF"),
    (0, b"MM\0*", "image/tiff", "TIFF"),
    (8, b"WEBP", "image/webp", "WebP"),
    (4, b"ftypheic", "image/heic", "HEIC"),
    (4, b"ftypheix", "image/heic", "HEIC"),
    (4, b"ftypmif1", "image/heif", "HEIF"),
    (4, b"ftypavif", "image/avif", "AVIF"),
    (0, b"8BPS\0\x01", "image/vnd.adobe.photoshop", "Photoshop"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2", "JPEG 2000"),
    (40, b" EMF", "image/emf", "EMF"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf", "WMF"),
    (0, b"\x01\0\x09\0\0\x03", "image/wmf", "WMF"),
];
/// How much is searched for what is written beside the picture.
const SEARCHED: usize = 16 << 20;
/// Longest picture whose Exif data are read, in bytes: the library holds a TIFF whole.
const MAX_EXIF: u64 = 128 << 20;
/// Most values of one picture.
const MAX_VALUES: usize = 1_000;

/// Exif fields and the keys under which they are told.
const EXIF: &[(Tag, &str)] = &[
    (Tag::Artist, "author"),
    (Tag::Copyright, "rights"),
    (Tag::ImageDescription, "description"),
    (Tag::Software, "application"),
    (Tag::Make, "camera-make"),
    (Tag::Model, "camera-model"),
    (Tag::BodySerialNumber, "camera-serial-number"),
    (Tag::CameraOwnerName, "camera-owner"),
    (Tag::LensModel, "lens"),
    (Tag::UserComment, "comment"),
];
/// XMP properties, by their names without prefix, and the keys under which they are told.
const XMP: &[(&str, &str)] = &[
    ("creator", "author"),
    ("rights", "rights"),
    ("description", "description"),
    ("subject", "keywords"),
    ("CreatorTool", "application"),
    ("Headline", "headline"),
    ("Credit", "credit"),
    ("Source", "source"),
    ("City", "city"),
    ("State", "state"),
    ("Country", "country"),
    ("Location", "location"),
    ("CaptionWriter", "caption-writer"),
    ("DocumentID", "document-id"),
    ("OriginalDocumentID", "original-document-id"),
];
/// IPTC data sets of the second record, and the keys under which they are told.
const IPTC: &[(u8, &str)] = &[
    (25, "keywords"),
    (80, "author"),
    (85, "author-title"),
    (90, "city"),
    (92, "location"),
    (95, "state"),
    (101, "country"),
    (105, "headline"),
    (110, "credit"),
    (115, "source"),
    (116, "rights"),
    (120, "description"),
    (122, "caption-writer"),
];

fn sign(probe: &Probe<'_>) -> Option<(&'static str, &'static str)> {
    signed(probe.head)
}

fn signed(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let is_it = |at: usize, sign: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(sign));
    let found = SIGNS.iter().find(|(at, sign, ..)| is_it(*at, sign));
    // Two letters alone are no sign: the length and an empty field follow them in a bitmap.
    let is_bitmap = || head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
    let bitmap = || is_bitmap().then_some(("image/bmp", "BMP"));
    found
        .map(|(_, _, media_type, name)| (*media_type, *name))
        .or_else(bitmap)
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    let head = content.head(SEARCHED).unwrap_or_default().into_owned();
    let (media_type, name) = signed(&head).unwrap_or(("application/octet-stream", "unknown"));
    reading.end().media_type = media_type.to_owned();
    let mut properties = Properties::default();
    if let Some(exif) = exif(content) {
        tell_exif(&exif, &mut properties);
    }
    tell_iptc(&head, &mut properties);
    tell_xmp(&head, &mut properties);
    drop(head);
    reading.end().date = properties.created();
    properties.tell(reading)?;
    reading.problem(
        ProblemCode::PictureWithoutText,
        format!("a {name} picture; letters on it are not read"),
    )?;
    zip::read_behind(reading, content, "picture")
}

fn exif(content: &mut Content<'_>) -> Option<Exif> {
    if content.len() > MAX_EXIF {
        return None;
    }
    let reader = exif::Reader::new();
    if let Some(bytes) = content.in_memory() {
        return reader.read_from_container(&mut Cursor::new(bytes)).ok();
    }
    content.seek(SeekFrom::Start(0)).ok()?;
    let mut source = BufReader::with_capacity(CHUNK, content);
    reader.read_from_container(&mut source).ok()
}

fn tell_exif(exif: &Exif, properties: &mut Properties) {
    for (tag, key) in EXIF {
        if let Some(field) = exif.get_field(*tag, In::PRIMARY) {
            properties.say(key, &text(&field.value));
        }
    }
    let taken = exif.get_field(Tag::DateTimeOriginal, In::PRIMARY);
    let taken = taken.or_else(|| exif.get_field(Tag::DateTimeDigitized, In::PRIMARY));
    if let Some(field) = taken {
        properties.set_created(&iso(&text(&field.value)));
    }
    if let Some(field) = exif.get_field(Tag::DateTime, In::PRIMARY) {
        properties.set_modified(&iso(&text(&field.value)));
    }
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S");
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W");
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        properties.say("gps", &format!("{latitude:.6}, {longitude:.6}"));
    }
}

/// A value as text, without the quotes that the library shows.
fn text(value: &Value) -> String {
    match value {
        Value::Ascii(lines) => {
            let lines: Vec<String> = lines
                .iter()
                .map(|line| String::from_utf8_lossy(line).trim().to_owned())
                .collect();
            lines.join("; ")
        }
        // A comment begins with eight bytes that name its character set.
        Value::Undefined(bytes, _) => {
            let words = bytes.get(8..).unwrap_or_default();
            String::from_utf8_lossy(words)
                .trim_matches(['\0', ' '])
                .to_owned()
        }
        _ => String::new(),
    }
}

/// `2019:05:14 16:39:00` as ISO 8601.
fn iso(stamp: &str) -> String {
    stamp.trim().replacen(':', "-", 2).replacen(' ', "T", 1)
}

fn degrees(exif: &Exif, tag: Tag, reference: Tag, negative: &str) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let part = |at: usize| parts.get(at).map_or(0.0, exif::Rational::to_f64);
    let degrees = part(0) + part(1) / 60.0 + part(2) / 3_600.0;
    let reference = exif.get_field(reference, In::PRIMARY)?;
    let is_negative = text(&reference.value).starts_with(negative);
    let degrees = if is_negative { -degrees } else { degrees };
    degrees.is_finite().then_some(degrees)
}

/// Tells the data sets of a Photoshop resource (IPTC IIM 4.2, 1.5).
fn tell_iptc(head: &[u8], properties: &mut Properties) {
    const RESOURCE: &[u8] = b"8BIM\x04\x04";
    let Some(at) = memchr::memmem::find(head, RESOURCE) else {
        return;
    };
    let name = at + RESOURCE.len();
    let Some(length) = head.get(name).map(|length| usize::from(*length)) else {
        return;
    };
    // The name fills an even number of bytes, its length included; four bytes of size follow.
    let start = name + (1 + length).next_multiple_of(2) + 4;
    let mut rest = head.get(start..).unwrap_or_default();
    for _ in 0..MAX_VALUES {
        let [0x1c, record, set, high, low, after @ ..] = rest else {
            return;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(value) = after.get(..length) else {
            return;
        };
        let value = String::from_utf8_lossy(value);
        if *record == 2 {
            if *set == 5 {
                properties.set_title(&value);
            } else if let Some((_, key)) = IPTC.iter().find(|(known, _)| known == set) {
                properties.say(key, &value);
            }
        }
        rest = &after[length..];
    }
}

/// Tells the packet of XMP, where there is one.
fn tell_xmp(head: &[u8], properties: &mut Properties) {
    let Some(start) = memchr::memmem::find(head, b"<x:xmpmeta") else {
        return;
    };
    let end = memchr::memmem::find(&head[start..], b"</x:xmpmeta>");
    let packet = &head[start..end.map_or(head.len(), |end| start + end)];
    let mut xml = Xml::new(Box::new(packet));
    let mut open: Vec<String> = Vec::new();
    let mut n_values = 0;
    loop {
        match xml.next() {
            Node::Open => {
                if xml.name() == "Description" {
                    tell_attributes(&xml, properties);
                }
                open.push(xml.name().to_owned());
                open.truncate(32);
            }
            Node::Close => {
                open.pop();
            }
            Node::Text if n_values < MAX_VALUES => {
                n_values += 1;
                let name = open
                    .iter()
                    .rev()
                    .find(|name| !matches!(name.as_str(), "li" | "Alt" | "Seq" | "Bag"));
                tell_named(name.map_or("", String::as_str), xml.text(), properties);
            }
            Node::Text => {}
            Node::End => return,
        }
    }
}

/// Simple properties may be attributes.
fn tell_attributes(xml: &Xml<'_>, properties: &mut Properties) {
    let dates = ["CreateDate", "DateCreated", "ModifyDate"];
    let names = XMP.iter().map(|(name, _)| *name).chain(dates);
    for name in names {
        if let Some(value) = xml.attribute(name) {
            tell_named(name, &value, properties);
        }
    }
}

fn tell_named(name: &str, value: &str, properties: &mut Properties) {
    match name {
        "title" => properties.set_title(value),
        "CreateDate" | "DateCreated" => properties.set_created(value),
        "ModifyDate" => properties.set_modified(value),
        _ => {
            if let Some((_, key)) = XMP.iter().find(|(known, _)| *known == name) {
                properties.say(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        assert_eq!(signed(b"\xff\xd8\xff\xe0"), Some(("image/jpeg", "JPEG")));
        assert_eq!(signed(b"BM once upon a time"), None);
        assert_eq!(iso("2019:05:14 16:39:00"), "2019-05-14T16:39:00");
    }
}
