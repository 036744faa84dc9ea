//! Texts longer than spaCy takes, in pieces.

use std::ops::Range;

/// Characters that spaCy annotates at once (`nlp.max_length`).
pub const MAX_CHARS: usize = 1_000_000;

/// Cuts a text into pieces of at most `max` characters: bytes of each, in order, without gaps.
///
/// A piece ends at the last empty line, else at the last line end, else at the last space, else at the last character that
/// fit; the first two and the third are sought in the second half of a piece only, so that pieces do not get small.
pub(crate) fn pieces(text: &str, max: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &text[from..];
        if rest.is_empty() {
            return None;
        }
        // A character takes a byte at least.
        let limit = if rest.len() <= max {
            rest.len()
        } else {
            rest.char_indices().nth(max).map_or(rest.len(), |(i, _)| i)
        };
        let len = if limit == rest.len() {
            limit
        } else {
            last_break(&rest[..limit])
        };
        let piece = from..from + len;
        from += len;
        Some(piece)
    })
}

fn last_break(window: &str) -> usize {
    let mut half = window.len() / 2;
    while !window.is_char_boundary(half) {
        half += 1;
    }
    let tail = &window[half..];
    let paragraph = tail.rfind("\n\n").map(|i| half + i + 2);
    let line = || tail.rfind('\n').map(|i| half + i + 1);
    let space = || tail.rfind(' ').map(|i| half + i + 1);
    paragraph
        .or_else(line)
        .or_else(space)
        .unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, max: usize) -> Vec<&str> {
        pieces(text, max).map(|r| &text[r]).collect()
    }

    #[test]
    fn cuts_at_the_best_place() {
        assert_eq!(cut("", 4), Vec::<&str>::new());
        assert_eq!(cut("abcd", 4), ["abcd"]);
        assert_eq!(cut("aaa\n\nbb\ncc dd", 10), ["aaa\n\nbb\n", "cc dd"]);
        assert_eq!(cut("aaaaaa\n\nbb\ncc dd", 10), ["aaaaaa\n\n", "bb\ncc dd"]);
        assert_eq!(cut("éééééééé", 3), ["ééé", "ééé", "éé"]);
        assert_eq!(cut("aaa bbbb", 6), ["aaa ", "bbbb"]);
    }

    #[test]
    fn nothing_is_lost_and_no_piece_is_too_long() {
        let text = "word\n\nand 😀 more, ".repeat(50);
        for max in [1, 2, 7, 100] {
            let all = cut(&text, max);
            assert_eq!(all.concat(), text);
            assert!(all.iter().all(|p| p.chars().count() <= max));
        }
    }
}
