//! What a search asks for besides the query, and what it gives.

use onrecord_record::DocumentId;
use serde::Serialize;

use crate::fields::Facet;

/// The order of hits. Ties are broken by document id, so that an order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Oldest first; documents without a date come last.
    DateAscending,
    /// Newest first; documents without a date come last.
    DateDescending,
}

/// How many hits, in which order, from where on, and which facets.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most hits to return; any number. 0 counts only.
    pub limit: usize,
    /// The `cursor` of the page before; `None` for the first page.
    pub after: Option<String>,
    /// The order of hits.
    pub sort: Sort,
    /// The facets to count over all hits; counting them costs time in proportion to the hits.
    pub facets: Vec<Facet>,
    /// Most values to return a facet, those with the highest counts.
    pub facet_values: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limit: 20,
            after: None,
            sort: Sort::Relevance,
            facets: Vec::new(),
            facet_values: 20,
        }
    }
}

/// One document that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The document.
    pub id: DocumentId,
    /// Its score: higher is better; 0 when sorted by date.
    pub score: f32,
}

/// One value of a facet, and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The value, as it was indexed.
    pub value: String,
    /// Number of hits that have it.
    pub count: u64,
}

/// The counts of one facet, most first, ties by value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// Which facet.
    pub facet: Facet,
    /// Its values.
    pub values: Vec<FacetCount>,
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// Number of documents that match, exactly.
    pub total: u64,
    /// The page, in order.
    pub hits: Vec<Hit>,
    /// Opens the next page; `None` when this page is the last.
    pub cursor: Option<String>,
    /// The facets asked for, in the order asked for.
    pub facets: Vec<FacetCounts>,
}

/// What an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexStats {
    /// Documents that can be found.
    pub documents: u64,
    /// Segments on disk.
    pub segments: usize,
    /// Bytes on disk.
    pub bytes: u64,
}
