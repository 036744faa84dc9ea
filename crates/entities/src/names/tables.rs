//! The tables of `data/names`, folded once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::names::NameKind;
use crate::names::distance::Costs;
use crate::names::fold::fold;
use crate::names::keys::hash;

/// Words of the longest phrase in a table.
pub(super) const MAX_PHRASE: usize = 8;

/// What a phrase of a firm's or ship's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrgWord {
    /// A legal form, and the class of forms of all countries that it belongs to (0: none).
    LegalForm { form: u16, class: u8 },
    /// A word that says little: `group`, `international`.
    Common(u16),
    /// A line of trade: `bank`, `shipping`.
    Trade(u16),
    /// A country or territory.
    Place(u16),
    /// A number.
    Number(u32),
    /// `and`, `of`.
    Stop,
}

/// What a phrase of a person's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonWord {
    /// In front of the name, with the sex that it tells.
    Title(Sex),
    /// After the name; 0 for degrees and orders, which tell nobody apart.
    Suffix(u16),
    /// Belongs to the next part. `ben` and its like stand inside of a name: in front it is a name itself.
    Particle { inside: bool },
    /// `abdul`: one name with the next part.
    Servant,
}

/// What a title tells of its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Male,
    Female,
    Unknown,
}

/// Where the groups of a form stand in [`Groups`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct GroupRange {
    start: u32,
    len: u16,
}

/// Forms that stand for the same name: `(hash of a form, group)`, sorted.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<(u64, u32)>);

