//! English stems (Snowball), applied to words of the query and of the dictionary, never to the index:
//! a word keeps its exact form there, and its other forms are found by comparing stems.

use frostem::{Algorithm, Stemmer};

/// Whether a token has other forms to look for: three letters a–z or more.
pub(crate) fn is_stemmable(token: &str) -> bool {
    token.len() >= 3 && token.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Tells whether tokens have the stem of one word.
#[derive(Clone)]
pub(crate) struct SameStem {
    stemmer: Stemmer,
    stem: String,
}

impl SameStem {
    pub(crate) fn of(word: &str) -> Self {
        let stemmer = Stemmer::new(Algorithm::English);
        let stem = stemmer.stem(word).into_owned();
        Self { stemmer, stem }
    }

    /// What every token with this stem begins with.
    ///
    /// Snowball's English rules cut a word's end, and then put at most these ends in place of others:
    /// `i` for `y` or `ie`, `e` (`hop-ing` → `hope`), `ble` for `bility`, `ie` for `ying`, `sky` for `skies`.
    pub(crate) fn common_prefix(&self) -> &str {
        let replaced = match self.stem.as_bytes() {
            [.., b'i', b'e'] => 2,
            [.., b'i' | b'e'] | [.., b'b', b'l'] | [b's', b'k', b'y'] => 1,
            _ => 0,
        };
        &self.stem[..self.stem.len() - replaced]
    }

    /// Whether `token` is another form of the word.
    pub(crate) fn matches(&self, token: &str) -> bool {
        token.starts_with(self.common_prefix())
            && (token == self.stem || token.bytes().all(|byte| byte.is_ascii_lowercase()))
            && self.stemmer.stem(token) == self.stem.as_str()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, proptest};

    use super::*;

    /// Ends that Snowball knows, and some that it does not.
    const ENDS: &[&str] = &[
        "", "s", "es", "ies", "ied", "y", "ying", "ing", "ed", "edly", "ingly", "eed", "eedly",
        "e", "er", "ers", "ization", "izer", "ational", "ation", "ator", "alism", "ality", "alli",
        "ally", "bility", "bli", "bly", "ably", "ability", "enci", "ency", "ance", "ancy", "ence",
        "ogist", "ogy", "ogies", "iveness", "ivity", "fulness", "ousness", "lessly", "fully",
        "ously", "ently", "icate", "iciti", "icity", "ical", "ative", "alize", "ness", "ful",
        "ment", "ement", "ent", "ant", "ism", "iti", "ity", "ous", "ive", "ize", "ion", "sion",
        "tion", "able", "ible", "ic", "al", "ll", "li", "le", "ie", "i", "at", "ating", "ated",
        "bled", "bling", "izing", "ss", "us", "sses",
    ];

    fn words() -> impl Strategy<Value = String> {
        let start = "(|s|d|l|t|v|sk|sc|ex|gen|univers|past|inter|arsen|comm)[a-z]{0,4}[aeiouy]?[bcdfgkmnpqrstvwxyz]{0,2}";
        (
            start,
            proptest::sample::select(ENDS),
            proptest::sample::select(ENDS),
        )
            .prop_map(|(start, first, second)| format!("{start}{first}{second}"))
    }

    fn assert_prefix(word: &str) {
        let same = SameStem::of(word);
        assert!(
            word.starts_with(same.common_prefix()),
            "{word} → {}",
            same.stem
        );
    }

    #[test]
    fn irregular_words_keep_the_common_prefix() {
        let words = "skis skies sky dying lying tying vying hying idly gently ugly early only singly news howe \
            atlas cosmos bias andes inning innings outing canning herring earring evening proceed exceed \
            succeed past pasted paste cries cried cry ties tie tied possibly possibility hoping hope hopping \
            agreed feed conflated troubled sized fizzed falling filing relational conditional rational \
            valency hesitancy digitizer conformably radically differently vilely analogously vietnamization \
            predication operator feudalism decisiveness hopefulness callousness formality sensitivity \
            sensibility triplicate formative formalize electricity electrical goodness rates cation bible \
            ability abilities able dyed dyeing eyes eyed bye byes";
        words.split_whitespace().for_each(assert_prefix);
    }

    #[test]
    fn forms_of_a_word_match_and_others_do_not() {
        let payment = SameStem::of("payments");
        assert!(payment.matches("payment") && payment.matches("payments"));
        assert!(!payment.matches("pay") && !payment.matches("payee"));
        assert!(SameStem::of("companies").matches("company"));
        assert!(SameStem::of("dying").matches("die"));
        assert!(SameStem::of("skies").matches("sky"));
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(20_000))]
        #[test]
        fn every_word_begins_with_the_common_prefix_of_its_stem(word in words()) {
            if is_stemmable(&word) {
                assert_prefix(&word);
            }
        }
    }
}
