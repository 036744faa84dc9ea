//! From pairs to groups.

use crate::records::Candidate;

/// Groups of records of one list that candidates from a score on hold together, directly or through
/// others: a number for each record, that of the first one in its group.
#[must_use]
pub fn cluster(candidates: &[Candidate], n_records: usize, from: f32) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..n_records as u32).collect();
    for candidate in candidates
        .iter()
        .filter(|candidate| candidate.score >= from)
    {
        let (one, other) = (
            root(&mut parents, candidate.left),
            root(&mut parents, candidate.right),
        );
        // The lesser number stands for the group, whatever the order of the pairs.
        parents[one.max(other) as usize] = one.min(other);
    }
    (0..n_records as u32)
        .map(|record| root(&mut parents, record))
        .collect()
}

fn root(parents: &mut [u32], mut record: u32) -> u32 {
    while parents[record as usize] != record {
        let above = parents[parents[record as usize] as usize];
        parents[record as usize] = above;
        record = above;
    }
    record
}

/// The best candidates, with each record of either list in one at most: for lists without doubles.
/// Candidates come best first.
#[must_use]
pub fn one_to_one(candidates: &[Candidate]) -> Vec<&Candidate> {
    let (mut left, mut right) = (
        std::collections::BTreeSet::new(),
        std::collections::BTreeSet::new(),
    );
    candidates
        .iter()
        .filter(|candidate| {
            let free = !left.contains(&candidate.left) && !right.contains(&candidate.right);
            if free {
                left.insert(candidate.left);
                right.insert(candidate.right);
            }
            free
        })
        .collect()
}
