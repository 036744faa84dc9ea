//! The attributions of a document.

mod blocks;
mod candidate;
mod content;
mod drafts;
mod lexicon;
mod marks;
mod nesting;
mod phrasal;
mod quotes;
mod scorer;
mod select;
mod source;
mod stance;
mod tree;
mod who;

use onrecord_entities::{Document, DocumentEntities, DocumentKind, Segment};
use onrecord_record::{SegmentKind, Span};

use crate::Statement;

use drafts::Drafts;
use quotes::Quotations;
use tree::Tree;
use who::Mentions;

/// Finds every attribution of a document, in the order of the text; a statement stands after the one
/// that holds it.
///
/// In a message, what no attribution gives to somebody else is a statement of its sender, and what it
/// quotes one of the quoted author: one statement a run of sentences of one firmness, without a cue.
/// Elsewhere the author's own sentences are statements only where they say what would be.
///
/// Texts of pipelines without English labels have none.
#[must_use]
pub fn statements_of_document(
    document: &Document<'_>,
    entities: &DocumentEntities,
) -> Vec<Statement> {
    let mentions = Mentions::of(entities);
    let is_message = document.facts.kind == DocumentKind::Message;
    let mut statements = Vec::new();
    for (number, segment) in (0..).zip(&document.segments) {
        if !is_read(segment) {
            continue;
        }
        let tree = Tree::of(segment);
        let quotations = Quotations::of(&tree);
        let mut drafts = Drafts::of_attributions(&tree, &quotations);
        if is_message || segment.quoted.is_some() {
            drafts.add_runs(blocks::runs(&tree));
        } else {
            drafts.add_free(blocks::conditionals(&tree));
        }
        let author = mentions.author(document, number);
        drafts.finish(&tree, number, &mentions, author, &mut statements);
    }
    statements
}

fn is_read(segment: &Segment<'_>) -> bool {
    matches!(segment.kind, SegmentKind::Prose | SegmentKind::Quote)
        && segment.annotated.labels().number("dobj").is_some()
}

/// A possible attribution, as the trainer of the scorer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Bytes of the word that the cue is about, in the view of the segment.
    pub cue: Span,
    /// Whether what is said hangs on the cue as a clause.
    pub is_clause: bool,
    /// What is known of it.
    pub features: Vec<String>,
}

/// All possible attributions of a segment, likely or not: what the scorer is trained on.
#[must_use]
pub fn examples(segment: &Segment<'_>) -> Vec<Example> {
    let tree = Tree::of(segment);
    let quotations = Quotations::of(&tree);
    let found = select::candidates_with_content(&tree, &quotations);
    let parents = nesting::parents(&found);
    let examples = found.iter().zip(parents).map(|(one, parent)| Example {
        cue: Span::new(tree.word(one.head).start, tree.word(one.head).end),
        is_clause: one.link == candidate::Link::Clause,
        features: scorer::features(&tree, one, parent.is_some()),
    });
    examples.collect()
}
