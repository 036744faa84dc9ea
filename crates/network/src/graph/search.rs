//! The best way of a subproblem: A* with labels, led by the balls around the goals.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bounds::{Ball, HopBall, UNREACHABLE, Weight, weight};
use super::filter::{Step, View};

/// The limit of work was reached: there may be more, or better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutOfWork;

/// Where a way has to lead, and past what.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub(super) target: u32,
    /// Nodes that it must pass, in any order.
    pub(super) vias: Vec<u32>,
    /// It must need at least one step that is not established.
    pub(super) needs_not_established: bool,
    pub(super) most_hops: Option<u8>,
}

/// Bit `i` is set once a way has passed via `i`; the bit after them once it took a step that is not
/// established.
type Passed = u8;

impl Goal {
    fn n_bits(&self) -> u32 {
        self.vias.len() as u32 + u32::from(self.needs_not_established)
    }

    fn all(&self) -> Passed {
        ((1u16 << self.n_bits()) - 1) as Passed
    }

    fn pass(&self, passed: Passed, step: Step) -> Passed {
        let unsure = self.needs_not_established && !step.established;
        let place = self.vias.iter().position(|via| *via == step.target);
        passed | place.map_or(0, |place| 1 << place) | Passed::from(unsure) << self.vias.len()
    }
}

/// A set of ways: all that begin with `prefix` and do not go on to a node in `banned`.
#[derive(Debug, Clone)]
pub(super) struct Subproblem {
    /// From the start to the spur node, both included.
    pub(super) prefix: Vec<u32>,
    pub(super) weight: Weight,
    pub(super) passed: Passed,
    pub(super) banned: Vec<u32>,
}

impl Subproblem {
    fn spur(&self) -> u32 {
        *self
            .prefix
            .last()
            .expect("a prefix holds at least the start")
    }
}

#[derive(Debug, Clone, Copy)]
struct Label {
    node: u32,
    parent: u32,
    weight: Weight,
    passed: Passed,
}

const ROOT: u32 = u32::MAX;

/// Nearest bound first; of equal ones the newer label, which tends to be the deeper.
type Queue = BinaryHeap<(Reverse<Weight>, u32)>;

/// Seeks ways to one goal; its tables are made once and cleaned after each search.
pub(super) struct Searcher<'v, 'n> {
    view: &'v View<'n>,
    goal: Goal,
    ball: Ball,
    /// A ball around each via, with at most its distance from the target.
    vias: Vec<(Ball, Weight)>,
    hops: Option<HopBall>,
    /// Ties looked at, and the most that may be.
    work: usize,
    most_work: usize,
    blocked: Vec<bool>,
    /// By node and what was passed: one more than the least weight of a label; 0 where there is none.
    least: Vec<Weight>,
    /// By node and what was passed: one more than the fewest hops of a label that was expanded.
    expanded: Vec<u8>,
    touched: Vec<usize>,
    labels: Vec<Label>,
    queue: Queue,
    /// Weight of the best way seen so far: what is surely worse need not wait in the queue.
    enough: Weight,
}

impl<'v, 'n> Searcher<'v, 'n> {
    pub(super) fn new(
        view: &'v View<'n>,
        start: u32,
        goal: Goal,
        ball_ties: usize,
        most_work: usize,
    ) -> Self {
        let mut work = 0;
        let ball = Ball::around(view, goal.target, Some(start), ball_ties, &mut work);
        let vias = goal.vias.iter().map(|via| {
            let around = Ball::around(view, *via, None, ball_ties, &mut work);
            (around, ball.bound(*via))
        });
        let vias = vias.collect();
        let hops = goal
            .most_hops
            .map(|most| HopBall::around(view, goal.target, most, &mut work));
        let n_nodes = view.network.n_nodes();
        let n_states = n_nodes << goal.n_bits();
        Self {
            view,
            goal,
            ball,
            vias,
            hops,
            work,
            most_work,
            blocked: vec![false; n_nodes],
            least: vec![0; n_states],
            expanded: vec![0; n_states],
            touched: Vec::new(),
            labels: Vec::new(),
            queue: Queue::new(),
            enough: UNREACHABLE,
        }
    }

