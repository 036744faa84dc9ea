//! The ties of a case as compressed rows: what ways and measures are sought in.

use std::collections::HashMap;

use onrecord_record::{EntityId, PartialDate, TieId};

use super::tie::{Sources, Tie};
use super::types::{SAME_NAME, tie_type, tie_types, type_number};
use crate::LinkStance;

/// Beginning or end of a tie that is not dated.
pub(super) const NO_DAY: i32 = i32::MIN;

/// Dearest step: costs share a word with the number of the type.
const MOST_COST: u32 = (1 << 24) - 1;

/// What the network keeps of a tie; the tie itself stays in its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TieRow {
    /// Names the tie.
    pub id: TieId,
    /// The one end.
    pub from: EntityId,
    /// The other end.
    pub to: EntityId,
    /// Number of its type in [`tie_types`].
    pub kind: u8,
    /// Bit `1 << stance` for each stance that somebody takes.
    pub stances: u16,
    /// Somebody asserts or alleges it.
    pub established: bool,
    /// Independent sources that assert or allege it, each bound at most 255.
    pub sources: [u8; 2],
    /// Cost of a step along it, in thousandths of the surest step.
    pub cost: u32,
    /// First day on which it held or happened, in days since 1970-01-01.
    pub since: Option<i32>,
    /// Last such day.
    pub until: Option<i32>,
}

impl TieRow {
    /// What the network keeps of `tie`.
    #[must_use]
    pub fn of(tie: &Tie) -> Self {
        let small = |count: u32| u8::try_from(count).unwrap_or(u8::MAX);
        let Sources { min, max } = tie.independent_sources;
        let (since, until) = days_of(tie);
        Self {
            id: tie.id,
            from: tie.from,
            to: tie.to,
            kind: type_number(&tie.kind),
            stances: tie.tally.stances().fold(0, |all, s| all | stance_bit(s)),
            established: tie.established,
            sources: [small(min), small(max)],
            cost: tie.cost(),
            since,
            until,
        }
    }

    /// The step between two entities that share a name, where nothing else says whether they are one.
    #[must_use]
    pub fn same_name(a: EntityId, b: EntityId) -> Self {
        let (from, to) = (a.min(b), a.max(b));
        let key = [from.as_bytes(), to.as_bytes(), SAME_NAME.as_bytes()].concat();
        Self {
            id: TieId::of_key(&key),
            from,
            to,
            kind: type_number(SAME_NAME),
            stances: stance_bit(LinkStance::Unclear),
            established: false,
            sources: [0, 0],
            cost: tie_type(SAME_NAME).cost,
            since: None,
            until: None,
        }
    }
}

/// First and last day of a tie; what happened lasts as long as its date is vague.
fn days_of(tie: &Tie) -> (Option<i32>, Option<i32>) {
    let event = tie_type(&tie.kind).event;
    let since = tie.since.as_deref().and_then(first_day);
    let until = tie.until.as_deref().and_then(last_day);
    let end = until.or_else(|| tie.since.as_deref().filter(|_| event).and_then(last_day));
    (since, end)
}

/// First day of a partial ISO date, in days since 1970-01-01; `None` for what is no date.
#[must_use]
pub fn first_day(date: &str) -> Option<i32> {
    let date: PartialDate = date.parse().ok()?;
    i32::try_from(date.first_second().div_euclid(86_400)).ok()
}

/// Last day of a partial ISO date, in days since 1970-01-01; `None` for what is no date.
#[must_use]
pub fn last_day(date: &str) -> Option<i32> {
    let date: PartialDate = date.parse().ok()?;
    i32::try_from((date.end_second() - 1).div_euclid(86_400)).ok()
}

/// The bit of a stance in [`TieRow::stances`].
#[must_use]
pub fn stance_bit(stance: LinkStance) -> u16 {
    1 << stance as u16
}

/// What only filters and answers need of a tie: 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) since: i32,
    pub(super) until: i32,
    pub(super) stances: u16,
    pub(super) kind: u8,
    pub(super) sources: [u8; 2],
    pub(super) established: bool,
}

