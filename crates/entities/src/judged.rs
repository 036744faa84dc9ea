//! What people decided about who is who, and what it makes of the clusters.
//!
//! Judgements name mentions, never clusters: they hold whatever a machine makes of the rest. The
//! state is a fold over all of them in the order of time, who and id, so that two logs brought
//! together give one answer. Of a *same* and a *different* that contradict each other neither is
//! applied until somebody settles it.

use std::collections::{BTreeMap, BTreeSet};

use crate::EntityKind;
use crate::across::{Cluster, Evidence, RowId};

/// What a person decided about mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// These are one.
    Same(Vec<RowId>),
    /// Each of the second list is another than the first; those of the list are one.
    Different(RowId, Vec<RowId>),
    /// An earlier judgement is taken back.
    Undo(String),
}

/// A decision with who made it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// When, in RFC 3339.
    pub time: String,
    /// Who.
    pub who: String,
    /// Its id.
    pub id: String,
    /// What.
    pub decision: Decision,
}

/// What all judgements come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Pairs that are one, the lesser first.
    pub same: BTreeSet<(RowId, RowId)>,
    /// Pairs that are two, the lesser first.
    pub different: BTreeSet<(RowId, RowId)>,
    /// Judgements that contradict each other: none of them is applied.
    pub contradictions: Vec<BTreeSet<String>>,
}

/// Ids of the judgements that stand behind each pair.
type Pairs = BTreeMap<(RowId, RowId), BTreeSet<String>>;

impl Standing {
    /// Folds a log; the order in which it is given does not matter.
    #[must_use]
    pub fn of(log: &[Judged]) -> Self {
        let mut log: Vec<&Judged> = log.iter().collect();
        log.sort_by_key(|one| (&one.time, &one.who, &one.id));
        let undone = undone(&log);
        let (mut same, mut different) = (Pairs::new(), Pairs::new());
        for one in log
            .into_iter()
            .filter(|one| !undone.contains(one.id.as_str()))
        {
            let put = |pairs: &mut Pairs, a: RowId, b: RowId| {
                if a != b {
                    let ids = pairs.entry((a.min(b), a.max(b))).or_default();
                    ids.insert(one.id.clone());
                }
            };
            match &one.decision {
                Decision::Same(all) => {
                    all.windows(2)
                        .for_each(|pair| put(&mut same, pair[0], pair[1]));
                }
                Decision::Different(from, out) => {
                    out.windows(2)
                        .for_each(|pair| put(&mut same, pair[0], pair[1]));
                    out.iter()
                        .for_each(|&other| put(&mut different, *from, other));
                }
                Decision::Undo(_) => {}
            }
        }
        without_contradictions(same, different)
    }
}

/// Ids of judgements taken back; the latest undo is settled first, since it may take back another.
fn undone<'l>(log: &[&'l Judged]) -> BTreeSet<&'l str> {
    let mut undone: BTreeSet<&str> = BTreeSet::new();
    for one in log.iter().rev() {
        if let Decision::Undo(target) = &one.decision
            && !undone.contains(one.id.as_str())
        {
            undone.insert(target);
        }
    }
    undone
}

/// Takes out every *different* between two whom a chain of *same* makes one, and that chain.
fn without_contradictions(same: Pairs, different: Pairs) -> Standing {
    let mut parts = Parts::default();
    for &(a, b) in same.keys() {
        parts.join(a, b);
    }
    let mut torn: BTreeMap<RowId, BTreeSet<String>> = BTreeMap::new();
    for (&(a, b), ids) in &different {
        let root = parts.root(a);
        if root == parts.root(b) {
            torn.entry(root).or_default().extend(ids.iter().cloned());
        }
    }
    for (&(a, _), ids) in &same {
        if let Some(all) = torn.get_mut(&parts.root(a)) {
            all.extend(ids.iter().cloned());
        }
    }
    let mut holds = |&(a, b): &(RowId, RowId)| {
        let (a, b) = (parts.root(a), parts.root(b));
        a != b || !torn.contains_key(&a)
    };
    Standing {
        same: same.into_keys().filter(&mut holds).collect(),
        different: different.into_keys().filter(&mut holds).collect(),
        contradictions: torn.into_values().collect(),
    }
}

/// Sets that grow together; a set's root is its least member.
#[derive(Default)]
struct Parts {
    parent: BTreeMap<RowId, RowId>,
}

