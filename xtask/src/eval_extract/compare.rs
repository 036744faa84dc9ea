//! Two texts compared by their words: which they share, and in which order.

use std::collections::HashMap;

/// How alike two texts are, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Likeness {
    /// F1 of the words, each as often as it stands in both.
    pub(crate) words: f64,
    /// F1 of the longest common subsequence of words: the same, in the same order.
    pub(crate) order: f64,
}

/// The words of a text in small letters; a word divided at a line's end is whole in every text.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = whole_words(text);
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Takes out hyphens between small letters at line ends, and the marks that stand for them.
fn whole_words(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|c| *c != '\r').collect();
    let mut whole = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let is_small = |at: Option<usize>| {
            at.and_then(|at| letters.get(at))
                .is_some_and(|letter| letter.is_lowercase())
        };
        let is_hyphen = matches!(letters[at], '-' | '\u{2010}' | '\u{ad}');
        if letters[at] == '\u{fffe}' {
            at += 1;
        } else if is_hyphen
            && letters.get(at + 1) == Some(&'\n')
            && is_small(at.checked_sub(1))
            && is_small(Some(at + 2))
        {
            at += 2;
        } else {
            whole.push(letters[at]);
            at += 1;
        }
    }
    whole
}

/// Compares two texts, given as words.
pub(crate) fn likeness(one: &[String], other: &[String]) -> Likeness {
    let n = (one.len() + other.len()) as f64;
    if n == 0.0 {
        return Likeness {
            words: 1.0,
            order: 1.0,
        };
    }
    Likeness {
        words: 2.0 * n_shared(one, other) as f64 / n,
        order: 2.0 * n_in_order(one, other) as f64 / n,
    }
}

fn n_shared(one: &[String], other: &[String]) -> usize {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in one {
        *left.entry(word).or_default() += 1;
    }
    let takes = |word: &&String| match left.get_mut(word.as_str()) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    };
    other.iter().filter(takes).count()
}

/// Length of the longest common subsequence, 64 words at a time (Hyyrö 2004).
fn n_in_order(one: &[String], other: &[String]) -> usize {
    let n_blocks = one.len().div_ceil(64);
    let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
    for (at, word) in one.iter().enumerate() {
        let places = places.entry(word).or_insert_with(|| vec![0; n_blocks]);
        places[at / 64] |= 1 << (at % 64);
    }
    let mut row = vec![u64::MAX; n_blocks];
    for word in other {
        let Some(places) = places.get(word.as_str()) else {
            continue;
        };
        let mut carry = false;
        for (block, places) in row.iter_mut().zip(places) {
            let shared = *block & places;
            let (sum, over) = block.overflowing_add(shared);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            carry = over || over_again;
            *block = sum | (*block & !places);
        }
    }
    let n_bits: usize = row.iter().map(|block| block.count_zeros() as usize).sum();
    n_bits.min(one.len())
}

#[cfg(test)]
mod tests {
    use super::{likeness, words};

    #[test]
    fn order_counts_what_stands_in_order() {
        let one = words("the quick brown fox jumps");
        let other = words("the fox jumps quick brown");
        let found = likeness(&one, &other);
        assert!((found.words - 1.0).abs() < 1e-9);
        assert!((found.order - 0.6).abs() < 1e-9, "{found:?}");
        let long: Vec<String> = (0..200).map(|n| n.to_string()).collect();
        assert!((likeness(&long, &long).order - 1.0).abs() < 1e-9);
        assert_eq!(
            words("a coun-\ncil, 2014-\n15"),
            ["a", "council", "2014", "15"]
        );
    }
}
