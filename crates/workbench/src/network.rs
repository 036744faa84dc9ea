//! The network of a case, or the part of it around somebody: a picture with its table, and a graph for
//! other programs. What is protected is in neither.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_export::{Edge, Graph, Node, Quote as ExportQuote};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::graph::{
    Filter, Network, NetworkBuilder, Tally, Tie, TieRow, first_day, last_day, tie_type,
};
use onrecord_pipeline::network::{Amount, LinkStance};
use onrecord_record::{EntityId, FORMAT_VERSION, TieId};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::protection::Protection;
use crate::quoting::{Named, Quoting};
use crate::ties::Ties;
use crate::timeline::word;
use crate::web::Reach;

/// Which part of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkQuestion {
    /// Around these: names, addresses or ids; the whole case where empty.
    pub of: Vec<String>,
    /// How many steps away from them.
    pub depth: u8,
    /// Only ties of these types; all where empty.
    pub types: Vec<String>,
    /// Only ties to which somebody takes one of these stances; any where empty.
    pub stances: Vec<LinkStance>,
    /// Only ties that held or happened on this day or later.
    pub since: Option<String>,
    /// Only ties that held or happened on this day or earlier.
    pub until: Option<String>,
    /// Ties that are not established as well, marked as such.
    pub all: bool,
    /// Mail counts as a tie.
    pub mail: bool,
    /// Most entities: the nearest with the strongest ties.
    pub most_entities: usize,
    /// Most ties: the strongest.
    pub most_ties: usize,
}

impl Default for NetworkQuestion {
    /// As many as anybody can see on a page.
    fn default() -> Self {
        Self {
            of: Vec::new(),
            depth: 1,
            types: Vec::new(),
            stances: Vec::new(),
            since: None,
            until: None,
            all: false,
            mail: false,
            most_entities: 2_000,
            most_ties: 5_000,
        }
    }
}

/// A picture of a network, and the table of the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkView {
    /// Version of this object.
    pub format_version: u32,
    /// In the middle; empty for the whole case.
    pub of: Vec<Named>,
    /// Entities, those that matter most first.
    pub nodes: Vec<NetworkNode>,
    /// Ties, by id.
    pub edges: Vec<NetworkEdge>,
    /// Entities of each community, the largest first.
    pub communities: Vec<u32>,
    /// Ties between these entities that nobody asserts: left out unless asked for.
    pub n_not_established: u64,
    /// Something was withheld to protect a person; how much is not said.
    pub withheld: bool,
    /// What was left out of the answer, in words.
    pub cut: Vec<String>,
}

/// An entity in the picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkNode {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// To the right; the same network has the same picture.
    pub x: f64,
    /// Down.
    pub y: f64,
    /// Steps from the nearest of those asked for; 0 in a picture of the whole case.
    pub distance: u8,
    /// Number of its community (Leiden); 0 is the largest.
    pub community: u32,
    /// How central it is (PageRank); all together give 1.
    pub rank: f64,
    /// How many ties it has here.
    pub n_ties: u64,
}

/// A tie in the picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkEdge {
    /// Its id.
    pub id: String,
    /// Id of the entity at the one end.
    pub from: String,
    /// Id of the entity at the other end.
    pub to: String,
    /// Type of the tie.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the ends may be exchanged.
    pub symmetric: bool,
    /// In which role.
    pub role: Option<String>,
    /// The firmest stance taken.
    pub stance: String,
    /// Who says so, in words: "asserted by 2, denied by 1".
    pub stances: String,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Independent sources that assert or allege it, fewest and most.
    pub independent_sources: [u32; 2],
    /// How many passages show it.
    pub n_evidence: u64,
    /// How strong it is: the surest counts 1.
    pub weight: f64,
}

/// Stance → how many take it, in words.
const TAKEN: &[(LinkStance, &str)] = &[
    (LinkStance::Asserts, "asserted by"),
    (LinkStance::Alleges, "alleged by"),
    (LinkStance::Denies, "denied by"),
    (LinkStance::Disputes, "disputed by"),
    (LinkStance::NoEvidence, "found without evidence by"),
    (LinkStance::Hypothetical, "held possible by"),
    (LinkStance::Asked, "asked about by"),
    (LinkStance::Failed, "said to have failed by"),
    (LinkStance::Unclear, "mentioned, unclear how, by"),
];

/// A tie's stances in words, each with its independent sources.
pub(crate) fn taken(tally: &Tally) -> String {
    let stances = tally.stances().map(|stance| {
        let words = TAKEN.iter().find(|(known, _)| *known == stance);
        let words = words.map_or("mentioned by", |(_, words)| *words);
        let sources = tally.sources(stance);
        if sources.min == sources.max {
            format!("{words} {}", sources.max)
        } else {
            format!("{words} {} to {}", sources.min, sources.max)
        }
    });
    stances.collect::<Vec<_>>().join(", ")
}

