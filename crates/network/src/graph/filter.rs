//! Which ties an answer may use.

use super::network::{Edge, HalfEdge, NO_DAY, Network, TieRow, stance_bit};
use super::types::type_number;
use crate::LinkStance;

/// Which ties count. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only ties of these types; all where empty.
    pub types: Vec<String>,
    /// Only ties to which somebody takes one of these stances; any where empty.
    pub stances: Vec<LinkStance>,
    /// Only ties that held or happened on this day or later, in days since 1970-01-01.
    pub from_day: Option<i32>,
    /// Only ties that held or happened on this day or earlier.
    pub to_day: Option<i32>,
    /// With a day given: leave out ties that bear no date at all.
    pub dated_only: bool,
    /// Leave out what is not established.
    pub established_only: bool,
}

impl Filter {
    /// Whether a tie counts.
    #[must_use]
    pub fn holds(&self, row: &TieRow) -> bool {
        let of_type = |name: &String| type_number(name) == row.kind;
        let undated = row.since.is_none() && row.until.is_none();
        let has_day = self.from_day.or(self.to_day).is_some();
        let begun = row
            .since
            .zip(self.to_day)
            .is_none_or(|(since, to)| since <= to);
        let lasting = row
            .until
            .zip(self.from_day)
            .is_none_or(|(until, from)| until >= from);
        (self.types.is_empty() || self.types.iter().any(of_type))
            && (self.stances.is_empty()
                || self
                    .stances
                    .iter()
                    .any(|stance| row.stances & stance_bit(*stance) != 0))
            && (row.established || !self.established_only)
            && begun
            && lasting
            && !(undated && self.dated_only && has_day)
    }
}

/// A network as one filter shows it. Ties are ways in both directions.
#[derive(Clone)]
pub(super) struct View<'n> {
    pub(super) network: &'n Network,
    types: Option<[bool; 256]>,
    stances: u16,
    from_day: i32,
    to_day: i32,
    dated_only: bool,
    pub(super) established_only: bool,
    /// Nodes that no way may touch, sorted.
    avoid: Vec<u32>,
}

/// A step to a neighbor along the best tie that the filter allows between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) target: u32,
    pub(super) tie: u32,
    pub(super) cost: u32,
    pub(super) established: bool,
}

impl<'n> View<'n> {
    pub(super) fn new(network: &'n Network, filter: &Filter) -> Self {
        let types = (!filter.types.is_empty()).then(|| {
            let mut allowed = [false; 256];
            for name in &filter.types {
                allowed[usize::from(type_number(name))] = true;
            }
            allowed
        });
        let stances = filter.stances.iter().fold(0, |all, s| all | stance_bit(*s));
        Self {
            network,
            types,
            stances,
            from_day: filter.from_day.unwrap_or(i32::MIN),
            to_day: filter.to_day.unwrap_or(i32::MAX),
            dated_only: filter.dated_only && (filter.from_day.or(filter.to_day)).is_some(),
            established_only: filter.established_only,
            avoid: Vec::new(),
        }
    }

    pub(super) fn avoiding(mut self, mut nodes: Vec<u32>) -> Self {
        nodes.sort_unstable();
        self.avoid = nodes;
        self
    }

    pub(super) fn established(&self) -> Self {
        Self {
            established_only: true,
            ..self.clone()
        }
    }

    /// Steps from `node`, each neighbor once, in the order of their ids.
    pub(super) fn steps(&self, node: u32) -> impl Iterator<Item = Step> {
        let mut last = None;
        self.ties(node).filter_map(move |half| {
            if last.replace(half.target) == Some(half.target) {
                return None;
            }
            Some(Step {
                target: half.target,
                tie: half.tie(),
                cost: half.cost(),
                established: half.established(),
            })
        })
    }

    /// Ties of `node` that the filter allows, by neighbor, the best first.
    pub(super) fn ties(&self, node: u32) -> impl Iterator<Item = HalfEdge> {
        let row = self.network.row(node).iter().copied();
        row.filter(move |half| self.allows(*half) && self.may_touch(half.target))
    }

    /// Ties between two neighbors that the filter allows, the best first.
    pub(super) fn between(&self, a: u32, b: u32) -> impl Iterator<Item = HalfEdge> {
        let row = self.network.row(a);
        let start = row.partition_point(|half| half.target < b);
        let ties = row[start..].iter().take_while(move |half| half.target == b);
        ties.copied().filter(|half| self.allows(*half))
    }

    pub(super) fn may_touch(&self, node: u32) -> bool {
        self.avoid.is_empty() || self.avoid.binary_search(&node).is_err()
    }

    fn allows(&self, half: HalfEdge) -> bool {
        if self.established_only && !half.established() {
            return false;
        }
        if let Some(types) = &self.types
            && !types[usize::from(half.kind())]
        {
            return false;
        }
        self.needs_no_edge() || self.allows_edge(self.network.edge(half.tie()))
    }

    /// Whether stance and dates are free, so that the tie itself need not be fetched.
    fn needs_no_edge(&self) -> bool {
        self.stances == 0 && self.from_day == i32::MIN && self.to_day == i32::MAX
    }

    fn allows_edge(&self, edge: &Edge) -> bool {
        let stance = self.stances == 0 || self.stances & edge.stances != 0;
        let undated = edge.since == NO_DAY && edge.until == NO_DAY;
        let begun = edge.since == NO_DAY || edge.since <= self.to_day;
        let lasting = edge.until == NO_DAY || edge.until >= self.from_day;
        stance && begun && lasting && !(undated && self.dated_only)
    }
}
