//! A name in parts, each with what it does in the name.

use crate::names::chinese::{self, Readings};
use crate::names::fold::{Folded, Word, fold};
use crate::names::keys::hash;
use crate::names::sound::sound;
use crate::names::tables::{GroupRange, MAX_PHRASE, OrgWord, PersonWord, Sex, Tables, tables};

/// Bytes of a name that are looked at, after folding; what comes later is dropped.
pub const MAX_BYTES: usize = 384;
/// Parts of a name that are looked at; what comes later is dropped.
pub const MAX_PARTS: usize = 24;

/// A given name that is a family name too would be lost if shorter leftovers were taken for `abdul` + name.
const LEAST_AFTER_SERVANT: usize = 3;
/// A short legal form in the middle of a name is a word: `As`, `De`, `Al`.
const SHORT_FORM: usize = 3;
/// Characters of a whole name in Chinese or Korean letters, family name first.
const SYLLABIC_NAME: std::ops::RangeInclusive<usize> = 2..=4;

/// What bears the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A human being.
    Person,
    /// A firm.
    Company,
    /// An authority, party, club, or a body whose kind is not known.
    Organization,
    /// A ship.
    Vessel,
}

/// What a part does in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A name proper, of which no more is known.
    Name,
    /// A given or middle name, or a patronymic. A guess by order, unless the name has a comma.
    Given,
    /// A family name. A guess by order, unless the name has a comma.
    Family,
    /// One letter that stands for a given name.
    Initial,
    /// `von`, `bin`, `al`: belongs to the part after it.
    Particle,
    /// `Mr`, `Dr`, `President`: in front of a person's name.
    Title,
    /// `Jr`, `III`, `PhD`: after a person's name.
    Suffix,
    /// `Ltd`, `GmbH`, `OOO`.
    LegalForm,
    /// A number, in digits, words or Roman.
    Numeral,
    /// A country in the name of a firm.
    Place,
    /// A line of trade in the name of a firm: `bank`, `shipping`.
    Trade,
    /// A word of a firm's name that says little: `group`, `international`.
    Generic,
    /// `and`, `of`, `the`.
    Stop,
}

impl Role {
    /// Whether a part of this role tells one bearer from another.
    #[must_use]
    pub fn is_proper(self) -> bool {
        matches!(self, Self::Name | Self::Given | Self::Family)
    }
}

/// A part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub(super) start: u16,
    pub(super) end: u16,
    /// What it does.
    pub role: Role,
    /// Number, legal form, suffix or word of the tables, where the role has one.
    pub(super) value: u32,
    /// Class of a legal form; sex of a title; [`SYLLABIC`] of a name.
    pub(super) class: u8,
    pub(super) hash: u64,
    pub(super) sound: u64,
    pub(super) names: GroupRange,
    pub(super) nicknames: GroupRange,
}

/// A name folded to Latin letters in lower case, and taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedName {
    kind: NameKind,
    text: Box<str>,
    parts: Box<[Part]>,
    /// Readings of a Chinese name: as written, and with the last word first.
    pub(super) chinese: [Readings; 2],
    /// First letters of the parts, of a firm with three parts or more.
    pub(super) acronym: Box<str>,
}

impl ParsedName {
    /// Takes a name apart. Never fails: of what holds no letter or digit it has no parts.
    #[must_use]
    pub fn parse(name: &str, kind: NameKind) -> Self {
        let tables = tables();
        let folded = fold(name, kind);
        let mut parser = Parser {
            tables,
            folded,
            text: String::new(),
            parts: Vec::new(),
        };
        match kind {
            NameKind::Person => parser.person(),
            NameKind::Company | NameKind::Organization | NameKind::Vessel => parser.organization(),
        }
        parser.finish(kind)
    }

    /// What bears the name.
    #[must_use]
    pub fn kind(&self) -> NameKind {
        self.kind
    }

    /// The whole name, folded: lower-case ASCII letters and digits, words divided by one space; a
    /// person's given names before the family name where a comma tells them apart.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its parts, in the order of the text.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The letters of a part of this name; spaces only in phrases of the tables.
    #[must_use]
    pub fn word(&self, part: &Part) -> &str {
        self.text
            .get(part.start as usize..part.end as usize)
            .unwrap_or_default()
    }

    /// Whether nothing is left to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The words of all parts of a role.
    pub fn words_of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .filter(move |part| part.role == role)
            .map(|part| self.word(part))
    }

    /// What a title tells of the bearer.
    pub(super) fn sex(&self) -> Option<u8> {
        let titles = self.parts.iter().filter(|part| part.role == Role::Title);
        titles.map(|part| part.class).find(|class| *class != 0)
    }
}

