//! Ties that a text states.

use onrecord_statements::Statement;
use onrecord_statements::entities::{Document, DocumentEntities};

use crate::Link;

/// Finds the ties that a document states, in the order of the text.
#[must_use]
pub fn links_of_document(
    _document: &Document<'_>,
    _entities: &DocumentEntities,
    _statements: &[Statement],
) -> Vec<Link> {
    Vec::new()
}
