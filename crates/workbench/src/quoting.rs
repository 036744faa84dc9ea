//! Quotes: the exact words behind spans, and what their document is called.

use std::collections::{BTreeSet, HashMap};

use onrecord_case::{Reader, StoredDocument};
use onrecord_record::{DocumentId, MentionId, Span};
use serde::Serialize;

use crate::error::Error;

/// Words of a document's main text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// First byte.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The words, exactly.
    pub quote: String,
}

/// An entity as others name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// Looks up words and names; what was looked up last is kept, since rows come document by document.
pub(crate) struct Quoting<'a> {
    reader: &'a Reader<'static>,
    current: Option<Context>,
    /// Entities by actor.
    names: HashMap<MentionId, Option<Named>>,
    rejected: Option<BTreeSet<String>>,
}

/// A document whose words are quoted.
pub(crate) struct Context {
    pub(crate) document: StoredDocument,
    pub(crate) text: String,
}

impl<'a> Quoting<'a> {
    pub(crate) fn new(reader: &'a Reader<'static>) -> Self {
        Self {
            reader,
            current: None,
            names: HashMap::new(),
            rejected: None,
        }
    }

    /// Whether a person holds a statement or tie (`statement:ID`, `link:ID`) to be read wrongly.
    pub(crate) fn is_rejected(&mut self, target: &str) -> Result<bool, Error> {
        let rejected = match self.rejected.take() {
            Some(rejected) => rejected,
            None => self.reader.rejected()?,
        };
        Ok(self.rejected.insert(rejected).contains(target))
    }

    /// The document with its main text.
    pub(crate) fn context(&mut self, id: DocumentId) -> Result<&Context, Error> {
        let context = match self.current.take() {
            Some(context) if context.document.id == id => context,
            _ => Context {
                document: self.reader.document(id)?,
                text: main_text(self.reader, id)?,
            },
        };
        Ok(self.current.insert(context))
    }

    /// The words of some spans, which must be of the document whose [`Self::context`] was asked for last.
    pub(crate) fn quotes(&self, spans: &[Span]) -> Vec<Quote> {
        let text = self.current.as_ref().map_or("", |context| &context.text);
        let quotes = spans.iter().map(|span| Quote {
            start: span.start,
            end: span.end,
            quote: text.get(span.range()).unwrap_or_default().to_owned(),
        });
        quotes.collect()
    }

    /// The entity of the case that an actor is part of.
    pub(crate) fn named(&mut self, actor: MentionId) -> Result<Option<Named>, Error> {
        if let Some(known) = self.names.get(&actor) {
            return Ok(known.clone());
        }
        let named = match self.reader.actor(actor)? {
            Some(actor) => Some(Named {
                name: match self.reader.entity(actor.entity) {
                    Ok(entity) => entity.name,
                    Err(_) => actor.name,
                },
                id: actor.entity.to_hex(),
            }),
            None => None,
        };
        self.names.insert(actor, named.clone());
        Ok(named)
    }
}

/// The text of a document that is read first.
pub(crate) fn main_text(reader: &Reader<'static>, id: DocumentId) -> Result<String, Error> {
    let texts = reader.texts(id)?;
    let main = texts.into_iter().find(|text| text.role == "main");
    Ok(main.map(|text| text.text).unwrap_or_default())
}

/// The sentence or line around a span, at most `width` bytes to each side, and the span within it.
pub(crate) fn around(text: &str, span: Span, width: usize) -> (String, (u32, u32)) {
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let from = before
        .char_indices()
        .rev()
        .take_while(|(at, c)| *c != '\n' && before.len() - at <= width)
        .last()
        .map_or(start, |(at, _)| at);
    let to = after
        .char_indices()
        .take_while(|(at, c)| *c != '\n' && *at < width)
        .last()
        .map_or(end, |(at, c)| end + at + c.len_utf8());
    let line = text.get(from..to).unwrap_or_default().to_owned();
    (line, ((start - from) as u32, (end - from) as u32))
}
