//! One tie of a case, gathered from what its documents state.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::{DocumentId, EntityId, TextSpan, TieId};
use serde::{Deserialize, Serialize};

use super::facet::{self, Facet};
use super::types::{cost, tie_type};
use crate::{Amount, LinkStance};

/// A piece of evidence for a tie: who says what about it, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The document that says so.
    pub document: DocumentId,
    /// Where in its text.
    pub at: TextSpan,
    /// Exactly the bytes at that place.
    pub quote: String,
    /// How firmly.
    pub stance: LinkStance,
    /// Key of the source of the statement around it; `None` where the document itself speaks.
    pub source: Option<String>,
    /// Key of the group that counts as one source: pieces of one group are not independent.
    pub group: String,
    /// The source is nobody whom the text names: it never raises the least number of sources.
    pub unnamed: bool,
    /// The source is a party to it.
    pub interested: bool,
    /// Corrected or taken back: it stays visible and supports nothing.
    pub withdrawn: bool,
}

/// A link as one document states it, its ends resolved in the case.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedLink {
    /// The one end.
    pub from: EntityId,
    /// The other end.
    pub to: EntityId,
    /// `Directorship`, `Ownership`, …
    pub kind: String,
    /// In which role, in the words of the text.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when, or when: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// The words that show it.
    pub evidence: Evidence,
}

/// How many independent sources there are: a range, since some may be one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(into = "[u32; 2]", from = "[u32; 2]")]
pub struct Sources {
    /// Named ones that are surely apart.
    pub min: u32,
    /// All that may be apart, unnamed ones included.
    pub max: u32,
}

impl From<Sources> for [u32; 2] {
    fn from(sources: Sources) -> Self {
        [sources.min, sources.max]
    }
}

impl From<[u32; 2]> for Sources {
    fn from([min, max]: [u32; 2]) -> Self {
        Self { min, max }
    }
}

impl Sources {
    /// Counts the groups of independence of some pieces of evidence; what was withdrawn is no source.
    pub fn of<'a>(evidence: impl Iterator<Item = &'a Evidence>) -> Self {
        let mut groups: BTreeMap<&str, bool> = BTreeMap::new();
        for piece in evidence.filter(|piece| !piece.withdrawn) {
            *groups.entry(&piece.group).or_default() |= !piece.unnamed;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            min: count(groups.values().filter(|named| **named).count()),
            max: count(groups.len()),
        }
    }
}

/// How many independent sources take which stance: never one number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<LinkStance, Sources>);

impl Tally {
    fn of(evidence: &[Evidence]) -> Self {
        let valid = || evidence.iter().filter(|piece| !piece.withdrawn);
        let stances: BTreeSet<LinkStance> = valid().map(|piece| piece.stance).collect();
        let count = |stance| Sources::of(valid().filter(|piece| piece.stance == stance));
        Self(stances.into_iter().map(|s| (s, count(s))).collect())
    }

    /// The stances taken, the firmest first.
    pub fn stances(&self) -> impl Iterator<Item = LinkStance> {
        self.0.keys().copied()
    }

    /// How many take this stance.
    #[must_use]
    pub fn sources(&self, stance: LinkStance) -> Sources {
        self.0.get(&stance).copied().unwrap_or_default()
    }

    /// Whether somebody takes this stance.
    #[must_use]
    pub fn has(&self, stance: LinkStance) -> bool {
        self.0.contains_key(&stance)
    }

    /// Whether somebody asserts or alleges it.
    #[must_use]
    pub fn is_established(&self) -> bool {
        self.has(LinkStance::Asserts) || self.has(LinkStance::Alleges)
    }

    /// Whether somebody denies or disputes what others say.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.is_established() && (self.has(LinkStance::Denies) || self.has(LinkStance::Disputes))
    }
}

/// One tie of a case with all its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    /// From its ends, its type and what tells it from other ties of the same ends and type.
    pub id: TieId,
    /// The one end; of a symmetric type the lesser id.
    pub from: EntityId,
    /// The other end.
    pub to: EntityId,
    /// `Directorship`, `Ownership`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// In which role: the fullest wording.
    pub role: Option<String>,
    /// How much: the range that all valid evidence spans.
    pub amount: Option<Amount>,
    /// Earliest stated beginning, or date.
    pub since: Option<String>,
    /// Latest stated end.
    pub until: Option<String>,
    /// Who takes which stance.
    pub tally: Tally,
    /// Somebody asserts or alleges it (somebody named, where it is denied), and its type says that
    /// the two are tied.
    pub established: bool,
    /// Independent sources that assert or allege it.
    pub independent_sources: Sources,
    /// Its evidence, by document and place.
    pub evidence: Vec<Evidence>,
}

impl Tie {
    /// What a step along this tie costs, in thousandths of the surest step.
    #[must_use]
    pub fn cost(&self) -> u32 {
        let mut support = self.evidence.iter().filter(|piece| supports(piece));
        let interested_only =
            self.established && self.evidence.iter().any(supports) && support.all(|p| p.interested);
        cost(
            tie_type(&self.kind),
            &self.tally,
            self.independent_sources,
            interested_only,
        )
    }
}

fn supports(piece: &Evidence) -> bool {
    !piece.withdrawn && matches!(piece.stance, LinkStance::Asserts | LinkStance::Alleges)
}

