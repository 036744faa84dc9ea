//! How well two names fit.

use crate::names::align::{Alignment, Fit, Pair};
use crate::names::chinese;
use crate::names::conflict::other_generation;
use crate::names::parsed::{NameKind, ParsedName, Part, Role};

/// Score from which two names count as a match.
pub const MATCH_FROM: f32 = 0.7;

/// What a part that only the left name has counts: what was looked for is lacking.
const EXTRA_LEFT: f32 = 0.8;
/// What a part that only the right name has counts: lists hold fuller names.
const EXTRA_RIGHT: f32 = 0.2;
/// What is left of the score where each name holds a name proper that the other has not.
const CONTRADICTED: f32 = 0.85;
/// The same where one is Jr and the other Sr.
const OTHER_GENERATION: f32 = 0.75;
/// Score of a firm's acronym, and of one Chinese name in two romanizations.
const OTHER_WRITING: f32 = 0.85;

/// How well two names fit, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// From 0 (nothing in common) to 1 (the same).
    pub score: f32,
    /// Whether a desk should look at the pair; it does not say that the two are one.
    pub is_match: bool,
    /// What was paired, then what was left over.
    pub reasons: Vec<Reason>,
}

/// Why: a pair of parts, or a part without a partner.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What kind of finding: `same`, `spelling`, `initial`, `only left`, …
    pub what: &'static str,
    /// Words of the left name, folded; empty if it has none.
    pub left: String,
    /// Words of the right name, folded; empty if it has none.
    pub right: String,
    /// How well these fit, 0 to 1.
    pub score: f32,
}

/// Compares a name that is looked for (left) with one on a list (right), which may be fuller.
#[must_use]
pub fn compare(left: &ParsedName, right: &ParsedName) -> Comparison {
    let alignment = Alignment::of(left, right);
    let score = score(left, right, &alignment);
    let mut reasons: Vec<Reason> = alignment
        .pairs()
        .iter()
        .map(|pair| reason_of_pair(left, right, pair))
        .collect();
    reasons.extend(other_writing(left, right).map(|what| Reason {
        what,
        left: left.text().to_owned(),
        right: right.text().to_owned(),
        score: OTHER_WRITING,
    }));
    for part in Alignment::left_over(alignment.left_paired, left) {
        reasons.push(alone("only left", left.word(part), ""));
    }
    for part in Alignment::left_over(alignment.right_paired, right) {
        reasons.push(alone("only right", "", right.word(part)));
    }
    Comparison {
        score,
        is_match: score >= MATCH_FROM,
        reasons,
    }
}

/// The score of [`compare`] alone; allocates nothing.
#[must_use]
pub fn similarity(left: &ParsedName, right: &ParsedName) -> f32 {
    score(left, right, &Alignment::of(left, right))
}

fn score(left: &ParsedName, right: &ParsedName, alignment: &Alignment) -> f32 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    if left.text() == right.text() {
        return 1.0;
    }
    let aligned = aligned(left, right, alignment);
    match other_writing(left, right) {
        Some(_) => aligned.max(OTHER_WRITING),
        None => aligned,
    }
}

/// The mean of the pairs' scores, weighed by what the parts are worth; what is left over counts zero.
fn aligned(left: &ParsedName, right: &ParsedName, alignment: &Alignment) -> f32 {
    let (mut reached, mut possible) = (0.0, 0.0);
    for pair in alignment.pairs() {
        let weight = weight_of_pair(left, right, pair);
        reached += pair.score * weight;
        possible += weight;
    }
    let (mut lacks_left, mut lacks_right) = (false, false);
    for part in Alignment::left_over(alignment.left_paired, left) {
        possible += EXTRA_LEFT * weight_alone(part);
        lacks_left |= contradicts(part);
    }
    for part in Alignment::left_over(alignment.right_paired, right) {
        possible += EXTRA_RIGHT * weight_alone(part);
        lacks_right |= contradicts(part);
    }
    if possible <= 0.0 {
        return 0.0;
    }
    let mut score = reached / possible;
    if lacks_left && lacks_right {
        score *= CONTRADICTED;
    }
    if other_generation(left, right) {
        score *= OTHER_GENERATION;
    }
    score
}

