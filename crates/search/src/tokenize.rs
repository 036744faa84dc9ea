//! Text into tokens: the one definition of a word, for documents and queries alike.
//!
//! A token is a run of letters and digits, in lower case and without accents. Scripts that are written
//! without spaces give one token a character. Apostrophes, hyphens, dots and `@` part tokens, so that
//! addresses and host names are found by any part and, as phrases, as a whole; a closing `'s` is dropped.
//! `1,500` is the token `1500`. A token of more than [`MAX_TOKEN`] bytes keeps its beginning
//! and a hash of the whole, so that it is still found by its exact text and by its prefixes.

use crate::fold::{Class, classify, fold_single_char, fold_word_char, is_apostrophe};

/// Longest token, in bytes.
pub(crate) const MAX_TOKEN: usize = 255;

/// What remains of a longer token besides the 16 digits of its hash.
pub(crate) const KEPT_OF_LONG: usize = MAX_TOKEN - 16;

/// Longest token of a header that is never taken for an id, in bytes.
pub(crate) const LONGEST_PLAIN: usize = 16;
/// By how many bytes the beginning of an id is found.
pub(crate) const KEPT_OF_OPAQUE: usize = 8;
/// Stands in shortened tokens.
pub(crate) const OPAQUE_MARK: char = '~';

/// Walks over the tokens of a text.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token is appended to `out`; returns where it stands in the text, in bytes.
    pub(crate) fn next_into(&mut self, out: &mut String) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let before = out.len();
        loop {
            while self.at < bytes.len() && SIGN[usize::from(bytes[self.at])] {
                self.at += 1;
            }
            let start = self.at;
            if start == bytes.len() {
                return None;
            }
            let mut end = start;
            while end < bytes.len() && ALNUM[usize::from(bytes[end])] {
                end += 1;
            }
            if end < bytes.len() && !bytes[end].is_ascii() {
                self.unicode_token(start, out);
            } else {
                out.push_str(&self.text[start..end]);
                out[before..].make_ascii_lowercase();
                self.at = end;
                if end < bytes.len() && bytes[end] == b',' {
                    self.join_thousands(start, before, out);
                }
            }
            if out.len() > before {
                let end = self.at;
                cut_long(before, out);
                self.skip_possessive();
                return Some((start, end));
            }
        }
    }

    /// Reads a token that holds, or is ended by, a character beyond ASCII. May find none, but always goes on.
    fn unicode_token(&mut self, start: usize, out: &mut String) {
        let before = out.len();
        for (offset, c) in self.text[start..].char_indices() {
            let class = classify(c);
            self.at = start + offset;
            match class {
                Class::Word => fold_word_char(c, out),
                Class::Ignored if out.len() > before => {}
                Class::Single if out.len() == before => {
                    fold_single_char(c, out);
                    self.at += c.len_utf8();
                    return;
                }
                Class::Ignored | Class::Separator if out.len() == before => {
                    self.at += c.len_utf8();
                    return;
                }
                Class::Ignored | Class::Single | Class::Separator => return,
            }
        }
        self.at = self.text.len();
    }

    /// Makes `1500` of `1,500`: groups of three digits after one of at most three.
    fn join_thousands(&mut self, start: usize, before: usize, out: &mut String) {
        let bytes = self.text.as_bytes();
        let head = &bytes[start..self.at];
        if head.len() > 3 || !head.iter().all(u8::is_ascii_digit) {
            return;
        }
        while let Some(&[b',', ref digits @ ..]) = bytes.get(self.at..self.at + 4) {
            let grouped = digits.iter().all(u8::is_ascii_digit);
            if !grouped || self.word_goes_on(self.at + 4) || out.len() - before > MAX_TOKEN {
                return;
            }
            out.push_str(&self.text[self.at + 1..self.at + 4]);
            self.at += 4;
        }
    }

    fn word_goes_on(&self, at: usize) -> bool {
        let next = self.text[at..].chars().next();
        next.is_some_and(|c| classify(c) != Class::Separator)
    }

    fn skip_possessive(&mut self) {
        let mut rest = self.text[self.at..].chars();
        let (Some(sign), Some('s' | 'S')) = (rest.next(), rest.next()) else {
            return;
        };
        let after = self.at + sign.len_utf8() + 1;
        if is_apostrophe(sign) && !self.word_goes_on(after) {
            self.at = after;
        }
    }
}

/// Calls `each` with every token of `text` and where it stands, in bytes.
pub(crate) fn for_each_token(text: &str, mut each: impl FnMut(&str, usize, usize)) {
    let mut tokens = Tokens::new(text);
    let mut token = String::new();
    while let Some((start, end)) = tokens.next_into(&mut token) {
        each(&token, start, end);
        token.clear();
    }
}

