//! Statements that go back to one source become one group, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::DocumentId;
use serde::Serialize;

use super::likeness::alike;
use super::relations::Relations;
use crate::claims::StatementRow;
use crate::copies::CopyKind;
use crate::keys::{EntityId, StatementId};
use crate::statement::SourceKind;

/// Why statements count as one. In the order in which reasons are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The same person or organization says it.
    OneSpeaker,
    /// They speak for one organization.
    OneOrganization,
    /// The documents are copies: wire copy, syndication.
    Reprint,
    /// The documents are versions of one article.
    Versions,
    /// The document was sent on.
    Forward,
    /// The document is quoted in an answer.
    QuotedBlock,
    /// A part of the document was pasted into another.
    PastedIn,
    /// The one passes on what the other says.
    Cites,
    /// The words are near copies.
    Wording,
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneSpeaker => "one speaker",
            Self::OneOrganization => "one organization, one release",
            Self::Reprint => "wire copy or reprint",
            Self::Versions => "versions of one document",
            Self::Forward => "forwarded",
            Self::QuotedBlock => "quoted in an answer",
            Self::PastedIn => "pasted from one document into another",
            Self::Cites => "one cites the other",
            Self::Wording => "nearly the same words",
        }
    }
}

/// Statements that count as one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceGroup {
    /// In the order of their ids; two or more.
    pub statements: Vec<StatementId>,
    /// Why, in words; several reasons are set apart by `; `.
    pub reason: String,
}

/// How many stand behind a content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Independence {
    /// The least and the greatest number of independent sources; unnamed ones never raise the least.
    pub range: [u32; 2],
    /// What counts as one, by the first statement; statements that stand alone are left out.
    pub groups: Vec<SourceGroup>,
    /// Statements of different named speakers in nearly the same words, which count apart all the same.
    pub alike: Vec<[StatementId; 2]>,
    /// Of the least number, how many have no stake in it.
    pub disinterested: u32,
}

/// Days around an organization's own statement within which its officers' words are of one release.
const RELEASE_DAYS: i64 = 2;

/// Counts the independent sources of statements with the same content; linear in their number, apart from
/// logarithms.
///
/// Leave out what was retracted: it supports nothing.
#[must_use]
pub fn independent_sources(rows: &[&StatementRow], relations: &Relations) -> Independence {
    let mut joined = Joined::new(rows, relations);
    joined.by_speaker();
    joined.by_organization();
    joined.by_copies();
    joined.by_citation();
    joined.by_telling();
    let alike = joined.by_wording();
    joined.count(alike)
}

struct Joined<'a> {
    rows: &'a [&'a StatementRow],
    relations: &'a Relations,
    parents: Vec<usize>,
    reasons: Vec<(usize, Reason)>,
}