/// What was picked of a case's ties.
pub(crate) struct Picked {
    ties: Ties,
    centers: Vec<EntityId>,
    /// Of each entity its distance.
    entities: BTreeMap<EntityId, u8>,
    /// Sorted.
    edges: Vec<TieId>,
    n_not_established: u64,
    withheld: bool,
    /// Of protected custodians, in lower case.
    secret_names: Vec<String>,
    cut: Vec<String>,
}

impl Workbench {
    /// The network around somebody, or of the whole case, ready to be drawn.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn network_around(&self, question: &NetworkQuestion) -> Result<NetworkView, Error> {
        let picked = self.picked(question)?;
        let network = picked.network()?;
        let everything = Filter::default();
        let places = network.layout(&everything, &BTreeMap::new());
        let communities = network.communities(&everything);
        let ranks = network.page_rank(&everything);
        let mut degrees: BTreeMap<EntityId, u64> = BTreeMap::new();
        for tie in picked.picked_ties() {
            *degrees.entry(tie.from).or_default() += 1;
            *degrees.entry(tie.to).or_default() += 1;
        }
        let mut nodes: Vec<NetworkNode> = Vec::with_capacity(network.n_nodes());
        for (at, &id) in network.entities().iter().enumerate() {
            nodes.push(NetworkNode {
                id: id.to_hex(),
                name: picked.ties.name(id),
                kind: picked.kind(id),
                x: places[at].x,
                y: places[at].y,
                distance: picked.entities.get(&id).copied().unwrap_or_default(),
                community: communities.of[at],
                rank: ranks[at],
                n_ties: degrees.get(&id).copied().unwrap_or_default(),
            });
        }
        nodes.sort_by(|a, b| {
            let order = a.distance.cmp(&b.distance);
            order
                .then(b.rank.total_cmp(&a.rank))
                .then_with(|| a.id.cmp(&b.id))
        });
        Ok(NetworkView {
            format_version: FORMAT_VERSION,
            of: picked.named_centers(),
            nodes,
            edges: picked.edge_views(),
            communities: communities.sizes,
            n_not_established: picked.n_not_established,
            withheld: picked.withheld,
            cut: picked.cut,
        })
    }

    /// The same network as rows for an export, with the words that show each tie where asked for.
    ///
    /// # Errors
    /// As [`Self::network_around`].
    pub fn graph(&self, question: &NetworkQuestion, quotes: bool) -> Result<GraphView, Error> {
        let picked = self.picked(question)?;
        let network = picked.network()?;
        let places = network.layout(&Filter::default(), &BTreeMap::new());
        let mut graph = withheld(&picked);
        for (&id, place) in network.entities().iter().zip(&places) {
            let name = picked.ties.name(id);
            graph.nodes.push(Node {
                id: id.to_hex(),
                kind: word(&picked.kind(id)).unwrap_or_default(),
                names: vec![name.clone()],
                label: name,
                protected: false,
                position: Some((place.x, place.y)),
            });
        }
        let mut quoting = Quoting::new(&self.reader);
        for tie in picked.picked_ties() {
            let mut edge = export_edge(tie);
            if quotes {
                edge.quotes = export_quotes(tie, &mut quoting)?;
            }
            graph.edges.push(edge);
        }
        Ok(GraphView {
            graph,
            n_not_established: picked.n_not_established,
            withheld: picked.withheld,
            cut: picked.cut,
        })
    }

    fn picked(&self, question: &NetworkQuestion) -> Result<Picked, Error> {
        let centers = question.of.iter();
        let centers: Vec<EntityId> = centers
            .map(|name| Ok(self.find_entity(name)?.id))
            .collect::<Result<_, Error>>()?;
        let protection = self.protection()?;
        let filter = filter_of(question)?;
        let ties = match centers.is_empty() {
            true => self.ties_outside(question.mail, &protection)?,
            false => {
                let established_only = !question.all;
                let reach = Reach {
                    centers: &centers,
                    depth: question.depth,
                    filter: &Filter {
                        established_only,
                        ..filter.clone()
                    },
                    mail: question.mail,
                    // One more than is shown, so that it is known whether anything is left out.
                    most: question.most_entities.saturating_add(1),
                };
                self.ties_within(&reach, &protection)?
            }
        };
        let mut picking = Picking {
            question,
            open: open_ties(&ties, &protection),
            filter,
            cut: Vec::new(),
        };
        let entities = picking.entities(&centers)?;
        let (edges, n_not_established) = picking.edges(&entities);
        Ok(Picked {
            centers,
            entities,
            edges,
            n_not_established,
            withheld: protection.is_any(),
            secret_names: protection.names().map(str::to_owned).collect(),
            cut: picking.cut,
            ties,
        })
    }
}