/// The tokens of `text`.
pub(crate) fn tokens_of(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for_each_token(text, |token, _, _| tokens.push(token.to_owned()));
    tokens
}

fn cut_long(before: usize, out: &mut String) {
    if out.len() - before <= MAX_TOKEN {
        return;
    }
    let hash = fnv(&out.as_bytes()[before..]);
    let mut keep = before + KEPT_OF_LONG;
    while !out.is_char_boundary(keep) {
        keep -= 1;
    }
    out.truncate(keep);
    for shift in (0..16).rev() {
        let digit = (hash >> (shift * 4) & 15) as usize;
        out.push(char::from(b"0123456789abcdef"[digit]));
    }
}

/// Shortens tokens of headers that are ids or parts of signatures: longer than [`LONGEST_PLAIN`] bytes, with
/// a digit. Their beginning and a hash remain, with a `~` between them, which no other token holds: they are
/// found whole, and by their beginning. Written out, they would make up most of the dictionary.
pub(crate) fn cut_opaque(before: usize, out: &mut String) {
    let token = &out.as_bytes()[before..];
    if token.len() <= LONGEST_PLAIN || !token.iter().any(u8::is_ascii_digit) {
        return;
    }
    let hash = fnv(token);
    let mut keep = before + KEPT_OF_OPAQUE;
    while !out.is_char_boundary(keep) {
        keep -= 1;
    }
    out.truncate(keep);
    out.push(OPAQUE_MARK);
    for shift in 0..6 {
        let digit = (hash >> (shift * 5) & 31) as usize;
        out.push(char::from(b"0123456789abcdefghijklmnopqrstuv"[digit]));
    }
}

/// FNV-1a: stable over versions and machines; nothing but telling long tokens apart depends on it.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

const ALNUM: [bool; 256] = table(true);
const SIGN: [bool; 256] = table(false);

/// For each byte whether it is an ASCII letter or digit, or else whether it is any other ASCII byte.
const fn table(alphanumeric: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() == alphanumeric;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaced(text: &str) -> String {
        tokens_of(text).join(" ")
    }

    #[test]
    fn words_lose_case_and_accents() {
        assert_eq!(spaced("Café CAFÉ cafe\u{301}"), "cafe cafe cafe");
        assert_eq!(
            spaced("Straße Łódź Ørsted İzmir"),
            "strasse lodz orsted izmir"
        );
        assert_eq!(spaced("Ёлка Ἀθῆναι ΣΊΣΥΦΟΣ"), "елка αθηναι σισυφοσ");
        assert_eq!(
            spaced("co\u{ad}operate ﬁne ½ 3½ m²"),
            "cooperate fine ½ 3 ½ m2"
        );
    }

    #[test]
    fn apostrophes_and_addresses_part_tokens() {
        assert_eq!(
            spaced("the company's O’Brien don't 'tis dogs'"),
            "the company o brien don t tis dogs"
        );
        assert_eq!(spaced("It's JAMES'S 's x'sy"), "it james s x sy");
        assert_eq!(spaced("j.smith@mail.enron.com"), "j smith mail enron com");
    }

    #[test]
    fn thousands_are_joined() {
        assert_eq!(
            spaced("1,500.00 1,500,000 12,34 1234,567 1,5000 1,500x"),
            "1500 00 1500000 12 34 1234 567 1 5000 1 500x"
        );
        assert_eq!(spaced("1,500«abc 1,50«"), "1500 abc 1 50");
    }

    #[test]
    fn unspaced_scripts_give_a_token_a_character() {
        assert_eq!(
            spaced("東京abc都ガ 한국어 हिन्दी"),
            "東 京 abc 都 ガ 한국어 हिन्दी"
        );
    }

    #[test]
    fn long_tokens_are_cut_and_told_apart() {
        let (a, b) = ("a".repeat(300), format!("{}b", "a".repeat(299)));
        let tokens = tokens_of(&format!("{a} {b}"));
        assert!(tokens.iter().all(|token| token.len() == MAX_TOKEN));
        assert_ne!(tokens[0], tokens[1]);
        assert!(
            tokens_of(&"é東ü".repeat(500))
                .iter()
                .all(|token| token.len() <= MAX_TOKEN)
        );
    }

    #[test]
    fn spans_hold_the_words() {
        let text = "«Zürich’s» bank";
        let mut spans = Vec::new();
        for_each_token(text, |_, start, end| spans.push(&text[start..end]));
        assert_eq!(spans, ["Zürich", "bank"]);
    }
}
