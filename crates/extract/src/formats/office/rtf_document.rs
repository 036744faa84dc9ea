//! RTF documents as items: their text, what stands around it, and what is packed inside.

use super::compound::u32_at;
use super::prose::Prose;
use super::rtf::{self, Packed, Place};
use super::{embedded, ole};
use crate::content::Content;
use crate::event::Kind;
use crate::formats::{Format, ReadBy};
use crate::item::Hint;
use crate::names;
use crate::reading::{Flow, Reading};
use onrecord_record::ProblemCode;

/// RTF, told by its first bytes.
pub(in crate::formats) const FORMAT: Format = Format {
    name: "RTF document",
    media_type: "application/rtf",
    extensions: &["rtf"],
    kind: Kind::Document,
    is_text: false,
    detect: |probe| rtf::is_rtf(probe.head),
    read: ReadBy::Content(read),
};

/// Longest document that is read, in bytes.
const MAX_BYTES: usize = 256 << 20;

/// Headings of what stands around the text, in their order.
const HEADINGS: &[(Place, &str)] = &[
    (Place::TextBox, "Text boxes"),
    (Place::Note, "Notes"),
    (Place::Comment, "Comments"),
    (Place::Deleted, "Deleted"),
    (Place::Header, "Headers"),
    (Place::Footer, "Footers"),
];

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
    let document = rtf::read(&bytes);
    drop(bytes);
    if content.len() > MAX_BYTES as u64 {
        reading.problem(
            ProblemCode::TooLarge,
            format!("only its first {MAX_BYTES} bytes were read"),
        )?;
    }
    document.properties.tell(reading)?;
    let mut prose = Prose::new(reading.limits);
    if let Some(html) = &document.html {
        prose.push(&crate::html::convert(html, crate::html::Style::Page).text);
    }
    for line in document.text.lines().filter(|_| document.html.is_none()) {
        // A row is a line of cells; a paragraph stands by itself.
        if line.contains('\t') {
            prose.end_line();
            prose.push(line.trim_end());
            prose.end_line();
        } else {
            prose.paragraph(line);
        }
        prose.flush(reading)?;
    }
    for (place, heading) in HEADINGS {
        let mut lines: Vec<String> = Vec::new();
        for (_, words) in document.around.iter().filter(|(known, _)| known == place) {
            let words = words.trim();
            if !words.is_empty() && !lines.iter().any(|line| line == words) {
                lines.push(words.to_owned());
            }
        }
        prose.section(heading, &lines);
    }
    prose.finish(reading)?;
    read_objects(reading, document.objects)
}

/// Reads packed objects and pictures as children of the open item.
fn read_objects(reading: &mut Reading<'_, '_>, objects: Vec<Packed>) -> Flow {
    for (at, object) in objects.into_iter().enumerate() {
        let what = if object.is_picture {
            "picture"
        } else {
            "object"
        };
        let label = format!("{what} {}", at + 1);
        let (name, bytes) = match (!object.is_picture)
            .then(|| unwrapped(&object.bytes))
            .flatten()
        {
            Some((name, bytes)) if name.is_empty() => (label, bytes),
            Some((name, bytes)) => (name, bytes),
            None => (label, object.bytes),
        };
        embedded::read_bytes(reading, &name, bytes)?;
    }
    Flow::Continue(())
}

/// The name and bytes of an object as the first version of OLE packs them ([MS-OLEDS], 2.2.5).
fn unwrapped(object: &[u8]) -> Option<(String, Vec<u8>)> {
    if u32_at(object, 4)? != 2 {
        return None;
    }
    let mut at = 8;
    for _ in 0..3 {
        at += 4 + u32_at(object, at)? as usize;
    }
    let length = u32_at(object, at)? as usize;
    let body = object.get(at + 4..)?;
    let body = &body[..length.min(body.len())];
    let mut stream = u32::try_from(body.len()).ok()?.to_le_bytes().to_vec();
    stream.extend_from_slice(body);
    ole::native(&stream).map(|native| (native.name, native.bytes))
}
