//! Whether two contents say the same.

use super::features::Features;
use super::numbers::{DatePart, Number};

/// What two contents are to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// They say the same; how alike they are, greater than 0.
    Same(f64),
    /// They speak of the same with other numbers or dates.
    Competing,
    /// They do not say the same.
    Different,
}

/// Weights of terms by their number in the set.
#[derive(Debug, Default)]
pub(crate) struct Weights(pub(crate) Vec<f32>);

impl Weights {
    fn of(&self, term: u64) -> f64 {
        self.0
            .get(term as usize)
            .map_or(1.0, |&weight| f64::from(weight))
    }

    fn sum(&self, terms: &[u64]) -> f64 {
        terms.iter().map(|&term| self.of(term)).sum()
    }
}

/// What two contents share.
#[derive(Debug)]
struct Shared {
    terms: usize,
    /// Weight of the common words over the mean of both, 0..=1.
    dice: f64,
    /// Weight of the common words over that of the one that says less, 0..=1.
    containment: f64,
    entities: usize,
    /// Each names somebody whom the other does not.
    clash: bool,
    /// Both name the same two in another order, or one of them in the passive.
    reversed: bool,
    numbers: Agreement,
    dates: Agreement,
    precise: bool,
}

/// What two lists of numbers or dates are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    /// One has none.
    Open,
    /// All of the shorter list fit.
    Fits,
    /// Some fit nothing.
    Conflicts,
}

/// Decides; the rules are in the order of the evidence.
pub(crate) fn verdict(a: &Features, b: &Features, weights: &Weights) -> Verdict {
    let shared = Shared::of(a, b, weights);
    if shared.reversed || shared.clash && shared.dice < ALMOST_WORD_FOR_WORD {
        return Verdict::Different;
    }
    let nobody = a.entities.is_empty() && b.entities.is_empty();
    let by_wording = shared.terms >= 3
        && (shared.dice >= ALMOST_WORD_FOR_WORD
            || shared.dice >= WORDING && shared.entities > 0
            || shared.dice >= WORDING_OF_NOBODY && nobody
            || shared.dice >= WORDING_OF_ONE_UNNAMED
            || shared.terms >= 4
                && shared.containment >= ALMOST_WORD_FOR_WORD
                && shared.dice >= WORDING_WITH_ENTITY);
    let by_entity = shared.entities > 0 && shared.terms >= 2 && shared.dice >= WORDING_WITH_ENTITY;
    let by_slots = shared.entities >= 2 && shared.terms >= 1 && shared.containment >= PREDICATE;
    let conflict = shared.numbers == Agreement::Conflicts || shared.dates == Agreement::Conflicts;
    if by_wording || by_entity || by_slots {
        let strength = shared.dice + 0.2 * shared.entities.min(3) as f64;
        return if conflict {
            Verdict::Competing
        } else {
            Verdict::Same(strength)
        };
    }
    let fits = shared.numbers == Agreement::Fits && !conflict;
    let by_number = fits && shared.entities >= 2 && shared.terms >= 1
        || fits
            && shared.entities >= 1
            && shared.terms >= 2
            && shared.containment >= ALL_BUT_WORD_FOR_WORD
        || fits && shared.precise && (shared.terms >= 1 || shared.entities >= 1);
    if by_number {
        Verdict::Same(0.1 + shared.dice)
    } else {
        Verdict::Different
    }
}

/// Whether two contents can stand in one claim, though they need not resemble each other.
pub(crate) fn can_join(a: &Features, b: &Features, weights: &Weights) -> bool {
    let shared = Shared::of(a, b, weights);
    let conflict = shared.numbers == Agreement::Conflicts || shared.dates == Agreement::Conflicts;
    let linked = shared.terms > 0 || shared.precise;
    linked
        && !conflict
        && !shared.reversed
        && (!shared.clash || shared.dice >= ALMOST_WORD_FOR_WORD)
}

const ALMOST_WORD_FOR_WORD: f64 = 0.9;
/// With a number that fits.
const ALL_BUT_WORD_FOR_WORD: f64 = 0.8;
/// Of two contents that name the same.
const WORDING: f64 = 0.65;
/// Of two contents that name nobody.
const WORDING_OF_NOBODY: f64 = 0.8;
/// Of two contents of which one names nobody.
const WORDING_OF_ONE_UNNAMED: f64 = 0.75;
const WORDING_WITH_ENTITY: f64 = 0.6;
/// Of two contents that name the same two.
const PREDICATE: f64 = 0.45;

impl Shared {
    fn of(a: &Features, b: &Features, weights: &Weights) -> Self {
        let (terms, weight) = common(&a.terms, &b.terms, weights);
        let (left, right) = (weights.sum(&a.terms), weights.sum(&b.terms));
        let share = |of: f64| if of > 0.0 { weight / of } else { 0.0 };
        let entities = a
            .entities
            .iter()
            .filter(|entity| b.entities.contains(entity))
            .count();
        Self {
            terms,
            dice: share((left + right) / 2.0),
            containment: share(left.min(right)),
            entities,
            clash: a.entities.len() > entities && b.entities.len() > entities,
            reversed: reversed(a, b),
            numbers: agreement(&a.numbers, &b.numbers, Number::fits),
            dates: agreement(&a.dates, &b.dates, DatePart::fits),
            precise: a
                .numbers
                .iter()
                .any(|x| x.is_precise() && b.numbers.iter().any(|y| x.low == y.low && x.fits(y))),
        }
    }
}

fn common(left: &[u64], right: &[u64], weights: &Weights) -> (usize, f64) {
    let (mut at, mut to, mut count, mut weight) = (0, 0, 0, 0.0);
    while let (Some(a), Some(b)) = (left.get(at), right.get(to)) {
        if a == b {
            count += 1;
            weight += weights.of(*a);
        }
        at += usize::from(a <= b);
        to += usize::from(b <= a);
    }
    (count, weight)
}

/// "A paid B" and "B paid A"; "A paid B" and "B was paid by A" are the same.
fn reversed(a: &Features, b: &Features) -> bool {
    let places: Vec<usize> = a
        .entities
        .iter()
        .filter_map(|entity| b.entities.iter().position(|other| other == entity))
        .collect();
    let turned = places.windows(2).any(|pair| pair[0] > pair[1]);
    places.len() >= 2 && turned != (a.is_passive != b.is_passive)
}

/// Of two lists: whether the shorter one lies in the longer.
fn agreement<T>(a: &[T], b: &[T], fits: fn(&T, &T) -> bool) -> Agreement {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (short, long) = (
        &short[..short.len().min(MOST)],
        &long[..long.len().min(MOST)],
    );
    match short.iter().all(|x| long.iter().any(|y| fits(x, y))) {
        _ if short.is_empty() => Agreement::Open,
        true => Agreement::Fits,
        false => Agreement::Conflicts,
    }
}

/// Numbers of a content that are compared.
const MOST: usize = 32;
