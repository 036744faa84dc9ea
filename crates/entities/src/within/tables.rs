//! The tables of `data/within`, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::shape::plain;

/// Male or female, where a title, a given name, a noun or a pronoun says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gender {
    /// He.
    Male,
    /// She.
    Female,
}

type Words = BTreeSet<String>;

/// `data/within/names.toml`.
#[derive(Debug, Deserialize)]
pub(crate) struct NameTables {
    pub(crate) titles: Titles,
    pub(crate) generations: BTreeMap<String, String>,
    pub(crate) people: People,
    pub(crate) organizations: Organizations,
    pub(crate) classes: BTreeMap<String, Words>,
    pub(crate) aliases: Aliases,
    pub(crate) addresses: Addresses,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Titles {
    pub(crate) male: Words,
    pub(crate) female: Words,
    pub(crate) other: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct People {
    pub(crate) particles: Words,
    pub(crate) degrees: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Organizations {
    pub(crate) legal: Words,
    pub(crate) same_legal: Vec<Vec<String>>,
    pub(crate) generic: Words,
    pub(crate) whole: Words,
    pub(crate) small: Words,
    pub(crate) offices: Words,
    pub(crate) words: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Aliases {
    pub(crate) cues: Words,
    pub(crate) opening: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Addresses {
    pub(crate) shared: Words,
}

/// `data/within/nouns.toml`.
#[derive(Debug, Deserialize)]
pub(crate) struct NounTables {
    pub(crate) people: PersonNouns,
    pub(crate) organizations: BTreeMap<String, String>,
    pub(crate) determiners: Determiners,
    pub(crate) phrases: Phrases,
    pub(crate) pronouns: Pronouns,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PersonNouns {
    pub(crate) anonymous: Words,
    pub(crate) sources: Words,
    pub(crate) things: Words,
    pub(crate) others: Words,
    pub(crate) plurals: BTreeMap<String, String>,
    pub(crate) male: Words,
    pub(crate) female: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Determiners {
    pub(crate) definite: Words,
    pub(crate) indefinite: Words,
    pub(crate) empty: Words,
    pub(crate) fresh: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Phrases {
    pub(crate) prepositions: Words,
    pub(crate) saying: Words,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pronouns {
    pub(crate) male: Words,
    pub(crate) female: Words,
    pub(crate) speaker: Words,
    pub(crate) speakers: Words,
    pub(crate) several: Words,
    pub(crate) thing: Words,
    pub(crate) relative: Words,
}

/// What names are made of.
pub(crate) static NAMES: LazyLock<NameTables> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/within/names.toml"))
        .expect("the table is a part of the program, and a test reads it")
});

/// What descriptions and pronouns are made of.
pub(crate) static NOUNS: LazyLock<NounTables> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/within/nouns.toml"))
        .expect("the table is a part of the program, and a test reads it")
});

static GIVEN: LazyLock<BTreeMap<String, Gender>> = LazyLock::new(|| {
    let lines = include_str!("../../data/within/given.tsv").lines();
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, gender)| match gender {
            "m" => (plain(name), Gender::Male),
            _ => (plain(name), Gender::Female),
        })
        .collect()
});

/// The gender of those who bear a given name, where nearly all have one.
pub(crate) fn gender_of_given(name: &str) -> Option<Gender> {
    GIVEN.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_read_and_do_not_contradict_themselves() {
        assert!(NAMES.titles.male.is_disjoint(&NAMES.titles.female));
        assert!(NOUNS.people.male.is_disjoint(&NOUNS.people.female));
        assert!(NOUNS.people.anonymous.is_subset(&NOUNS.people.sources));
        for class in NOUNS.organizations.values() {
            assert!(
                class == "any" || NAMES.classes.contains_key(class),
                "{class}"
            );
        }
        assert_eq!(gender_of_given("john"), Some(Gender::Male));
        assert_eq!(gender_of_given("zzz"), None);
    }
}
