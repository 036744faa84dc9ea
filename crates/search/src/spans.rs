//! Where patterns match in one text, given the positions of their words: the one definition of phrases
//! and nearness, for searching and for highlighting.

use crate::query::Pattern;

/// First and last position of a match, both included.
pub(crate) type Stretch = (u32, u32);

/// Most matches of a part of a `near` that are followed in one document.
const MAX_STRETCHES: usize = 1 << 20;

/// Gives each word of a pattern, from left to right, its ascending positions.
pub(crate) trait Positions {
    /// The positions of the word with this number.
    fn of_word(&self, word: usize) -> &[u32];
}

/// Every match of `pattern`, ascending, each once. `next_word` counts the pattern's words as they are used.
pub(crate) fn stretches<P: Positions + ?Sized>(
    pattern: &Pattern,
    positions: &P,
    next_word: &mut usize,
) -> Vec<Stretch> {
    match pattern {
        Pattern::Word(_) => {
            let word = take(next_word, 1);
            let places = positions.of_word(word);
            places.iter().map(|&place| (place, place)).collect()
        }
        Pattern::Phrase(words) => {
            let first = take(next_word, words.len());
            phrase(first, words.len(), positions)
        }
        Pattern::Any(patterns) => {
            let mut found: Vec<Stretch> = Vec::new();
            for pattern in patterns {
                found.extend(stretches(pattern, positions, next_word));
            }
            found.sort_unstable();
            found.dedup();
            found
        }
        Pattern::Near {
            left,
            right,
            within,
        } => {
            let left = stretches(left, positions, next_word);
            let right = stretches(right, positions, next_word);
            let mut found = Vec::new();
            near_pairs(&left, &right, *within, |one, other| {
                found.push((one.0.min(other.0), one.1.max(other.1)));
                found.len() < MAX_STRETCHES
            });
            found.sort_unstable();
            found.dedup();
            found
        }
    }
}

/// Number of matches of `pattern`; of a `near`, the number of matches of its left side that have a partner.
/// `marks` serve for many texts in turn.
pub(crate) fn count<P: Positions + ?Sized>(
    pattern: &Pattern,
    positions: &P,
    marks: &mut Marks,
) -> u32 {
    let mut next_word = 0;
    let (left, right, within) = match pattern {
        Pattern::Near {
            left,
            right,
            within,
        } => (left.as_ref(), right.as_ref(), within),
        Pattern::Phrase(words) if words.len() >= 2 => {
            let n_pairs = marks.count_neighbors(positions.of_word(0), positions.of_word(1));
            if n_pairs == 0 || words.len() == 2 {
                return n_pairs;
            }
            return clamp(phrase(0, words.len(), positions).len());
        }
        _ => return clamp(stretches(pattern, positions, &mut next_word).len()),
    };
    if matches!((left, right), (Pattern::Word(_), Pattern::Word(_))) {
        return marks.count_near(positions.of_word(0), positions.of_word(1), *within);
    }
    let left = stretches(left, positions, &mut next_word);
    if left.is_empty() {
        return 0;
    }
    let right = stretches(right, positions, &mut next_word);
    let longest = longest(&right);
    let partnered = |one: &&Stretch| {
        let mut found = false;
        partners(**one, &right, longest, *within, |_| {
            found = true;
            false
        });
        found
    };
    clamp(left.iter().filter(partnered).count())
}

/// Finds places of one word that have a place of another nearby.
///
/// Comparing two lists step by step costs a mispredicted branch a step; marking the places of one and looking
/// up what is around those of the other costs none.
pub(crate) struct Marks {
    /// One bit a place, from [`Marks::PAD`] on; all zero between two texts.
    bits: Vec<u64>,
}

impl Default for Marks {
    fn default() -> Self {
        let n_bits = (Self::MOST + 2 * Self::PAD) as usize;
        Self {
            bits: vec![0; n_bits / 64],
        }
    }
}

impl Marks {
    /// Places below this one can be marked: those of all but long texts.
    const MOST: u32 = 1 << 14;
    /// Free bits before the first place and after the last.
    const PAD: u32 = 64;
    /// Places within this distance fit in one number.
    const FARTHEST: u32 = 31;

    fn hold(places: &[u32]) -> bool {
        places.last().is_none_or(|last| *last < Self::MOST)
    }

    /// How often a place of `second` comes right after one of `first`; both ascend.
    fn count_neighbors(&mut self, first: &[u32], second: &[u32]) -> u32 {
        if !Self::hold(first) || !Self::hold(second) {
            return count_neighbors(first, second);
        }
        // Marking costs more than looking up.
        let (marked, others, distance) = match first.len() <= second.len() {
            true => (first, second, -1),
            false => (second, first, 1),
        };
        self.mark(marked);
        let has_neighbor = |place: &u32| {
            let bit = (place + Self::PAD).wrapping_add_signed(distance);
            (self.bits[(bit / 64) as usize] >> (bit % 64) & 1) as u32
        };
        let n_neighbors = others.iter().map(has_neighbor).sum();
        self.unmark(marked);
        n_neighbors
    }

