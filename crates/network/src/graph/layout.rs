//! Where entities stand in a picture: the forces of ForceAtlas2 (Jacomy et al. 2014), summed with Barnes and
//! Hut's tree, and the cooling of Fruchterman and Reingold (1991), which always comes to rest.
//!
//! Nothing is random: an entity starts where its id says, so that the same ties give the same picture.
//! Given an older picture, its entities stay on a short leash around where they stood, and new ones start
//! among their neighbors.

use std::collections::BTreeMap;

use onrecord_record::EntityId;
use serde::{Deserialize, Serialize};

use super::filter::{Filter, View};
use super::network::Network;
use super::quadtree::{Body, QuadTree};

/// Where an entity stands; the unit is about half the distance of two neighbors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// Strength of the push between two, and of the pull to the middle (Gephi's defaults for small graphs).
const PUSH: f64 = 10.0;
const GRAVITY: f64 = 1.0;
/// Most of its way to where its ties pull it that an entity goes in one step: two that pull each other
/// would swing past one another beyond it.
const MOST_OF_WAY: f64 = 0.5;

/// Steps of a fresh picture, and of one that only takes in what is new.
const FRESH_STEPS: usize = 150;
const MORE_STEPS: usize = 50;
/// Entities times steps: a picture of more entities than anybody can read gets fewer steps.
const MOST_WORK: usize = 2_000_000;

/// How far an entity may move from where it stood, as a share of the picture's radius.
const LEASH: f64 = 0.02;

impl Network {
    /// Places all entities of the network, in the order of [`Network::entities`].
    #[must_use]
    pub fn layout(&self, filter: &Filter, old: &BTreeMap<EntityId, Position>) -> Vec<Position> {
        let view = View::new(self, filter);
        let stood: Vec<Option<Position>> = self
            .nodes
            .iter()
            .map(|entity| old.get(entity).copied().filter(Position::is_finite))
            .collect();
        let fresh = stood.iter().all(Option::is_none);
        let steps = if fresh { FRESH_STEPS } else { MORE_STEPS };
        let mut picture = Picture::new(&view, stood);
        let steps = steps.min(MOST_WORK / self.n_nodes().max(1)).max(1);
        let hottest = side(self.n_nodes()) / 10.0;
        for left in (1..=steps).rev() {
            picture.step(hottest * left as f64 / steps as f64);
        }
        let place = |body: &Body| Position {
            x: body.x,
            y: body.y,
        };
        picture.bodies.iter().map(place).collect()
    }
}

impl Position {
    fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

struct Picture {
    bodies: Vec<Body>,
    /// Pairs of nodes that pull each other, each once, with the strength of the pull.
    pulls: Vec<(u32, u32, f64)>,
    stood: Vec<Option<Position>>,
    leash: f64,
}

impl Picture {
    fn new(view: &View<'_>, stood: Vec<Option<Position>>) -> Self {
        let mut pulls = Vec::new();
        let mut masses = vec![1.0; stood.len()];
        for node in view.network.node_numbers() {
            for step in view.steps(node) {
                masses[node as usize] += 1.0;
                if step.target > node {
                    let strength = (1_000.0 / f64::from(step.cost)).min(1.0);
                    pulls.push((node, step.target, strength));
                }
            }
        }
        let radius = stood.iter().flatten().map(|place| place.x.hypot(place.y));
        let leash = LEASH * radius.fold(0.0, f64::max);
        let places = starts(view, &stood);
        let body = |(place, mass): (Position, f64)| Body {
            x: place.x,
            y: place.y,
            mass,
        };
        Self {
            bodies: places.into_iter().zip(masses).map(body).collect(),
            pulls,
            stood,
            leash,
        }
    }

    /// Moves every entity, none further than `heat`.
    fn step(&mut self, heat: f64) {
        let mut forces = self.push_apart();
        self.pull_together(&mut forces);
        for (at, force) in forces.into_iter().enumerate() {
            self.move_body(at, force, heat);
        }
    }

