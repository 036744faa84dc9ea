//! The search index and its query language: the only crate that knows Tantivy.
//!
//! *Useful for:* indexing documents as they come, finding all that fulfill a query, counting facets,
//! and showing in a text why it matched.
//! *Not useful for:* keeping texts. The index stores none: it is derived, can be thrown away, and is
//! built again from the case.
//!
//! Invariants: the hits of a query are those of a careful reading (a test compares complete hit sets with
//! a plain scan); ranks depend on the documents alone, not on the order or batches in which they came.

mod document;
mod engine;
mod error;
mod fields;
mod fold;
mod highlight;
mod index;
mod levenshtein;
mod merge;
mod query;
mod result;
mod schema;
mod spans;
mod stem;
mod tokenize;
mod writer;

pub use document::IndexDocument;
pub use error::{Result, SearchError};
pub use fields::{
    FACETS, FIELDS, Facet, FacetInfo, Field, FieldInfo, FieldKind, HEADER_PREFIX, SYNTAX,
    SyntaxInfo,
};
pub use highlight::{Snippet, count_matches, highlight, highlight_in, snippet};
pub use index::Index;
pub use query::{Condition, DateRange, Match, Parsed, Pattern, Query, Scope, Warning, Word};
pub use result::{FacetCount, FacetCounts, Hit, IndexStats, Options, SearchResult, Sort};
pub use writer::IndexWriter;
