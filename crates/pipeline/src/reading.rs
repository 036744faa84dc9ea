//! A text read: who is in it, who says what, what ties they state.

use onrecord_entities::{Document, DocumentEntities, Facts, Segment, entities_of_document};
use onrecord_network::{Link, links_of_document};
use onrecord_record::{Place, Span};
use onrecord_statements::{Statement, statements_of_document};

use crate::annotate::AnnotatedText;

/// What the analysis of one text found. Places lead back to the stored text by [`AnnotatedText::stored`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Mentions and entities.
    pub entities: DocumentEntities,
    /// Who says what.
    pub statements: Vec<Statement>,
    /// Ties that the text states.
    pub links: Vec<Link>,
}

impl Reading {
    /// Reads an annotated text; needs no nets.
    #[must_use]
    pub fn of(text: &AnnotatedText, facts: &Facts) -> Self {
        let document = text.document(facts);
        let entities = entities_of_document(&document);
        let statements = statements_of_document(&document, &entities);
        let links = links_of_document(&document, &entities, &statements);
        Self {
            entities,
            statements,
            links,
        }
    }
}

impl AnnotatedText {
    /// The text as the analysis sees it.
    #[must_use]
    pub fn document<'a>(&'a self, facts: &'a Facts) -> Document<'a> {
        let segments = self.segments.iter().zip(self.names());
        let segments = segments.map(|(segment, names)| Segment {
            kind: segment.segment.kind,
            text: segment.segment.view.text(),
            annotated: &segment.annotated,
            names,
            quoted: segment.segment.quoted.clone(),
        });
        Document {
            facts,
            segments: segments.collect(),
        }
    }

    /// Where a place of the analysis stands in the stored text.
    #[must_use]
    pub fn stored(&self, place: Place) -> Span {
        self.segments
            .get(place.segment as usize)
            .map_or(Span::new(0, 0), |segment| {
                segment.segment.view.stored_span(place.span)
            })
    }
}
