//! Measures and layout, compared with what can be worked out by hand or by brute force.

use std::collections::BTreeMap;

use onrecord_network::graph::{Filter, Network, Position, TieRow};
use onrecord_record::EntityId;

use crate::support::{denied, entity, network, row};

/// Two cliques of `size` with one tie between them.
fn two_cliques(size: u32) -> Vec<TieRow> {
    let clique = |first: u32| {
        let members = first..first + size;
        let pairs = members
            .clone()
            .flat_map(move |a| (a + 1..first + size).map(move |b| (a, b)));
        pairs.map(|(a, b)| row(a, b, 1_000))
    };
    let mut rows: Vec<TieRow> = clique(0).chain(clique(size)).collect();
    rows.push(row(0, size, 1_000));
    rows
}

/// Entities and ties drawn with a fixed seed.
fn drawn(n_entities: u32, n_ties: u32) -> Network {
    let mut state = 7u64;
    let mut next = |bound: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u32 % bound
    };
    let rows: Vec<TieRow> = (0..n_ties)
        .map(|_| row(next(n_entities), next(n_entities), 1_000 + next(3_000)))
        .collect();
    network(&rows)
}

#[test]
fn neighbors_come_with_the_surest_first() {
    let network = network(&[
        row(0, 1, 900),
        denied(0, 2, 10),
        row(0, 3, 100),
        row(0, 3, 200),
    ]);
    let neighbors = network.neighbors(entity(0), &Filter::default(), 10);
    let told: Vec<_> = neighbors
        .iter()
        .map(|n| (n.entity, n.established, n.n_ties))
        .collect();
    let expected = [
        (entity(3), true, 2),
        (entity(1), true, 1),
        (entity(2), false, 1),
    ];
    assert_eq!(told, expected);
    assert_eq!(network.neighbors(entity(0), &Filter::default(), 1).len(), 1);
    assert!(
        network
            .neighbors(entity(77), &Filter::default(), 9)
            .is_empty()
    );
}

#[test]
fn components_and_communities_are_found() {
    let mut rows = two_cliques(6);
    rows.extend([row(20, 21, 1_000), denied(20, 0, 1_000)]);
    let network = network(&rows);
    let established = Filter {
        established_only: true,
        ..Filter::default()
    };
    assert_eq!(network.components(&established).sizes, [12, 2]);
    assert_eq!(network.components(&Filter::default()).sizes, [14]);
    let communities = network.communities(&established);
    assert_eq!(communities.sizes, [6, 6, 2]);
    assert_eq!(communities.of[..7], [0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(communities, network.communities(&established));
}

#[test]
fn rank_and_betweenness_point_at_the_bridge() {
    let network = network(&two_cliques(5));
    let ranks = network.page_rank(&Filter::default());
    assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let between = network.betweenness(&Filter::default(), 10);
    for other in [1, 2, 3, 4, 6, 7, 8, 9] {
        assert!(ranks[0] > ranks[other] && ranks[5] > ranks[other]);
        assert!(between[other].abs() < 1e-9);
    }
    // Each of the four others of a clique reaches all five beyond through the bridge's end.
    assert!((between[0] - 20.0).abs() < 1e-9 && (between[5] - 20.0).abs() < 1e-9);
    let sampled = network.betweenness(&Filter::default(), 4);
    assert!(sampled[0] > sampled[1]);
}

#[test]
fn an_empty_network_has_no_measures() {
    let empty = network(&[row(3, 3, 1)]);
    assert_eq!(empty.n_nodes(), 0);
    assert!(empty.page_rank(&Filter::default()).is_empty());
    assert!(empty.betweenness(&Filter::default(), 5).is_empty());
    assert!(empty.communities(&Filter::default()).of.is_empty());
    assert!(
        empty
            .layout(&Filter::default(), &BTreeMap::new())
            .is_empty()
    );
}

fn distance(a: Position, b: Position) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn by_entity(network: &Network, places: &[Position]) -> BTreeMap<EntityId, Position> {
    network
        .entities()
        .iter()
        .copied()
        .zip(places.iter().copied())
        .collect()
}

#[test]
fn a_picture_draws_the_tied_together_and_is_the_same_each_time() {
    let network = network(&two_cliques(20));
    let places = network.layout(&Filter::default(), &BTreeMap::new());
    assert_eq!(places, network.layout(&Filter::default(), &BTreeMap::new()));
    let mean = |pairs: &[(usize, usize)]| {
        let sum: f64 = pairs
            .iter()
            .map(|(a, b)| distance(places[*a], places[*b]))
            .sum();
        sum / pairs.len() as f64
    };
    let inside: Vec<_> = (1..20).map(|n| (n, n % 19 + 1)).collect();
    let across: Vec<_> = (1..20).map(|n| (n, n + 20)).collect();
    assert!(
        mean(&across) > 2.0 * mean(&inside),
        "{} {}",
        mean(&across),
        mean(&inside)
    );
}

#[test]
fn a_picture_stays_where_it_was_when_more_comes_in() {
    let before = drawn(300, 700);
    let old = by_entity(
        &before,
        &before.layout(&Filter::default(), &BTreeMap::new()),
    );
    let radius = old.values().map(|p| p.x.hypot(p.y)).fold(0.0, f64::max);
    let mut rows: Vec<TieRow> = (400..420).map(|n| row(n, n - 395, 1_000)).collect();
    let mut state = 7u64;
    let mut next = |bound: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u32 % bound
    };
    rows.extend((0..700).map(|_| row(next(300), next(300), 1_000 + next(3_000))));
    let after = network(&rows);
    let new = by_entity(&after, &after.layout(&Filter::default(), &old));
    for (entity, place) in &new {
        match old.get(entity) {
            Some(stood) => assert!(distance(*place, *stood) <= 0.021 * radius),
            None => assert!(place.x.hypot(place.y) < 2.0 * radius, "among its neighbors"),
        }
    }
}

#[test]
fn a_large_picture_has_no_two_at_one_place() {
    let network = drawn(2_000, 5_000);
    let places = network.layout(&Filter::default(), &BTreeMap::new());
    let mut seen: Vec<(i64, i64)> = places
        .iter()
        .map(|p| ((p.x * 1e3) as i64, (p.y * 1e3) as i64))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), places.len());
    assert!(places.iter().all(|p| p.x.is_finite() && p.y.is_finite()));
}
