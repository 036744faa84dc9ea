//! The attributions of a document.

mod candidate;
mod content;
mod lexicon;
mod marks;
mod nesting;
mod quotes;
mod scorer;
mod select;
mod source;
mod tree;

use onrecord_entities::{Document, DocumentEntities, Segment};
use onrecord_record::{Place, SegmentKind, Span};

use crate::Statement;
use crate::statement::{Manner, Polarity, SourceKind};

use candidate::Candidate;
use quotes::Quotations;
use tree::{Tree, Words};

/// Finds every attribution of a document, in the order of the text; a statement stands after the one
/// that holds it.
#[must_use]
pub fn statements_of_document(
    document: &Document<'_>,
    _entities: &DocumentEntities,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (number, segment) in (0..).zip(&document.segments) {
        if !matches!(segment.kind, SegmentKind::Prose | SegmentKind::Quote)
            || segment.annotated.labels().number("dobj").is_none()
        {
            continue;
        }
        let tree = Tree::of(segment);
        let quotations = Quotations::of(&tree);
        let found = select::attributions(&tree, &quotations, false);
        let parents = nesting::parents(&found);
        let first = statements.len() as u32;
        for (one, parent) in found.iter().zip(parents) {
            let mut statement = statement(&tree, number, one);
            statement.parent = parent.map(|parent| parent + first);
            statements.push(statement);
        }
    }
    statements
}

/// A possible attribution, as the trainer of the scorer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Bytes of the word that the cue is about.
    pub cue: Span,
    /// Whether it hangs on its cue as a clause.
    pub is_clause: bool,
    /// What is known of it.
    pub features: Vec<String>,
}

/// All possible attributions of a segment, likely or not: what the scorer is trained on.
#[must_use]
pub fn examples(segment: &Segment<'_>) -> Vec<Example> {
    let tree = Tree::of(segment);
    let quotations = Quotations::of(&tree);
    let found = select::attributions(&tree, &quotations, true);
    let parents = nesting::parents(&found);
    let examples = found.iter().zip(parents).map(|(one, parent)| Example {
        cue: Span::new(tree.word(one.head).start, tree.word(one.head).end),
        is_clause: one.link == candidate::Link::Clause,
        features: scorer::features(&tree, one, parent.is_some()),
    });
    examples.collect()
}

fn statement(tree: &Tree<'_>, segment: u32, found: &Candidate) -> Statement {
    let places = |parts: &[Words]| {
        let spans = parts.iter().filter_map(|words| tree.span(words));
        spans.map(|span| Place { segment, span }).collect()
    };
    Statement {
        source: places(&found.source),
        cue: places(&found.cue),
        content: places(&found.content),
        stance: found.entry.stance,
        certainty: found.entry.certainty,
        polarity: Polarity::Positive,
        manner: Manner::Indirect,
        source_kind: SourceKind::None,
        source_entity: None,
        parent: None,
        via: Vec::new(),
    }
}