struct Parser {
    tables: &'static Tables,
    folded: Folded,
    text: String,
    parts: Vec<Part>,
}

impl Parser {
    /// Titles, names with their particles, suffixes; the part before a comma is the family name.
    fn person(&mut self) {
        let words = self.in_order();
        let n_titles = self.titles(&words);
        let n_suffixes = self.n_suffix_words(&words[n_titles..]);
        let names = &words[n_titles..words.len() - n_suffixes];
        self.names(names);
        self.suffixes(&words[words.len() - n_suffixes..]);
        self.roles_by_order(names);
    }

    /// "Last, First" turned round, unless what follows the comma is a suffix.
    fn in_order(&self) -> Vec<Word> {
        let words: Vec<Word> = self.folded.words.iter().take(MAX_PARTS).copied().collect();
        let Some(first) = words.first() else {
            return words;
        };
        let family = words
            .iter()
            .take_while(|word| word.commas == first.commas)
            .count();
        let given = &words[family..];
        let given_len = given
            .iter()
            .take_while(|word| Some(word.commas) == given.first().map(|next| next.commas))
            .count();
        let given = &given[..given_len];
        if given.is_empty() || self.n_suffix_words(given) == given.len() {
            return words;
        }
        [given, &words[..family], &words[family + given_len..]].concat()
    }

    fn titles(&mut self, words: &[Word]) -> usize {
        let mut taken = 0;
        while taken + 1 < words.len() {
            let left = &words[taken..words.len() - 1];
            let Some((len, PersonWord::Title(sex))) = self.person_phrase(left) else {
                break;
            };
            let class = match sex {
                Sex::Unknown => 0,
                Sex::Male => 1,
                Sex::Female => 2,
            };
            self.add(&left[..len], Role::Title, 0, class);
            taken += len;
        }
        taken
    }

    /// The longest phrase of the table at the start of some words.
    fn person_phrase(&self, words: &[Word]) -> Option<(usize, PersonWord)> {
        phrase(&self.folded, words, &self.tables.person_words)
    }

