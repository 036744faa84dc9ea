//! Where in a text a query matches, and the stretch of it that shows this best.

use onrecord_record::Span;

use crate::query::{Query, Scope};

/// A stretch of a text that shows why it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The stretch with its white space made single; `…` marks where text was left out.
    pub text: String,
    /// The matching words in `text`, in order, disjoint.
    pub highlights: Vec<Span>,
}

/// The words of `text` by which `query` matches when the text is searched by bare words:
/// every word of a matching pattern, in order, disjoint. What `NOT` forbids is not marked.
#[must_use]
pub fn highlight(_query: &Query, _text: &str) -> Vec<Span> {
    unimplemented!()
}

/// As [`highlight`], for the text of one field or header: bare words count as well.
#[must_use]
pub fn highlight_in(_query: &Query, _scope: &Scope, _text: &str) -> Vec<Span> {
    unimplemented!()
}

/// The stretch of at most `max_len` bytes of `text` that shows most of the query, with its highlights.
#[must_use]
pub fn snippet(_query: &Query, _text: &str, _max_len: usize) -> Snippet {
    Snippet {
        text: String::new(),
        highlights: Vec::new(),
    }
}