impl Parts {
    fn root(&mut self, mut at: RowId) -> RowId {
        while let Some(&above) = self.parent.get(&at).filter(|&&above| above != at) {
            if let Some(&top) = self.parent.get(&above) {
                self.parent.insert(at, top);
            }
            at = above;
        }
        at
    }

    fn join(&mut self, a: RowId, b: RowId) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent.insert(a.max(b), a.min(b));
    }
}

/// Applies what people decided. `row_of` gives the row that holds a mention; `affinity` how much two
/// rows have in common, for whoever stands between two that were told apart.
#[must_use]
pub fn apply(
    clusters: Vec<Cluster>,
    standing: &Standing,
    row_of: impl Fn(RowId) -> Option<RowId>,
    affinity: impl Fn(RowId, RowId) -> u32,
) -> Vec<Cluster> {
    let rows = |pairs: &BTreeSet<(RowId, RowId)>| -> BTreeSet<(RowId, RowId)> {
        let anchored = pairs
            .iter()
            .filter_map(|&(a, b)| Some((row_of(a)?, row_of(b)?)));
        anchored.filter(|(a, b)| a != b).collect()
    };
    let (same, different) = (rows(&standing.same), rows(&standing.different));
    let mut parts = Parts::default();
    let mut kinds: BTreeMap<RowId, EntityKind> = BTreeMap::new();
    for cluster in &clusters {
        for (row, _) in &cluster.rows {
            kinds.insert(*row, cluster.kind);
            parts.join(cluster.id, *row);
        }
    }
    for &(a, b) in &same {
        parts.join(a, b);
    }
    let mut joined: BTreeMap<RowId, Vec<(RowId, Evidence)>> = BTreeMap::new();
    let judged: BTreeSet<RowId> = same.iter().flat_map(|&(a, b)| [a, b]).collect();
    for (row, evidence) in clusters.into_iter().flat_map(|cluster| cluster.rows) {
        let evidence = if judged.contains(&row) {
            Evidence::Judgement
        } else {
            evidence
        };
        joined
            .entry(parts.root(row))
            .or_default()
            .push((row, evidence));
    }
    let mut torn: BTreeMap<RowId, Vec<(RowId, RowId)>> = BTreeMap::new();
    for &(a, b) in &different {
        if parts.root(a) == parts.root(b) {
            torn.entry(parts.root(a)).or_default().push((a, b));
        }
    }
    let mut all = Vec::new();
    for (root, rows) in joined {
        match torn.get(&root) {
            Some(apart) => {
                let camps = divided(rows, apart, &same, &affinity);
                all.extend(camps.into_iter().map(|rows| cluster(rows, &kinds)));
            }
            None => all.push(cluster(rows, &kinds)),
        }
    }
    all.sort_by_key(|cluster| cluster.id);
    all
}