impl Groups {
    /// One group a line, forms divided by tabs; forms of several words count without the space.
    fn of_lines(lines: &str) -> Self {
        let mut pairs = Vec::new();
        for (group, line) in lines.lines().enumerate() {
            for form in line.split('\t') {
                let form = fold(form, NameKind::Person).joined();
                if form.len() > 1 {
                    pairs.push((hash(&form), group as u32));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// The groups of a folded form.
    pub(super) fn find(&self, form: &str) -> GroupRange {
        let key = hash(form);
        let start = self.0.partition_point(|(known, _)| *known < key);
        let len = self.0[start..]
            .iter()
            .take_while(|(known, _)| *known == key)
            .count();
        GroupRange {
            start: start as u32,
            len: len as u16,
        }
    }

    /// The numbers of groups.
    pub(super) fn of(&self, range: GroupRange) -> impl Iterator<Item = u32> + '_ {
        let start = range.start as usize;
        self.0
            .get(start..start + range.len as usize)
            .unwrap_or_default()
            .iter()
            .map(|(_, group)| *group)
    }

    /// Whether two forms have a group in common.
    pub(super) fn share(&self, left: GroupRange, right: GroupRange) -> bool {
        left.len > 0
            && right.len > 0
            && self
                .of(left)
                .any(|group| self.of(right).any(|other| other == group))
    }
}

impl GroupRange {
    /// Whether the form is in no group.
    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// All tables.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) org_words: ByHash<OrgWord>,
    pub(super) person_words: ByHash<PersonWord>,
    /// Spellings of one name, in all scripts.
    pub(super) names: Groups,
    /// Short forms with their full ones.
    pub(super) nicknames: Groups,
    /// Countries by name and code.
    pub(super) countries: ByHash<u16>,
    pub(super) costs: Costs,
    /// Syllables of Pinyin, with their first Wade-Giles form.
    pub(super) pinyin: ByHash<&'static str>,
    /// Syllables of Wade-Giles, without apostrophes.
    pub(super) wade_giles: ByHash<()>,
}

/// A map whose keys are hashes of folded text already.
pub(super) type ByHash<V> = HashMap<u64, V, BuildHasherDefault<Same>>;

/// Hashes a hash: not again.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::load);

/// The tables, read at first use.
pub(super) fn tables() -> &'static Tables {
    &TABLES
}

impl Tables {
    fn load() -> Self {
        let (pinyin, wade_giles) = syllables(include_str!("../../data/names/syllables.tsv"));
        Self {
            org_words: org_words(),
            person_words: person_words(include_str!("../../data/names/person_words.tsv")),
            names: Groups::of_lines(include_str!("../../data/names/person_names.tsv")),
            nicknames: Groups::of_lines(include_str!("../../data/names/nicknames.tsv")),
            countries: countries(),
            costs: Costs::parse(include_str!("../../data/names/costs.toml")),
            pinyin,
            wade_giles,
        }
    }
}

/// Where two tables hold a form, the first one counts.
fn org_words() -> ByHash<OrgWord> {
    let mut words = ByHash::default();
    let mut add = |form: &str, word: OrgWord| {
        let folded = fold(form, NameKind::Company);
        if !folded.words.is_empty() && folded.words.len() <= MAX_PHRASE {
            words.entry(hash(&folded.text)).or_insert(word);
        }
    };
    for form in cells(include_str!("../../data/names/stop_words.tsv")).flat_map(|row| row.skip(1)) {
        add(form, OrgWord::Stop);
    }
    for mut row in cells(include_str!("../../data/names/numbers.tsv")) {
        let number = row.next().and_then(|number| number.parse().ok());
        row.for_each(|form| add(form, OrgWord::Number(number.unwrap_or_default())));
    }
    legal_forms(&mut add);
    for (id, mut row) in cells(include_str!("../../data/names/org_words.tsv")).enumerate() {
        let is_trade = row.nth(1) == Some("trade");
        let id = id as u16;
        let word = if is_trade {
            OrgWord::Trade(id)
        } else {
            OrgWord::Common(id)
        };
        row.for_each(|form| add(form, word));
    }
    for (id, row) in cells(include_str!("../../data/names/places.tsv")).enumerate() {
        row.skip(1)
            .for_each(|form| add(form, OrgWord::Place(id as u16)));
    }
    words
}

fn countries() -> ByHash<u16> {
    let mut countries = ByHash::default();
    for (id, row) in cells(include_str!("../../data/names/places.tsv")).enumerate() {
        for name in row {
            let folded = fold(name, NameKind::Organization);
            countries.entry(hash(&folded.text)).or_insert(id as u16);
        }
    }
    countries
}

fn legal_forms(add: &mut impl FnMut(&str, OrgWord)) {
    let mut classes: Vec<&str> = vec![""];
    for (form, mut row) in cells(include_str!("../../data/names/org_forms.tsv")).enumerate() {
        let class = row.nth(1).unwrap_or_default();
        let at = classes.iter().position(|known| *known == class);
        let at = at.unwrap_or_else(|| {
            classes.push(class);
            classes.len() - 1
        });
        let word = OrgWord::LegalForm {
            form: form as u16,
            class: at as u8,
        };
        row.for_each(|alias| add(alias, word));
    }
}

fn person_words(lines: &'static str) -> ByHash<PersonWord> {
    let mut words = ByHash::default();
    for (line, mut row) in cells(lines).enumerate() {
        let (class, detail) = (row.next(), row.next());
        let word = match (class, detail) {
            (Some("title"), Some("m")) => PersonWord::Title(Sex::Male),
            (Some("title"), Some("f")) => PersonWord::Title(Sex::Female),
            (Some("title"), _) => PersonWord::Title(Sex::Unknown),
            (Some("suffix"), Some("degree")) => PersonWord::Suffix(0),
            (Some("suffix"), _) => PersonWord::Suffix(line as u16 + 1),
            (Some("servant"), _) => PersonWord::Servant,
            (_, detail) => PersonWord::Particle {
                inside: detail == Some("bin"),
            },
        };
        for form in row {
            let folded = fold(form, NameKind::Person);
            words.entry(hash(&folded.text)).or_insert(word);
        }
    }
    words
}

fn syllables(lines: &'static str) -> (ByHash<&'static str>, ByHash<()>) {
    let (mut pinyin, mut wade_giles) = (ByHash::default(), ByHash::default());
    for mut row in cells(lines) {
        let (Some(syllable), Some(first)) = (row.next(), row.next()) else {
            continue;
        };
        pinyin.insert(hash(syllable), first);
        wade_giles.insert(hash(first), ());
    }
    (pinyin, wade_giles)
}

fn cells(lines: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    lines.lines().map(|line| line.split('\t'))
}
