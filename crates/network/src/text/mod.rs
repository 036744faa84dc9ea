//! Ties that a text states.
//!
//! Patterns over the dependency tree of each sentence, driven by the tables of `data/links`: nouns for
//! roles, verbs with frames, nouns for what happened, bare prepositions, and the lines of signatures.

mod amount;
mod assemble;
mod clause;
mod date;
mod ends;
mod events;
mod found;
mod lexicon;
mod neighbors;
mod roles;
mod signature;
mod stance;
mod table;
mod tree;

use onrecord_record::SegmentKind;
use onrecord_statements::Statement;
use onrecord_statements::entities::{Document, DocumentEntities};

use crate::Link;
use assemble::Assembler;
use ends::{Ends, Mentions};
use found::Found;
use tree::Tree;

pub use table::{TableLink, TableMapping, links_of_table};

/// Ties of one sentence, at most: a sentence that states more is no sentence.
const MOST_LINKS: usize = 256;

/// Finds the ties that a document states, in the order of the text. Work is linear in its length.
#[must_use]
pub fn links_of_document(
    document: &Document<'_>,
    entities: &DocumentEntities,
    statements: &[Statement],
) -> Vec<Link> {
    let mut mentions = Mentions::new(document, entities);
    mentions.add_speakers(document, statements);
    let mut assembler = Assembler::new(document, &mentions, statements);
    for (number, segment) in document.segments.iter().enumerate() {
        let number = number as u32;
        if !mentions.any(number) {
            continue;
        }
        let tree = Tree::new(segment);
        let ends = mentions.of_segment(number, &tree);
        match segment.kind {
            SegmentKind::Prose | SegmentKind::Quote | SegmentKind::Cell => {
                for sentence in segment.annotated.sentences() {
                    let words = sentence.start as u32..sentence.end as u32;
                    let found = in_sentence(ends, words.clone());
                    assembler.add_sentence(number, ends, words, found);
                }
            }
            SegmentKind::Signature => {
                let found = signature::in_signature(ends);
                assembler.add_sentence(number, ends, 0..tree.len(), found);
            }
            SegmentKind::Header => {}
        }
    }
    assembler.finish()
}

fn in_sentence(ends: Ends<'_>, words: std::ops::Range<u32>) -> Vec<Found> {
    let mut found = Vec::new();
    let n_mentions = words
        .clone()
        .filter(|&word| ends.mention(word).is_some())
        .take(2)
        .count();
    if n_mentions < 2 {
        return found;
    }
    for word in words {
        if ends.tree.is_verb(word) || is_verb_by_place(ends, word) {
            events::verb_at(ends, word, &mut found);
        } else if ends.tree.is_noun(word) {
            roles::roles_at(ends, word, &mut found);
            events::event_at(ends, word, &mut found);
            neighbors::neighbors_at(ends, word, &mut found);
            neighbors::party_at(ends, word, &mut found);
        }
        if found.len() > MOST_LINKS {
            found.truncate(MOST_LINKS);
            break;
        }
    }
    found
}

/// A word with subject and object is a verb, whatever its tag ("Sorrel & Wyke audits both").
fn is_verb_by_place(ends: Ends<'_>, word: u32) -> bool {
    let tree = ends.tree;
    tree.dep(word) == "ROOT"
        && tree.child(word, &["nsubj"]).is_some()
        && tree.child(word, &["dobj"]).is_some()
}