/// One end of a tie in the row of its node: 12 bytes, so that a row stays in the cache.
#[derive(Debug, Clone, Copy)]
pub(super) struct HalfEdge {
    pub(super) target: u32,
    /// Cost in the low 24 bits, type in the next 7, and in the highest whether the tie points to `target`.
    cost_and_kind: u32,
    /// Number of the tie in the low 31 bits, whether it is established in the highest.
    tie_and_established: u32,
}

impl HalfEdge {
    fn new(target: u32, forward: bool, tie: u32, laid: &Laid) -> Self {
        let Laid { edge, cost, .. } = laid;
        let kind = u32::from(edge.kind) << 24;
        Self {
            target,
            cost_and_kind: u32::from(forward) << 31 | kind | (*cost).clamp(1, MOST_COST),
            tie_and_established: u32::from(edge.established) << 31 | tie,
        }
    }

    pub(super) fn cost(self) -> u32 {
        self.cost_and_kind & MOST_COST
    }

    pub(super) fn kind(self) -> u8 {
        (self.cost_and_kind >> 24 & 0x7f) as u8
    }

    /// Whether the tie itself points to `target`.
    pub(super) fn forward(self) -> bool {
        self.cost_and_kind >> 31 == 1
    }

    pub(super) fn tie(self) -> u32 {
        self.tie_and_established & (u32::MAX >> 1)
    }

    pub(super) fn established(self) -> bool {
        self.tie_and_established >> 31 == 1
    }
}

/// The ties of a case, made for walking: about 60 bytes a tie. Nodes are numbered by their ids, so that
/// whatever the order in which ties came, the network is the same.
#[derive(Debug)]
pub struct Network {
    pub(super) nodes: Vec<EntityId>,
    /// Row of node `n`: `halves[rows[n]..rows[n + 1]]`, by target, established first, cheapest first.
    pub(super) rows: Vec<u32>,
    pub(super) halves: Vec<HalfEdge>,
    pub(super) edges: Vec<Edge>,
    ids: Vec<TieId>,
    /// Whether there is a tie that is not established: without one no way can need it.
    pub(super) any_not_established: bool,
}

impl Network {
    /// Number of entities that have a tie.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Number of ties.
    #[must_use]
    pub fn n_ties(&self) -> usize {
        self.edges.len()
    }

    /// All entities that have a tie, sorted.
    #[must_use]
    pub fn entities(&self) -> &[EntityId] {
        &self.nodes
    }

    /// Bytes that the network holds in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.nodes)
            + size_of_val(&*self.rows)
            + size_of_val(&*self.halves)
            + size_of_val(&*self.edges)
            + size_of_val(&*self.ids)
    }

    pub(super) fn number(&self, entity: EntityId) -> Option<u32> {
        let place = self.nodes.binary_search(&entity).ok()?;
        u32::try_from(place).ok()
    }

    pub(super) fn row(&self, node: u32) -> &[HalfEdge] {
        let node = node as usize;
        &self.halves[self.rows[node] as usize..self.rows[node + 1] as usize]
    }

    pub(super) fn edge(&self, tie: u32) -> &Edge {
        &self.edges[tie as usize]
    }

    pub(super) fn tie_id(&self, tie: u32) -> TieId {
        self.ids[tie as usize]
    }
}

/// Too many ties for one network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a network holds at most {MOST_TIES} ties: narrow it down by type or date"
        )
    }
}

impl std::error::Error for TooLarge {}

/// Numbers of half-edges fit 31 bits.
const MOST_TIES: usize = 1 << 30;

/// Takes ties one by one, so that a store can stream them, and makes a network of them.
#[derive(Debug, Default)]
pub struct NetworkBuilder {
    numbers: HashMap<EntityId, u32>,
    ties: Vec<Laid>,
}

/// A tie that waits to be laid out; its ends are numbered as they came, in the end as their ids sort.
#[derive(Debug)]
struct Laid {
    id: TieId,
    from: u32,
    to: u32,
    cost: u32,
    edge: Edge,
}

impl NetworkBuilder {
    /// A builder that expects this many ties; with a right count nothing is ever moved.
    #[must_use]
    pub fn with_capacity(n_ties: usize) -> Self {
        Self {
            numbers: HashMap::new(),
            ties: Vec::with_capacity(n_ties.min(MOST_TIES)),
        }
    }

