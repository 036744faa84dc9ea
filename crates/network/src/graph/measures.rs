//! What matters in a case: neighbors ranked, components, PageRank, betweenness, communities.
//!
//! Values come in the order of [`Network::entities`]. Nothing here is random.

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig};
use onrecord_record::{EntityId, TieId};
use serde::{Deserialize, Serialize};

use super::filter::{Filter, Step, View};
use super::network::Network;
use super::types::tie_types;

/// An entity with a tie to the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbor {
    /// Who.
    pub entity: EntityId,
    /// The strongest tie.
    pub tie: TieId,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// Its cost, in thousandths of the surest step.
    pub cost: u32,
    /// How many ties the two have.
    pub n_ties: usize,
}

/// Which group each entity is in. Group 0 is the largest; of equal ones that with the least entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Group of each entity, in the order of [`Network::entities`].
    pub of: Vec<u32>,
    /// Number of entities in each group.
    pub sizes: Vec<u32>,
}

impl Groups {
    /// Numbers groups by size, whatever they were numbered before.
    fn renumbered(old: &[u32]) -> Self {
        let n_old = old.iter().max().map_or(0, |most| *most as usize + 1);
        let mut groups: Vec<(u32, usize)> = vec![(0, usize::MAX); n_old];
        for (node, group) in old.iter().enumerate() {
            let (size, least) = &mut groups[*group as usize];
            *size += 1;
            *least = (*least).min(node);
        }
        let mut order: Vec<usize> = (0..n_old).filter(|group| groups[*group].0 > 0).collect();
        order.sort_by_key(|group| (std::cmp::Reverse(groups[*group].0), groups[*group].1));
        let mut new = vec![0; n_old];
        for (number, group) in (0..).zip(&order) {
            new[*group] = number;
        }
        Self {
            of: old.iter().map(|group| new[*group as usize]).collect(),
            sizes: order.iter().map(|group| groups[*group].0).collect(),
        }
    }
}

/// How strongly a step ties: the surest counts 1.
fn strength(step: Step) -> f64 {
    1_000.0 / f64::from(step.cost)
}

/// Beyond this many iterations PageRank has long settled.
const RANK_ITERATIONS: usize = 100;

/// Share of a rank that is handed on along ties (Brin and Page 1998).
const DAMPING: f64 = 0.85;

/// Seed of Leiden's shuffles.
const SEED: u64 = 1;

impl Network {
    /// Entities with a tie to `entity`: established ties first, then the strongest; at most `most`.
    #[must_use]
    pub fn neighbors(&self, entity: EntityId, filter: &Filter, most: usize) -> Vec<Neighbor> {
        let Some(node) = self.number(entity) else {
            return Vec::new();
        };
        let view = View::new(self, filter);
        let mut steps: Vec<Step> = view.steps(node).collect();
        steps.sort_by_key(|step| (!step.established, step.cost, step.target));
        steps.truncate(most);
        let neighbor = |step: Step| Neighbor {
            entity: self.nodes[step.target as usize],
            tie: self.tie_id(step.tie),
            kind: tie_types()[usize::from(self.edge(step.tie).kind)]
                .name
                .clone(),
            established: step.established,
            cost: step.cost,
            n_ties: view.between(node, step.target).count(),
        };
        steps.into_iter().map(neighbor).collect()
    }

    /// Who is joined with whom by any chain of ties.
    #[must_use]
    pub fn components(&self, filter: &Filter) -> Groups {
        const NONE: u32 = u32::MAX;
        let view = View::new(self, filter);
        let mut of = vec![NONE; self.n_nodes()];
        let mut stack = Vec::new();
        let mut next = 0;
        for start in self.node_numbers() {
            if of[start as usize] != NONE {
                continue;
            }
            of[start as usize] = next;
            stack.push(start);
            while let Some(node) = stack.pop() {
                for step in view.steps(node) {
                    if std::mem::replace(&mut of[step.target as usize], next) == NONE {
                        stack.push(step.target);
                    }
                }
            }
            next += 1;
        }
        Groups::renumbered(&of)
    }

    /// Communities by the Leiden algorithm (Traag, Waltman and van Eck 2019), modularity, fixed seed.
    #[must_use]
    pub fn communities(&self, filter: &Filter) -> Groups {
        let view = View::new(self, filter);
        let mut builder = GraphDataBuilder::new(self.n_nodes());
        for node in self.node_numbers() {
            for step in view.steps(node).filter(|step| step.target > node) {
                // Both nodes exist and the strength is a positive number, so that nothing is refused.
                let _ = builder.add_edge(node as usize, step.target as usize, strength(step));
            }
        }
        let config = LeidenConfig {
            seed: Some(SEED),
            ..LeidenConfig::default()
        };
        let graph = builder.build();
        let Ok(output) = graph.and_then(|graph| Leiden::new(config).run(&graph)) else {
            return self.components(filter);
        };
        let group = |node| u32::try_from(output.partition.community_of(node)).unwrap_or(0);
        let groups: Vec<u32> = (0..self.n_nodes()).map(group).collect();
        Groups::renumbered(&groups)
    }

