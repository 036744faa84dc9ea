//! A tie as the patterns find it, before its stance, amount and dates are known.

use std::ops::Range;

use super::ends::Ends;
use super::lexicon::Measure;

/// Pairs that one word may state ("A, B and C met D and E").
const MOST_PAIRS: usize = 36;

/// A tie between two mentions, and the words that state it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Number of its type.
    pub(crate) kind: usize,
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// The word that states it.
    pub(crate) anchor: u32,
    /// The verb that the text states it with; `None` where it is taken as known.
    pub(crate) verb: Option<u32>,
    /// The adjective that stands for the end `to` here, where the mention of it is elsewhere.
    pub(crate) adjective: Option<u32>,
    /// Words that are evidence besides the ends.
    pub(crate) words: Range<u32>,
    pub(crate) role: Option<String>,
    /// Whether a date of its clause is the end of it.
    pub(crate) ends: bool,
    /// Only with such an amount.
    pub(crate) needs: Option<Measure>,
}

/// Every one of the first with every one of the second, save an entity with itself and crowds ("researchers").
pub(crate) fn pairs(ends: Ends<'_>, first: &[u32], second: &[u32]) -> Vec<(u32, u32)> {
    let all = first
        .iter()
        .flat_map(|&from| second.iter().map(move |&to| (from, to)));
    all.filter(|&(from, to)| !ends.is_crowd(from) && !ends.is_crowd(to))
        .filter(|&(from, to)| {
            let (from, to) = (ends.entity(from), ends.entity(to));
            from.is_some() && to.is_some() && from != to
        })
        .take(MOST_PAIRS)
        .collect()
}
