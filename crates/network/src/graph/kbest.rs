//! The k best simple ways, best first: Yen's algorithm as Lawler divides it, with spurs sought lazily.
//!
//! The ways from start to goal are a set; its best one divides the rest into disjoint sets (those that
//! leave the best way at its first node, at its second, …). A set waits with a lower bound, one step
//! ahead, and only the one with the least bound is searched (Yen 1971; Lawler 1972).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bounds::{UNREACHABLE, Weight};
use super::filter::View;
use super::search::{Goal, OutOfWork, Searcher, Subproblem};

/// A way: its nodes, start and goal included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) weight: Weight,
    pub(super) nodes: Vec<u32>,
}

/// The ways found, best first, and whether the limit of work ended the search before all were.
#[derive(Debug, Default)]
pub(super) struct Ways {
    pub(super) ways: Vec<Way>,
    pub(super) cut: bool,
}

/// A set of ways with at most the weight of its best, or its best itself.
struct Candidate {
    sub: Subproblem,
    best: Option<Vec<u32>>,
}

/// Candidates by weight; of equal ones those that are searched already, then the older.
struct Agenda {
    queue: BinaryHeap<Reverse<(Weight, bool, usize)>>,
    candidates: Vec<Option<Candidate>>,
}

impl Agenda {
    fn push(&mut self, weight: Weight, candidate: Candidate) {
        let number = self.candidates.len();
        self.queue
            .push(Reverse((weight, candidate.best.is_none(), number)));
        self.candidates.push(Some(candidate));
    }

    fn pop(&mut self) -> Option<(Weight, Candidate)> {
        let Reverse((weight, _, number)) = self.queue.pop()?;
        let candidate = self.candidates[number].take()?;
        Some((weight, candidate))
    }
}

/// Ties that a ball around a goal may look at: many for many ways, since every spur is led by it.
fn ball_ties(k: usize) -> usize {
    if k <= 1 { 20_000 } else { 150_000 }
}

/// The `k` best simple ways from `start` to the goal. `most_work` limits the ties looked at.
pub(super) fn k_best(view: &View<'_>, start: u32, goal: Goal, k: usize, most_work: usize) -> Ways {
    let mut found = Ways::default();
    let mut searcher = Searcher::new(view, start, goal, ball_ties(k), most_work);
    let mut agenda = Agenda {
        queue: BinaryHeap::new(),
        candidates: Vec::new(),
    };
    let all = searcher.all_from(start);
    agenda.push(
        0,
        Candidate {
            sub: all,
            best: None,
        },
    );
    while found.ways.len() < k {
        let Some((weight, candidate)) = agenda.pop() else {
            break;
        };
        if advance(
            &mut searcher,
            &mut agenda,
            &mut found.ways,
            weight,
            candidate,
        )
        .is_err()
        {
            found.cut = true;
            break;
        }
    }
    found
        .ways
        .sort_by(|a, b| (a.weight, &a.nodes).cmp(&(b.weight, &b.nodes)));
    found
}

/// Searches a set of ways, or takes its best way and divides the rest.
fn advance(
    searcher: &mut Searcher<'_, '_>,
    agenda: &mut Agenda,
    ways: &mut Vec<Way>,
    weight: Weight,
    candidate: Candidate,
) -> Result<(), OutOfWork> {
    let Candidate { sub, best } = candidate;
    let Some(nodes) = best else {
        if let Some((weight, nodes)) = searcher.best_way(&sub)? {
            let best = Some(nodes);
            agenda.push(weight, Candidate { sub, best });
        }
        return Ok(());
    };
    let end = first_repeated(&nodes).unwrap_or(nodes.len());
    if end == nodes.len() {
        ways.push(Way {
            weight,
            nodes: nodes.clone(),
        });
    }
    divide(
        searcher,
        agenda,
        sub,
        &nodes[..end.max(1)],
        nodes.get(end).copied(),
    )
}

/// Divides the ways of `sub` other than `nodes` by where they leave it. `repeated` is the node that a walk
/// visits a second time after `nodes`: no simple way goes there.
fn divide(
    searcher: &mut Searcher<'_, '_>,
    agenda: &mut Agenda,
    mut sub: Subproblem,
    nodes: &[u32],
    repeated: Option<u32>,
) -> Result<(), OutOfWork> {
    for at in sub.prefix.len() - 1..nodes.len() {
        let Some(next) = nodes.get(at + 1).copied().or(repeated) else {
            break;
        };
        let longer = (at + 1 < nodes.len())
            .then(|| searcher.extended(&sub, next))
            .flatten();
        sub.banned.push(next);
        let bound = searcher.bound(&sub)?;
        if bound != UNREACHABLE {
            agenda.push(bound, Candidate { sub, best: None });
        }
        let Some(longer) = longer else { break };
        sub = longer;
    }
    Ok(())
}

fn first_repeated(nodes: &[u32]) -> Option<usize> {
    if nodes.len() <= 32 {
        return (1..nodes.len()).find(|at| nodes[..*at].contains(&nodes[*at]));
    }
    let mut seen = std::collections::BTreeSet::new();
    nodes.iter().position(|node| !seen.insert(node))
}
