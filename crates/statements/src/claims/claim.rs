//! Statements of a case become claims, with what stands behind and against each.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::DocumentId;
use serde::Serialize;

use super::answers::antecedent;
use super::corrections::{TakenBack, taken_back};
use super::features::Features;
use super::grouping::group;
use super::row::StatementRow;
use super::side::Side;
use crate::grades::{Credibility, credibility};
use crate::independence::{Independence, Relations, SourceGroup, independent_sources};
use crate::keys::{ClaimId, EntityId, StatementId};
use crate::statement::Stance;

/// Statements with the same content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// The least id of its statements.
    pub id: ClaimId,
    /// The words of the statement that stands for all: what is said to be so, or not to be so.
    pub content: String,
    /// Whether its statements say that the content is not so.
    pub denied: bool,
    /// Those that say so, in the order of their ids; what was taken back among them.
    pub statements: Vec<StatementId>,
    /// The least and the greatest number of independent sources.
    pub independent_sources: [u32; 2],
    /// Which statements count as one source, and why.
    pub groups: Vec<SourceGroup>,
    /// Claims that say the opposite.
    pub contradicts: Vec<ClaimId>,
    /// Statements that deny it, dispute it, take it back, or found nothing.
    pub contradicted_by: Vec<StatementId>,
    /// Claims about the same with other numbers or dates.
    pub competing: Vec<ClaimId>,
    /// Statements that speak of it without vouching for it: conditions, questions.
    pub spoken_of_by: Vec<StatementId>,
    /// Different named speakers' statements in nearly the same words.
    pub alike: Vec<[StatementId; 2]>,
    /// Sources that have a stake in it.
    pub interested: Vec<EntityId>,
    /// What supports nothing any more.
    pub retracted: Vec<Retracted>,
    /// The suggested credibility, 2..=6 of the Admiralty code; 1 is a person's to give.
    pub credibility: u8,
    /// Why.
    pub credibility_reason: &'static str,
}

/// A statement that was taken back or corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Retracted {
    /// Which one.
    pub statement: StatementId,
    /// The statement that takes it back, where there is one.
    pub by: Option<StatementId>,
    /// The document that says so.
    pub document: DocumentId,
}

/// Groups the statements of a case into claims.
///
/// The answer depends on the set of rows alone, neither on their order nor on batches: a claim is made
/// afresh from all rows. Time and memory are linear in the rows, apart from a logarithm. A row whose id
/// came before is left out. Claims come in the order of their ids.
#[must_use]
pub fn claims(rows: &[StatementRow], relations: &Relations) -> Vec<Claim> {
    let mut ordered: Vec<&StatementRow> = rows.iter().collect();
    ordered.sort_by_key(|row| row.id);
    ordered.dedup_by_key(|row| row.id);
    let topics = Topics::of(&ordered);
    let corrections = relations.corrections();
    let mut claims = Vec::new();
    let mut of_topic: BTreeMap<u32, Vec<ClaimId>> = BTreeMap::new();
    for (topic, members) in &topics.members {
        let rows: Vec<(&StatementRow, Side)> = members
            .iter()
            .map(|&at| (ordered[at as usize], topics.sides[at as usize]))
            .collect();
        for claim in sides(&rows, &corrections, relations) {
            of_topic.entry(*topic).or_default().push(claim.id);
            claims.push(claim);
        }
    }
    let competing = topics.competing(&of_topic);
    for claim in &mut claims {
        claim.competing = competing.get(&claim.id).cloned().unwrap_or_default();
    }
    claims.sort_by_key(|claim| claim.id);
    claims
}

/// What statements speak of, whether they say that it is so or not.
struct Topics {
    /// Places of the statements by topic; each list sorted.
    members: BTreeMap<u32, Vec<u32>>,
    /// On which side of its topic each statement stands.
    sides: Vec<Side>,
    /// Pairs of topics.
    competing: Vec<(u32, u32)>,
}

impl Topics {
    fn of(rows: &[&StatementRow]) -> Self {
        let features: Vec<Features> = rows.iter().map(|row| Features::of(row)).collect();
        let answers = answers(rows, &features);
        let sides = features
            .iter()
            .zip(rows)
            .map(|(features, row)| features.side(row))
            .collect();
        // Each wording is compared once; an answer belongs where what it answers belongs.
        let mut wordings: Vec<(u64, u32)> = (0..rows.len() as u32)
            .filter(|&at| !answers.contains_key(&at) && !features[at as usize].is_empty())
            .map(|at| (features[at as usize].wording, at))
            .collect();
        wordings.sort_unstable();
        let mut contents: Vec<Features> = Vec::new();
        let mut content_of: Vec<u32> = vec![u32::MAX; rows.len()];
        for run in wordings.chunk_by(|a, b| a.0 == b.0) {
            for &(_, at) in run {
                content_of[at as usize] = contents.len() as u32;
            }
            contents.extend(run.first().map(|&(_, at)| features[at as usize].clone()));
        }
        drop(features);
        let groups = group(&mut contents);
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for at in 0..rows.len() as u32 {
            let content = content_of[root(&answers, at) as usize];
            if let Some(&topic) = groups.first.get(content as usize) {
                members.entry(topic).or_default().push(at);
            }
        }
        Self {
            members,
            sides,
            competing: groups.competing,
        }
    }

