//! What a message says in its sender's own words, or in those of whom it quotes.

use super::stance::of_sentence;
use super::tree::{Tree, Words};
use crate::statement::{Certainty, Polarity, Stance};

/// A run of sentences of one firmness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) words: Words,
    pub(crate) stance: Stance,
    pub(crate) certainty: Certainty,
    pub(crate) polarity: Polarity,
}

/// The sentences of a block, those of one firmness that follow each other as one. What has no verb,
/// as a greeting, begins none.
pub(crate) fn runs(tree: &Tree<'_>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let pieces = tree
        .sentences
        .iter()
        .flat_map(|sentence| by_paragraph(tree, sentence));
    for words in pieces {
        if !words.clone().any(|at| tree.word(at).is_verb()) {
            continue;
        }
        let (stance, certainty, polarity) = of_sentence(tree, &words);
        match runs.last_mut() {
            Some(last) if (last.stance, last.polarity) == (stance, polarity) => {
                last.words.end = words.end;
            }
            _ => runs.push(Run {
                words,
                stance,
                certainty,
                polarity,
            }),
        }
    }
    runs
}

/// A sentence as the parser sees it may hold a greeting and what follows it.
fn by_paragraph(tree: &Tree<'_>, sentence: &Words) -> Vec<Words> {
    let mut pieces = Vec::new();
    let mut from = sentence.start;
    while from < sentence.end {
        let to = tree.paragraph(from).end.clamp(from + 1, sentence.end);
        pieces.push(tree.without_space(from..to));
        from = to;
    }
    pieces
}

/// Sentences outside of every attribution that say what would be: "if it was made, it would be …".
pub(crate) fn conditionals(tree: &Tree<'_>) -> Vec<Run> {
    let mut found = runs(tree);
    found.retain(|run| run.stance == Stance::Hypothetical && run.certainty == Certainty::Possible);
    found
}
