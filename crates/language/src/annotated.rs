//! What is known of a text after annotation.

use std::ops::Range;
use std::sync::Arc;

use crate::labels::Labels;

/// Where a token stands in an entity, with spaCy's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EntityIob {
    /// Inside one that began before.
    Inside = 1,
    /// In none.
    Outside = 2,
    /// The first token of one.
    Begins = 3,
}

/// One token. Label numbers are those of [`Annotated::labels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// First byte in the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The token that this one depends on; itself for the root of a sentence.
    pub head: u32,
    /// Number of the lemma, see [`Annotated::lemma`].
    pub lemma: u32,
    /// Fine-grained tag.
    pub tag: u16,
    /// Universal part of speech.
    pub pos: u16,
    /// Morphology, for instance `Number=Sing|Person=3`.
    pub morph: u16,
    /// Relation to the head; `ROOT` for the root of a sentence.
    pub dep: u16,
    /// Label of the entity that the token is in; 0 outside.
    pub ent_type: u16,
    /// Where the token stands in an entity.
    pub ent_iob: EntityIob,
    /// Whether a sentence starts here.
    pub starts_sentence: bool,
}

/// A name, date, amount or the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entity {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub last: u32,
    /// Label number.
    pub label: u16,
}

/// A text's annotation: spaCy's own answer. It holds positions, not the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    pub(crate) labels: Arc<Labels>,
    pub(crate) tokens: Vec<Token>,
    /// All lemmas of the text, each once, end to end.
    pub(crate) lemmas: String,
    /// End of each lemma in `lemmas`, in bytes.
    pub(crate) lemma_ends: Vec<u32>,
}

impl Annotated {
    pub(crate) fn empty(labels: Arc<Labels>) -> Self {
        Self {
            labels,
            tokens: Vec::new(),
            lemmas: String::new(),
            lemma_ends: Vec::new(),
        }
    }

    /// The tokens, in the order of the text.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The strings that label numbers stand for.
    #[must_use]
    pub fn labels(&self) -> &Arc<Labels> {
        &self.labels
    }

    /// The string of a label number.
    #[must_use]
    pub fn label(&self, number: u16) -> &str {
        self.labels.text(number)
    }

    /// A token's lemma; empty for a number that is not of this text.
    #[must_use]
    pub fn lemma(&self, token: &Token) -> &str {
        let at = token.lemma as usize;
        let start = at
            .checked_sub(1)
            .and_then(|i| self.lemma_ends.get(i))
            .map_or(0, |&e| e as usize);
        self.lemma_ends
            .get(at)
            .map_or("", |&end| &self.lemmas[start..end as usize])
    }

    /// The sentences, as ranges of tokens.
    pub fn sentences(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut from = 0;
        std::iter::from_fn(move || {
            if from >= self.tokens.len() {
                return None;
            }
            let rest = &self.tokens[from + 1..];
            let to = rest
                .iter()
                .position(|t| t.starts_sentence)
                .map_or(self.tokens.len(), |i| from + 1 + i);
            let sentence = from..to;
            from = to;
            Some(sentence)
        })
    }

    /// The bytes of a range of tokens, from the start of the first to the end of the last.
    #[must_use]
    pub fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        match self.tokens.get(tokens) {
            Some([first, .., last]) => first.start as usize..last.end as usize,
            Some([only]) => only.start as usize..only.end as usize,
            _ => 0..0,
        }
    }

    /// The entities, in the order of the text.
    pub fn entities(&self) -> impl Iterator<Item = Entity> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let begins = |t: &Token| t.ent_iob == EntityIob::Begins;
            let first = at + self.tokens.get(at..)?.iter().position(begins)?;
            let rest = &self.tokens[first + 1..];
            let n = rest
                .iter()
                .take_while(|t| t.ent_iob == EntityIob::Inside)
                .count();
            at = first + 1 + n;
            Some(Entity {
                first: first as u32,
                last: at as u32,
                label: self.tokens[first].ent_type,
            })
        })
    }

    /// Adds the annotation of a later piece of the same text, whose first byte is `offset` and which begins a sentence.
    pub(crate) fn append(&mut self, other: Self, offset: u32) {
        let first = self.tokens.len() as u32;
        let first_lemma = self.lemma_ends.len() as u32;
        let before = self.lemmas.len() as u32;
        self.lemmas.push_str(&other.lemmas);
        self.lemma_ends
            .extend(other.lemma_ends.iter().map(|e| e + before));
        self.tokens.extend(other.tokens.into_iter().map(|t| Token {
            start: t.start + offset,
            end: t.end + offset,
            head: t.head + first,
            lemma: t.lemma + first_lemma,
            ..t
        }));
    }
}
