//! What a query means: a tree of conditions over fields, each a pattern of words or a range of dates.

use onrecord_record::{DocumentId, PartialDate};

use crate::fields::Field;

/// A condition that a document fulfills or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Every document.
    Everything,
    /// The pattern occurs in the scope.
    Text(Scope, Pattern),
    /// The scope holds at least one word.
    Present(Scope),
    /// The document's date lies in the period, both ends included.
    Date(DateRange),
    /// It is one of the documents that speak of somebody; see [`crate::Query::fill_entities`].
    Entity {
        /// Name or id, as asked for.
        name: String,
        /// The documents, sorted; empty until they are filled in.
        documents: Vec<DocumentId>,
    },
    /// All hold; never empty.
    All(Vec<Condition>),
    /// At least one holds; never empty.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// Where words are sought.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// What a bare word searches: every text, the title, and the senders and recipients.
    Everywhere,
    /// One field.
    Field(Field),
    /// One header, by its name in lower case.
    Header(String),
}

/// A period; both ends are included, and either may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// First period.
    pub from: Option<PartialDate>,
    /// Last period.
    pub to: Option<PartialDate>,
}

impl DateRange {
    /// The seconds since 1970 UTC that it covers: first, and last.
    #[must_use]
    pub fn seconds(&self) -> (i64, i64) {
        let first = self.from.map_or(i64::MIN, PartialDate::first_second);
        let last = self.to.map_or(i64::MAX, |to| to.end_second() - 1);
        (first, last)
    }
}

/// A pattern of words. It matches stretches of words: from the position of the first to that of the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One word.
    Word(Word),
    /// Words at consecutive positions; never empty.
    Phrase(Vec<Word>),
    /// Any of these; never empty.
    Any(Vec<Pattern>),
    /// Two stretches that share no word, in either order, the later starting at most `within` words
    /// after the end of the earlier (1 for neighbors).
    Near {
        /// One side.
        left: Box<Pattern>,
        /// The other side.
        right: Box<Pattern>,
        /// The greatest distance in words.
        within: u32,
    },
}

/// One word of a pattern, folded as the index folds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// The folded token, or the beginning of one.
    pub token: String,
    /// Which indexed tokens it matches.
    pub how: Match,
}

/// Which indexed tokens a word of a query matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// The token itself.
    Exact,
    /// Tokens with the same English stem; the token itself where it is not made of the letters a–z.
    Stem,
    /// Tokens that begin with it.
    Prefix,
    /// Tokens at most this many edits away (insert, delete, replace, swap neighbors), 1 or 2.
    Fuzzy(u8),
}

impl Pattern {
    /// Every word of the pattern, from left to right.
    pub(crate) fn words<'a>(&'a self, out: &mut Vec<&'a Word>) {
        match self {
            Self::Word(word) => out.push(word),
            Self::Phrase(words) => out.extend(words),
            Self::Any(patterns) => patterns.iter().for_each(|pattern| pattern.words(out)),
            Self::Near { left, right, .. } => {
                left.words(out);
                right.words(out);
            }
        }
    }
}
