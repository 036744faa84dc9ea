//! Character properties as Python 3.11 has them (Unicode 14), because spaCy's tokenizer and features ask Python.
//!
//! Rust's own predicates differ: U+001C..=U+001F are spaces in Python; letter numbers and marks are not letters.

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) const SPACE: u8 = 1;
pub(crate) const ALPHA: u8 = 2;
pub(crate) const UPPER: u8 = 4;
pub(crate) const DIGIT: u8 = 8;
/// `\w` of Python's `re`.
pub(crate) const WORD: u8 = 16;
/// `\d` of Python's `re`.
pub(crate) const RE_DIGIT: u8 = 32;

const BLOCK: usize = 256;

/// A value for each code point, in two stages: blocks of 256 that are equal are stored once.
pub(crate) struct CharTable {
    blocks: Vec<u16>,
    values: Vec<u8>,
}

impl CharTable {
    /// Builds the table from a value for each of the `0x110000` code points.
    pub(crate) fn new(all: &[u8]) -> Self {
        let mut seen: BTreeMap<&[u8], u16> = BTreeMap::new();
        let mut values = Vec::new();
        let blocks = all
            .chunks(BLOCK)
            .map(|block| {
                *seen.entry(block).or_insert_with(|| {
                    values.extend_from_slice(block);
                    (values.len() / BLOCK - 1) as u16
                })
            })
            .collect();
        Self { blocks, values }
    }

    #[inline]
    pub(crate) fn get(&self, c: char) -> u8 {
        let c = c as usize;
        self.values[usize::from(self.blocks[c / BLOCK]) * BLOCK + c % BLOCK]
    }
}

static FLAGS: LazyLock<CharTable> = LazyLock::new(|| {
    let file: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(include_str!("../../data/unicode_py.json"))
            .expect("the shipped table is well-formed");
    let mut all = vec![0u8; 0x11_0000];
    for (name, bit) in [
        ("isspace", SPACE),
        ("isalpha", ALPHA),
        ("isupper", UPPER),
        ("isdigit", DIGIT),
        ("re_w", WORD),
        ("re_d", RE_DIGIT),
    ] {
        for (lo, hi) in ranges(&file[name]) {
            all[lo as usize..=hi as usize]
                .iter_mut()
                .for_each(|v| *v |= bit);
        }
    }
    CharTable::new(&all)
});

fn ranges(value: &serde_json::Value) -> Vec<(u32, u32)> {
    serde_json::from_value(value.clone()).expect("the shipped table holds pairs")
}

/// All properties of a character, as bits.
#[inline]
pub(crate) fn flags(c: char) -> u8 {
    FLAGS.get(c)
}

/// `str.isspace` for one character.
#[inline]
pub(crate) fn is_space(c: char) -> bool {
    if c.is_ascii() {
        matches!(c, '\t'..='\r' | '\x1c'..='\x20')
    } else {
        flags(c) & SPACE != 0
    }
}

/// `str.isalpha`: at least one character, and all are letters.
pub(crate) fn is_alpha(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| flags(c) & ALPHA != 0)
}

/// The ranges of code points that have a property, ascending.
pub(crate) fn ranges_with(bit: u8) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for c in (0..0x11_0000)
        .filter_map(char::from_u32)
        .filter(|&c| flags(c) & bit != 0)
    {
        match out.last_mut() {
            Some(last) if last.1 + 1 == c as u32 => last.1 = c as u32,
            _ => out.push((c as u32, c as u32)),
        }
    }
    out
}

/// `str.lower`.
pub(crate) fn lower(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        map_old(text, str::to_lowercase)
    }
}

/// Letters that got a case mapping after Unicode 14 keep their form, as in Python 3.11.
fn map_old(text: &str, map: impl Fn(&str) -> String) -> String {
    if text.chars().all(|c| !is_newly_cased(c)) {
        return map(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(i) = rest.find(is_newly_cased) {
        out.push_str(&map(&rest[..i]));
        let c = rest[i..].chars().next().expect("just found");
        out.push(c);
        rest = &rest[i + c.len_utf8()..];
    }
    out + &map(rest)
}

fn is_newly_cased(c: char) -> bool {
    NEWLY_CASED.iter().any(|r| r.contains(&c))
}

const NEWLY_CASED: [std::ops::RangeInclusive<char>; 7] = [
    '\u{1c89}'..='\u{1c8a}',
    '\u{a7cb}'..='\u{a7cd}',
    '\u{a7ce}'..='\u{a7cf}',
    '\u{a7d2}'..='\u{a7d5}',
    '\u{a7da}'..='\u{a7dc}',
    '\u{10d50}'..='\u{10d85}',
    '\u{16ea0}'..='\u{16ed3}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_pythons() {
        assert!(
            is_space('\u{1c}') && is_space('\u{85}') && is_space('\u{a0}') && is_space('\u{3000}')
        );
        assert!(!is_space('\u{200b}') && !is_space('\u{feff}') && !is_space('\u{180e}'));
        assert!((0..128u8).all(|b| is_space(char::from(b)) == (flags(char::from(b)) & SPACE != 0)));
    }

    #[test]
    fn letters_are_pythons() {
        assert!(
            is_alpha("naïve")
                && is_alpha("你好")
                && !is_alpha("")
                && !is_alpha("Ⅷ")
                && !is_alpha("a\u{301}")
        );
        assert_eq!(flags('²') & DIGIT, DIGIT);
        assert_eq!(flags('½') & DIGIT, 0);
    }

    #[test]
    fn lower_follows_the_final_sigma() {
        assert_eq!(lower("ΟΔΟΣ"), "οδος");
        assert_eq!(lower("İ"), "i\u{307}");
        assert_eq!(lower("\u{a7cb}A\u{a7d0}"), "\u{a7cb}a\u{a7d1}");
    }
}
