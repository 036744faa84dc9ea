//! EPUB books (EPUB 3.3, OPF 2.0): chapters in the order in which they are read.

use std::collections::BTreeMap;

use onrecord_record::{Locator, ProblemCode};

use super::embedded;
use super::ooxml::read_properties;
use super::package::{Package, resolve};
use super::properties::Properties;
use super::prose::Prose;
use super::xml::{Node, Xml};
use crate::content::Content;
use crate::event::Kind;
use crate::html::{Style, convert};
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Most parts of a book.
const MAX_PARTS: usize = 20_000;

/// Reads the open item.
pub(super) fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    let mut package = match Package::open(content, &reading.budget) {
        Ok(package) => package,
        Err(reason) => return super::unreadable(reading, &reason),
    };
    if package.has("META-INF/rights.xml") {
        reading.end().kind = Kind::None;
        return reading.problem(ProblemCode::Locked, "locked to its buyer's reader");
    }
    let root = package.xml("META-INF/container.xml", root_file).flatten();
    let Some(root) = root.filter(|root| package.has(root)) else {
        return super::unreadable(reading, "it does not say where its chapters are");
    };
    let mut properties = Properties::default();
    package.xml(&root, |xml| read_properties(xml, &mut properties));
    properties.tell(reading)?;
    let folder = root
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned();
    let book = package
        .xml(&root, |xml| Book::read(xml, &folder))
        .unwrap_or_default();
    let mut prose = Prose::new(reading.limits);
    for (at, chapter) in book
        .spine
        .iter()
        .filter_map(|id| book.parts.get(id))
        .enumerate()
    {
        let Some(bytes) = package.bytes(chapter) else {
            continue;
        };
        let page = u32::try_from(at + 1).unwrap_or(u32::MAX);
        prose.end_paragraph();
        prose.begin_place(Locator::Page { page, area: None });
        let (html, ..) = encoding_rs::UTF_8.decode(&bytes);
        prose.push(convert(&html, Style::Page).text.trim());
        prose.end_paragraph();
        prose.end_place();
        prose.flush(reading)?;
    }
    prose.finish(reading)?;
    let flaws = package.flaws();
    reading.problems(flaws)?;
    embedded::read_named(reading, &mut package, &book.pictures)
}

fn root_file(xml: &mut Xml<'_>) -> Option<String> {
    loop {
        match xml.next() {
            Node::Open if xml.name() == "rootfile" => return xml.attribute("full-path"),
            Node::End => return None,
            _ => {}
        }
    }
}

/// What a book consists of.
#[derive(Default)]
struct Book {
    /// Names of parts by their ids.
    parts: BTreeMap<String, String>,
    /// Ids of the chapters in their order.
    spine: Vec<String>,
    pictures: Vec<String>,
}

impl Book {
    fn read(xml: &mut Xml<'_>, folder: &str) -> Self {
        let mut book = Self::default();
        loop {
            match xml.next() {
                Node::Open if xml.name() == "item" && book.parts.len() < MAX_PARTS => {
                    let attribute = |name| xml.attribute(name).unwrap_or_default();
                    let name = resolve(folder, &unescaped(&attribute("href")));
                    let media_type = attribute("media-type");
                    if media_type.starts_with("image/") && media_type != "image/svg+xml" {
                        book.pictures.push(name.clone());
                    }
                    book.parts.insert(attribute("id"), name);
                }
                Node::Open if xml.name() == "itemref" && book.spine.len() < MAX_PARTS => {
                    book.spine.extend(xml.attribute("idref"));
                }
                Node::End => return book,
                _ => {}
            }
        }
    }
}

/// A reference with its `%20` and the like as characters.
fn unescaped(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_unescaped() {
        assert_eq!(unescaped("a%20b%C3%A9%zz"), "a bé%zz");
    }
}