/// Whether a part without a partner says "another one", if the other name has such a part too.
fn contradicts(part: &Part) -> bool {
    part.role.is_proper()
        || matches!(
            part.role,
            Role::Initial | Role::Place | Role::Trade | Role::Generic
        )
}

fn weight_of_pair(left: &ParsedName, right: &ParsedName, pair: &Pair) -> f32 {
    let of = |name: &ParsedName, at: u8, n: u8| {
        let parts = name.parts().iter().skip(at as usize).take(n as usize);
        parts.map(|part| weight(part.role)).fold(0.0, f32::max)
    };
    let weight = of(left, pair.left, pair.n_left).max(of(right, pair.right, pair.n_right));
    match pair.fit {
        Fit::Initial => weight * 0.5,
        Fit::Nickname => weight * 0.8,
        _ => weight,
    }
}

/// What a paired part is worth.
fn weight(role: Role) -> f32 {
    match role {
        Role::Name | Role::Given | Role::Family => 1.0,
        Role::Numeral => 1.3,
        Role::Place => 0.8,
        Role::Trade | Role::LegalForm => 0.7,
        Role::Initial => 0.5,
        Role::Generic | Role::Suffix | Role::Particle => 0.3,
        Role::Stop => 0.2,
        Role::Title => 0.0,
    }
}

/// What a part without a partner is worth.
fn weight_alone(part: &Part) -> f32 {
    match part.role {
        Role::Generic => 0.7,
        Role::Trade => 1.0,
        role => weight(role),
    }
}

/// One name written in two ways that have no letter in common.
pub(super) fn other_writing(left: &ParsedName, right: &ParsedName) -> Option<&'static str> {
    if left.kind() == NameKind::Person {
        let [written, turned] = left.chinese;
        let same = chinese::same(written, right.chinese[0])
            || chinese::same(turned, right.chinese[0])
            || chinese::same(written, right.chinese[1]);
        return same.then_some("romanization");
    }
    let shortens = |short: &ParsedName, long: &ParsedName| {
        let mut proper = short
            .parts()
            .iter()
            .filter(|part| !matches!(part.role, Role::LegalForm | Role::Stop));
        let only = proper.next().filter(|_| proper.next().is_none());
        only.is_some_and(|part| {
            part.role.is_proper() && !long.acronym.is_empty() && short.word(part) == &*long.acronym
        })
    };
    (shortens(left, right) || shortens(right, left)).then_some("acronym")
}

fn reason_of_pair(left: &ParsedName, right: &ParsedName, pair: &Pair) -> Reason {
    let words = |name: &ParsedName, at: u8, n: u8| {
        let parts = name.parts().iter().skip(at as usize).take(n as usize);
        parts
            .map(|part| name.word(part))
            .collect::<Vec<_>>()
            .join(" ")
    };
    Reason {
        what: label(pair.fit),
        left: words(left, pair.left, pair.n_left),
        right: words(right, pair.right, pair.n_right),
        score: pair.score,
    }
}

fn label(fit: Fit) -> &'static str {
    match fit {
        Fit::Same => "same",
        Fit::Variant => "spelling of one name",
        Fit::Nickname => "short form",
        Fit::Initial => "initial",
        Fit::Spelling => "alike in letters",
        Fit::Sound => "alike in sound",
        Fit::Divided => "written apart",
        Fit::Servant => "with and without abdul",
        Fit::Meaning => "same meaning",
        Fit::FormClass => "legal forms of one class",
    }
}

fn alone(what: &'static str, left: &str, right: &str) -> Reason {
    Reason {
        what,
        left: left.to_owned(),
        right: right.to_owned(),
        score: 0.0,
    }
}
