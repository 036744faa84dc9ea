//! What is known of a word whatever the text: computed once for each distinct word, and kept by each thread.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::strings::string_id;
use super::unicode::{self, ALPHA, DIGIT, UPPER};

/// A word's features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lexeme {
    /// String ids of NORM, PREFIX, SUFFIX and SHAPE.
    pub(crate) ids: [u64; 4],
    pub(crate) is_space: bool,
    /// What the attribute ruler needs of the lower-case form: see `rules::ruler`.
    pub(crate) lower_class: u16,
    /// 1 + the place in the tokenizer's list of sequences that begin with this word, 0 for none.
    pub(crate) sequences: u16,
}

/// One token of a text: bytes `start` to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) lexeme: u32,
    /// One space follows, which belongs to no token.
    pub(crate) spacy: bool,
}

/// Norms that hold in all languages, from spaCy's `base_norms`.
static BASE_NORMS: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let strings: HashMap<String, String> =
        serde_json::from_str(include_str!("../../data/base_norms.json"))
            .expect("the shipped table is well-formed");
    strings
        .into_iter()
        .map(|(k, v)| (k, string_id(&v)))
        .collect()
});

/// Norms of one pipeline: from the id of a word to the id of its norm.
pub(crate) type Norms = HashMap<u64, u64>;

/// All words that a thread has met since it last forgot.
#[derive(Default)]
pub(crate) struct Lexemes {
    all: Vec<Lexeme>,
    plain: HashMap<Box<str>, u32>,
    /// Words to which a tokenizer exception gives a norm of its own.
    with_norm: HashMap<(Box<str>, u64), u32>,
    bytes: usize,
}

/// Words, and bytes in them, beyond which all are forgotten before the next text.
const MAX_WORDS: usize = 48 * 1024;
const MAX_BYTES: usize = 4 << 20;

/// What a pipeline adds to a word's features.
pub(crate) trait WordRules {
    fn norms(&self) -> &Norms;
    /// The class of a lower-case form for the attribute ruler.
    fn lower_class(&self, lower: &str) -> u16;
    /// See [`Lexeme::sequences`].
    fn sequences(&self, word: &str) -> u16;
}

impl Lexemes {
    pub(crate) fn all(&self) -> &[Lexeme] {
        &self.all
    }

    /// Whether so much is kept that it is time to forget.
    pub(crate) fn is_full(&self) -> bool {
        self.all.len() > MAX_WORDS || self.bytes > MAX_BYTES
    }

    /// Forgets all words; numbers given so far mean nothing any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The number of a word, with the norm that a tokenizer exception gives it, if one does.
    pub(crate) fn number(&mut self, word: &str, norm: Option<u64>, rules: &impl WordRules) -> u32 {
        let next = self.all.len() as u32;
        match norm {
            None => {
                if let Some(&n) = self.plain.get(word) {
                    return n;
                }
                self.plain.insert(word.into(), next);
            }
            Some(norm) => {
                let key = (Box::from(word), norm);
                if let Some(&n) = self.with_norm.get(&key) {
                    return n;
                }
                self.with_norm.insert(key, next);
            }
        }
        self.bytes += word.len();
        self.all.push(Lexeme::of(word, norm, rules));
        next
    }
}

impl Lexeme {
    fn of(word: &str, norm: Option<u64>, rules: &impl WordRules) -> Self {
        let lower = unicode::lower(word);
        let norm = norm
            .or_else(|| rules.norms().get(&string_id(word)).copied())
            .or_else(|| BASE_NORMS.get(word).copied())
            .unwrap_or_else(|| string_id(&lower));
        let prefix = &word[..word.chars().next().map_or(0, char::len_utf8)];
        let suffix_at = word.char_indices().rev().nth(2).map_or(0, |(i, _)| i);
        Self {
            ids: [
                norm,
                string_id(prefix),
                string_id(&word[suffix_at..]),
                string_id(&shape(word)),
            ],
            is_space: !word.is_empty() && word.chars().all(unicode::is_space),
            lower_class: rules.lower_class(&lower),
            sequences: rules.sequences(word),
        }
    }
}

/// The word with letters as `x` or `X` and digits as `d`, runs cut at four. Source: spaCy `lex_attrs.word_shape`.
fn shape(word: &str) -> String {
    if word.chars().nth(99).is_some() {
        return "LONG".to_owned();
    }
    let mut out = String::new();
    let (mut last, mut run) = (None, 0);
    for c in word.chars() {
        let kind = match unicode::flags(c) {
            f if f & ALPHA != 0 => {
                if f & UPPER != 0 {
                    'X'
                } else {
                    'x'
                }
            }
            f if f & DIGIT != 0 => 'd',
            _ => c,
        };
        run = if last == Some(kind) { run + 1 } else { 0 };
        last = Some(kind);
        if run < 4 {
            out.push(kind);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain(Norms);

    impl WordRules for Plain {
        fn norms(&self) -> &Norms {
            &self.0
        }
        fn lower_class(&self, _: &str) -> u16 {
            0
        }
        fn sequences(&self, _: &str) -> u16 {
            0
        }
    }

    #[test]
    fn shapes() {
        for (word, expected) in [
            ("Xxxxxx", "Xxxxx"),
            ("C3PO", "XdXX"),
            ("12,345.00", "dd,ddd.dd"),
            ("你好", "xx"),
            ("....", "...."),
        ] {
            assert_eq!(shape(word), expected);
        }
        assert_eq!(shape(&"é".repeat(100)), "LONG");
        assert_eq!(shape(&"é".repeat(99)), "xxxx");
        assert_eq!(shape("aaaaaAAAAAA11111"), "xxxxXXXXdddd");
    }

    #[test]
    fn features() {
        let rules = Plain(Norms::from([(string_id("favour"), string_id("favor"))]));
        let mut words = Lexemes::default();
        let n = words.number("favour", None, &rules);
        let id = |s: &str| string_id(s);
        assert_eq!(
            words.all()[n as usize].ids,
            [id("favor"), id("f"), id("our"), id("xxxx")]
        );
        let quote = words.number("“", None, &rules);
        assert_eq!(
            words.all()[quote as usize].ids,
            [id("\""), id("“"), id("“"), id("“")]
        );
        let own = words.number("favour", Some(7), &rules);
        assert_eq!(
            (
                words.all()[own as usize].ids[0],
                words.number("favour", Some(7), &rules)
            ),
            (7, own)
        );
        assert_eq!(words.number("favour", None, &rules), n);
    }
}