    fn push_apart(&self) -> Vec<(f64, f64)> {
        let tree = QuadTree::of(&self.bodies);
        let mut stack = Vec::new();
        let force = |body: &Body| {
            let (x, y) = tree.push(*body, &mut stack);
            let distance = body.x.hypot(body.y).max(1e-9);
            let gravity = GRAVITY * body.mass / distance;
            let push = PUSH * body.mass;
            (push * x - gravity * body.x, push * y - gravity * body.y)
        };
        self.bodies.iter().map(force).collect()
    }

    fn pull_together(&self, forces: &mut [(f64, f64)]) {
        for (a, b, strength) in &self.pulls {
            let (a, b) = (*a as usize, *b as usize);
            let (dx, dy) = (
                strength * (self.bodies[b].x - self.bodies[a].x),
                strength * (self.bodies[b].y - self.bodies[a].y),
            );
            forces[a].0 += dx;
            forces[a].1 += dy;
            forces[b].0 -= dx;
            forces[b].1 -= dy;
        }
    }

    fn move_body(&mut self, at: usize, (x, y): (f64, f64), heat: f64) {
        let body = &mut self.bodies[at];
        let way = MOST_OF_WAY / body.mass;
        let factor = way.min(heat / x.hypot(y).max(1e-9));
        body.x += factor * x;
        body.y += factor * y;
        if let Some(stood) = self.stood[at] {
            let (dx, dy) = (body.x - stood.x, body.y - stood.y);
            let within = (self.leash / dx.hypot(dy).max(1e-9)).min(1.0);
            body.x = stood.x + within * dx;
            body.y = stood.y + within * dy;
        }
    }
}

/// Side of the square in which so many entities start.
fn side(n_entities: usize) -> f64 {
    (n_entities as f64).sqrt() * 10.0
}

/// Where each entity starts: where it stood, else among neighbors that have a place, else where its id says.
fn starts(view: &View<'_>, stood: &[Option<Position>]) -> Vec<Position> {
    let mut places = stood.to_vec();
    let entities = view.network.entities();
    let side = side(entities.len());
    let mut waiting: Vec<u32> = match stood.iter().any(Option::is_some) {
        true => view
            .network
            .node_numbers()
            .filter(|n| stood[*n as usize].is_none())
            .collect(),
        false => Vec::new(),
    };
    loop {
        let among = |node: &u32| Some((*node, among_neighbors(view, &places, *node)?));
        let placed: Vec<(u32, Position)> = waiting.iter().filter_map(among).collect();
        if placed.is_empty() {
            break;
        }
        for (node, place) in placed {
            let jitter = scattered(entities[node as usize]);
            places[node as usize] = Some(Position {
                x: place.x + 5.0 * jitter.x,
                y: place.y + 5.0 * jitter.y,
            });
        }
        waiting.retain(|node| places[*node as usize].is_none());
    }
    let start = |(place, entity): (Option<Position>, &EntityId)| {
        place.unwrap_or_else(|| {
            let Position { x, y } = scattered(*entity);
            Position {
                x: side * x,
                y: side * y,
            }
        })
    };
    places.into_iter().zip(entities).map(start).collect()
}

fn among_neighbors(view: &View<'_>, places: &[Option<Position>], node: u32) -> Option<Position> {
    let steps = view.steps(node);
    let (mut x, mut y, mut n_placed) = (0.0, 0.0, 0.0);
    for place in steps.filter_map(|step| places[step.target as usize]) {
        (x, y, n_placed) = (x + place.x, y + place.y, n_placed + 1.0);
    }
    (n_placed > 0.0).then(|| Position {
        x: x / n_placed,
        y: y / n_placed,
    })
}

/// A place in the square from −½ to ½ that depends on the id alone (FNV-1a over its bytes, then mixed).
fn scattered(entity: EntityId) -> Position {
    let hash = entity
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (hash ^ hash >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let unit = |bits: u64| (bits & 0xffff_ffff) as f64 / 4_294_967_296.0 - 0.5;
    Position {
        x: unit(mixed >> 32),
        y: unit(mixed ^ mixed >> 29),
    }
}
