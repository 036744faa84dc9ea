//! A document as a few hashes of its words.

use crate::hash::{join, of_bytes, spread};
use crate::words::words;

/// Words in a shingle: fewer join what only shares idiom, more lose what was lightly edited.
pub(crate) const SHINGLE: usize = 4;
/// Of this many shingles in a row one hash is kept, so that a common passage of
/// `SHINGLE + WINDOW - 1` words always leaves a common hash (winnowing).
pub(crate) const WINDOW: usize = 5;
/// Words that a text must have to be a copy of anything: "Thanks, will do" is nobody's copy.
pub(crate) const FEWEST_WORDS: usize = 20;
/// How many of the least prints stand for the whole when resemblance is only estimated.
const LEAST: usize = 32;

/// What is kept of a document to find its near-copies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Hash of all words; two documents of the same words have the same.
    pub whole: u64,
    /// Number of words.
    pub n_words: u32,
    /// Winnowed hashes of shingles, sorted, each once.
    pub prints: Vec<u64>,
}

impl Sketch {
    /// Draws a text. Letter case, punctuation, white space and `>` of quoted lines do not count.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let shingles = Shingles::of(text);
        let whole = shingles
            .words
            .iter()
            .fold(0, |hash, &word| join(hash, word));
        let mut prints: Vec<u64> = winnow(&shingles.hashes).map(|(_, print)| print).collect();
        if shingles.words.len() < FEWEST_WORDS {
            prints.clear();
        }
        prints.sort_unstable();
        prints.dedup();
        Self {
            whole,
            n_words: u32::try_from(shingles.words.len()).unwrap_or(u32::MAX),
            prints,
        }
    }

    /// Estimated share of prints in common, from the least of each.
    pub(crate) fn estimate(&self, other: &Self) -> f64 {
        let left = &self.prints[..self.prints.len().min(LEAST)];
        let right = &other.prints[..other.prints.len().min(LEAST)];
        let (mut at, mut to, mut seen, mut both) = (0, 0, 0, 0);
        while seen < LEAST && (at < left.len() || to < right.len()) {
            let (a, b) = (left.get(at), right.get(to));
            match (a, b) {
                (Some(a), Some(b)) if a == b => {
                    both += 1;
                    at += 1;
                    to += 1;
                }
                (Some(a), Some(b)) if a < b => at += 1,
                (Some(_), None) => at += 1,
                _ => to += 1,
            }
            seen += 1;
        }
        if seen == 0 {
            0.0
        } else {
            f64::from(both) / f64::from(seen as u32)
        }
    }
}

/// The words of a text and its shingles, in order.
#[derive(Debug, Default)]
pub(crate) struct Shingles {
    pub(crate) words: Vec<u64>,
    /// One for each word that begins a whole shingle.
    pub(crate) hashes: Vec<u64>,
}

impl Shingles {
    pub(crate) fn of(text: &str) -> Self {
        let words: Vec<u64> = words(text)
            .map(|(_, word)| of_bytes(word.as_bytes()))
            .collect();
        let hashes = words
            .windows(SHINGLE)
            .map(|window| spread(window.iter().fold(0, |hash, &word| join(hash, word))))
            .collect();
        Self { words, hashes }
    }
}

/// The least hash of each window, with its place, each place once; in the order of the text.
pub(crate) fn winnow(hashes: &[u64]) -> impl Iterator<Item = (usize, u64)> + '_ {
    let last = hashes.len().saturating_sub(WINDOW) + usize::from(!hashes.is_empty());
    let mut taken = None;
    (0..last).filter_map(move |start| {
        let window = &hashes[start..hashes.len().min(start + WINDOW)];
        // Of equal hashes the rightmost, so that a repeated word leaves few prints.
        let (at, &least) = window
            .iter()
            .enumerate()
            .min_by_key(|&(at, &hash)| (hash, usize::MAX - at))?;
        let place = start + at;
        (taken != Some(place)).then(|| {
            taken = Some(place);
            (place, least)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_does_not_count() {
        let words = "The firm held the names of everyone who had signed the petition to save the ward, \
                     and it knew that it had no consent to hold them.";
        let quoted = words.to_uppercase().replace(" THE", "\n> THE");
        assert_eq!(Sketch::of(words), Sketch::of(&quoted));
        assert!(!Sketch::of(words).prints.is_empty());
        assert!(Sketch::of("Thanks, will do").prints.is_empty());
    }

    #[test]
    fn a_common_passage_leaves_a_common_print() {
        let hashes: Vec<u64> = (0..200).map(|n| spread(n + 1)).collect();
        let inside: Vec<u64> = winnow(&hashes[50..50 + WINDOW])
            .map(|(_, print)| print)
            .collect();
        let all: Vec<u64> = winnow(&hashes).map(|(_, print)| print).collect();
        assert!(inside.iter().all(|print| all.contains(print)));
        assert_eq!(winnow(&[]).count(), 0);
        assert_eq!(winnow(&[7]).count(), 1);
    }
}