    /// Adds a tie; one from an entity to itself is no way to anywhere and is left out.
    ///
    /// # Errors
    /// When there are more than 2^30 ties.
    pub fn add(&mut self, row: &TieRow) -> Result<(), TooLarge> {
        if row.from == row.to {
            return Ok(());
        }
        if self.ties.len() == MOST_TIES {
            return Err(TooLarge);
        }
        let edge = Edge {
            since: row.since.unwrap_or(NO_DAY),
            until: row.until.unwrap_or(NO_DAY),
            stances: row.stances,
            kind: row.kind.min(last_type()),
            sources: row.sources,
            established: row.established,
        };
        let laid = Laid {
            id: row.id,
            from: self.number(row.from),
            to: self.number(row.to),
            cost: row.cost,
            edge,
        };
        self.ties.push(laid);
        Ok(())
    }

    fn number(&mut self, entity: EntityId) -> u32 {
        let next = u32::try_from(self.numbers.len()).expect("two ends a tie, at most 2^30 ties");
        *self.numbers.entry(entity).or_insert(next)
    }

    /// Sorts everything by content and compresses it.
    #[must_use]
    pub fn build(mut self) -> Network {
        let nodes = self.renumber();
        self.ties
            .sort_unstable_by_key(|tie| (tie.from, tie.to, tie.id));
        self.ties.dedup_by_key(|tie| tie.id);
        let (rows, halves) = compress(nodes.len(), &self.ties);
        let ids = self.ties.iter().map(|tie| tie.id).collect();
        let any_not_established = self.ties.iter().any(|tie| !tie.edge.established);
        let mut edges: Vec<Edge> = self.ties.into_iter().map(|tie| tie.edge).collect();
        // Collected in place of the larger ties: without this their memory would be kept.
        edges.shrink_to_fit();
        Network {
            any_not_established,
            nodes,
            rows,
            halves,
            ids,
            edges,
        }
    }

    /// Numbers nodes in the order of their ids; gives the ids.
    fn renumber(&mut self) -> Vec<EntityId> {
        let mut nodes: Vec<(EntityId, u32)> =
            std::mem::take(&mut self.numbers).into_iter().collect();
        nodes.sort_unstable();
        let mut renumbered = vec![0; nodes.len()];
        for (new, (_, old)) in (0..).zip(&nodes) {
            renumbered[*old as usize] = new;
        }
        for tie in &mut self.ties {
            tie.from = renumbered[tie.from as usize];
            tie.to = renumbered[tie.to as usize];
        }
        nodes.into_iter().map(|(id, _)| id).collect()
    }
}

fn last_type() -> u8 {
    u8::try_from(tie_types().len().saturating_sub(1)).unwrap_or(u8::MAX)
}

fn compress(n_nodes: usize, ties: &[Laid]) -> (Vec<u32>, Vec<HalfEdge>) {
    let mut rows = vec![0u32; n_nodes + 1];
    for tie in ties {
        rows[tie.from as usize + 1] += 1;
        rows[tie.to as usize + 1] += 1;
    }
    for node in 0..n_nodes {
        rows[node + 1] += rows[node];
    }
    let mut next = rows.clone();
    let nothing = HalfEdge {
        target: 0,
        cost_and_kind: 0,
        tie_and_established: 0,
    };
    let mut halves = vec![nothing; ties.len() * 2];
    for (number, tie) in (0..).zip(ties) {
        let there = (tie.from, tie.to, true);
        let back = (tie.to, tie.from, false);
        for (node, target, forward) in [there, back] {
            let place = &mut next[node as usize];
            halves[*place as usize] = HalfEdge::new(target, forward, number, tie);
            *place += 1;
        }
    }
    for node in 0..n_nodes {
        let row = &mut halves[rows[node] as usize..rows[node + 1] as usize];
        // Ties are numbered by content, so that equal ones have an order too.
        row.sort_unstable_by_key(|half| {
            (half.target, !half.established(), half.cost(), half.tie())
        });
    }
    (rows, halves)
}
