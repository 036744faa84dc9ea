//! Values made ready, and on which level two agree.

use crate::names::{NameKind, ParsedName, country, plain, similarity, sound_of, spelling};
use crate::records::Holds;

/// Levels of every field: 0 is agreement, the last one disagreement.
pub(super) const LEVELS: usize = 8;
/// Values of one field of one record that are compared.
const MAX_VALUES: usize = 8;
/// Letters of a run.
const RUN: usize = 4;
/// Letters that the shorter of two words must have to count as the beginning of the other.
const LEAST_BEGINNING: usize = 3;

/// A value made ready.
#[derive(Debug)]
pub(super) enum Value {
    Name(Box<ParsedName>),
    /// Year, month, day, 0 where unknown; and the digits.
    Date([u16; 3], String),
    Country(u64),
    Identifier(String),
    Word {
        letters: String,
        sound: u64,
    },
    /// Numbers of words, sorted, each with what it tells in bits.
    Text(Vec<(u32, f32)>),
}

impl Value {
    /// Makes a value ready; `None` where it holds nothing. `number` numbers the words of texts.
    pub(super) fn new(
        text: &str,
        holds: Holds,
        kind: NameKind,
        number: &mut impl FnMut(&str) -> u32,
    ) -> Option<Self> {
        let letters = plain(text);
        if letters.is_empty() {
            return None;
        }
        Some(match holds {
            Holds::Name => Self::Name(Box::new(ParsedName::parse(text, kind))),
            Holds::Date => date(&letters),
            Holds::Country => Self::Country(country(text)),
            Holds::Identifier => Self::Identifier(letters.replace(' ', "")),
            Holds::Word | Holds::Given | Holds::Family => Self::Word {
                sound: sound_of(&letters),
                letters,
            },
            Holds::Text => {
                let mut words: Vec<(u32, f32)> = Vec::new();
                text_features(&letters, |feature| words.push((number(feature), 0.0)));
                words.sort_unstable_by_key(|(word, _)| *word);
                words.dedup_by_key(|(word, _)| *word);
                Self::Text(words)
            }
        })
    }

    /// What equal values have in common, for counting how often a value occurs.
    pub(super) fn exact(&self) -> String {
        match self {
            Self::Name(name) => name.text().to_owned(),
            Self::Date(_, text) | Self::Identifier(text) => text.clone(),
            Self::Country(code) => code.to_string(),
            Self::Word { letters, .. } => letters.clone(),
            Self::Text(words) => words.iter().map(|(word, _)| format!("{word} ")).collect(),
        }
    }

    /// On which level two values of one column agree.
    fn level(&self, other: &Self) -> usize {
        match (self, other) {
            (Self::Name(one), Self::Name(two)) => of_score(
                similarity(one, two).max(similarity(two, one)),
                &[0.99, 0.9, 0.8, 0.7],
            ),
            (Self::Date(one, text), Self::Date(two, other)) => of_dates(*one, *two, text, other),
            (Self::Country(one), Self::Country(two)) => {
                if one == two {
                    0
                } else {
                    LEVELS - 1
                }
            }
            (Self::Identifier(one), Self::Identifier(two)) => {
                of_score(spelled(one, two), &[1.0, 0.85, 0.7, 0.6])
            }
            (
                Self::Word {
                    letters: one,
                    sound,
                },
                Self::Word {
                    letters: two,
                    sound: other,
                },
            ) => {
                let begins = one.len().min(two.len()) >= LEAST_BEGINNING
                    && (one.starts_with(two.as_str()) || two.starts_with(one.as_str()));
                let level = of_score(spelled(one, two), &[1.0, 0.8, 0.65, 0.5]);
                if begins || sound == other && *sound != 0 {
                    level.min(3)
                } else {
                    level
                }
            }
            (Self::Text(one), Self::Text(two)) => {
                of_score(shared(one, two), &[0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2])
            }
            _ => LEVELS - 1,
        }
    }
}

/// The best level of any two values; `None` where one side has none.
pub(super) fn level(left: &[Value], right: &[Value]) -> Option<usize> {
    let pairs = left.iter().take(MAX_VALUES).flat_map(|one| {
        right
            .iter()
            .take(MAX_VALUES)
            .map(move |other| one.level(other))
    });
    pairs.min()
}

/// What the texts of two records share, 0 to 1 a column: which of two pairs on the same levels is closer.
pub(super) fn closeness(left: &[Vec<Value>], right: &[Vec<Value>]) -> f32 {
    let columns = left.iter().zip(right);
    columns
        .map(|(left, right)| match (left.first(), right.first()) {
            (Some(Value::Text(one)), Some(Value::Text(other))) => shared(one, other),
            _ => 0.0,
        })
        .sum()
}

fn of_score(score: f32, from: &[f32]) -> usize {
    from.iter()
        .position(|least| score >= *least)
        .unwrap_or(LEVELS - 1)
}

fn spelled(one: &str, other: &str) -> f32 {
    if one == other {
        1.0
    } else {
        spelling(one, other).min(0.99)
    }
}

/// `2001-02-03`, `20010203`, `2001`: what is no such date is kept as its letters.
fn date(letters: &str) -> Value {
    let digits: String = letters.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse().ok())
            .unwrap_or(0)
    };
    Value::Date([part(0, 4), part(4, 6), part(6, 8)], digits)
}

/// Equal; equal as far as known, or with day and month changed round; one digit off; one part off.
fn of_dates(one: [u16; 3], two: [u16; 3], text: &str, other: &str) -> usize {
    if text == other {
        return 0;
    }
    let fits = (0..3).all(|at| one[at] == two[at] || one[at] == 0 || two[at] == 0);
    let turned = one[0] == two[0] && one[1] == two[2] && one[2] == two[1];
    let digits_off = text
        .bytes()
        .zip(other.bytes())
        .filter(|(one, other)| one != other)
        .count();
    let parts_off = (0..3).filter(|&at| one[at] != two[at]).count();
    match (
        fits || turned,
        digits_off + text.len().abs_diff(other.len()),
        parts_off,
    ) {
        (true, _, _) => 1,
        (_, 1, _) => 1,
        (_, 2, _) => 2,
        (_, _, 1) => 3,
        _ => LEVELS - 1,
    }
}

/// Words, words joined to a neighbour with a number in it (`PS-LX350H`, `PSLX350H`), and runs of letters,
/// so that one slip does not lose a word.
fn text_features(letters: &str, mut add: impl FnMut(&str)) {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let mut before = "";
    for word in letters.split(' ') {
        add(word);
        if !before.is_empty() && (has_digit(word) || has_digit(before)) {
            add(&format!("{before}{word}"));
        }
        for at in 0..(word.len() + 1).saturating_sub(RUN) {
            add(&format!("~{}", &word[at..at + RUN]));
        }
        before = word;
    }
}

/// What the words in common tell, against what all words tell.
fn shared(one: &[(u32, f32)], other: &[(u32, f32)]) -> f32 {
    let total: f32 = one.iter().chain(other).map(|(_, bits)| bits).sum();
    let (mut both, mut i, mut j) = (0.0, 0, 0);
    while i < one.len() && j < other.len() {
        match one[i].0.cmp(&other[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += one[i].1;
                i += 1;
                j += 1;
            }
        }
    }
    if total > 0.0 { 2.0 * both / total } else { 0.0 }
}
