//! The exact comparison of two texts.

use std::collections::BTreeMap;

use super::DocumentRow;
use super::boilerplate::Boilerplate;

/// How much two documents have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Likeness {
    /// Share of all shingles.
    pub(crate) resemblance: f64,
    /// Share of the smaller one's shingles.
    pub(crate) containment: f64,
    /// Number of common shingles.
    pub(crate) common: usize,
    /// Size of the smaller over that of the larger.
    pub(crate) proportion: f64,
}

impl Likeness {
    /// Of two sorted sets of shingles.
    pub(crate) fn of(left: &[u64], right: &[u64]) -> Self {
        let common = common(left, right);
        let (least, most) = (left.len().min(right.len()), left.len().max(right.len()));
        let share = |of: usize| {
            if of == 0 {
                0.0
            } else {
                common as f64 / of as f64
            }
        };
        Self {
            resemblance: share(left.len() + right.len() - common),
            containment: share(least),
            common,
            proportion: if most == 0 {
                0.0
            } else {
                least as f64 / most as f64
            },
        }
    }

    /// Versions of one text: most of it is in both, or the one is the other with cuts.
    pub(crate) fn is_version(&self) -> bool {
        const RESEMBLANCE: f64 = 0.4;
        const CONTAINMENT: f64 = 0.6;
        const PROPORTION: f64 = 0.25;
        self.common >= FEWEST_COMMON
            && (self.resemblance >= RESEMBLANCE
                || self.containment >= CONTAINMENT && self.proportion >= PROPORTION)
    }

    /// A large part of the smaller one lies in the other.
    pub(crate) fn is_held(&self) -> bool {
        const CONTAINMENT: f64 = 0.35;
        const COMMON: usize = 40;
        self.containment >= CONTAINMENT && self.common >= COMMON
            || self.containment >= 0.8 && self.common >= FEWEST_COMMON
    }
}

/// Common shingles below which two texts share a phrase, not a passage.
const FEWEST_COMMON: usize = 12;

fn common(left: &[u64], right: &[u64]) -> usize {
    let (mut at, mut to, mut both) = (0, 0, 0);
    while let (Some(a), Some(b)) = (left.get(at), right.get(to)) {
        both += usize::from(a == b);
        at += usize::from(a <= b);
        to += usize::from(b <= a);
    }
    both
}

/// A pair that was compared: places in the list of documents, `.0 < .1`.
pub(crate) type Compared = (u32, u32, Likeness);

/// Compares the pairs and gives those that have enough in common; the best first, then by place.
pub(crate) fn all(
    documents: &[&DocumentRow],
    pairs: &[(u32, u32)],
    boilerplate: &Boilerplate,
) -> Vec<Compared> {
    let mut found = Vec::new();
    let mut shingles: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for &(a, b) in pairs {
        // Pairs come sorted by their first: what lies before it is not asked for again as a first, and
        // seldom as a second.
        if shingles.len() > KEPT {
            shingles.clear();
        }
        for at in [a, b] {
            shingles
                .entry(at)
                .or_insert_with(|| boilerplate.own_shingles(&documents[at as usize].text));
        }
        let likeness = Likeness::of(&shingles[&a], &shingles[&b]);
        if likeness.is_version() || likeness.is_held() {
            found.push((a, b, likeness));
        }
    }
    found.sort_by(|x, y| {
        let strength = |likeness: &Likeness| {
            likeness
                .resemblance
                .max(likeness.containment * likeness.proportion)
        };
        strength(&y.2)
            .total_cmp(&strength(&x.2))
            .then((x.0, x.1).cmp(&(y.0, y.1)))
    });
    found
}

/// Sets of shingles kept at once.
const KEPT: usize = 2_000;
