//! A document as the analysis of its text sees it: segments with trees and names, and what is
//! known about the document itself.

use std::ops::Range;

use onrecord_language::{Annotated, Token};
use onrecord_record::{PartialDate, SegmentKind, Span};

/// What is known about a document besides its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// What it is.
    pub kind: DocumentKind,
    /// Headline, subject or file name.
    pub title: Option<String>,
    /// The day on which it was written, as it says itself.
    pub date: Option<PartialDate>,
    /// Who wrote it: the sender of a message, the byline of an article.
    pub authors: Vec<Party>,
    /// Who received it.
    pub recipients: Vec<Party>,
    /// Name of the paper, agency or site.
    pub publisher: Option<String>,
}

/// What a document is, as far as reading it goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// An article or page.
    Article,
    /// A message.
    Message,
    /// Rows and columns.
    Table,
    /// Anything else.
    #[default]
    Text,
}

/// Somebody as a header or a byline names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party {
    /// The name.
    pub name: Option<String>,
    /// The mail address, in lower case.
    pub address: Option<String>,
}

/// Whose words a quoted segment holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quoted {
    /// How many messages back: 1 for the one answered.
    pub level: u32,
    /// Who wrote it, where the text says so.
    pub author: Option<Party>,
    /// When, as written.
    pub date: Option<String>,
}

/// A name worth showing, in the view of its segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Bytes of the view.
    pub span: Span,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
}

/// A stretch of the text with its words, trees and names.
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    /// What it is.
    pub kind: SegmentKind,
    /// Its view: wrapped lines re-joined.
    pub text: &'a str,
    /// Tokens and trees of the view.
    pub annotated: &'a Annotated,
    /// In the order of the view, none overlapping.
    pub names: Vec<Name>,
    /// Whose words these are, where they are not the document's author's.
    pub quoted: Option<Quoted>,
}

/// A document to analyze.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// What is known about it.
    pub facts: &'a Facts,
    /// In the order of the text.
    pub segments: Vec<Segment<'a>>,
}

impl Segment<'_> {
    /// The tokens that a stretch of the view touches.
    #[must_use]
    pub fn tokens(&self, span: Span) -> Range<u32> {
        let tokens = self.annotated.tokens();
        let first = tokens.partition_point(|token| token.end <= span.start);
        let last = tokens.partition_point(|token| token.start < span.end);
        first as u32..last.max(first) as u32
    }

    /// The word that governs a range of tokens: the first whose head lies outside of it.
    #[must_use]
    pub fn head(&self, tokens: Range<u32>) -> u32 {
        let all = self.annotated.tokens();
        tokens
            .clone()
            .find(|&at| {
                all.get(at as usize)
                    .is_some_and(|token| token.head == at || !tokens.contains(&token.head))
            })
            .unwrap_or(tokens.start)
    }

    /// The characters of a token.
    #[must_use]
    pub fn word(&self, token: &Token) -> &str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default()
    }
}
