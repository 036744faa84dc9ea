//! How two entities are connected: ranked ways, what is weak about each, and how near two come that have none.

use onrecord_record::{EntityId, TieId};
use serde::{Deserialize, Serialize};

use super::bounds::{Weight, cost_of};
use super::filter::{Filter, View};
use super::kbest::{Way, k_best};
use super::network::{Network, stance_bit};
use super::search::Goal;
use super::tie::Sources;
use super::types::{SAME_NAME, tie_types};
use crate::LinkStance;

/// Most entities that a way can be asked to pass.
pub const MOST_VIAS: usize = 3;

/// Ties that one question may look at: well under a second on one core.
const MOST_WORK: usize = 12_000_000;

/// A question: how are `from` and `to` connected?
#[derive(Debug, Clone)]
pub struct Question {
    /// One end.
    pub from: EntityId,
    /// The other end.
    pub to: EntityId,
    /// How many ways, of each kind.
    pub k: usize,
    /// Most steps of a way.
    pub max_hops: Option<u8>,
    /// Which ties may be used.
    pub filter: Filter,
    /// Entities that every way passes, in any order; at most [`MOST_VIAS`].
    pub via: Vec<EntityId>,
    /// Entities that no way touches.
    pub avoid: Vec<EntityId>,
    /// Rank all ways together, whether established or not.
    pub mix: bool,
}

impl Question {
    /// The five best ways of any length, along any tie.
    #[must_use]
    pub fn between(from: EntityId, to: EntityId) -> Self {
        Self {
            from,
            to,
            k: 5,
            max_hops: None,
            filter: Filter::default(),
            via: Vec::new(),
            avoid: Vec::new(),
            mix: false,
        }
    }
}

/// What was left out of an answer, so that nothing is left out in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// The search was ended after so many ties: the ways given are the best, but there may be more.
    TiesLookedAt(usize),
    /// More entities to pass were given than can be asked for; only the first ones count.
    TooManyVias(usize),
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Where the step begins.
    pub from: EntityId,
    /// Where it ends.
    pub to: EntityId,
    /// The strongest tie between the two that the question allows.
    pub tie: TieId,
    /// Whether the tie itself points from `from` to `to`.
    pub forward: bool,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// The stances taken, the firmest first.
    pub stances: Vec<LinkStance>,
    /// Independent sources that assert or allege it.
    pub independent_sources: Sources,
    /// Cost, in thousandths of the surest step.
    pub cost: u32,
    /// Other ties between the two, the strongest first.
    pub also: Vec<TieId>,
}

/// A way between two entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathAnswer {
    /// Where it begins.
    pub from: EntityId,
    /// Where it ends.
    pub to: EntityId,
    /// The least sure hop, and why it is: to be told first.
    pub weakest: Weakest,
    /// Its steps.
    pub hops: Vec<Hop>,
    /// Whether every step is established.
    pub established: bool,
    /// Independent sources along the way: fewest and most that a hop has.
    pub independent_sources: Sources,
    /// Sum of the costs of its hops, in thousandths of the surest step.
    pub cost: u64,
}

/// The least sure hop of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weakest {
    /// Place of the hop, from 0.
    pub hop: usize,
    /// Why it is the weakest, in words.
    pub why: String,
}

/// How near two come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// Entities that have a tie of any kind with both, the nearest first; at most a hundred.
    pub common_neighbors: Vec<EntityId>,
    /// How many there are.
    pub n_common_neighbors: usize,
    /// Whether any chain of ties at all joins the two, whatever the question leaves out.
    pub joined: bool,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    /// Ways of which every step is established, best first. With `mix` all ways.
    pub established: Vec<PathAnswer>,
    /// Ways that need a step that is not established, best first.
    pub not_established: Vec<PathAnswer>,
    /// How near the two come; only where there is no established way.
    pub near: Option<Near>,
    /// What was left out.
    pub cut: Vec<Cut>,
}

impl Network {
    /// How two entities are connected. An entity without a tie is connected to nobody.
    #[must_use]
    pub fn connections(&self, question: &Question) -> Connections {
        self.connections_within(question, MOST_WORK)
    }

