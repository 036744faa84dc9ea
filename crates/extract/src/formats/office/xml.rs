//! XML parts of documents, read as a stream of tags and texts.
//!
//! Names are taken without their prefixes. Entities that a document defines are never expanded, one
//! piece of text or markup may have at most [`MAX_PIECE`] bytes, and a fault ends the stream: what
//! came before it is kept.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::names;

/// Longest single tag or text, in bytes.
const MAX_PIECE: u64 = 32 << 20;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// A tag opens: see [`Xml::name`] and [`Xml::attribute`].
    Open,
    /// A tag closes: see [`Xml::name`].
    Close,
    /// Characters: see [`Xml::text`].
    Text,
    /// Nothing comes after this; [`Xml::flaw`] says whether something should have.
    End,
}

/// A part, read from its first tag to its last.
pub(crate) struct Xml<'r> {
    reader: Reader<Bounded<'r>>,
    left: Rc<Cell<u64>>,
    buffer: Vec<u8>,
    tag: BytesStart<'static>,
    text: String,
    /// Whether the tag that has just opened also closes.
    closes: bool,
    depth: u32,
    flaw: Option<String>,
}

impl<'r> Xml<'r> {
    /// Reads from a buffered source.
    pub(crate) fn new(from: Box<dyn BufRead + 'r>) -> Self {
        let left = Rc::new(Cell::new(MAX_PIECE));
        let mut reader = Reader::from_reader(Bounded {
            from,
            left: Rc::clone(&left),
        });
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            left,
            buffer: Vec::new(),
            tag: BytesStart::new(""),
            text: String::new(),
            closes: false,
            depth: 0,
            flaw: None,
        }
    }

    /// Moves on.
    pub(crate) fn next(&mut self) -> Node {
        if std::mem::take(&mut self.closes) {
            self.depth = self.depth.saturating_sub(1);
            return Node::Close;
        }
        loop {
            self.buffer.clear();
            self.left.set(MAX_PIECE);
            match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(tag)) => {
                    self.tag = tag.into_owned();
                    self.depth = self.depth.saturating_add(1);
                    return Node::Open;
                }
                Ok(Event::Empty(tag)) => {
                    self.tag = tag.into_owned();
                    self.depth = self.depth.saturating_add(1);
                    self.closes = true;
                    return Node::Open;
                }
                Ok(Event::End(tag)) => {
                    self.tag = BytesStart::new(tag.name().0.to_owned());
                    self.depth = self.depth.saturating_sub(1);
                    return Node::Close;
                }
                Ok(Event::Text(text)) => {
                    set(&mut self.text, &text.xml_content(XmlVersion::Implicit1_0));
                    return Node::Text;
                }
                Ok(Event::CData(text)) => {
                    set(&mut self.text, &text);
                    return Node::Text;
                }
                Ok(Event::GeneralRef(reference)) => {
                    let character = reference.resolve_char_ref().ok().flatten();
                    self.text = resolved(&reference, character);
                    return Node::Text;
                }
                Ok(Event::DocType(text)) if text.contains("<!ENTITY") => {
                    self.flaw =
                        Some("it defines entities of its own; they are not expanded".to_owned());
                }
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
                Ok(Event::Eof) => return Node::End,
                Err(error) => {
                    self.flaw = Some(names::reason(&error));
                    return Node::End;
                }
            }
        }
    }

    /// Name of the tag that has just opened or closed, without its prefix.
    pub(crate) fn name(&self) -> &str {
        let name = self.tag.name().0;
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// Prefix of the name of that tag; empty where it has none.
    pub(crate) fn prefix(&self) -> &str {
        let name = self.tag.name().0;
        name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// An attribute of the tag that has just opened, by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(key, _)| key.rsplit_once(':').map_or(*key, |(_, local)| local) == name)
            .map(|(_, value)| value.into_owned())
    }

    /// An attribute by its whole name, prefix included.
    pub(crate) fn attribute_named(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.into_owned())
    }

    fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let attributes = self.tag.attributes().with_checks_off();
        attributes.filter_map(|attribute| {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.0, value))
        })
    }

    /// The characters that have just come.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many tags are open, the one that has just opened included.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// All characters up to the end of the tag that has just opened.
    pub(crate) fn text_inside(&mut self) -> String {
        let mut text = String::new();
        let outside = self.depth.saturating_sub(1);
        loop {
            match self.next() {
                Node::Text => text.push_str(&self.text),
                Node::Close if self.depth <= outside => return text,
                Node::End => return text,
                Node::Open | Node::Close => {}
            }
        }
    }

    /// Passes over everything up to the end of the tag that has just opened.
    pub(crate) fn skip(&mut self) {
        let outside = self.depth.saturating_sub(1);
        loop {
            match self.next() {
                Node::Close if self.depth <= outside => return,
                Node::End => return,
                _ => {}
            }
        }
    }

    /// What is wrong with the part, once its end is reached.
    pub(crate) fn flaw(&mut self) -> Option<String> {
        self.flaw.take()
    }
}

fn set(text: &mut String, value: &str) {
    text.clear();
    text.push_str(value);
}

/// A reference becomes its character; an entity that XML does not define stays as it is written.
fn resolved(name: &str, character: Option<char>) -> String {
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => character,
    };
    known.map_or_else(|| format!("&{name};"), String::from)
}

/// Checks for double attributes cost time and change nothing here.
trait WithoutChecks {
    fn with_checks_off(self) -> Self;
}

impl WithoutChecks for quick_xml::events::attributes::Attributes<'_> {
    fn with_checks_off(mut self) -> Self {
        self.with_checks(false);
        self
    }
}

/// A source that fails when one piece of XML is too long.
struct Bounded<'r> {
    from: Box<dyn BufRead + 'r>,
    left: Rc<Cell<u64>>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(n as u64));
        Ok(n)
    }
}

impl BufRead for Bounded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.get() == 0 {
            return Err(io::Error::other("a piece of its XML is too long"));
        }
        self.from.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.left.set(self.left.get().saturating_sub(n as u64));
        self.from.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(xml: &str) -> Vec<String> {
        let mut xml = Xml::new(Box::new(xml.as_bytes()));
        let mut nodes = Vec::new();
        loop {
            match xml.next() {
                Node::Open => nodes.push(format!("<{}", xml.name())),
                Node::Close => nodes.push(format!("/{}", xml.name())),
                Node::Text => nodes.push(xml.text().to_owned()),
                Node::End => {
                    nodes.extend(xml.flaw());
                    return nodes;
                }
            }
        }
    }

    #[test]
    fn tags_lose_their_prefix_and_references_are_resolved() {
        assert_eq!(
            nodes("<w:p a='1'>x &amp; &#233;<w:br/></w:p>"),
            ["<p", "x ", "&", " ", "é", "<br", "/br", "/p"]
        );
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let text = nodes("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>");
        assert_eq!(text[..3], ["<a", "&b;", "/a"]);
        assert!(text[3].contains("not expanded"));
    }

    #[test]
    fn what_comes_before_damage_is_kept() {
        let cut = nodes("<a><b>text</b><c");
        assert_eq!(cut[..4], ["<a", "<b", "text", "/b"]);
    }
}
