//! Grades of the Admiralty code, suggested with reasons. A person decides.

use std::collections::{BTreeMap, BTreeSet};

use crate::claims::side::Side;
use crate::claims::vocabulary::Vocabulary;
use crate::claims::{Claim, StatementRow};
use crate::independence::{Independence, Interests};
use crate::keys::{EntityId, StatementId};
use crate::words::words;

/// A suggested credibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credibility {
    /// 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged.
    pub grade: u8,
    /// Why.
    pub reason: &'static str,
}

/// Suggests how credible a claim is, from how many independent sources say so and how many say otherwise.
///
/// Never 1, which needs a person. No suggestion rests on unnamed or interested sources alone.
#[must_use]
pub fn credibility(
    support: &Independence,
    opposition: &Independence,
    all_taken_back: bool,
) -> Credibility {
    let (grade, reason) = match (support.disinterested, opposition.disinterested) {
        _ if all_taken_back => (5, "whoever said so has taken it back"),
        (0, 2..) => (
            5,
            "only unnamed or interested sources say so, and two independent ones contradict them",
        ),
        (0, _) => (6, "only unnamed or interested sources say so"),
        (1, 0) if opposition.range[1] > 0 => (4, "one source says so, and it is contradicted"),
        (1, 0) => (3, "one source says so, and nobody contradicts it"),
        (1, 1) => (4, "one source says so, and another contradicts it"),
        (1, _) => (
            5,
            "one source says so, and two independent ones contradict it",
        ),
        (_, 0) if opposition.range[1] == 0 => (
            2,
            "two or more independent sources say so, and nobody contradicts them",
        ),
        (yes, no) if yes > no => (
            3,
            "two or more independent sources say so, and fewer contradict them",
        ),
        _ => (4, "as many independent sources contradict it as say so"),
    };
    Credibility { grade, reason }
}

/// What the case says of a source, as [`records`] counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Whether the source has a name.
    pub is_named: bool,
    /// Claims of it that another independent source without a stake bears out.
    pub borne_out: u32,
    /// Claims of it that two independent sources without a stake contradict.
    pub contradicted: u32,
    /// Statements that it took back.
    pub taken_back: u32,
    /// Named sources without a stake that call it unreliable.
    pub called_unreliable: u32,
}

/// Suggests how reliable a source is, `A` to `F`, with the reason.
///
/// `F` (cannot be judged) for unnamed sources and where there is too little to go by. `A` takes ten claims
/// that were borne out and none that was contradicted.
///
/// ```
/// use onrecord_statements::grades::{Record, reliability};
/// let unnamed = Record { borne_out: 12, ..Record::default() };
/// assert_eq!(reliability(&unnamed).0, 'F');
/// assert_eq!(reliability(&Record { is_named: true, ..unnamed }).0, 'A');
/// ```
#[must_use]
pub fn reliability(record: &Record) -> (char, String) {
    let Record {
        is_named,
        borne_out,
        contradicted,
        taken_back,
        called_unreliable,
    } = *record;
    if !is_named {
        return ('F', "unnamed sources are not graded".to_owned());
    }
    let bad = contradicted + taken_back + called_unreliable;
    let grade = match (borne_out, bad) {
        (10.., 0) => 'A',
        (3.., 0) => 'B',
        (good, bad) if bad > 0 && good > 2 * bad => 'C',
        (0, 3..) => 'E',
        (good, 2..) if good <= 2 * bad => 'D',
        _ => 'F',
    };
    let reason = format!(
        "borne out {borne_out}, contradicted by two independent sources {contradicted}, taken back {taken_back}, called \
         unreliable by {called_unreliable}"
    );
    let reason = if grade == 'F' {
        format!("too little to go by: {reason}")
    } else {
        reason
    };
    (grade, reason)
}

