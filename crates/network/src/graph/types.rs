//! The table of tie types: what a step costs, and how ties of a type behave.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::tie::{Sources, Tally};
use crate::LinkStance;

/// Type of the step between two entities that only share a name.
pub const SAME_NAME: &str = "SameName";

/// How ties of one type behave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieType {
    /// `Directorship`, `Ownership`, …
    pub name: String,
    /// Cost of a tie that several independent sources assert, in thousandths of the surest step.
    pub cost: u32,
    /// Whether the ends may be exchanged.
    #[serde(default)]
    pub symmetric: bool,
    /// Whether it happened at a time, rather than held over one.
    #[serde(default)]
    pub event: bool,
    /// Whether it says that the two are tied; co-occurrence and a shared name do not.
    #[serde(default = "yes")]
    pub tie: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Support {
    alleged_only: u32,
    contested: u32,
    interested_only: u32,
    no_named_source: u32,
    one_source: u32,
    two_sources: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "type")]
    types: Vec<TieType>,
    support: Support,
    not_established: BTreeMap<LinkStance, u32>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("types.toml")).expect("a test reads the table that is built in")
});

/// All types, in the order of the table; the number of a type is its place.
#[must_use]
pub fn tie_types() -> &'static [TieType] {
    &TABLE.types
}

/// Number of a type in [`tie_types`]; that of `Other` where the table does not know it.
#[must_use]
pub fn type_number(name: &str) -> u8 {
    let place = |wanted: &str| TABLE.types.iter().position(|known| known.name == wanted);
    let number = place(name).or_else(|| place("Other")).unwrap_or(0);
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// The type with this name, or `Other`.
#[must_use]
pub fn tie_type(name: &str) -> &'static TieType {
    &TABLE.types[usize::from(type_number(name))]
}

/// What a step along a tie costs: more the less sure it is.
pub(super) fn cost(kind: &TieType, tally: &Tally, sources: Sources, interested_only: bool) -> u32 {
    if !kind.tie {
        return kind.cost;
    }
    kind.cost + support_cost(sources, interested_only) + stance_cost(tally)
}

fn support_cost(sources: Sources, interested_only: bool) -> u32 {
    let table = &TABLE.support;
    let count = match sources.min {
        0 => table.no_named_source,
        1 => table.one_source,
        2 => table.two_sources,
        _ => 0,
    };
    count + u32::from(interested_only) * table.interested_only
}

fn stance_cost(tally: &Tally) -> u32 {
    if !tally.is_established() {
        let costs = tally
            .stances()
            .filter_map(|stance| TABLE.not_established.get(&stance));
        let worst = TABLE.not_established.values().max();
        return costs.min().or(worst).copied().unwrap_or(0);
    }
    let alleged = u32::from(!tally.has(LinkStance::Asserts)) * TABLE.support.alleged_only;
    alleged + u32::from(tally.is_contested()) * TABLE.support.contested
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dearest step along an established tie of any type.
    fn dearest_established() -> u32 {
        let support = &TABLE.support;
        let added = support.alleged_only
            + support.contested
            + support.interested_only
            + support.no_named_source;
        let ties = TABLE.types.iter().filter(|kind| kind.tie);
        ties.map(|kind| kind.cost + added).max().unwrap_or(0)
    }

    #[test]
    fn co_occurrence_never_dominates() {
        for name in ["SameSentence", "SameDocument"] {
            assert!(tie_type(name).cost >= 8 * dearest_established(), "{name}");
            assert!(!tie_type(name).tie);
        }
    }

    #[test]
    fn what_is_not_established_costs_more_than_what_is() {
        let support = &TABLE.support;
        let least = TABLE.not_established.values().min().copied().unwrap_or(0);
        assert!(least > support.alleged_only + support.contested);
        assert_eq!(
            TABLE.not_established.len(),
            7,
            "every stance but asserts and alleges"
        );
    }

    #[test]
    fn an_unknown_type_is_other() {
        assert_eq!(tie_type("Sponsorship").name, "Other");
        assert_eq!(tie_type("Ownership").name, "Ownership");
        assert!(
            tie_types().len() < 128,
            "a network keeps the number in 7 bits"
        );
    }
}
