//! What tells two ties of the same ends and type apart: role, unit, and for events amount and date.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::EntityId;

use super::tie::StatedLink;
use super::types::TieType;

/// Words of a role that say nothing about which role it is.
const EMPTY_WORDS: &[&str] = &[
    "a", "an", "the", "its", "his", "her", "their", "of", "at", "for", "then", "now", "as",
];

/// What a link says of itself; an unstated part is compatible with any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Facet {
    role: BTreeSet<String>,
    unit: Option<String>,
    /// Least and greatest amount, as written; only of events, of which there may be several.
    amount: Option<(String, String)>,
    /// Date; only of events.
    date: Option<String>,
}

impl Facet {
    fn of(kind: &TieType, link: &StatedLink) -> Self {
        let amount = link.amount.as_ref();
        let written = |bound: Option<f64>| bound.map(|value| value.to_string()).unwrap_or_default();
        Self {
            // The role of an event is how it was told ("paid", "a transfer"), not which event it was.
            role: match &link.role {
                Some(role) if !kind.event => words(role),
                _ => BTreeSet::new(),
            },
            unit: amount.and_then(|amount| amount.currency.clone()),
            amount: amount
                .filter(|_| kind.event)
                .map(|amount| (written(amount.min), written(amount.max))),
            date: link.since.clone().filter(|_| kind.event),
        }
    }

    /// Whether this says all that `other` says, and perhaps more.
    fn refines(&self, other: &Self) -> bool {
        let unit = other.unit.is_none() || self.unit == other.unit;
        let amount = other.amount.is_none() || self.amount == other.amount;
        let date = match (&self.date, &other.date) {
            (_, None) => true,
            (Some(fine), Some(coarse)) => fine.starts_with(coarse.as_str()),
            (None, Some(_)) => false,
        };
        unit && amount && date && self.role.is_superset(&other.role)
    }

    /// Bytes that name the tie of these ends and type with this facet.
    pub(super) fn key(&self, from: EntityId, to: EntityId, kind: &str) -> Vec<u8> {
        let mut key = Vec::new();
        key.extend(from.as_bytes());
        key.extend(to.as_bytes());
        let amount = self.amount.as_ref();
        let role: Vec<&str> = self.role.iter().map(String::as_str).collect();
        let parts = [
            kind,
            &role.join(" "),
            self.unit.as_deref().unwrap_or_default(),
            amount.map(|(min, _)| min.as_str()).unwrap_or_default(),
            amount.map(|(_, max)| max.as_str()).unwrap_or_default(),
            self.date.as_deref().unwrap_or_default(),
        ];
        for part in parts {
            key.extend(part.as_bytes());
            key.push(0);
        }
        key
    }
}

fn words(role: &str) -> BTreeSet<String> {
    let lower = role.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

/// Groups links of one pair of ends and type. A link joins the fullest facet that says all that it says;
/// where two fullest ones would fit it, it cannot be told which is meant, and it stays a tie of its own.
pub(super) fn group(kind: &TieType, links: Vec<StatedLink>) -> BTreeMap<Facet, Vec<StatedLink>> {
    let mut stated: BTreeMap<Facet, Vec<StatedLink>> = BTreeMap::new();
    for link in links {
        stated.entry(Facet::of(kind, &link)).or_default().push(link);
    }
    let homes = homes(&stated.keys().collect::<Vec<_>>());
    let mut groups: BTreeMap<Facet, Vec<StatedLink>> = BTreeMap::new();
    for ((_, links), home) in stated.into_iter().zip(homes) {
        groups.entry(home).or_default().extend(links);
    }
    groups
}

/// Beyond this many distinct facets between two entities each stays apart: the comparison is quadratic.
const MOST_FACETS: usize = 2_000;

fn homes(facets: &[&Facet]) -> Vec<Facet> {
    if facets.len() > MOST_FACETS {
        return facets.iter().map(|facet| (*facet).clone()).collect();
    }
    let refined = |facet: &Facet| facets.iter().any(|f| *f != facet && f.refines(facet));
    let fullest: Vec<&Facet> = facets.iter().copied().filter(|f| !refined(f)).collect();
    let home = |facet: &Facet| {
        let mut fitting = fullest.iter().filter(|full| full.refines(facet));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => (*only).clone(),
            _ => facet.clone(),
        }
    };
    facets.iter().map(|facet| home(facet)).collect()
}