impl<'a> Joined<'a> {
    fn new(rows: &'a [&'a StatementRow], relations: &'a Relations) -> Self {
        Self {
            rows,
            relations,
            parents: (0..rows.len()).collect(),
            reasons: Vec::new(),
        }
    }

    fn find(&mut self, at: usize) -> usize {
        let mut first = at;
        while self.parents[first] != first {
            first = self.parents[first];
        }
        let mut at = at;
        while self.parents[at] != first {
            at = std::mem::replace(&mut self.parents[at], first);
        }
        first
    }

    fn join(&mut self, a: usize, b: usize, reason: Reason) {
        let (first, second) = (self.find(a), self.find(b));
        if first != second {
            self.parents[first.max(second)] = first.min(second);
            self.reasons.push((a, reason));
        }
    }

    /// Joins all rows that have the same key.
    fn join_by<K: Ord>(
        &mut self,
        reason: impl Fn(&K) -> Reason,
        key: impl Fn(&StatementRow) -> Option<K>,
    ) {
        let mut firsts: BTreeMap<K, usize> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let Some(key) = key(row) else { continue };
            let reason = reason(&key);
            let first = *firsts.entry(key).or_insert(at);
            self.join(first, at, reason);
        }
    }

    fn by_speaker(&mut self) {
        self.join_by(|_| Reason::OneSpeaker, StatementRow::speaker);
    }

    /// What an organization says itself or by a spokesperson is one; so are its officers' words in the
    /// same document, or within days of it.
    fn by_organization(&mut self) {
        let official = |row: &StatementRow| row.speaks_for.or_else(|| row.speaker());
        self.join_by(|_| Reason::OneOrganization, official);
        let mut releases: BTreeMap<EntityId, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            if let Some(organization) = official(row) {
                releases.entry(organization).or_default().push(at);
            }
        }
        let rows = self.rows;
        for (at, row) in rows.iter().enumerate() {
            let Some(speaker) = row.speaker().filter(|_| row.has_named_speaker()) else {
                continue;
            };
            let relations = self.relations;
            for organization in relations.interests.of_entity(speaker) {
                let of_one_release = |other: &&usize| is_one_release(row, rows[**other]);
                let near = releases
                    .get(&organization)
                    .and_then(|all| all.iter().take(LOOKED_AT).find(of_one_release));
                if let Some(&other) = near {
                    self.join(at, other, Reason::OneOrganization);
                }
            }
        }
    }

    /// The same speaker in two copies is one anyway; here those without a name of their own. Two named
    /// speakers in copies of one article stay two.
    fn by_copies(&mut self) {
        let relations = self.relations;
        let nameless =
            |row: &StatementRow| !row.has_named_speaker() || row.source_kind == SourceKind::Author;
        let original = |row: &StatementRow| relations.copies.original(row.document);
        let mut firsts: BTreeMap<DocumentId, (usize, DocumentId)> = BTreeMap::new();
        for (at, row) in self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| nameless(row))
        {
            let Some((original, kind)) = original(row) else {
                continue;
            };
            let (first, document) = *firsts.entry(original).or_insert((at, row.document));
            if document != row.document {
                self.join(first, at, reason_of(kind));
            }
        }
        let mut by_document: BTreeMap<DocumentId, usize> = BTreeMap::new();
        for (at, row) in self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| nameless(row))
        {
            by_document.entry(row.document).or_insert(at);
        }
        // From the documents of these rows to what they hold: a claim has few documents beside the case.
        for (&document, &at) in &by_document {
            for held in relations.copies.held_with(document) {
                if let Some(&other) = by_document.get(&held) {
                    self.join(at, other, Reason::PastedIn);
                }
            }
        }
    }

    /// Whoever passes something on is one with whom it cites: its own statement of it, or, where that is a
    /// paper, what the paper has from somebody unnamed. It is never joined to a named speaker of that
    /// paper, since that would suggest who the unnamed one is.
    fn by_citation(&mut self) {
        let mut own: BTreeMap<EntityId, usize> = BTreeMap::new();
        let mut published: BTreeMap<EntityId, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            if let Some(speaker) = row.speaker().filter(|_| row.has_named_speaker()) {
                own.entry(speaker).or_insert(at);
            }
            if let Some(publisher) = row.publisher.filter(|_| !row.has_named_speaker()) {
                published.entry(publisher).or_default().push(at);
            }
        }
        let rows = self.rows;
        for (at, row) in rows.iter().enumerate() {
            let passed_on_by_itself = row.has_named_speaker() && row.via.is_empty();
            let cited: BTreeSet<EntityId> = row
                .via
                .iter()
                .copied()
                .chain(row.speaker().filter(|_| passed_on_by_itself))
                .collect();
            for entity in cited {
                if let Some(&other) = own.get(&entity).filter(|_| !row.has_named_speaker()) {
                    self.join(at, other, Reason::Cites);
                }
                for &other in published.get(&entity).into_iter().flatten().take(LOOKED_AT) {
                    if !row.has_named_speaker() || row.speaker() == Some(entity) {
                        self.join(at, other, Reason::Cites);
                    }
                }
            }
        }
    }

    /// What somebody passes on in a document and says there as well is one source's: without the
    /// telling one nobody would know of the other.
    fn by_telling(&mut self) {
        let rows = self.rows;
        let told: BTreeMap<(DocumentId, EntityId), usize> = rows
            .iter()
            .enumerate()
            .filter_map(|(at, row)| Some(((row.document, row.speaker()?), at)))
            .rev()
            .collect();
        for (at, row) in rows.iter().enumerate() {
            for teller in &row.via {
                if let Some(&other) = told.get(&(row.document, *teller)) {
                    self.join(at, other, Reason::Cites);
                }
            }
        }
    }

    /// Joins near-copied words, save those of two named speakers; gives those.
    fn by_wording(&mut self) -> Vec<[StatementId; 2]> {
        let mut flagged = Vec::new();
        for (a, b) in alike(self.rows) {
            let (x, y) = (self.rows[a], self.rows[b]);
            let nameless = [x, y].iter().filter(|row| !row.has_named_speaker()).count();
            let of_one_house = self.of_one_organization(x, y);
            if nameless == 2 {
                self.join(a, b, Reason::Wording);
            } else if of_one_house {
                self.join(a, b, Reason::OneOrganization);
            } else if nameless == 0 && x.speaker() != y.speaker() {
                flagged.push([x.id.min(y.id), x.id.max(y.id)]);
            }
        }
        flagged.sort_unstable();
        flagged.dedup();
        flagged
    }

    fn of_one_organization(&self, x: &StatementRow, y: &StatementRow) -> bool {
        let houses = |row: &StatementRow| -> BTreeSet<EntityId> {
            let speaker = row.speaker();
            let own = speaker
                .into_iter()
                .flat_map(|speaker| self.relations.interests.of_entity(speaker));
            own.chain(row.speaks_for).chain(speaker).collect()
        };
        !houses(x).is_disjoint(&houses(y))
    }

    fn count(mut self, alike: Vec<[StatementId; 2]>) -> Independence {
        let carriers = carriers(self.rows);
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.rows.len() {
            members.entry(self.find(at)).or_default().push(at);
        }
        let mut reasons: BTreeMap<usize, BTreeSet<Reason>> = BTreeMap::new();
        for (at, reason) in std::mem::take(&mut self.reasons) {
            reasons.entry(self.find(at)).or_default().insert(reason);
        }
        let mut found = Independence {
            alike,
            ..Independence::default()
        };
        for (first, members) in members {
            let own = || {
                members
                    .iter()
                    .filter(|at| !carriers.contains(at))
                    .map(|&at| self.rows[at])
            };
            let named = |row: &&StatementRow| row.has_named_speaker();
            let interests = &self.relations.interests;
            found.range[0] += u32::from(own().any(|row| named(&row)));
            found.disinterested +=
                u32::from(own().any(|row| named(&row) && !interests.is_interested(row)));
            found.range[1] += heads(own());
            if members.len() > 1 {
                let reasons = reasons
                    .get(&first)
                    .into_iter()
                    .flatten()
                    .map(|reason| reason.as_str());
                let mut statements: Vec<StatementId> =
                    members.iter().map(|&at| self.rows[at].id).collect();
                statements.sort_unstable();
                found.groups.push(SourceGroup {
                    statements,
                    reason: reasons.collect::<Vec<_>>().join("; "),
                });
            }
        }
        found.groups.sort_by(|a, b| a.statements.cmp(&b.statements));
        found
    }
}