/// Rows of what is withheld, by which the export leaves names out of roles and quotes, and says so.
fn withheld(picked: &Picked) -> Graph {
    let node = |name: &String| Node {
        label: name.clone(),
        names: vec![name.clone()],
        protected: true,
        ..Node::default()
    };
    let edge = Edge {
        protected: true,
        ..Edge::default()
    };
    Graph {
        nodes: picked.secret_names.iter().map(node).collect(),
        edges: picked.withheld.then_some(edge).into_iter().collect(),
    }
}

/// A network for an export.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphView {
    /// Entities and ties.
    pub graph: Graph,
    /// Ties between these entities that nobody asserts: left out unless asked for.
    pub n_not_established: u64,
    /// Something was withheld to protect a person; how much is not said.
    pub withheld: bool,
    /// What was left out, in words.
    pub cut: Vec<String>,
}

/// The filter that a question means, whether established or not.
fn filter_of(question: &NetworkQuestion) -> Result<Filter, Error> {
    let day = |date: &Option<String>, side: fn(&str) -> Option<i32>| match date {
        None => Ok(None),
        Some(date) => side(date).map(Some).ok_or_else(|| {
            Error::Usage(format!(
                "\"{date}\" is not a date; write 2001, 2001-05 or 2001-05-14"
            ))
        }),
    };
    Ok(Filter {
        types: question.types.clone(),
        stances: question.stances.clone(),
        from_day: day(&question.since, first_day)?,
        to_day: day(&question.until, last_day)?,
        ..Filter::default()
    })
}

/// Ties of which neither end is somebody who is protected, sorted by id.
fn open_ties<'t>(ties: &'t Ties, protection: &Protection) -> Vec<&'t Tie> {
    let is_open = |id: EntityId| !protection.holds_name(&ties.name(id));
    let mut open: Vec<&Tie> = ties.by_id.values().collect();
    open.retain(|tie| is_open(tie.from) && is_open(tie.to));
    open.sort_unstable_by_key(|tie| tie.id);
    open
}

fn network_of<'t>(ties: impl Iterator<Item = &'t Tie>) -> Result<Network, Error> {
    let mut builder = NetworkBuilder::with_capacity(0);
    for tie in ties {
        builder
            .add(&TieRow::of(tie))
            .map_err(|_| Error::Usage("the case has too many ties for one network".to_owned()))?;
    }
    Ok(builder.build())
}

struct Picking<'a> {
    question: &'a NetworkQuestion,
    /// Sorted by id.
    open: Vec<&'a Tie>,
    filter: Filter,
    cut: Vec<String>,
}

impl Picking<'_> {
    fn is_wanted(&self, tie: &Tie) -> bool {
        (self.question.all || tie.established) && self.filter.holds(&TieRow::of(tie))
    }

    /// Ring by ring around those asked for, in each ring the strongest ties first.
    fn entities(&mut self, centers: &[EntityId]) -> Result<BTreeMap<EntityId, u8>, Error> {
        let wanted = self.open.iter().filter(|tie| self.is_wanted(tie));
        let network = network_of(wanted.copied())?;
        let most = self.question.most_entities;
        if centers.is_empty() {
            return Ok(self.most_central(&network, most));
        }
        let mut picked: BTreeMap<EntityId, u8> = centers.iter().map(|&id| (id, 0)).collect();
        let mut ring: Vec<EntityId> = centers.to_vec();
        for distance in 1..=self.question.depth {
            let mut next: BTreeMap<EntityId, (bool, u32)> = BTreeMap::new();
            for &entity in &ring {
                for neighbor in network.neighbors(entity, &Filter::default(), usize::MAX) {
                    let strength = (!neighbor.established, neighbor.cost);
                    let known = next.entry(neighbor.entity).or_insert(strength);
                    *known = strength.min(*known);
                }
            }
            next.retain(|id, _| !picked.contains_key(id));
            let mut order: Vec<(EntityId, (bool, u32))> = next.into_iter().collect();
            order.sort_by_key(|&(id, strength)| (strength, id));
            let room = most.saturating_sub(picked.len());
            if order.len() > room {
                self.cut.push(format!(
                    "of {} entities {distance} {} away the {room} with the strongest ties are shown",
                    order.len(),
                    if distance == 1 { "step" } else { "steps" },
                ));
            }
            order.truncate(room);
            ring = order.into_iter().map(|(id, _)| id).collect();
            picked.extend(ring.iter().map(|&id| (id, distance)));
        }
        Ok(picked)
    }

    fn most_central(&mut self, network: &Network, most: usize) -> BTreeMap<EntityId, u8> {
        let ranks = network.page_rank(&Filter::default());
        let mut order: Vec<(f64, EntityId)> = ranks
            .into_iter()
            .zip(network.entities().iter().copied())
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        if order.len() > most {
            self.cut.push(format!(
                "of {} entities the {most} most central are shown",
                order.len()
            ));
        }
        order.truncate(most);
        order.into_iter().map(|(_, id)| (id, 0)).collect()
    }

    /// The ties between the entities, the strongest of too many; and how many are not established.
    fn edges(&mut self, entities: &BTreeMap<EntityId, u8>) -> (Vec<TieId>, u64) {
        let is_inside =
            |tie: &&&Tie| entities.contains_key(&tie.from) && entities.contains_key(&tie.to);
        let inside = self.open.iter().filter(is_inside);
        let inside: Vec<&Tie> = inside
            .copied()
            .filter(|tie| self.filter.holds(&TieRow::of(tie)))
            .collect();
        let n_not_established = inside.iter().filter(|tie| !tie.established).count() as u64;
        let mut edges: Vec<&Tie> = inside
            .into_iter()
            .filter(|tie| self.question.all || tie.established)
            .collect();
        let most = self.question.most_ties;
        if edges.len() > most {
            self.cut.push(format!(
                "of {} ties the {most} strongest are shown",
                edges.len()
            ));
            edges.sort_by_key(|tie| (!tie.established, tie.cost(), tie.id));
            edges.truncate(most);
        }
        let mut ids: Vec<TieId> = edges.into_iter().map(|tie| tie.id).collect();
        ids.sort_unstable();
        (ids, n_not_established)
    }
}

