//! What was kept, cut, added and changed between two versions, by sentences.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use crate::hash::{join, of_bytes};
use crate::words::{sentences, words};

/// Share of words that two sentences have in common when the one is the other, changed.
const SAME_SENTENCE: f64 = 0.5;
/// Sentences of a gap that are held against each other; of longer gaps, those at the same distance only.
const GAP: usize = 40;

/// What became of a sentence. Spans are bytes of the two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub enum Change {
    /// In both, word for word; it may stand elsewhere.
    Kept {
        /// In the first text.
        from: Range<usize>,
        /// In the second text.
        to: Range<usize>,
    },
    /// In the first text only.
    Cut {
        /// In the first text.
        from: Range<usize>,
    },
    /// In the second text only.
    Added {
        /// In the second text.
        to: Range<usize>,
    },
    /// In both, with other words in it.
    Changed {
        /// In the first text.
        from: Range<usize>,
        /// In the second text.
        to: Range<usize>,
    },
}

/// The sentences of two versions, in the order of the second; what was cut stands where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differences<'a> {
    #[serde(skip)]
    first: &'a str,
    #[serde(skip)]
    second: &'a str,
    /// One for each sentence of either.
    pub changes: Vec<Change>,
}

impl Differences<'_> {
    /// The words of the second text that are not the first's.
    pub fn new_sentences(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().filter_map(|change| match change {
            Change::Added { to } | Change::Changed { to, .. } => Some(&self.second[to.clone()]),
            Change::Kept { .. } | Change::Cut { .. } => None,
        })
    }

    /// The spans of the first text that the second does not have as they stood.
    pub fn lost(&self) -> impl Iterator<Item = &Range<usize>> {
        self.changes.iter().filter_map(|change| match change {
            Change::Cut { from } | Change::Changed { from, .. } => Some(from),
            Change::Kept { .. } | Change::Added { .. } => None,
        })
    }

    /// The first text, to which `from` belongs.
    #[must_use]
    pub fn first(&self) -> &str {
        self.first
    }
}

/// Compares two texts by sentences, in linear time.
///
/// ```
/// use onrecord_statements::copies::{Change, differences};
/// let found = differences("He paid. He sits on the board.", "He paid. We were wrong about the board.");
/// assert!(matches!(found.changes[0], Change::Kept { .. }));
/// assert!(matches!(found.changes[1], Change::Cut { .. }));
/// assert!(matches!(found.changes[2], Change::Added { .. }));
/// ```
#[must_use]
pub fn differences<'a>(first: &'a str, second: &'a str) -> Differences<'a> {
    let (from, to) = (sentences(first), sentences(second));
    let partners = kept(first, &from, second, &to);
    let mut changes = Vec::new();
    let mut cut = cuts(&from, &partners);
    let mut gap = Vec::new();
    let mut next = 0;
    for (at, span) in to.iter().enumerate() {
        let Some(partner) = partners[at] else {
            gap.push(span.clone());
            continue;
        };
        // What was cut before the partner of this one belongs into this gap.
        let before: Vec<_> = cut.range(next..partner.max(next)).copied().collect();
        close(first, &from, &before, second, &gap, &mut changes);
        for index in before {
            cut.remove(&index);
        }
        gap.clear();
        changes.push(Change::Kept {
            from: from[partner].clone(),
            to: span.clone(),
        });
        next = next.max(partner + 1);
    }
    let rest: Vec<_> = cut.into_iter().collect();
    close(first, &from, &rest, second, &gap, &mut changes);
    Differences {
        first,
        second,
        changes,
    }
}

/// For each sentence of the second text its partner in the first, word for word; each partner once.
fn kept(
    first: &str,
    from: &[Range<usize>],
    second: &str,
    to: &[Range<usize>],
) -> Vec<Option<usize>> {
    let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, span) in from.iter().enumerate().rev() {
        places
            .entry(fingerprint(&first[span.clone()]))
            .or_default()
            .push(at);
    }
    to.iter()
        .map(|span| {
            places
                .get_mut(&fingerprint(&second[span.clone()]))
                .and_then(Vec::pop)
        })
        .collect()
}

fn cuts(from: &[Range<usize>], partners: &[Option<usize>]) -> BTreeSet<usize> {
    let kept: BTreeSet<usize> = partners.iter().flatten().copied().collect();
    (0..from.len()).filter(|at| !kept.contains(at)).collect()
}

fn fingerprint(sentence: &str) -> u64 {
    words(sentence).fold(0, |hash, (_, word)| join(hash, of_bytes(word.as_bytes())))
}

/// Pairs what was cut with what was added between two kept sentences.
fn close(
    first: &str,
    from: &[Range<usize>],
    cut: &[usize],
    second: &str,
    added: &[Range<usize>],
    changes: &mut Vec<Change>,
) {
    let bag = |text: &str| words(text).map(|(_, word)| word).collect::<BTreeSet<_>>();
    let cut_words: Vec<_> = cut
        .iter()
        .map(|&at| bag(&first[from[at].clone()]))
        .collect();
    let mut next = 0;
    for (at, span) in added.iter().enumerate() {
        let new = bag(&second[span.clone()]);
        let reach = if cut.len() > GAP {
            next.max(at)..(at + 1).min(cut.len())
        } else {
            next..cut.len()
        };
        let partner = reach
            .into_iter()
            .find(|&index| shares(&cut_words[index], &new));
        if let Some(partner) = partner {
            changes.extend(cut[next..partner].iter().map(|&at| Change::Cut {
                from: from[at].clone(),
            }));
            changes.push(Change::Changed {
                from: from[cut[partner]].clone(),
                to: span.clone(),
            });
            next = partner + 1;
        } else {
            changes.push(Change::Added { to: span.clone() });
        }
    }
    let left = cut[next.min(cut.len())..].iter().map(|&at| Change::Cut {
        from: from[at].clone(),
    });
    // Cuts stand before what replaced them.
    let at = changes.len()
        - changes
            .iter()
            .rev()
            .take_while(|change| matches!(change, Change::Added { .. }))
            .count();
    let left: Vec<_> = left.collect();
    changes.splice(at..at, left);
}

fn shares(left: &BTreeSet<String>, right: &BTreeSet<String>) -> bool {
    let both = left.intersection(right).count() as f64;
    let all = left.len().max(right.len()) as f64;
    all > 0.0 && both / all >= SAME_SENTENCE
}