    /// How many words at the end are suffixes, or legal forms that a list has put behind a person.
    fn n_suffix_words(&self, words: &[Word]) -> usize {
        let mut end = words.len();
        'more: while end > 0 {
            for len in (1..=end.min(3)).rev() {
                let tail = &words[end - len..end];
                let is_suffix = matches!(self.person_phrase(tail), Some((all, PersonWord::Suffix(_))) if all == len);
                // A name needs two words besides.
                let is_form = end - len >= 2 && words.len() - end == 0 && self.legal_form(tail);
                if is_suffix || is_form {
                    end -= len;
                    continue 'more;
                }
            }
            break;
        }
        words.len() - end
    }

    fn legal_form(&self, words: &[Word]) -> bool {
        let found = phrase(&self.folded, words, &self.tables.org_words);
        matches!(found, Some((len, OrgWord::LegalForm { .. })) if len == words.len())
    }

    fn suffixes(&mut self, words: &[Word]) {
        let mut rest = words;
        while !rest.is_empty() {
            let (len, role, value) = match self.person_phrase(rest) {
                Some((len, PersonWord::Suffix(suffix))) => (len, Role::Suffix, u32::from(suffix)),
                _ => (rest.len(), Role::LegalForm, 0),
            };
            self.add(&rest[..len], role, value, 0);
            rest = &rest[len..];
        }
    }

    fn names(&mut self, words: &[Word]) {
        let one_run = words.iter().skip(1).all(|word| word.adjacent);
        if one_run && words.iter().all(|word| word.syllabic) && SYLLABIC_NAME.contains(&words.len())
        {
            self.add(&words[..1], Role::Family, 0, 0);
            return self.add_joined(&words[1..], Role::Given);
        }
        let mut at = 0;
        while at < words.len() {
            let rest = &words[at..];
            at += if rest[0].syllabic {
                let more = rest[1..]
                    .iter()
                    .take_while(|word| word.syllabic && word.adjacent);
                let run = 1 + more.count();
                self.add_joined(&rest[..run], Role::Name);
                run
            } else {
                self.name(rest, at == 0)
            };
        }
    }

    /// Adds the name at the start of some words, and says how many it takes.
    fn name(&mut self, words: &[Word], is_first: bool) -> usize {
        let letters = self.folded.word(words[0]);
        let word = self.tables.person_words.get(&hash(letters));
        let is_last = words.len() == 1;
        match word {
            Some(PersonWord::Servant) if !is_last => self.servant(words),
            Some(PersonWord::Particle { inside }) if !(is_last || *inside && is_first) => {
                self.add(&words[..1], Role::Particle, 0, 0);
                1
            }
            _ if letters.len() == 1 => {
                self.add(&words[..1], Role::Initial, 0, 0);
                1
            }
            _ => {
                self.add_name(&words[..1]);
                1
            }
        }
    }

    /// `Abd al-Rahman`, `Abdul Rahman`, `Abdel-Rahman` are one name in one spelling.
    fn servant(&mut self, words: &[Word]) -> usize {
        let next = self.folded.word(words[1]);
        let is_article = matches!(
            self.tables.person_words.get(&hash(next)),
            Some(PersonWord::Particle { .. })
        );
        let name = 1 + usize::from(is_article && words.len() > 2);
        let start = self.begin();
        self.text.push_str(SERVANT);
        let letters = self.folded.word(words[name]).to_owned();
        self.text.push_str(&letters);
        self.push(start, Role::Name, 0, 0);
        name + 1
    }

    /// A name, with `abdel…` spelled as `abdul…`.
    fn add_name(&mut self, words: &[Word]) {
        let letters = self.folded.word(words[0]);
        let prefix = (4..=6).rev().find(|len| {
            let found = letters.get(..*len).map(hash);
            letters.len() >= len + LEAST_AFTER_SERVANT
                && found.is_some_and(|key| {
                    matches!(
                        self.tables.person_words.get(&key),
                        Some(PersonWord::Servant)
                    )
                })
        });
        let Some(prefix) = prefix else {
            return self.add(words, Role::Name, 0, 0);
        };
        let rest = letters[prefix..].to_owned();
        let start = self.begin();
        self.text.push_str(SERVANT);
        self.text.push_str(&rest);
        self.push(start, Role::Name, 0, 0);
    }

    fn roles_by_order(&mut self, names: &[Word]) {
        let n_names = self
            .parts
            .iter()
            .filter(|part| part.role == Role::Name)
            .count();
        let is_only = n_names == 1 && !self.parts.iter().any(|part| part.role == Role::Initial);
        if is_only || names.is_empty() {
            return;
        }
        let mut left = n_names;
        for part in self.parts.iter_mut().filter(|part| part.role == Role::Name) {
            left -= 1;
            part.role = if left == 0 { Role::Family } else { Role::Given };
        }
    }

    /// Phrases of the tables, and what is left: the name proper.
    fn organization(&mut self) {
        let words: Vec<Word> = self.folded.words.iter().take(MAX_PARTS).copied().collect();
        let mut at = 0;
        while at < words.len() {
            at += self.org_part(&words, at);
        }
        self.add_up_numbers();
        if !self.parts.iter().any(|part| is_distinct(part.role)) {
            for part in &mut self.parts {
                part.role = Role::Name;
            }
        }
    }

    fn org_part(&mut self, words: &[Word], at: usize) -> usize {
        let rest = &words[at..];
        let letters = self.folded.word(rest[0]);
        if let Ok(number) = letters.parse::<u32>() {
            self.add(&rest[..1], Role::Numeral, number, 0);
            return 1;
        }
        let Some((len, word)) = phrase(&self.folded, rest, &self.tables.org_words) else {
            self.add(&rest[..1], Role::Name, 0, 0);
            return 1;
        };
        let is_short = len == 1 && letters.len() <= SHORT_FORM;
        let in_middle = at > 0 && at + 3 < words.len();
        let (role, value, class) = match word {
            OrgWord::LegalForm { .. } if is_short && in_middle => (Role::Name, 0, 0),
            OrgWord::LegalForm { form, class } => (Role::LegalForm, u32::from(form), class),
            OrgWord::Common(id) => (Role::Generic, u32::from(id), 0),
            OrgWord::Trade(id) => (Role::Trade, u32::from(id), 0),
            OrgWord::Place(id) => (Role::Place, u32::from(id), 0),
            OrgWord::Number(number) => (Role::Numeral, number, 0),
            OrgWord::Stop => (Role::Stop, 0, 0),
        };
        self.add(&rest[..len], role, value, class);
        len
    }

    /// "Forty 4" is 44.
    fn add_up_numbers(&mut self) {
        let mut at = 1;
        while at < self.parts.len() {
            let (tens, ones) = (self.parts[at - 1], self.parts[at]);
            let both = tens.role == Role::Numeral && ones.role == Role::Numeral;
            let is_word = self.text.as_bytes()[tens.start as usize].is_ascii_alphabetic();
            if both
                && is_word
                && (20..100).contains(&tens.value)
                && tens.value % 10 == 0
                && ones.value < 10
            {
                self.parts[at - 1].value += ones.value;
                self.parts[at - 1].end = ones.end;
                self.parts.remove(at);
            } else {
                at += 1;
            }
        }
    }

    fn add(&mut self, words: &[Word], role: Role, value: u32, class: u8) {
        let start = self.begin();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                self.text.push(' ');
            }
            let letters = self.folded.text.get(word.start as usize..word.end as usize);
            self.text.push_str(letters.unwrap_or_default());
        }
        self.push(start, role, value, class);
    }

    fn add_joined(&mut self, words: &[Word], role: Role) {
        let start = self.begin();
        for word in words {
            let letters = self.folded.text.get(word.start as usize..word.end as usize);
            self.text.push_str(letters.unwrap_or_default());
        }
        self.push(start, role, 0, SYLLABIC);
    }

    fn begin(&mut self) -> usize {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.len()
    }

    fn push(&mut self, start: usize, role: Role, value: u32, class: u8) {
        let letters = self.text.get(start..).unwrap_or_default();
        let grouped = matches!(role, Role::Name | Role::Given | Role::Family);
        let find = |groups: &crate::names::tables::Groups| {
            if grouped {
                groups.find(letters)
            } else {
                GroupRange::default()
            }
        };
        self.parts.push(Part {
            start: start as u16,
            end: self.text.len() as u16,
            role,
            value,
            class,
            hash: hash(letters),
            sound: sound(letters.as_bytes()),
            names: find(&self.tables.names),
            nicknames: find(&self.tables.nicknames),
        });
    }

    fn finish(self, kind: NameKind) -> ParsedName {
        let mut name = ParsedName {
            kind,
            text: self.text.into_boxed_str(),
            parts: self.parts.into_boxed_slice(),
            chinese: [[0; 2]; 2],
            acronym: Box::default(),
        };
        if kind == NameKind::Person {
            name.chinese = chinese_readings(self.tables, &name);
        } else {
            name.acronym = acronym(&name);
        }
        name
    }
}

