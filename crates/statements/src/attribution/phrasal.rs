//! Cues of several words, by `data/phrases.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::{Cue, Frames, Lexicon};
use super::tree::{Tree, Words};
use crate::statement::{Certainty, Stance};

/// A cue of several words: each place a choice of lemmas.
struct Phrase {
    rest: Vec<Vec<String>>,
    cue: Cue,
}

#[derive(Deserialize)]
struct Table {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    stance: Stance,
    certainty: Certainty,
    phrases: String,
}

/// By each lemma that a phrase may begin with; the longest first.
static PHRASES: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("../../data/phrases.toml"))
        .expect("data/phrases.toml is a table of phrases: a test reads it");
    let mut phrases: HashMap<String, Vec<Phrase>> = HashMap::new();
    for (group, number) in table.groups.iter().zip(Lexicon::FIRST_PHRASAL_GROUP..) {
        let all = group
            .phrases
            .split([';', '\n'])
            .map(str::trim)
            .filter(|one| !one.is_empty());
        for phrase in all {
            let mut places = phrase.split_whitespace().map(choices);
            let first = places.next().unwrap_or_default();
            let rest: Vec<Vec<String>> = places.collect();
            for lemma in first {
                phrases.entry(lemma).or_default().push(Phrase {
                    rest: rest.clone(),
                    cue: Cue {
                        frames: Frames::QUOTE,
                        prepositions: Vec::new(),
                        told: false,
                        stance: group.stance,
                        certainty: group.certainty,
                        group: number,
                    },
                });
            }
        }
    }
    for list in phrases.values_mut() {
        list.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
    }
    phrases
});

fn choices(place: &str) -> Vec<String> {
    place.split('|').map(str::to_owned).collect()
}

/// Words that may stand between two places of a phrase.
const MAX_BETWEEN: u32 = 4;

/// A phrase found in the text.
pub(crate) struct Found {
    pub(crate) cue: &'static Cue,
    /// Its words, first to last.
    pub(crate) words: Vec<u32>,
}

impl Found {
    /// Its verb, else its first word.
    pub(crate) fn head(&self, tree: &Tree<'_>) -> u32 {
        let verb = self
            .words
            .iter()
            .copied()
            .find(|&at| tree.word(at).pos == "VERB");
        let first = self.words.first().copied().unwrap_or_default();
        verb.filter(|_| !matches!(tree.word(first).lemma, "be" | "have"))
            .unwrap_or(first)
    }

    pub(crate) fn last(&self) -> u32 {
        self.words.last().copied().unwrap_or_default()
    }
}

/// The longest phrase of at least two words that begins at a word.
pub(crate) fn at(tree: &Tree<'_>, first: u32) -> Option<Found> {
    let begins = |lemma: &str| PHRASES.get(lemma).map_or(&[][..], Vec::as_slice);
    let word = tree.word(first);
    let list = begins(word.lemma)
        .iter()
        .chain(begins(&word.text.to_lowercase()));
    let mut of_some_words = list.filter(|phrase| !phrase.rest.is_empty());
    of_some_words.find_map(|phrase| {
        let words = matched(tree, first, &phrase.rest)?;
        Some(Found {
            cue: &phrase.cue,
            words,
        })
    })
}

fn matched(tree: &Tree<'_>, first: u32, rest: &[Vec<String>]) -> Option<Vec<u32>> {
    let mut words = vec![first];
    for choice in rest {
        let from = words.last().copied()? + 1;
        let is = |&at: &u32| {
            let word = tree.word(at);
            choice
                .iter()
                .any(|known| known == word.lemma || known.eq_ignore_ascii_case(word.text))
        };
        let near = from..(from + MAX_BETWEEN).min(tree.len());
        let stops = |at: u32| {
            matches!(tree.word(at).text, "." | "," | ";" | ":" | "”" | "\"")
                || tree.word(at).is_space()
        };
        let end = near.clone().find(|&at| stops(at)).unwrap_or(near.end);
        words.push((from..end).find(is)?);
    }
    hangs_together(tree, &words).then_some(words)
}

/// Whether the tree ties the words to each other: "walked into the back" is no "walk back". A mark
/// such as "whether" hangs on the verb of its own clause.
fn hangs_together(tree: &Tree<'_>, words: &[u32]) -> bool {
    let tied = |at: u32| {
        let head = tree.word(at).head;
        head != at && (words.contains(&head) || words.contains(&tree.word(head).head))
    };
    words.iter().filter(|&&at| !tied(at)).count() <= 1
}

/// What hangs on the words of a phrase behind its last.
pub(crate) fn content(tree: &Tree<'_>, found: &Found) -> Option<Words> {
    let last = found.last();
    let hangs = found.words.iter().rev().find_map(|&word| {
        tree.children(word).iter().copied().find(|&child| {
            let dep = tree.word(child).dep;
            child > last
                && matches!(
                    dep,
                    "pobj"
                        | "pcomp"
                        | "dobj"
                        | "ccomp"
                        | "xcomp"
                        | "acl"
                        | "relcl"
                        | "prep"
                        | "attr"
                        | "oprd"
                        | "advcl"
                )
                && !found.words.contains(&child)
        })
    })?;
    let object = tree
        .child(hangs, &["pobj", "pcomp"])
        .filter(|_| tree.word(hangs).dep == "prep");
    let words = tree.subtree(object.unwrap_or(hangs));
    Some(words.start.max(last + 1)..words.end).filter(|words| words.start < words.end)
}
