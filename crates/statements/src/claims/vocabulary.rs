//! Words and what they count, from the table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use serde::Deserialize;

use crate::hash::of_bytes;

#[derive(Debug, Deserialize)]
struct Table {
    stop: String,
    light: String,
    judging: String,
    unreliable: String,
    pointing: String,
    pointing_anywhere: String,
    absence: Vec<String>,
    numbers: BTreeMap<String, f64>,
    multipliers: BTreeMap<String, f64>,
    percent: String,
    months: Vec<String>,
    money: BTreeMap<String, String>,
    irregular: BTreeMap<String, String>,
    same: BTreeMap<String, String>,
}

/// What words are.
pub(crate) struct Vocabulary {
    stemmer: Stemmer,
    stop: BTreeSet<String>,
    light: BTreeSet<u64>,
    judging: BTreeSet<String>,
    unreliable: BTreeSet<String>,
    pointing: BTreeSet<String>,
    pointing_anywhere: BTreeSet<String>,
    absence: Vec<Vec<String>>,
    bases: BTreeMap<String, String>,
    pub(crate) numbers: BTreeMap<String, f64>,
    pub(crate) multipliers: BTreeMap<String, f64>,
    pub(crate) percent: BTreeSet<String>,
    /// Number of the month by its name.
    pub(crate) months: BTreeMap<String, u8>,
    /// Number of the currency by what a text writes.
    pub(crate) money: BTreeMap<String, u8>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let table = toml::from_str(include_str!("../../data/claims/words.toml"));
    Vocabulary::new(table.expect("the table ships with the crate"))
});

impl Vocabulary {
    /// The one that ships with the program.
    pub(crate) fn shared() -> &'static Self {
        &VOCABULARY
    }

    fn new(table: Table) -> Self {
        let mut bases = BTreeMap::new();
        for (base, forms) in &table.irregular {
            bases.extend(set(forms).into_iter().map(|form| (form, base.clone())));
        }
        for (base, forms) in &table.same {
            for form in set(forms) {
                bases.retain(|_, of| {
                    *of != form || {
                        *of = base.clone();
                        true
                    }
                });
                bases.insert(form, base.clone());
            }
        }
        let months = table
            .months
            .iter()
            .zip(1..)
            .flat_map(|(names, month)| set(names).into_iter().map(move |name| (name, month)));
        let money = table
            .money
            .values()
            .zip(1..)
            .flat_map(|(names, unit)| set(names).into_iter().map(move |name| (name, unit)));
        let mut vocabulary = Self {
            stemmer: Stemmer::new(Algorithm::English),
            stop: set(&table.stop),
            light: BTreeSet::new(),
            judging: set(&table.judging),
            unreliable: set(&table.unreliable),
            pointing: set(&table.pointing),
            pointing_anywhere: set(&table.pointing_anywhere),
            absence: table
                .absence
                .iter()
                .map(|phrase| phrase.split_whitespace().map(str::to_owned).collect())
                .collect(),
            bases,
            months: months.collect(),
            money: money.collect(),
            numbers: table.numbers,
            multipliers: table.multipliers,
            percent: set(&table.percent),
        };
        vocabulary.light = set(&table.light)
            .iter()
            .map(|word| vocabulary.term(word))
            .collect();
        vocabulary
    }

    pub(crate) fn is_stop(&self, word: &str) -> bool {
        self.stop.contains(word)
    }

    pub(crate) fn is_light(&self, term: u64) -> bool {
        self.light.contains(&term)
    }

    pub(crate) fn is_judging(&self, word: &str) -> bool {
        self.judging.contains(word)
    }

    /// Whether somebody of whom it is said is called unreliable.
    pub(crate) fn is_unreliable(&self, word: &str) -> bool {
        self.unreliable.contains(word)
    }

    /// Whether a word points back, at the head of a content.
    pub(crate) fn is_pointing(&self, word: &str) -> bool {
        self.pointing.contains(word)
    }

    /// Whether a word points back wherever it stands.
    pub(crate) fn is_pointing_anywhere(&self, word: &str) -> bool {
        self.pointing_anywhere.contains(word)
    }

    /// Whether words say that something was looked for in vain.
    pub(crate) fn says_absent<'a>(&self, words: impl Iterator<Item = &'a str> + Clone) -> bool {
        let mut rest = words;
        loop {
            let begins = |phrase: &Vec<String>| {
                phrase
                    .iter()
                    .map(String::as_str)
                    .eq(rest.clone().take(phrase.len()))
            };
            if self.absence.iter().any(begins) {
                return true;
            }
            if rest.next().is_none() {
                return false;
            }
        }
    }

    /// One number for all forms of a word, given in lower case.
    pub(crate) fn term(&self, word: &str) -> u64 {
        let base = self.bases.get(word).map_or(word, String::as_str);
        let stem = self.stemmer.stem(base);
        // "hired" is no form in the table, but its stem is that of one.
        let whole = self
            .bases
            .get(stem.as_ref())
            .map_or(stem.as_ref(), String::as_str);
        of_bytes(self.stemmer.stem(whole).as_bytes())
    }
}

fn set(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}