/// Gathers the links that documents state into the ties of a case: the same ends, type and compatible
/// role, dates and amount are one tie. Whatever the order of `links`, the ties are the same, sorted by id.
#[must_use]
pub fn gather_ties(links: Vec<StatedLink>) -> Vec<Tie> {
    let mut groups: BTreeMap<(EntityId, EntityId, String), Vec<StatedLink>> = BTreeMap::new();
    for mut link in links {
        if tie_type(&link.kind).symmetric && link.to < link.from {
            std::mem::swap(&mut link.from, &mut link.to);
        }
        let key = (link.from, link.to, link.kind.clone());
        groups.entry(key).or_default().push(link);
    }
    let mut ties = Vec::new();
    for ((from, to, kind), links) in groups {
        for (facet, links) in facet::group(tie_type(&kind), links) {
            ties.push(tie_of(from, to, &kind, &facet, links));
        }
    }
    ties.sort_by_key(|tie| tie.id);
    ties
}

fn tie_of(from: EntityId, to: EntityId, kind: &str, facet: &Facet, links: Vec<StatedLink>) -> Tie {
    let stated = Stated::of(&links);
    let mut evidence: Vec<Evidence> = links.into_iter().map(|link| link.evidence).collect();
    evidence.sort();
    evidence.dedup();
    let tally = Tally::of(&evidence);
    let independent_sources = Sources::of(evidence.iter().filter(|piece| supports(piece)));
    Tie {
        id: TieId::of_key(&facet.key(from, to, kind)),
        from,
        to,
        kind: kind.to_owned(),
        role: stated.role,
        amount: stated.amount,
        since: stated.since,
        until: stated.until,
        established: is_established(&tally, independent_sources) && tie_type(kind).tie,
        independent_sources,
        tally,
        evidence,
    }
}

/// Somebody asserts or alleges it; where others say that it is not so, or found nothing, that must be
/// somebody whom a reader can ask, and not unnamed sources alone.
fn is_established(tally: &Tally, sources: Sources) -> bool {
    let is_doubted = tally.is_contested() || tally.has(LinkStance::NoEvidence);
    tally.is_established() && !(sources.min == 0 && is_doubted)
}

/// What the links of one tie state together.
#[derive(Default)]
struct Stated {
    role: Option<String>,
    amount: Option<Amount>,
    since: Option<String>,
    until: Option<String>,
}

impl Stated {
    /// Only evidence that stands is read for role, amount and dates, as long as there is any.
    fn of(links: &[StatedLink]) -> Self {
        let standing = |link: &&StatedLink| !link.evidence.withdrawn;
        let any = links.iter().any(|link| standing(&link));
        let mut stated = Self::default();
        for link in links.iter().filter(|link| !any || standing(link)) {
            stated.add(link);
        }
        stated
    }

    fn add(&mut self, link: &StatedLink) {
        self.role = fuller(self.role.take(), link.role.clone());
        self.amount = hull(self.amount.take(), link.amount.clone());
        self.since = earlier(self.since.take(), link.since.clone());
        self.until = later(self.until.take(), link.until.clone());
    }
}

/// The longer wording; of equally long ones the first in the alphabet.
fn fuller(a: Option<String>, b: Option<String>) -> Option<String> {
    let rank = |role: &String| (std::cmp::Reverse(role.chars().count()), role.clone());
    a.into_iter().chain(b).min_by_key(rank)
}

/// The range that spans both; an open end stays open.
fn hull(a: Option<Amount>, b: Option<Amount>) -> Option<Amount> {
    let (Some(a), Some(b)) = (a.clone(), b.clone()) else {
        return a.or(b);
    };
    Some(Amount {
        min: a.min.zip(b.min).map(|(a, b)| a.min(b)),
        max: a.max.zip(b.max).map(|(a, b)| a.max(b)),
        currency: a.currency.or(b.currency),
    })
}

/// The earlier of two dates; where the one only refines the other, the finer one.
fn earlier(a: Option<String>, b: Option<String>) -> Option<String> {
    pick_date(a, b, |a, b| a <= b)
}

/// The later of two dates; where the one only refines the other, the finer one.
fn later(a: Option<String>, b: Option<String>) -> Option<String> {
    pick_date(a, b, |a, b| a >= b)
}

fn pick_date(
    a: Option<String>,
    b: Option<String>,
    first: fn(&str, &str) -> bool,
) -> Option<String> {
    let (Some(a), Some(b)) = (a.clone(), b.clone()) else {
        return a.or(b);
    };
    let nested = a.starts_with(&b) || b.starts_with(&a);
    let take_a = if nested {
        a.len() >= b.len()
    } else {
        first(&a, &b)
    };
    Some(if take_a { a } else { b })
}

/// Documents that hold evidence for ties of both sets, whatever its stance.
#[must_use]
pub fn common_documents(one: &[&Tie], other: &[&Tie]) -> Vec<DocumentId> {
    let documents = |ties: &[&Tie]| -> BTreeSet<DocumentId> {
        let evidence = ties.iter().flat_map(|tie| &tie.evidence);
        evidence.map(|piece| piece.document).collect()
    };
    documents(one)
        .intersection(&documents(other))
        .copied()
        .collect()
}