/// Class of a name in Chinese or Korean letters: another syllable is another name, never a slip.
pub(super) const SYLLABIC: u8 = 1;
/// How `abdul`, `abdel`, `abd al-` are spelled here.
pub(super) const SERVANT: &str = "abdul";

/// Whether a part is more than a form, a number or a stop word.
fn is_distinct(role: Role) -> bool {
    matches!(role, Role::Name | Role::Place | Role::Trade | Role::Generic)
}

/// The longest phrase of a table at the start of some words.
fn phrase<T: Copy>(
    folded: &Folded,
    words: &[Word],
    table: &crate::names::tables::ByHash<T>,
) -> Option<(usize, T)> {
    let mut found = None;
    let mut state = crate::names::keys::HASH_OF_NOTHING;
    for (at, word) in words.iter().take(MAX_PHRASE).enumerate() {
        if at > 0 {
            state = crate::names::keys::hash_on(state, " ");
        }
        state = crate::names::keys::hash_on(state, folded.word(*word));
        if let Some(value) = table.get(&state) {
            found = Some((at + 1, *value));
        }
    }
    found
}

fn chinese_readings(tables: &Tables, name: &ParsedName) -> [Readings; 2] {
    let proper = || name.parts.iter().filter(|part| part.role != Role::Title);
    let n_words = proper().count();
    if !(2..=4).contains(&n_words) {
        return [[0; 2]; 2];
    }
    let words = || proper().map(|part| name.word(part));
    let as_written = chinese::readings(tables, words());
    if as_written == [0; 2] {
        return [[0; 2]; 2];
    }
    let turned = words().skip(n_words - 1).chain(words().take(n_words - 1));
    [as_written, chinese::readings(tables, turned)]
}

/// The least number of words that are shortened to their first letters.
const LEAST_ACRONYM: usize = 3;

fn acronym(name: &ParsedName) -> Box<str> {
    let counted = name
        .parts
        .iter()
        .filter(|part| !matches!(part.role, Role::LegalForm | Role::Stop | Role::Numeral));
    let letters: String = counted
        .flat_map(|part| name.word(part).split(' '))
        .filter_map(|word| word.chars().next())
        .collect();
    if letters.len() >= LEAST_ACRONYM {
        letters.into_boxed_str()
    } else {
        Box::default()
    }
}