/// A cluster of these rows, of the kind that most of them were of before.
fn cluster(mut rows: Vec<(RowId, Evidence)>, kinds: &BTreeMap<RowId, EntityKind>) -> Cluster {
    rows.sort_unstable();
    let mut counts: BTreeMap<EntityKind, usize> = BTreeMap::new();
    for kind in rows.iter().filter_map(|(row, _)| kinds.get(row)) {
        *counts.entry(*kind).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .min_by_key(|&(kind, rows)| (std::cmp::Reverse(rows), kind));
    Cluster {
        id: rows.first().map_or(0, |&(id, _)| id),
        kind: most.map_or(EntityKind::Thing, |(kind, _)| kind),
        rows,
    }
}

/// Divides the rows of a cluster so that those who were told apart are, and those who were held
/// together stay so; all others go with whom they have most in common, else with the first.
fn divided(
    rows: Vec<(RowId, Evidence)>,
    apart: &[(RowId, RowId)],
    same: &BTreeSet<(RowId, RowId)>,
    affinity: &impl Fn(RowId, RowId) -> u32,
) -> Vec<Vec<(RowId, Evidence)>> {
    let own: BTreeSet<RowId> = rows.iter().map(|&(row, _)| row).collect();
    let mut held = Parts::default();
    for &(a, b) in same.iter().filter(|(a, _)| own.contains(a)) {
        held.join(a, b);
    }
    let apart: BTreeSet<(RowId, RowId)> = apart
        .iter()
        .map(|&(a, b)| (held.root(a), held.root(b)))
        .collect();
    let seeds: BTreeSet<RowId> = apart.iter().flat_map(|&(a, b)| [a, b]).collect();
    let mut camps: Vec<Vec<RowId>> = Vec::new();
    for seed in seeds {
        let is_foe =
            |other: &RowId| apart.contains(&(*other, seed)) || apart.contains(&(seed, *other));
        match camps.iter_mut().find(|camp| !camp.iter().any(is_foe)) {
            Some(camp) => camp.push(seed),
            None => camps.push(vec![seed]),
        }
    }
    let mut parts: Vec<Vec<(RowId, Evidence)>> = vec![Vec::new(); camps.len()];
    for (row, evidence) in rows {
        let root = held.root(row);
        let camp = camps
            .iter()
            .position(|camp| camp.contains(&root))
            .unwrap_or_else(|| {
                let near = camps
                    .iter()
                    .map(|camp| camp.iter().map(|&seed| affinity(root, seed)).sum::<u32>());
                let best = near
                    .enumerate()
                    .max_by_key(|&(at, near)| (near, std::cmp::Reverse(at)));
                best.map_or(0, |(at, _)| at)
            });
        parts[camp].push((row, evidence));
    }
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn decision() -> impl Strategy<Value = Decision> {
        (
            any::<bool>(),
            0..8u128,
            prop::collection::vec(0..8u128, 1..3),
        )
            .prop_map(|(is_same, first, rest)| match is_same {
                true => Decision::Same([vec![first], rest].concat()),
                false => Decision::Different(first, rest),
            })
    }

    fn log() -> impl Strategy<Value = Vec<Judged>> {
        let one = (decision(), prop::option::of(0..6usize), 0..4u32);
        prop::collection::vec(one, 0..7).prop_map(|all| {
            let judged = all
                .into_iter()
                .enumerate()
                .map(|(number, (decision, undo, second))| Judged {
                    time: format!("2024-05-01T10:00:0{second}Z"),
                    who: "ada".into(),
                    id: format!("j{number}"),
                    decision: undo
                        .filter(|&earlier| earlier < number)
                        .map_or(decision, |earlier| Decision::Undo(format!("j{earlier}"))),
                });
            judged.collect()
        })
    }

    fn pairs(sizes: &[usize]) -> Vec<Cluster> {
        let mut next = 0;
        let clusters = sizes.iter().map(|&size| {
            let rows = (next..next + size as u128)
                .map(|row| (row, Evidence::NameAlone))
                .collect();
            next += size as u128;
            cluster(rows, &BTreeMap::new())
        });
        clusters.collect()
    }

    proptest! {
        #[test]
        fn a_log_means_the_same_in_any_order(mut log in log(), seed in any::<u64>()) {
            let standing = Standing::of(&log);
            let by = |one: &Judged| crate::across::hash(&format!("{seed} {}", one.id));
            log.sort_by_key(by);
            prop_assert_eq!(standing, Standing::of(&log));
        }

        #[test]
        fn judgements_always_win(log in log(), sizes in prop::collection::vec(1..4usize, 4..8)) {
            let standing = Standing::of(&log);
            let clusters = pairs(&sizes);
            let rows: u128 = clusters.iter().map(|one| one.rows.len() as u128).sum();
            let judged = apply(clusters, &standing, |row| (row < rows).then_some(row), |_, _| 0);
            let of = |row: RowId| judged.iter().position(|one| one.rows.iter().any(|&(own, _)| own == row));
            for &(a, b) in standing.same.iter().filter(|(_, b)| *b < rows) {
                prop_assert_eq!(of(a), of(b));
            }
            for &(a, b) in standing.different.iter().filter(|(_, b)| *b < rows) {
                prop_assert!(of(a) != of(b));
            }
            let all: usize = judged.iter().map(|one| one.rows.len()).sum();
            prop_assert_eq!(all as u128, rows);
        }
    }

    #[test]
    fn what_contradicts_itself_is_reported_and_left_undone() {
        let judged = |id: &str, decision| Judged {
            time: format!("2024-05-01T10:00:0{}Z", &id[1..]),
            who: "ada".into(),
            id: id.into(),
            decision,
        };
        let mut log = vec![
            judged("j1", Decision::Same(vec![1, 2, 3])),
            judged("j2", Decision::Different(1, vec![3])),
        ];
        let standing = Standing::of(&log);
        assert!(standing.same.is_empty() && standing.different.is_empty());
        assert_eq!(standing.contradictions.len(), 1);
        log.push(judged("j3", Decision::Undo("j1".into())));
        let standing = Standing::of(&log);
        assert_eq!(standing.different.len(), 1);
        assert!(standing.contradictions.is_empty());
    }
}
