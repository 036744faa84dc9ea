//! What says that two names cannot be of one bearer.

use crate::names::align::{Alignment, Fit, Pair};
use crate::names::compare::other_writing;
use crate::names::parsed::{NameKind, ParsedName, Part, Role};
use crate::names::tables::tables;

/// Spellings of a person's name that are less alike are two names.
const LEAST_LIKENESS: f32 = 0.75;
/// The same for the words of a firm's name.
const LEAST_WORD_LIKENESS: f32 = 0.85;
/// Between words as short as this one letter makes another name, unless they sound the same.
const SHORT: usize = 4;

/// Why two names are not of one bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conflict {
    /// Anna and Petra.
    GivenName,
    /// Berg and Holm.
    FamilyName,
    /// J. and K.
    Initial,
    /// Jr and Sr, II and III.
    Suffix,
    /// Mr and Mrs.
    Sex,
    /// Fund 2 and Fund 3, Fund 2 and Fund.
    Number,
    /// Ltd and GmbH.
    LegalForm,
    /// A word of a firm's name that the other has not, against one of its own.
    Word,
}

/// Why two names of persons cannot be of one person, if there is a reason; symmetric.
/// `None` does not say that they are one: `Berg` and `Anna Berg` have no conflict.
#[must_use]
pub fn person_conflict(left: &ParsedName, right: &ParsedName) -> Option<Conflict> {
    if different(left.sex(), right.sex()) {
        return Some(Conflict::Sex);
    }
    if other_generation(left, right) {
        return Some(Conflict::Suffix);
    }
    if other_writing(left, right).is_some() {
        return None;
    }
    let alignment = Alignment::of(left, right);
    let telling = |part: &&Part| part.role.is_proper() || part.role == Role::Initial;
    let lone_left = Alignment::left_over(alignment.left_paired, left).filter(telling);
    let lone_right = Alignment::left_over(alignment.right_paired, right).filter(telling);
    if let Some(conflict) = of_leftovers(lone_left, lone_right) {
        return Some(conflict);
    }
    let mut pairs = alignment.pairs().iter();
    pairs.find_map(|pair| of_spellings(left, right, pair))
}

/// [`person_conflict`] of persons; of firms and ships different numbers, legal forms and words.
#[must_use]
pub fn conflict(left: &ParsedName, right: &ParsedName) -> Option<Conflict> {
    if left.kind() == NameKind::Person {
        return person_conflict(left, right);
    }
    if other_writing(left, right).is_some() {
        return None;
    }
    let alignment = Alignment::of(left, right);
    let lone = |paired: u32, name| Alignment::left_over(paired, name).map(|part| part.role);
    let lone_left = || lone(alignment.left_paired, left);
    let lone_right = || lone(alignment.right_paired, right);
    if lone_left()
        .chain(lone_right())
        .any(|role| role == Role::Numeral)
    {
        return Some(Conflict::Number);
    }
    let both = |telling: fn(Role) -> bool| lone_left().any(telling) && lone_right().any(telling);
    if both(is_word) {
        return Some(Conflict::Word);
    }
    let mut pairs = alignment.pairs().iter();
    if both(|role| role == Role::LegalForm) || pairs.any(|pair| pair.fit == Fit::FormClass) {
        return Some(Conflict::LegalForm);
    }
    let unlike = |pair: &&Pair| {
        matches!(pair.fit, Fit::Spelling | Fit::Sound | Fit::Divided)
            && pair.score < LEAST_WORD_LIKENESS
    };
    alignment
        .pairs()
        .iter()
        .find(unlike)
        .map(|_| Conflict::Word)
}

/// Whether nothing in two names differs but spelling, writing and short forms: no part of one lacks in
/// the other, titles, particles and stop words apart. Symmetric.
#[must_use]
pub fn same_name(left: &ParsedName, right: &ParsedName) -> bool {
    if left.is_empty() || right.is_empty() || conflict(left, right).is_some() {
        return false;
    }
    let alignment = Alignment::of(left, right);
    let telling = |part: &Part| !matches!(part.role, Role::Title | Role::Particle | Role::Stop);
    let in_full = |pair: &Pair| !matches!(pair.fit, Fit::Initial | Fit::Nickname);
    !Alignment::left_over(alignment.left_paired, left).any(telling)
        && !Alignment::left_over(alignment.right_paired, right).any(telling)
        && alignment.pairs().iter().all(in_full)
}

fn different<T: PartialEq>(left: Option<T>, right: Option<T>) -> bool {
    matches!((left, right), (Some(left), Some(right)) if left != right)
}

/// Whether both names have a Jr, Sr, II…, and not the same.
pub(super) fn other_generation(left: &ParsedName, right: &ParsedName) -> bool {
    different(generation(left), generation(right))
}

fn generation(name: &ParsedName) -> Option<u32> {
    let suffixes = name.parts().iter().filter(|part| part.role == Role::Suffix);
    suffixes.map(|part| part.value).find(|value| *value != 0)
}

fn is_word(role: Role) -> bool {
    role.is_proper() || matches!(role, Role::Place | Role::Trade | Role::Generic)
}

/// Each name has a part that the other has not.
fn of_leftovers<'a>(
    mut left: impl Iterator<Item = &'a Part>,
    mut right: impl Iterator<Item = &'a Part>,
) -> Option<Conflict> {
    let (left, right) = (left.next()?, right.next()?);
    Some(if left.role == Role::Family && right.role == Role::Family {
        Conflict::FamilyName
    } else if left.role == Role::Initial || right.role == Role::Initial {
        Conflict::Initial
    } else {
        Conflict::GivenName
    })
}

/// Two spellings that are two names: both well known, or one the female form of the other.
fn of_spellings(left: &ParsedName, right: &ParsedName, pair: &Pair) -> Option<Conflict> {
    if !matches!(pair.fit, Fit::Spelling | Fit::Sound) {
        return None;
    }
    let one = left.parts().get(pair.left as usize)?;
    let other = right.parts().get(pair.right as usize)?;
    if !one.role.is_proper() || !other.role.is_proper() {
        return None;
    }
    let (word, spelled) = (left.word(one), right.word(other));
    let names = &tables().names;
    let both_known = !one.names.is_empty() && !other.names.is_empty();
    let is_short = word.len().min(spelled.len()) <= SHORT && one.sound != other.sound;
    let is_female =
        word.strip_suffix('a') == Some(spelled) || spelled.strip_suffix('a') == Some(word);
    let unlike = pair.fit == Fit::Spelling && pair.score < LEAST_LIKENESS;
    let two = both_known && !names.share(one.names, other.names);
    (two || is_short || is_female || unlike).then_some(
        if one.role == Role::Family && other.role == Role::Family {
            Conflict::FamilyName
        } else {
            Conflict::GivenName
        },
    )
}
