//! Statements whose words are near copies of one another.

use std::collections::BTreeSet;

use crate::claims::StatementRow;
use crate::hash::of_bytes;
use crate::words::words;

/// Words without which likeness says nothing.
const FEWEST_WORDS: usize = 5;
/// Common words over all, from which on two wordings are near copies.
const ALIKE: f64 = 0.75;
/// Wordings on each side of one that are held against it, in the order of their words.
const NEIGHBORS: usize = 40;
/// Words of a statement that are looked at.
const MOST_WORDS: usize = 2_000;

/// Pairs of places in `rows` whose words are near copies. Of each wording all are tied to its first, so
/// that their number is linear in that of the rows.
pub(crate) fn alike(rows: &[&StatementRow]) -> Vec<(usize, usize)> {
    let mut wordings: Vec<(BTreeSet<u64>, usize)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            (
                words(&row.quote)
                    .take(MOST_WORDS)
                    .map(|(_, word)| of_bytes(word.as_bytes()))
                    .collect(),
                at,
            )
        })
        .filter(|(words, _): &(BTreeSet<u64>, usize)| words.len() >= FEWEST_WORDS)
        .collect();
    wordings.sort_unstable();
    let mut pairs = Vec::new();
    let mut distinct: Vec<(&BTreeSet<u64>, usize)> = Vec::new();
    for (words, at) in &wordings {
        match distinct.last() {
            Some(&(last, first)) if last == words => pairs.push((first, *at)),
            _ => distinct.push((words, *at)),
        }
    }
    for (n, (words, at)) in distinct.iter().enumerate() {
        for (others, to) in distinct[n + 1..].iter().take(NEIGHBORS) {
            if is_alike(words, others) {
                pairs.push((*at, *to));
            }
        }
    }
    pairs
}

fn is_alike(left: &BTreeSet<u64>, right: &BTreeSet<u64>) -> bool {
    let both = left.intersection(right).count();
    both as f64 / (left.len() + right.len() - both) as f64 >= ALIKE
}
