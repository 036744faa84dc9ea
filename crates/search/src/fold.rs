//! Characters: which belong to words, and what they become in the index.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// What a character is to the tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Belongs to a word, and is folded.
    Word,
    /// A token of its own: scripts without spaces, and signs such as ½ that fold to more than letters.
    Single,
    /// An accent or an invisible joiner: leaves no trace, and does not part a word.
    Ignored,
    /// Stands between words.
    Separator,
}

/// Marks that folding removes: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels.
/// Marks of other scripts carry vowels and stay.
const STRIPPED_MARKS: &[(u32, u32)] = &[
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x0640, 0x0640),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
];

/// Invisible characters inside words: soft hyphen, zero-width signs, variation selectors.
const JOINERS: &[(u32, u32)] = &[
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x2069),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
];

/// Scripts that are written without spaces: a character is a token, a word is a phrase of them.
const UNSPACED: &[(u32, u32)] = &[
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x19E0, 0x19FF),
    (0x1A20, 0x1AAD),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FE),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
];

/// Letters that no Unicode decomposition takes apart, and those whose decomposition holds a sign.
const SPECIAL: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('ð', "d"),
    ('ø', "o"),
    ('þ', "th"),
    ('đ', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ĸ', "k"),
    ('ŀ', "l"),
    ('ł', "l"),
    ('ŉ', "n"),
    ('ŋ', "n"),
    ('œ', "oe"),
    ('ŧ', "t"),
    ('ς', "σ"),
];

fn within(table: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    let at = table.partition_point(|&(_, last)| last < code);
    table.get(at).is_some_and(|&(first, _)| first <= code)
}

/// Whether `c` is an apostrophe as keyboards and typesetters write it.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '\u{ff07}')
}

/// What `c` is to the tokenizer.
pub(crate) fn classify(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() {
            Class::Word
        } else {
            Class::Separator
        };
    }
    if ('\u{c0}'..='\u{24f}').contains(&c) {
        return if matches!(c, '×' | '÷') {
            Class::Separator
        } else {
            Class::Word
        };
    }
    if within(STRIPPED_MARKS, c) || within(JOINERS, c) {
        return Class::Ignored;
    }
    if is_apostrophe(c) {
        return Class::Separator;
    }
    let of_word = c.is_alphanumeric() || is_combining_mark(c);
    if !of_word {
        Class::Separator
    } else if within(UNSPACED, c) || folds_to_signs(c) {
        Class::Single
    } else {
        Class::Word
    }
}

fn folds_to_signs(c: char) -> bool {
    let mut signs = false;
    decompose_compatible(c, |part| {
        signs |= !part.is_alphanumeric() && !is_combining_mark(part);
    });
    signs
}

/// Appends what a character of class [`Class::Word`] becomes: lower case, without accents.
pub(crate) fn fold_word_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    if ('\u{ac00}'..='\u{d7a3}').contains(&c) {
        out.push(c);
        return;
    }
    for lower in c.to_lowercase() {
        if push_special(lower, out) {
            continue;
        }
        decompose_compatible(lower, |part| {
            if within(STRIPPED_MARKS, part) {
                return;
            }
            for part in part.to_lowercase() {
                if !push_special(part, out) {
                    out.push(part);
                }
            }
        });
    }
}

/// Appends what a character of class [`Class::Single`] becomes: itself, of full width.
pub(crate) fn fold_single_char(c: char, out: &mut String) {
    if ('\u{ff66}'..='\u{ff9f}').contains(&c) || ('\u{f900}'..='\u{faff}').contains(&c) {
        decompose_compatible(c, |part| out.push(part));
    } else {
        out.push(c);
    }
}

fn push_special(c: char, out: &mut String) -> bool {
    match SPECIAL.iter().find(|(letter, _)| *letter == c) {
        Some((_, folded)) => {
            out.push_str(folded);
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_disjoint() {
        for table in [STRIPPED_MARKS, JOINERS, UNSPACED] {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in (0..=0x10FFFF).filter_map(char::from_u32) {
            let mut once = String::new();
            match classify(c) {
                Class::Word => fold_word_char(c, &mut once),
                Class::Single => fold_single_char(c, &mut once),
                Class::Ignored | Class::Separator => continue,
            }
            let mut twice = String::new();
            for folded in once.chars() {
                match classify(folded) {
                    Class::Word => fold_word_char(folded, &mut twice),
                    Class::Single => fold_single_char(folded, &mut twice),
                    Class::Ignored => {}
                    Class::Separator => twice.push('!'),
                }
            }
            assert_eq!(once, twice, "{c:?} {:x}", u32::from(c));
        }
    }
}
