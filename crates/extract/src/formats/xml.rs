//! XML: the text as it is. Nothing is expanded, resolved or fetched, so that no entity can explode.

use std::io::BufRead;

use super::{Format, Probe, ReadBy, text};
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "XML",
    media_type: "application/xml",
    extensions: &[
        "xml", "xsd", "xsl", "xslt", "rss", "atom", "svg", "kml", "gpx", "opml", "plist",
    ],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| probe.is_text() && is_xml(probe),
    read: ReadBy::Stream(read),
};

/// How much of the start may hold the declaration.
const DECLARATION: usize = 256;

fn is_xml(probe: &Probe<'_>) -> bool {
    let start = probe.readable();
    start.starts_with("<?xml") || probe.has_extension(FORMAT.extensions) && start.starts_with('<')
}

fn read(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let head = from.fill_buf().unwrap_or_default();
    let stated = stated_charset(&head[..head.len().min(DECLARATION)]);
    text::read(
        reading,
        from,
        stated.as_deref().or(hint.charset),
        &mut |_| {},
    )
}

/// The `encoding` of an XML declaration.
pub(super) fn stated_charset(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(declaration, b"?>")?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..]
        .split_once(quote)
        .map(|(label, _)| label.to_owned())
}