    fn competing(&self, claims: &BTreeMap<u32, Vec<ClaimId>>) -> BTreeMap<ClaimId, Vec<ClaimId>> {
        let mut found: BTreeMap<ClaimId, Vec<ClaimId>> = BTreeMap::new();
        for (a, b) in &self.competing {
            // The first of a topic is the claim that it is so, where somebody says so.
            let first = |topic: &u32| claims.get(topic).and_then(|claims| claims.first()).copied();
            if let (Some(a), Some(b)) = (first(a), first(b)) {
                found.entry(a).or_default().push(b);
                found.entry(b).or_default().push(a);
            }
        }
        for list in found.values_mut() {
            list.sort_unstable();
            list.dedup();
            list.truncate(MOST_COMPETING);
        }
        found
    }
}

/// Competing accounts that are listed with a claim.
const MOST_COMPETING: usize = 50;

/// For each statement that answers another one, that one; both as places.
fn answers(rows: &[&StatementRow], features: &[Features]) -> BTreeMap<u32, u32> {
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by_key(|&at| (rows[at as usize].document, rows[at as usize].position, at));
    let mut found = BTreeMap::new();
    for document in order.chunk_by(|&a, &b| rows[a as usize].document == rows[b as usize].document)
    {
        let of_document: Vec<(&StatementRow, &Features)> = document
            .iter()
            .map(|&at| (rows[at as usize], &features[at as usize]))
            .collect();
        for at in 0..document.len() {
            if of_document[at].1.is_answer
                && let Some(before) = antecedent(&of_document, at)
            {
                found.insert(document[at], document[before]);
            }
        }
    }
    found
}

/// What an answer answers in the end; each answers an earlier one, so that this ends.
fn root(answers: &BTreeMap<u32, u32>, mut at: u32) -> u32 {
    while let Some(&before) = answers.get(&at) {
        at = before;
    }
    at
}

/// The claim that it is so, and the one that it is not; either may be missing.
fn sides(
    rows: &[(&StatementRow, Side)],
    corrections: &BTreeMap<DocumentId, DocumentId>,
    relations: &Relations,
) -> Vec<Claim> {
    let on = |wanted: &[Side]| -> Vec<&StatementRow> {
        rows.iter()
            .filter(|(_, side)| wanted.contains(side))
            .map(|&(row, _)| row)
            .collect()
    };
    let taken_back = taken_back(rows, corrections);
    let (yes, no) = (on(&[Side::For]), on(&[Side::Against]));
    let doubts = on(&[Side::Against, Side::Doubts, Side::Retracts]);
    let spoken = on(&[Side::Speaks]);
    let mut claims: Vec<Claim> = [(&yes, &doubts), (&no, &yes)]
        .into_iter()
        .filter(|(supporting, _)| !supporting.is_empty())
        .map(|(supporting, opposing)| claim(supporting, opposing, &spoken, &taken_back, relations))
        .collect();
    for claim in &mut claims {
        claim.denied = no.first().is_some_and(|row| row.id.0 == claim.id.0);
    }
    if let [yes, no] = &mut claims[..] {
        yes.contradicts.push(no.id);
        no.contradicts.push(yes.id);
    }
    claims
}

fn claim(
    supporting: &[&StatementRow],
    opposing: &[&StatementRow],
    spoken: &[&StatementRow],
    taken_back: &BTreeMap<StatementId, TakenBack>,
    relations: &Relations,
) -> Claim {
    let stands = |row: &&&StatementRow| !taken_back.contains_key(&row.id);
    let standing: Vec<&StatementRow> = supporting.iter().filter(stands).copied().collect();
    let against: Vec<&StatementRow> = opposing
        .iter()
        .filter(|row| row.stance != Stance::Retracts && stands(row))
        .copied()
        .collect();
    let support = independent_sources(&standing, relations);
    let opposition = if against.is_empty() {
        Independence::default()
    } else {
        independent_sources(&against, relations)
    };
    let retracted = supporting.iter().filter_map(|row| {
        let taken = taken_back.get(&row.id)?;
        Some(Retracted {
            statement: row.id,
            by: taken.by,
            document: taken.document,
        })
    });
    let Credibility { grade, reason } = credibility(&support, &opposition, standing.is_empty());
    Claim {
        id: ClaimId(supporting.first().map_or([0; 16], |row| row.id.0)),
        content: spokesman(supporting).to_owned(),
        denied: false,
        statements: ids(supporting),
        independent_sources: support.range,
        groups: support.groups,
        contradicts: Vec::new(),
        contradicted_by: ids(opposing),
        competing: Vec::new(),
        spoken_of_by: ids(spoken),
        alike: support.alike,
        interested: interested(&standing, relations),
        retracted: retracted.collect(),
        credibility: grade,
        credibility_reason: reason,
    }
}

fn ids(rows: &[&StatementRow]) -> Vec<StatementId> {
    rows.iter().map(|row| row.id).collect()
}

fn interested(rows: &[&StatementRow], relations: &Relations) -> Vec<EntityId> {
    let with_stake = rows
        .iter()
        .filter(|row| relations.interests.is_interested(row));
    let sources: BTreeSet<EntityId> = with_stake.filter_map(|row| row.speaker()).collect();
    sources.into_iter().collect()
}

/// The words that name most, of these the shortest, then the first by id.
fn spokesman<'a>(rows: &[&'a StatementRow]) -> &'a str {
    let rank = |row: &&&StatementRow| {
        let names = row
            .entities
            .iter()
            .filter(|mentioned| mentioned.start < mentioned.end)
            .count();
        (usize::MAX - names, row.quote.len(), row.id)
    };
    rows.iter()
        .min_by_key(rank)
        .map_or("", |row| row.quote.as_str())
}
