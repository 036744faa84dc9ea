//! How well two names fit.

use crate::names::parsed::ParsedName;

/// Score from which two names count as a match.
pub const MATCH_FROM: f32 = 0.7;

/// How well two names fit, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// From 0 (nothing in common) to 1 (the same).
    pub score: f32,
    /// Whether a desk should look at the pair; it does not say that the two are one.
    pub is_match: bool,
    /// What was paired, in the order of the left name.
    pub reasons: Vec<Reason>,
}

/// Why: a pair of parts, or a part without a partner.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What kind of finding: `same`, `spelling`, `initial`, …
    pub what: &'static str,
    /// Words of the left name, folded; empty if it has none.
    pub left: String,
    /// Words of the right name, folded; empty if it has none.
    pub right: String,
    /// How well these fit, 0 to 1.
    pub score: f32,
}

/// Compares a name that is looked for (left) with one on a list (right).
#[must_use]
pub fn compare(left: &ParsedName, right: &ParsedName) -> Comparison {
    let score = similarity(left, right);
    Comparison {
        score,
        is_match: score >= MATCH_FROM,
        reasons: Vec::new(),
    }
}

/// The score of [`compare`] alone; allocates nothing.
#[must_use]
pub fn similarity(left: &ParsedName, right: &ParsedName) -> f32 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    if left.text() == right.text() { 1.0 } else { 0.0 }
}
