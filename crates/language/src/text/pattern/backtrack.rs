//! Matching with preference (forward) and without (backward).

use super::Text;
use super::op::Op;

/// A match that needs deeper recursion than this is given up as none. The patterns of spaCy's tokenizers recurse by the
/// number of their parts, and a repetition of one character does not recurse at all.
const MAX_DEPTH: u32 = 600;

/// A match that needs more steps than this is given up as none.
const MAX_STEPS: u32 = 1_000_000;

struct Budget {
    depth: u32,
    steps: u32,
}

type Then<'f> = &'f mut dyn FnMut(usize, &mut Budget) -> bool;

impl Op {
    /// Where the preferred match that starts at `at` ends.
    pub(super) fn match_end(&self, text: Text<'_>, at: usize, must_advance: bool) -> Option<usize> {
        let mut end = None;
        let mut budget = Budget { depth: 0, steps: 0 };
        self.run(text, at, &mut budget, &mut |p, _| {
            let ok = !(must_advance && p == at);
            if ok {
                end = Some(p);
            }
            ok
        });
        end
    }

    fn run(&self, text: Text<'_>, at: usize, budget: &mut Budget, then: Then<'_>) -> bool {
        budget.steps += 1;
        if budget.steps > MAX_STEPS || budget.depth > MAX_DEPTH {
            return false;
        }
        budget.depth += 1;
        let found = match self {
            Self::Empty => then(at, budget),
            Self::Set(set) => {
                at < text.len() && set.contains(text.kind(at)) && then(at + 1, budget)
            }
            Self::Start => at == 0 && then(at, budget),
            Self::End => is_end(text, at) && then(at, budget),
            Self::Cat(all) => run_all(all, text, at, budget, then),
            Self::Alt(all) => all.iter().any(|op| op.run(text, at, budget, then)),
            Self::Repeat {
                op,
                min,
                max,
                greedy,
            } => {
                let bounds = (*min as usize, max.map_or(usize::MAX, |m| m as usize));
                match (&**op, greedy) {
                    (Self::Set(set), true) => {
                        let rest = text.len() - at;
                        let n = (0..rest.min(bounds.1)).find(|&i| !set.contains(text.kind(at + i)));
                        let n = n.unwrap_or(rest.min(bounds.1));
                        n >= bounds.0 && (bounds.0..=n).rev().any(|n| then(at + n, budget))
                    }
                    _ => repeat(op, bounds, *greedy, text, at, budget, then),
                }
            }
            Self::Ahead { op, negate } => {
                op.run(text, at, budget, &mut |_, _| true) != *negate && then(at, budget)
            }
            Self::Behind { op, negate } => {
                op.starts(text, vec![at]).is_empty() == *negate && then(at, budget)
            }
            Self::BehindRun { sets, negate } => {
                let fits = at >= sets.len()
                    && sets
                        .iter()
                        .enumerate()
                        .all(|(i, s)| s.contains(text.kind(at - sets.len() + i)));
                fits != *negate && then(at, budget)
            }
        };
        budget.depth -= 1;
        found
    }

    /// The earliest start of any match that ends at `end`, whatever is preferred.
    pub(super) fn earliest_start(&self, text: Text<'_>, end: usize) -> Option<usize> {
        self.starts(text, vec![end]).into_iter().min()
    }

    /// All places where matches start that end at one of `ends`.
    fn starts(&self, text: Text<'_>, mut ends: Vec<usize>) -> Vec<usize> {
        match self {
            Self::Empty => {}
            Self::Set(set) => {
                ends.retain(|&e| e > 0 && set.contains(text.kind(e - 1)));
                ends.iter_mut().for_each(|e| *e -= 1);
            }
            Self::Cat(all) => {
                for op in all.iter().rev() {
                    if ends.is_empty() {
                        break;
                    }
                    ends = op.starts(text, ends);
                }
            }
            Self::Alt(all) => {
                let mut found = Vec::new();
                for op in all {
                    found.extend(op.starts(text, ends.clone()));
                }
                found.sort_unstable();
                found.dedup();
                ends = found;
            }
            Self::Repeat { op, min, max, .. } => ends = repeat_starts(op, *min, *max, text, ends),
            Self::Start
            | Self::End
            | Self::Ahead { .. }
            | Self::Behind { .. }
            | Self::BehindRun { .. } => {
                ends.retain(|&e| {
                    self.run(text, e, &mut Budget { depth: 0, steps: 0 }, &mut |_, _| {
                        true
                    })
                });
            }
        }
        ends
    }
}

fn is_end(text: Text<'_>, at: usize) -> bool {
    at == text.len() || (at + 1 == text.len() && text.chars[at] == '\n')
}

fn run_all(all: &[Op], text: Text<'_>, at: usize, budget: &mut Budget, then: Then<'_>) -> bool {
    match all {
        [] => then(at, budget),
        [op] => op.run(text, at, budget, then),
        [op, rest @ ..] => op.run(text, at, budget, &mut |p, budget| {
            run_all(rest, text, p, budget, then)
        }),
    }
}

fn repeat(
    op: &Op,
    (min, max): (usize, usize),
    greedy: bool,
    text: Text<'_>,
    at: usize,
    budget: &mut Budget,
    then: Then<'_>,
) -> bool {
    let fewer = (min.saturating_sub(1), max.saturating_sub(1));
    if min == 0 && !greedy && then(at, budget) {
        return true;
    }
    let more = max > 0
        && op.run(text, at, budget, &mut |p, budget| {
            // A turn that takes nothing cannot lead further.
            (p > at || min > 0) && repeat(op, fewer, greedy, text, p, budget, then)
        });
    more || (min == 0 && greedy && then(at, budget))
}

fn repeat_starts(
    op: &Op,
    min: u32,
    max: Option<u32>,
    text: Text<'_>,
    ends: Vec<usize>,
) -> Vec<usize> {
    let mut found = if min == 0 { ends.clone() } else { Vec::new() };
    let mut front = ends;
    let mut turn = 0;
    while max.is_none_or(|max| turn < max) {
        let earlier = front.iter().copied().min();
        front = op.starts(text, front);
        turn += 1;
        if front.is_empty() || (turn > min && front.iter().copied().min() >= earlier) {
            break;
        }
        if turn >= min {
            found.extend_from_slice(&front);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