    /// All ways from `start`.
    pub(super) fn all_from(&self, start: u32) -> Subproblem {
        Subproblem {
            prefix: vec![start],
            weight: 0,
            passed: 0,
            banned: Vec::new(),
        }
    }

    /// `sub` made longer by a step to `target`.
    pub(super) fn extended(&self, sub: &Subproblem, target: u32) -> Option<Subproblem> {
        let step = self.step(sub.spur(), target)?;
        let mut prefix = sub.prefix.clone();
        prefix.push(target);
        Some(Subproblem {
            prefix,
            weight: sub.weight + weight(step),
            passed: self.goal.pass(sub.passed, step),
            banned: Vec::new(),
        })
    }

    fn step(&self, from: u32, target: u32) -> Option<Step> {
        let tie = self.view.between(from, target).next()?;
        Some(Step {
            target,
            tie: tie.tie(),
            cost: tie.cost(),
            established: tie.established(),
        })
    }

    /// At most the weight of the best way in `sub`, found by looking one step ahead.
    pub(super) fn bound(&mut self, sub: &Subproblem) -> Result<Weight, OutOfWork> {
        self.block(sub, true);
        let steps = self.view.steps(sub.spur());
        let ahead = steps.filter(|step| self.may_take(sub, *step)).map(|step| {
            let passed = self.goal.pass(sub.passed, step);
            (sub.weight + weight(step)).saturating_add(self.remaining(step.target, passed))
        });
        let least = ahead.min().unwrap_or(UNREACHABLE);
        self.block(sub, false);
        self.look_at(sub.spur())?;
        Ok(least)
    }

    /// The best way in `sub`. With vias, or a step that is not established asked for, it may visit a node
    /// twice: it is then only a bound, and the ways in `sub` are to be divided further.
    pub(super) fn best_way(
        &mut self,
        sub: &Subproblem,
    ) -> Result<Option<(Weight, Vec<u32>)>, OutOfWork> {
        self.block(sub, true);
        let way = self.search(sub);
        self.block(sub, false);
        for state in self.touched.drain(..) {
            self.least[state] = 0;
            self.expanded[state] = 0;
        }
        self.labels.clear();
        self.queue.clear();
        way
    }

    fn search(&mut self, sub: &Subproblem) -> Result<Option<(Weight, Vec<u32>)>, OutOfWork> {
        self.enough = UNREACHABLE;
        let root = Label {
            node: sub.spur(),
            parent: ROOT,
            weight: sub.weight,
            passed: sub.passed,
        };
        self.push(sub, root);
        while let Some((_, number)) = self.queue.pop() {
            let label = self.labels[number as usize];
            if !self.expand_first(label) {
                continue;
            }
            if let Some(weight) = self.finishes(sub, label) {
                return Ok(Some((weight, self.nodes(sub, number))));
            }
            if label.node == self.goal.target {
                continue;
            }
            self.look_at(label.node)?;
            self.expand(sub, number, label);
        }
        Ok(None)
    }

    fn expand(&mut self, sub: &Subproblem, number: u32, label: Label) {
        let view = self.view;
        for step in view.steps(label.node) {
            let banned = label.parent == ROOT && sub.banned.contains(&step.target);
            if banned || self.blocked[step.target as usize] {
                continue;
            }
            let next = Label {
                node: step.target,
                parent: number,
                weight: label.weight + weight(step),
                passed: self.goal.pass(label.passed, step),
            };
            self.push(sub, next);
        }
    }

