//! Lemmas by suffix rules, exceptions and lists of known words.
//!
//! Source: spaCy `pipeline/lemmatizer.py`, `lang/en/lemmatizer.py`, `lang/fr/lemmatizer.py`.

use std::collections::HashMap;

use super::tables::StringMap;
use crate::text::strings::string_id;
use crate::text::unicode;

/// How a pipeline finds lemmas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A table from words to lemmas, nothing else.
    Lookup,
    /// Rules by part of speech.
    Rules,
    /// Rules by part of speech, where base forms are left as they are.
    EnglishRules,
    /// Rules by part of speech, with the table from words to lemmas as last resort.
    FrenchRules,
}

/// Parts of speech that the French rules cover; the others go to the table.
const FRENCH_BY_RULE: [&str; 11] = [
    "noun", "verb", "adj", "adp", "adv", "aux", "cconj", "det", "pron", "punct", "sconj",
];

/// The rules for one part of speech.
#[derive(Default)]
pub(crate) struct PosRules {
    /// Known base forms.
    pub(crate) index: StringMap,
    /// From a form to a list of `lists`.
    pub(crate) exceptions: StringMap,
    /// Old and new suffix, in order.
    pub(crate) suffixes: Vec<(Box<str>, Box<str>)>,
    pub(crate) has_index: bool,
    pub(crate) has_exceptions: bool,
}

/// A loaded lemmatizer.
pub(crate) struct Lemmatizer {
    pub(crate) mode: Mode,
    /// By the string id of the lower-case part of speech.
    pub(crate) by_pos: HashMap<u64, PosRules>,
    /// From a word to a list of `lists`, whose first entry counts.
    pub(crate) lookup: HashMap<u64, u32>,
    pub(crate) lists: Vec<Vec<Box<str>>>,
}

impl Lemmatizer {
    /// The lemma of `word`, whose part of speech is `pos` and whose morphology is `morph` (`A=b|C=d`).
    pub(crate) fn lemma(&self, word: &str, pos: &str, morph: &str) -> String {
        let pos = unicode::lower(pos);
        match self.mode {
            Mode::Lookup => return self.looked_up(word, word),
            _ if matches!(&*pos, "" | "eol" | "space") => return unicode::lower(word),
            Mode::FrenchRules if !FRENCH_BY_RULE.contains(&&*pos) => {
                return self.looked_up(word, word);
            }
            Mode::EnglishRules if is_base_form(&pos, morph) => return unicode::lower(word),
            _ => {}
        }
        let none = PosRules::default();
        let rules = self.by_pos.get(&string_id(&pos)).unwrap_or(&none);
        match self.mode {
            Mode::FrenchRules => self.french(word, rules),
            _ if !(rules.has_index || rules.has_exceptions || !rules.suffixes.is_empty()) => {
                if pos == "propn" {
                    word.to_owned()
                } else {
                    unicode::lower(word)
                }
            }
            _ => self.by_rule(word, rules),
        }
    }

    fn looked_up(&self, key: &str, default: &str) -> String {
        let list = self
            .lookup
            .get(&string_id(key))
            .map(|&i| &self.lists[i as usize]);
        list.and_then(|l| l.first())
            .map_or_else(|| default.to_owned(), |s| s.to_string())
    }

    fn by_rule(&self, word: &str, rules: &PosRules) -> String {
        let lower = unicode::lower(word);
        // Of exceptions, the last that no rule has found comes first; of rules, the last that gives a known word.
        let (mut known, mut odd, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for form in candidates(&lower, rules) {
            if rules.index.contains(&form) {
                known.insert(0, form);
            } else if !unicode::is_alpha(&form) {
                odd.push(form);
            } else {
                unknown.push(form);
            }
        }
        known.append(&mut odd);
        let mut forms = without_repeats(known);
        if let Some(i) = rules.exceptions.get(&lower) {
            for form in &self.lists[i as usize] {
                if !forms.iter().any(|f| **f == **form) {
                    forms.insert(0, form.to_string());
                }
            }
        }
        forms
            .into_iter()
            .chain(unknown)
            .next()
            .unwrap_or_else(|| word.to_owned())
    }

    fn french(&self, word: &str, rules: &PosRules) -> String {
        let lower = unicode::lower(word);
        if rules.index.contains(&lower) {
            return lower;
        }
        let listed = rules
            .exceptions
            .get(&lower)
            .and_then(|i| self.lists[i as usize].first());
        if let Some(form) = listed {
            return form.to_string();
        }
        let mut unknown = None;
        for form in candidates(&lower, rules) {
            if rules.index.contains(&form) || !unicode::is_alpha(&form) {
                return form;
            }
            unknown.get_or_insert(form);
        }
        unknown.unwrap_or_else(|| self.looked_up(&lower, &lower))
    }
}

fn candidates(lower: &str, rules: &PosRules) -> impl Iterator<Item = String> {
    rules.suffixes.iter().filter_map(|(old, new)| {
        let stem = lower.strip_suffix(&**old)?;
        (!stem.is_empty() || !new.is_empty()).then(|| format!("{stem}{new}"))
    })
}

fn without_repeats(forms: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(forms.len());
    for form in forms {
        if !out.contains(&form) {
            out.push(form);
        }
    }
    out
}

fn is_base_form(pos: &str, morph: &str) -> bool {
    let value = |name: &str| {
        morph
            .split('|')
            .find_map(|f| f.strip_prefix(name)?.strip_prefix('='))
    };
    let form = value("VerbForm");
    match pos {
        "noun" if value("Number") == Some("Sing") => true,
        "verb"
            if form == Some("Fin")
                && value("Tense") == Some("Pres")
                && value("Number").is_none() =>
        {
            true
        }
        _ => matches!(form, Some("Inf" | "None")) || value("Degree") == Some("Pos"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Lemmatizer {
        let mut verb = PosRules {
            has_index: true,
            has_exceptions: true,
            ..PosRules::default()
        };
        for (old, new) in [
            ("s", ""),
            ("ies", "y"),
            ("es", "e"),
            ("es", ""),
            ("ed", "e"),
            ("ed", ""),
            ("ing", "e"),
            ("ing", ""),
        ] {
            verb.suffixes.push((old.into(), new.into()));
        }
        ["use", "try", "walk"]
            .iter()
            .for_each(|w| assert!(verb.index.insert(w, 0)));
        assert!(verb.exceptions.insert("went", 0));
        Lemmatizer {
            mode: Mode::EnglishRules,
            by_pos: HashMap::from([(string_id("verb"), verb)]),
            lookup: HashMap::new(),
            lists: vec![vec!["go".into()]],
        }
    }

    #[test]
    fn rules_prefer_known_words() {
        let l = english();
        for (word, morph, expected) in [
            ("Used", "VerbForm=Part", "use"),
            ("tries", "VerbForm=Fin|Number=Sing|Tense=Pres", "try"),
            ("went", "VerbForm=Fin|Tense=Past", "go"),
            ("blorbing", "VerbForm=Part", "blorbe"),
            ("walking", "VerbForm=Part", "walk"),
            ("used", "VerbForm=Inf", "used"),
            ("x", "", "x"),
        ] {
            assert_eq!(l.lemma(word, "VERB", morph), expected, "{word}");
        }
        assert_eq!(l.lemma("Paris", "PROPN", ""), "Paris");
        assert_eq!(l.lemma("The", "DET", ""), "the");
        assert_eq!(l.lemma("Odd", "", ""), "odd");
    }
}