    /// How many places of `left` have another of `right` within a distance; both ascend.
    fn count_near(&mut self, left: &[u32], right: &[u32], within: u32) -> u32 {
        if within > Self::FARTHEST || !Self::hold(left) || !Self::hold(right) {
            return count_near(left, right, within);
        }
        self.mark(right);
        let wanted = ((2 << (2 * within)) - 1) & !(1 << within);
        let has_partner = |place: &u32| {
            let first = place + Self::PAD - within;
            let (block, shift) = ((first / 64) as usize, first % 64);
            let seen = self.bits[block] >> shift | self.bits[block + 1] << 1 << (63 - shift);
            u32::from(seen & wanted != 0)
        };
        let n_partnered = left.iter().map(has_partner).sum();
        self.unmark(right);
        n_partnered
    }

    fn mark(&mut self, places: &[u32]) {
        for place in places {
            let bit = place + Self::PAD;
            self.bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }

    fn unmark(&mut self, places: &[u32]) {
        for place in places {
            self.bits[((place + Self::PAD) / 64) as usize] = 0;
        }
    }
}

/// As [`Marks::count_neighbors`], step by step.
fn count_neighbors(first: &[u32], second: &[u32]) -> u32 {
    let (mut one, mut other, mut n) = (0, 0, 0);
    while one < first.len() && other < second.len() {
        let wanted = first[one] + 1;
        n += u32::from(second[other] == wanted);
        one += usize::from(second[other] >= wanted);
        other += usize::from(second[other] <= wanted);
    }
    n
}

/// As [`Marks::count_near`], step by step.
fn count_near(left: &[u32], right: &[u32], within: u32) -> u32 {
    let (mut first, mut n) = (0, 0);
    for &one in left {
        while first < right.len() && right[first] + within < one {
            first += 1;
        }
        let near = |other: &&u32| **other <= one.saturating_add(within);
        let mut others = right[first..].iter().take_while(near);
        n += u32::from(others.any(|&other| other != one));
    }
    n
}

/// Calls `each` with every pair of matches that are near one another, until it returns false.
pub(crate) fn near_pairs(
    left: &[Stretch],
    right: &[Stretch],
    within: u32,
    mut each: impl FnMut(Stretch, Stretch) -> bool,
) {
    let longest = longest(right);
    for &one in left {
        if !partners(one, right, longest, within, |other| each(one, other)) {
            return;
        }
    }
}

/// Calls `each` with those of `others` that are near `one` and share no word with it; false when `each` said so.
fn partners(
    one: Stretch,
    others: &[Stretch],
    longest: u32,
    within: u32,
    mut each: impl FnMut(Stretch) -> bool,
) -> bool {
    let earliest = one.0.saturating_sub(within).saturating_sub(longest);
    let first = others.partition_point(|other| other.0 < earliest);
    for &other in &others[first..] {
        if other.0 > one.1.saturating_add(within) {
            break;
        }
        let apart = if other.0 > one.1 {
            other.0 - one.1
        } else if one.0 > other.1 {
            one.0 - other.1
        } else {
            continue;
        };
        if apart <= within && !each(other) {
            return false;
        }
    }
    true
}

fn phrase<P: Positions + ?Sized>(first: usize, len: usize, positions: &P) -> Vec<Stretch> {
    let rarest = (0..len).min_by_key(|&word| positions.of_word(first + word).len());
    let Some(rarest) = rarest else {
        return Vec::new();
    };
    let offset = |word: usize| clamp(word);
    let mut starts: Vec<u32> = positions
        .of_word(first + rarest)
        .iter()
        .filter_map(|place| place.checked_sub(offset(rarest)))
        .collect();
    for word in (0..len).filter(|&word| word != rarest) {
        keep_followed(&mut starts, positions.of_word(first + word), offset(word));
    }
    let last = offset(len - 1);
    starts
        .into_iter()
        .map(|start| (start, start + last))
        .collect()
}

/// Keeps the starts after which, at this offset, one of `places` stands.
fn keep_followed(starts: &mut Vec<u32>, places: &[u32], offset: u32) {
    let mut at = 0;
    starts.retain(|&start| {
        let wanted = start + offset;
        while at < places.len() && places[at] < wanted {
            at += 1;
        }
        places.get(at) == Some(&wanted)
    });
}

fn longest(stretches: &[Stretch]) -> u32 {
    stretches
        .iter()
        .map(|(first, last)| last - first)
        .max()
        .unwrap_or(0)
}

fn take(next_word: &mut usize, n: usize) -> usize {
    let first = *next_word;
    *next_word += n;
    first
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::btree_set;
    use proptest::prelude::proptest;

    use super::*;

    fn listed(places: &BTreeSet<u32>) -> Vec<u32> {
        places.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn marks_count_as_steps_do(
            left in btree_set(0u32..300, 0..60),
            right in btree_set(0u32..300, 0..60),
            from in proptest::sample::select(vec![0u32, 190, Marks::MOST - 150]),
            within in 1u32..40,
        ) {
            let moved = |places| listed(places).into_iter().map(|place| place + from);
            let (left, right): (Vec<_>, Vec<_>) = (moved(&left).collect(), moved(&right).collect());
            let mut marks = Marks::default();
            for _ in 0..2 {
                let n = marks.count_near(&left, &right, within);
                assert_eq!(n, count_near(&left, &right, within));
                assert_eq!(marks.count_neighbors(&left, &right), count_neighbors(&left, &right));
            }
        }
    }
}