impl Picked {
    fn picked_ties(&self) -> impl Iterator<Item = &Tie> {
        self.edges.iter().filter_map(|id| self.ties.by_id.get(id))
    }

    fn network(&self) -> Result<Network, Error> {
        network_of(self.picked_ties())
    }

    /// Roles that name somebody who is protected are left out.
    fn edge_views(&self) -> Vec<NetworkEdge> {
        let mut views: Vec<NetworkEdge> = self.picked_ties().map(edge_view).collect();
        for view in &mut views {
            view.role.take_if(|role| {
                let role = role.to_lowercase();
                self.secret_names.iter().any(|name| role.contains(name))
            });
        }
        views
    }

    fn kind(&self, id: EntityId) -> EntityKind {
        let known = self.ties.kinds.get(&id).copied();
        known.unwrap_or(EntityKind::Thing)
    }

    fn named_centers(&self) -> Vec<Named> {
        let distinct: BTreeSet<EntityId> = self.centers.iter().copied().collect();
        let named = distinct.into_iter().map(|id| Named {
            id: id.to_hex(),
            name: self.ties.name(id),
        });
        named.collect()
    }
}

/// How strong a tie is: the surest counts 1.
fn weight(tie: &Tie) -> f64 {
    (1_000.0 / f64::from(tie.cost().max(1))).min(1.0)
}

fn edge_view(tie: &Tie) -> NetworkEdge {
    NetworkEdge {
        id: tie.id.to_hex(),
        from: tie.from.to_hex(),
        to: tie.to.to_hex(),
        symmetric: tie_type(&tie.kind).symmetric,
        kind: tie.kind.clone(),
        role: tie.role.clone(),
        stance: tie
            .tally
            .stances()
            .next()
            .as_ref()
            .and_then(word)
            .unwrap_or_default(),
        stances: taken(&tie.tally),
        established: tie.established,
        since: tie.since.clone(),
        until: tie.until.clone(),
        amount: tie.amount.clone(),
        independent_sources: tie.independent_sources.into(),
        n_evidence: tie.evidence.len() as u64,
        weight: weight(tie),
    }
}

fn export_edge(tie: &Tie) -> Edge {
    Edge {
        id: tie.id.to_hex(),
        from: tie.from.to_hex(),
        to: tie.to.to_hex(),
        kind: tie.kind.clone(),
        role: tie.role.clone(),
        symmetric: tie_type(&tie.kind).symmetric,
        stance: taken(&tie.tally),
        established: tie.established,
        independent_sources: (tie.independent_sources.min, tie.independent_sources.max),
        since: tie.since.clone(),
        until: tie.until.clone(),
        amount: tie.amount.as_ref().map(ToString::to_string),
        weight: weight(tie),
        quotes: Vec::new(),
        protected: false,
    }
}

fn export_quotes(tie: &Tie, quoting: &mut Quoting<'_>) -> Result<Vec<ExportQuote>, Error> {
    let mut quotes = Vec::new();
    for piece in &tie.evidence {
        quoting.context(piece.document)?;
        let found = quoting.quotes(&[piece.at.span]).pop();
        quotes.extend(
            found
                .filter(|found| !found.quote.is_empty())
                .map(|found| ExportQuote {
                    document: piece.document.to_hex(),
                    text: found.quote,
                }),
        );
    }
    Ok(quotes)
}
