//! The attributions of a document.

use onrecord_entities::{Document, DocumentEntities};

use crate::Statement;

/// Finds every attribution of a document, in the order of the text; a statement stands after the one
/// that holds it.
#[must_use]
pub fn statements_of_document(
    _document: &Document<'_>,
    _entities: &DocumentEntities,
) -> Vec<Statement> {
    Vec::new()
}