    /// As [`Network::connections`], looking at `most_ties` ties at most for each of the two lists.
    #[must_use]
    pub fn connections_within(&self, question: &Question, most_ties: usize) -> Connections {
        let mut answer = Connections::default();
        let ends = self.number(question.from).zip(self.number(question.to));
        let Some((from, to)) = ends.filter(|(from, to)| from != to) else {
            return answer;
        };
        let avoided = question.avoid.iter().filter_map(|id| self.number(*id));
        let view = View::new(self, &question.filter).avoiding(avoided.collect());
        let Some(goal) = self.goal(question, to, &mut answer.cut) else {
            return answer;
        };
        let seek = |view: &View<'_>, goal: Goal, cut: &mut Vec<Cut>| {
            let found = k_best(view, from, goal, question.k, most_ties);
            cut.extend(found.cut.then_some(Cut::TiesLookedAt(most_ties)));
            let told = found.ways.iter().map(|way| self.tell(view, way));
            told.collect::<Vec<_>>()
        };
        if view.may_touch(from) && view.may_touch(to) {
            let sure = if question.mix {
                view.clone()
            } else {
                view.established()
            };
            answer.established = seek(&sure, goal.clone(), &mut answer.cut);
            if !question.mix && !view.established_only && self.any_not_established {
                let unsure = Goal {
                    needs_not_established: true,
                    ..goal
                };
                answer.not_established = seek(&view, unsure, &mut answer.cut);
            }
        }
        if answer.established.is_empty() {
            answer.near = Some(self.near(from, to));
        }
        answer.cut.dedup();
        answer
    }

    /// The goal of a question; `None` where it is to pass an entity that has no tie.
    fn goal(&self, question: &Question, target: u32, cut: &mut Vec<Cut>) -> Option<Goal> {
        let mut vias = Vec::new();
        for via in &question.via {
            let node = self.number(*via)?;
            if *via != question.from && node != target && !vias.contains(&node) {
                vias.push(node);
            }
        }
        if vias.len() > MOST_VIAS {
            cut.push(Cut::TooManyVias(vias.len()));
            vias.truncate(MOST_VIAS);
        }
        Some(Goal {
            target,
            vias,
            needs_not_established: false,
            most_hops: question.max_hops.map(|most| most.min(u8::MAX - 2)),
        })
    }

    fn tell(&self, view: &View<'_>, way: &Way) -> PathAnswer {
        let pairs = way.nodes.windows(2);
        let hops: Vec<Hop> = pairs
            .filter_map(|pair| self.hop(view, pair[0], pair[1]))
            .collect();
        let sources = |bound: fn(&Sources) -> u32| {
            hops.iter()
                .map(|h| h.independent_sources)
                .map(move |s| bound(&s))
        };
        PathAnswer {
            from: self.nodes[way.nodes[0] as usize],
            to: self.nodes[*way.nodes.last().expect("a way has two ends") as usize],
            weakest: weakest(&hops),
            established: hops.iter().all(|hop| hop.established),
            independent_sources: Sources {
                min: sources(|s| s.min).min().unwrap_or(0),
                max: sources(|s| s.max).max().unwrap_or(0),
            },
            cost: cost_of(way.weight as Weight),
            hops,
        }
    }

    fn hop(&self, view: &View<'_>, from: u32, to: u32) -> Option<Hop> {
        let mut ties = view.between(from, to);
        let best = ties.next()?;
        let edge = self.edge(best.tie());
        let [min, max] = edge.sources.map(u32::from);
        Some(Hop {
            from: self.nodes[from as usize],
            to: self.nodes[to as usize],
            tie: self.tie_id(best.tie()),
            forward: best.forward(),
            kind: tie_types()[usize::from(edge.kind)].name.clone(),
            established: edge.established,
            stances: stances(edge.stances),
            independent_sources: Sources { min, max },
            cost: best.cost(),
            also: ties.map(|tie| self.tie_id(tie.tie())).collect(),
        })
    }

    fn near(&self, from: u32, to: u32) -> Near {
        let view = View::new(self, &Filter::default());
        let (mut one, mut other) = (view.steps(from).peekable(), view.steps(to).peekable());
        let mut common = Vec::new();
        while let (Some(a), Some(b)) = (one.peek().copied(), other.peek().copied()) {
            if a.target == b.target {
                common.push((a.cost + b.cost, a.target));
            }
            one.next_if(|_| a.target <= b.target);
            other.next_if(|_| b.target <= a.target);
        }
        common.sort_unstable();
        let nearest = common.iter().take(100);
        Near {
            common_neighbors: nearest.map(|(_, n)| self.nodes[*n as usize]).collect(),
            n_common_neighbors: common.len(),
            joined: self.joined(&view, from, to),
        }
    }

    fn joined(&self, view: &View<'_>, from: u32, to: u32) -> bool {
        let mut seen = vec![false; self.n_nodes()];
        seen[from as usize] = true;
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if node == to {
                return true;
            }
            for step in view.steps(node) {
                if !std::mem::replace(&mut seen[step.target as usize], true) {
                    stack.push(step.target);
                }
            }
        }
        false
    }
}