/// The record of each named source of a case.
///
/// A claim bears out its sources when two or more independent ones without a stake stand behind it and
/// nobody speaks against it; it tells against them when it is suggested as improbable though not taken back.
/// Whoever is called unreliable is so by a named source without a stake.
#[must_use]
pub fn records(
    rows: &[StatementRow],
    claims: &[Claim],
    interests: &Interests,
) -> BTreeMap<EntityId, Record> {
    let by_id: BTreeMap<StatementId, &StatementRow> =
        rows.iter().map(|row| (row.id, row)).collect();
    let mut records: BTreeMap<EntityId, Record> = BTreeMap::new();
    for row in rows {
        if let Some(speaker) = row.speaker() {
            records.entry(speaker).or_default().is_named |= row.has_named_speaker();
        }
    }
    for claim in claims {
        let retracted: BTreeSet<StatementId> = claim
            .retracted
            .iter()
            .map(|retracted| retracted.statement)
            .collect();
        let (taken_back, standing) = sources(claim, &by_id, &retracted);
        for source in taken_back {
            records.entry(source).or_default().taken_back += 1;
        }
        for source in standing {
            let record = records.entry(source).or_default();
            record.borne_out += u32::from(claim.credibility == 2);
            record.contradicted += u32::from(claim.credibility == 5);
        }
    }
    for ((_, called), callers) in callers(rows, interests) {
        records.entry(called).or_default().called_unreliable += callers;
    }
    records
}

/// The named speakers of what was taken back, and of the rest, each once a claim.
fn sources(
    claim: &Claim,
    rows: &BTreeMap<StatementId, &StatementRow>,
    retracted: &BTreeSet<StatementId>,
) -> (BTreeSet<EntityId>, BTreeSet<EntityId>) {
    let (mut taken_back, mut standing) = (BTreeSet::new(), BTreeSet::new());
    for id in &claim.statements {
        let row = rows.get(id).filter(|row| row.has_named_speaker());
        if let Some(speaker) = row.and_then(|row| row.speaker()) {
            let list = if retracted.contains(id) {
                &mut taken_back
            } else {
                &mut standing
            };
            list.insert(speaker);
        }
    }
    (taken_back, standing)
}

/// `(who says so, who is called unreliable)`, once each, for sources without a stake.
fn callers(rows: &[StatementRow], interests: &Interests) -> BTreeMap<(EntityId, EntityId), u32> {
    let vocabulary = Vocabulary::shared();
    let mut found = BTreeMap::new();
    for row in rows
        .iter()
        .filter(|row| row.has_named_speaker() && !interests.is_interested(row))
    {
        // Of one who names several it cannot be told without a tree who is meant.
        let [mentioned] = row.entities[..] else {
            continue;
        };
        let says = Side::of(row.stance, row.polarity, false) == Side::For;
        let calls = || words(&row.quote).any(|(_, word)| vocabulary.is_unreliable(&word));
        if let Some(speaker) = row.speaker().filter(|_| says && calls()) {
            found.insert((speaker, mentioned.entity), 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn support(least: u32, greatest: u32, disinterested: u32) -> Independence {
        Independence {
            range: [least, greatest],
            disinterested,
            ..Independence::default()
        }
    }

    #[test]
    fn credibility_rests_on_named_sources_without_a_stake() {
        let nobody = Independence::default();
        let grade = |yes: &Independence, no: &Independence| credibility(yes, no, false).grade;
        assert_eq!(grade(&support(2, 3, 2), &nobody), 2);
        assert_eq!(grade(&support(1, 1, 1), &nobody), 3);
        assert_eq!(grade(&support(0, 4, 0), &nobody), 6, "unnamed alone");
        assert_eq!(grade(&support(2, 2, 0), &nobody), 6, "interested alone");
        assert_eq!(grade(&support(1, 1, 1), &support(2, 2, 2)), 5);
        assert_eq!(grade(&support(3, 3, 3), &support(1, 1, 1)), 3);
        assert_eq!(credibility(&nobody, &nobody, true).grade, 5);
    }

    #[test]
    fn reliability_follows_the_record() {
        let record = |borne_out, contradicted| Record {
            is_named: true,
            borne_out,
            contradicted,
            ..Record::default()
        };
        let grades: String = [(10, 0), (3, 0), (5, 2), (2, 2), (0, 3), (1, 0)]
            .into_iter()
            .map(|(good, bad)| reliability(&record(good, bad)).0)
            .collect();
        assert_eq!(grades, "ABCDEF");
    }
}