    /// Puts a label into the queue unless another is as good, or it leads nowhere.
    fn push(&mut self, sub: &Subproblem, label: Label) {
        let remaining = self.remaining(label.node, label.passed);
        let bound = label.weight.saturating_add(remaining);
        if remaining == UNREACHABLE || bound > self.enough || !self.has_hops_left(label) {
            return;
        }
        let state = self.state(label);
        let least = self.least[state];
        let as_good = least != 0 && least - 1 <= label.weight;
        if as_good && hops(self.goal.most_hops, least - 1) <= self.hops_of(label) {
            return;
        }
        if least == 0 {
            self.touched.push(state);
        }
        if !as_good {
            self.least[state] = label.weight + 1;
        }
        let number = u32::try_from(self.labels.len()).expect("work is limited far below 2^32");
        self.labels.push(label);
        self.queue.push((Reverse(bound), number));
        if bound < self.enough
            && let Some(whole) = self.finishes(sub, label)
        {
            self.enough = self.enough.min(whole);
        }
    }

    /// Whether no label with as few hops was expanded in this state before.
    fn expand_first(&mut self, label: Label) -> bool {
        let hops = self.hops_of(label);
        let state = self.state(label);
        let expanded = &mut self.expanded[state];
        if *expanded != 0 && *expanded - 1 <= hops {
            return false;
        }
        *expanded = hops + 1;
        true
    }

    /// The weight of the whole way where the best remainder from here is known, and may be taken.
    fn finishes(&self, sub: &Subproblem, label: Label) -> Option<Weight> {
        if !self.ball.knows(label.node) {
            return None;
        }
        let mut passed = label.passed;
        let mut before = label.node;
        for node in self.ball.way(label.node) {
            let banned = before == label.node && label.parent == ROOT && sub.banned.contains(&node);
            if banned || self.blocked[node as usize] {
                return None;
            }
            if self.goal.n_bits() > 0 {
                passed = self.goal.pass(passed, self.step(before, node)?);
            }
            before = node;
        }
        let weight = label.weight + self.ball.bound(label.node);
        let within = self
            .goal
            .most_hops
            .is_none_or(|most| weight & 0xffff <= u64::from(most));
        (within && passed == self.goal.all()).then_some(weight)
    }

    fn nodes(&self, sub: &Subproblem, number: u32) -> Vec<u32> {
        let mut back = Vec::new();
        let mut label = self.labels[number as usize];
        let tail = self.ball.way(label.node);
        while label.parent != ROOT {
            back.push(label.node);
            label = self.labels[label.parent as usize];
        }
        let prefix = sub.prefix.iter().copied();
        prefix.chain(back.into_iter().rev()).chain(tail).collect()
    }

    /// At most the weight of what remains of a way that stands at `node`.
    fn remaining(&self, node: u32, passed: Passed) -> Weight {
        let mut least = self.ball.bound(node);
        for (place, (around, beyond)) in self.vias.iter().enumerate() {
            if passed >> place & 1 == 0 {
                least = least.max(around.bound(node).saturating_add(*beyond));
            }
        }
        least
    }

    fn may_take(&self, sub: &Subproblem, step: Step) -> bool {
        !self.blocked[step.target as usize] && !sub.banned.contains(&step.target)
    }

    fn has_hops_left(&self, label: Label) -> bool {
        let (Some(most), Some(ball)) = (self.goal.most_hops, &self.hops) else {
            return true;
        };
        (label.weight & 0xffff) + u64::from(ball.bound(label.node)) <= u64::from(most)
    }

    /// Hops that count against a limit; 0 where there is none, so that the least weight alone decides.
    fn hops_of(&self, label: Label) -> u8 {
        hops(self.goal.most_hops, label.weight)
    }

    fn state(&self, label: Label) -> usize {
        (label.node as usize) << self.goal.n_bits() | usize::from(label.passed)
    }

    fn block(&mut self, sub: &Subproblem, blocked: bool) {
        for node in &sub.prefix {
            self.blocked[*node as usize] = blocked;
        }
    }

    fn look_at(&mut self, node: u32) -> Result<(), OutOfWork> {
        self.work += self.view.network.row(node).len() + 1;
        if self.work > self.most_work {
            return Err(OutOfWork);
        }
        Ok(())
    }
}

fn hops(most: Option<u8>, weight: Weight) -> u8 {
    match most {
        Some(_) => u8::try_from(weight & 0xffff).unwrap_or(u8::MAX - 1),
        None => 0,
    }
}
