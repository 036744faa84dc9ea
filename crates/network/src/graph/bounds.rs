//! Lower bounds on what remains of a way: a ball of exact distances around its goal.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::filter::{Step, View};

/// Cost of a way in the upper bits, its number of steps in the lower 16: of equally dear ways the shorter
/// comes first.
pub(super) type Weight = u64;

/// Nothing leads there.
pub(super) const UNREACHABLE: Weight = Weight::MAX;

/// Weight of one step.
pub(super) fn weight(step: Step) -> Weight {
    Weight::from(step.cost) << 16 | 1
}

/// The cost in a weight.
pub(super) fn cost_of(weight: Weight) -> u64 {
    weight >> 16
}

const NOWHERE: u32 = u32::MAX;

/// Exact distances to `center` of all nodes nearer than `radius`, by Dijkstra's algorithm stopped early;
/// all others are at least `radius` away. Ties are ways in both directions, so it serves as the far half
/// of a bidirectional search, made once and used for every spur.
pub(super) struct Ball {
    distance: Vec<Weight>,
    /// Next node on the best way to the center.
    next: Vec<u32>,
    settled: Vec<bool>,
    radius: Weight,
}

impl Ball {
    /// Grows a ball until about `most_ties` ties were looked at, or `until` is inside.
    pub(super) fn around(
        view: &View<'_>,
        center: u32,
        until: Option<u32>,
        most_ties: usize,
        work: &mut usize,
    ) -> Self {
        let n_nodes = view.network.n_nodes();
        let mut ball = Self {
            distance: vec![0; n_nodes],
            next: vec![0; n_nodes],
            settled: vec![false; n_nodes],
            radius: UNREACHABLE,
        };
        // Stored as one more than the distance: a zeroed page costs nothing until it is touched.
        ball.distance[center as usize] = 1;
        ball.next[center as usize] = NOWHERE;
        let mut queue = BinaryHeap::from([Reverse((0, center))]);
        let mut looked_at = 0;
        while let Some(Reverse((distance, node))) = queue.pop() {
            if ball.settled[node as usize] {
                continue;
            }
            let enough = looked_at >= most_ties || until.is_some_and(|end| ball.knows(end));
            if enough {
                ball.radius = distance;
                break;
            }
            ball.settled[node as usize] = true;
            looked_at += view.network.row(node).len() + 1;
            for step in view.steps(node) {
                ball.relax(node, distance, step, &mut queue);
            }
        }
        *work += looked_at;
        ball
    }

    fn relax(
        &mut self,
        node: u32,
        distance: Weight,
        step: Step,
        queue: &mut BinaryHeap<Reverse<(Weight, u32)>>,
    ) {
        let target = step.target as usize;
        let through = distance + weight(step);
        let known = &mut self.distance[target];
        if *known == 0 || through + 1 < *known {
            *known = through + 1;
            self.next[target] = node;
            queue.push(Reverse((through, step.target)));
        }
    }

    /// Whether the distance of `node` is exact.
    pub(super) fn knows(&self, node: u32) -> bool {
        self.settled[node as usize]
    }

    /// At most the distance of `node` from the center; [`UNREACHABLE`] where no way leads there.
    pub(super) fn bound(&self, node: u32) -> Weight {
        if self.knows(node) {
            self.distance[node as usize] - 1
        } else {
            self.radius
        }
    }

    /// The nodes after `node` on the best way to the center; `node` must be known.
    pub(super) fn way(&self, node: u32) -> impl Iterator<Item = u32> {
        let after =
            move |node: &u32| Some(self.next[*node as usize]).filter(|next| *next != NOWHERE);
        std::iter::successors(after(&node), after)
    }
}

/// Least number of steps to a goal, exact up to a depth.
pub(super) struct HopBall {
    /// One more than the number of steps; 0 beyond the depth.
    steps: Vec<u8>,
    depth: u8,
}

impl HopBall {
    pub(super) fn around(view: &View<'_>, center: u32, most_hops: u8, work: &mut usize) -> Self {
        let mut steps = vec![0; view.network.n_nodes()];
        steps[center as usize] = 1;
        let mut shell = vec![center];
        let mut depth = 0;
        while depth < most_hops.div_ceil(2) && !shell.is_empty() {
            depth += 1;
            let mut next = Vec::new();
            for node in shell {
                *work += view.network.row(node).len() + 1;
                for step in view.steps(node) {
                    let known = &mut steps[step.target as usize];
                    if *known == 0 {
                        *known = depth + 1;
                        next.push(step.target);
                    }
                }
            }
            shell = next;
        }
        Self { steps, depth }
    }

    /// At most the number of steps from `node` to the goal.
    pub(super) fn bound(&self, node: u32) -> u8 {
        match self.steps[node as usize] {
            0 => self.depth + 1,
            steps => steps - 1,
        }
    }
}