    /// PageRank along ties in both directions, stronger ones more; sums to 1.
    #[must_use]
    pub fn page_rank(&self, filter: &Filter) -> Vec<f64> {
        let view = View::new(self, filter);
        let n_nodes = self.n_nodes();
        let total = |node| view.steps(node).map(strength).sum::<f64>();
        let totals: Vec<f64> = self.node_numbers().map(total).collect();
        let mut ranks = vec![1.0 / n_nodes as f64; n_nodes];
        for _ in 0..RANK_ITERATIONS {
            let next = self.next_ranks(&view, &totals, &ranks);
            let change: f64 = next.iter().zip(&ranks).map(|(a, b)| (a - b).abs()).sum();
            ranks = next;
            if change < 1e-10 {
                break;
            }
        }
        ranks
    }

    fn next_ranks(&self, view: &View<'_>, totals: &[f64], ranks: &[f64]) -> Vec<f64> {
        let share = 1.0 / ranks.len() as f64;
        let lone = totals.iter().zip(ranks).filter(|(total, _)| **total == 0.0);
        let spread = DAMPING * lone.map(|(_, rank)| rank).sum::<f64>() * share;
        let handed = |node| {
            let steps = view.steps(node);
            let from = |step: Step| {
                let from = step.target as usize;
                ranks[from] * strength(step) / totals[from]
            };
            steps.map(from).sum::<f64>()
        };
        let rank = |node| (1.0 - DAMPING) * share + spread + DAMPING * handed(node);
        self.node_numbers().map(rank).collect()
    }

    /// How many shortest ways pass through each entity, all steps alike (Brandes 2001), estimated from
    /// `n_pivots` starts spread evenly over the ids; exact where there are as many pivots as entities.
    #[must_use]
    pub fn betweenness(&self, filter: &Filter, n_pivots: usize) -> Vec<f64> {
        let view = View::new(self, filter);
        let n_nodes = self.n_nodes();
        let n_pivots = n_pivots.min(n_nodes);
        let mut sums = vec![0.0; n_nodes];
        let mut brandes = Brandes::new(n_nodes);
        for pivot in 0..n_pivots {
            let start = (pivot as u64 * n_nodes as u64 / n_pivots as u64) as u32;
            brandes.add(&view, start, &mut sums);
        }
        // Each way is seen from both of its ends.
        let scale = n_nodes as f64 / n_pivots.max(1) as f64 / 2.0;
        sums.iter().map(|sum| sum * scale).collect()
    }

    pub(super) fn node_numbers(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.n_nodes()).expect("nodes are numbered in 32 bits")
    }
}

/// Tables of one pass of Brandes' algorithm, cleaned after each.
struct Brandes {
    order: Vec<u32>,
    depth: Vec<u32>,
    ways: Vec<f64>,
    share: Vec<f64>,
}

impl Brandes {
    fn new(n_nodes: usize) -> Self {
        Self {
            order: Vec::new(),
            depth: vec![u32::MAX; n_nodes],
            ways: vec![0.0; n_nodes],
            share: vec![0.0; n_nodes],
        }
    }

    /// Adds to each node the share of shortest ways from `start` that pass through it.
    fn add(&mut self, view: &View<'_>, start: u32, sums: &mut [f64]) {
        self.count_ways(view, start);
        for &node in self.order.iter().rev() {
            let at = node as usize;
            let beyond = |step: &Step| self.depth[step.target as usize] == self.depth[at] + 1;
            let part = |step: Step| {
                let target = step.target as usize;
                self.ways[at] / self.ways[target] * (1.0 + self.share[target])
            };
            let share: f64 = view.steps(node).filter(beyond).map(part).sum();
            self.share[at] = share;
            if node != start {
                sums[at] += share;
            }
        }
        for node in self.order.drain(..) {
            self.depth[node as usize] = u32::MAX;
            self.ways[node as usize] = 0.0;
            self.share[node as usize] = 0.0;
        }
    }

    fn count_ways(&mut self, view: &View<'_>, start: u32) {
        self.order.push(start);
        self.depth[start as usize] = 0;
        self.ways[start as usize] = 1.0;
        let mut next = 0;
        while let Some(&node) = self.order.get(next) {
            next += 1;
            let (depth, ways) = (self.depth[node as usize], self.ways[node as usize]);
            for step in view.steps(node) {
                let target = step.target as usize;
                if self.depth[target] == u32::MAX {
                    self.depth[target] = depth + 1;
                    self.order.push(step.target);
                }
                if self.depth[target] == depth + 1 {
                    self.ways[target] += ways;
                }
            }
        }
    }
}