/// Stances by their bits, the firmest first.
fn stances(bits: u16) -> Vec<LinkStance> {
    const ALL: [LinkStance; 9] = [
        LinkStance::Asserts,
        LinkStance::Alleges,
        LinkStance::Denies,
        LinkStance::Disputes,
        LinkStance::NoEvidence,
        LinkStance::Hypothetical,
        LinkStance::Asked,
        LinkStance::Failed,
        LinkStance::Unclear,
    ];
    let taken = |stance: &LinkStance| bits & stance_bit(*stance) != 0;
    ALL.into_iter().filter(taken).collect()
}

/// The hop to tell first: one that is not established before all others, then the dearest.
fn weakest(hops: &[Hop]) -> Weakest {
    let rank = |hop: &Hop| (!hop.established, hop.cost);
    let worst = hops
        .iter()
        .enumerate()
        .max_by_key(|(at, hop)| (rank(hop), std::cmp::Reverse(*at)));
    match worst {
        Some((hop, worst)) => Weakest {
            hop,
            why: why_weak(worst),
        },
        None => Weakest {
            hop: 0,
            why: String::new(),
        },
    }
}

fn why_weak(hop: &Hop) -> String {
    match hop.kind.as_str() {
        SAME_NAME => return "the two share a name, and nothing says that they are one".to_owned(),
        "SameSentence" => return "the two are named in one sentence; no tie is stated".to_owned(),
        "SameDocument" => return "the two are named in one document; no tie is stated".to_owned(),
        _ => {}
    }
    let has = |stance| hop.stances.contains(&stance);
    let contested = has(LinkStance::Denies) || has(LinkStance::Disputes);
    let said = match (hop.established, has(LinkStance::Asserts), contested) {
        (false, _, _) => return format!("not established: {}", unestablished_words(hop)),
        (true, true, false) => "asserted",
        (true, true, true) => "asserted, and denied or disputed",
        (true, false, false) => "only alleged",
        (true, false, true) => "only alleged, and denied or disputed",
    };
    format!("{said}, by {}", sources_words(hop.independent_sources))
}

fn unestablished_words(hop: &Hop) -> String {
    let words: Vec<&str> = hop
        .stances
        .iter()
        .map(|stance| match stance {
            // Whoever asserts what is not established has no name.
            LinkStance::Asserts => "asserted by unnamed sources alone",
            LinkStance::Alleges => "alleged by unnamed sources alone",
            stance => stance_words(*stance),
        })
        .collect();
    if words.is_empty() {
        return "all evidence was withdrawn".to_owned();
    }
    words.join(", ")
}

fn stance_words(stance: LinkStance) -> &'static str {
    match stance {
        LinkStance::Asserts => "asserted",
        LinkStance::Alleges => "alleged",
        LinkStance::Denies => "denied",
        LinkStance::Disputes => "disputed",
        LinkStance::NoEvidence => "no evidence found",
        LinkStance::Hypothetical => "hypothetical or yet to come",
        LinkStance::Asked => "asked or under inquiry",
        LinkStance::Failed => "tried without success",
        LinkStance::Unclear => "said in an unclear way",
    }
}

fn sources_words(sources: Sources) -> String {
    match (sources.min, sources.max) {
        (1, 1) => "one source".to_owned(),
        (min, max) if min == max => format!("{min} independent sources"),
        (min, max) => format!("{min} to {max} independent sources"),
    }
}