/// Rows of a release that are looked at for one of a given day.
const LOOKED_AT: usize = 64;

/// How many a group of statements stands for at most: one that is named, or as many as the unnamed source
/// is said to be. What nobody says counts for nothing.
fn heads<'a>(rows: impl Iterator<Item = &'a StatementRow> + Clone) -> u32 {
    let somebody = rows.filter(|row| row.source_kind != SourceKind::None || row.source.is_some());
    if somebody.clone().any(StatementRow::has_named_speaker) {
        return 1;
    }
    somebody
        .map(|row| row.source_count.max(1))
        .max()
        .unwrap_or(0)
}

/// Rows whose speaker only passes on what another row says: one of the same document, or what the paper
/// that speaks has from somebody unnamed.
fn carriers(rows: &[&StatementRow]) -> BTreeSet<usize> {
    let passed: BTreeSet<(DocumentId, EntityId)> = rows
        .iter()
        .flat_map(|row| row.via.iter().map(|&via| (row.document, via)))
        .collect();
    let unnamed = rows
        .iter()
        .filter(|row| row.source_kind == SourceKind::Unnamed);
    let papers: BTreeSet<EntityId> = unnamed.filter_map(|row| row.publisher).collect();
    let carries = |row: &StatementRow| {
        let speaker = row
            .speaker()
            .filter(|_| row.via.is_empty() && row.has_named_speaker());
        speaker.is_some_and(|speaker| {
            passed.contains(&(row.document, speaker)) || papers.contains(&speaker)
        })
    };
    rows.iter()
        .enumerate()
        .filter(|(_, row)| carries(row))
        .map(|(at, _)| at)
        .collect()
}

fn is_one_release(a: &StatementRow, b: &StatementRow) -> bool {
    let near = match (a.date, b.date) {
        (Some(a), Some(b)) => (a.first_second() - b.first_second()).abs() <= RELEASE_DAYS * 86_400,
        _ => false,
    };
    a.document == b.document || near
}

fn reason_of(kind: CopyKind) -> Reason {
    match kind {
        CopyKind::Identical | CopyKind::Reprint => Reason::Reprint,
        CopyKind::Updated | CopyKind::Corrected => Reason::Versions,
        CopyKind::Forward => Reason::Forward,
        CopyKind::QuotedBlock => Reason::QuotedBlock,
        CopyKind::PastedIn => Reason::PastedIn,
    }
}
