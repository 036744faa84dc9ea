//! Ways between two: compared with every simple way there is, and on graphs made to hurt.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_network::graph::{Connections, Cut, Filter, PathAnswer, Question, TieRow};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

use crate::support::{denied, entity, network, number, row};

/// What a question asks, in numbers.
#[derive(Debug, Clone)]
struct Asked {
    k: usize,
    max_hops: Option<u8>,
    via: Vec<u32>,
    avoid: Vec<u32>,
}

const FROM: u32 = 0;
const TO: u32 = 1;

fn question(asked: &Asked) -> Question {
    Question {
        k: asked.k,
        max_hops: asked.max_hops,
        via: asked.via.iter().copied().map(entity).collect(),
        avoid: asked.avoid.iter().copied().map(entity).collect(),
        ..Question::between(entity(FROM), entity(TO))
    }
}

/// Best tie between two: established before not, cheapest first.
type Steps = BTreeMap<(u32, u32), (bool, u32)>;

fn steps(rows: &[TieRow]) -> Steps {
    let mut steps = Steps::new();
    for row in rows {
        let (a, b) = (number(row.from), number(row.to));
        for pair in [(a, b), (b, a)] {
            let step = (!row.established, row.cost);
            let known = steps.entry(pair).or_insert(step);
            *known = step.min(*known);
        }
    }
    steps
}

/// Costs and lengths of all simple ways that the question allows: (needs a denied step, cost, hops).
fn all_ways(rows: &[TieRow], asked: &Asked) -> Vec<(bool, u64, usize)> {
    fn walk(steps: &Steps, asked: &Asked, way: &mut Vec<u32>, ways: &mut Vec<Vec<u32>>) {
        let at = *way.last().expect("a way has a start");
        if at == TO {
            ways.push(way.clone());
            return;
        }
        for (_, target) in steps.range((at, 0)..=(at, u32::MAX)).map(|(pair, _)| *pair) {
            if !way.contains(&target) && !asked.avoid.contains(&target) {
                way.push(target);
                walk(steps, asked, way, ways);
                way.pop();
            }
        }
    }
    let steps = steps(rows);
    let mut ways = Vec::new();
    walk(&steps, asked, &mut vec![FROM], &mut ways);
    ways.retain(|way| asked.via.iter().all(|via| way.contains(via)));
    ways.retain(|way| {
        asked
            .max_hops
            .is_none_or(|most| way.len() - 1 <= usize::from(most))
    });
    let tell = |way: Vec<u32>| {
        let taken: Vec<(bool, u32)> = way.windows(2).map(|p| steps[&(p[0], p[1])]).collect();
        let cost = taken.iter().map(|(_, cost)| u64::from(*cost)).sum();
        (taken.iter().any(|(unsure, _)| *unsure), cost, taken.len())
    };
    ways.into_iter().map(tell).collect()
}

/// Costs and lengths of ways, best first.
type Told = Vec<(u64, usize)>;

fn told(ways: &[PathAnswer]) -> Told {
    ways.iter().map(|way| (way.cost, way.hops.len())).collect()
}

/// Sure ways use sure ties only, so that a cheaper denied tie beside them never counts.
fn expected(rows: &[TieRow], asked: &Asked) -> (Told, Told) {
    let best = |unsure: bool| {
        let ways = all_ways(rows, asked).into_iter();
        let mut ways: Vec<_> = ways.filter(|w| w.0 == unsure).map(|w| (w.1, w.2)).collect();
        ways.sort_unstable();
        ways.truncate(asked.k);
        ways
    };
    (best(false), best(true))
}

fn graphs() -> impl Strategy<Value = Vec<TieRow>> {
    let tie = (0..8u32, 0..8u32, 1..6u32, prop::bool::weighted(0.25));
    let ties = prop::collection::vec(tie, 1..24);
    ties.prop_map(|ties| {
        let row = |(a, b, cost, unsure)| {
            if unsure {
                denied(a, b, cost)
            } else {
                row(a, b, cost)
            }
        };
        ties.into_iter()
            .map(row)
            .filter(|r| r.from != r.to)
            .collect()
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let hops = prop::option::of(1..6u8);
    let nodes = || prop::collection::vec(2..8u32, 0..3);
    (1..12usize, hops, nodes(), nodes()).prop_map(|(k, max_hops, via, avoid)| Asked {
        k,
        max_hops,
        via,
        avoid,
    })
}

proptest! {
    #[test]
    fn the_k_best_are_those_of_all_simple_ways(rows in graphs(), mut asked in asked(), plain in any::<bool>()) {
        if plain {
            asked.via.clear();
        }
        let network = network(&rows);
        let answer = network.connections(&question(&asked));
        let known = |n: &u32| network.entities().contains(&entity(*n));
        let (sure, unsure) = if asked.via.iter().all(known) {
            expected(&rows, &asked)
        } else {
            (vec![], vec![])
        };
        prop_assert_eq!(told(&answer.established), sure);
        prop_assert_eq!(told(&answer.not_established), unsure);
        prop_assert!(answer.cut.is_empty());
        check_ways(&answer);
    }

    #[test]
    fn the_order_of_ties_does_not_matter(rows in graphs(), asked in asked(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let mut state = seed | 1;
        for last in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(last, (state >> 33) as usize % (last + 1));
        }
        let one = network(&rows).connections(&question(&asked));
        let other = network(&shuffled).connections(&question(&asked));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn little_work_gives_the_best_ways_and_says_that_there_may_be_more(rows in graphs(), most in 1..60usize) {
        let ask = Question { k: 10, ..Question::between(entity(FROM), entity(TO)) };
        let network = network(&rows);
        let whole = network.connections(&ask);
        let part = network.connections_within(&ask, most);
        let costs = told(&part.established);
        prop_assert_eq!(&told(&whole.established)[..costs.len()], &costs[..]);
        prop_assert!(part.cut == [Cut::TiesLookedAt(most)] || part == whole);
    }
}

/// Every way is simple, hangs together, and says whether all of it is established.
fn check_ways(answer: &Connections) {
    let ways = answer.established.iter().chain(&answer.not_established);
    let mut seen = BTreeSet::new();
    for way in ways {
        let mut nodes = vec![way.from];
        for hop in &way.hops {
            assert_eq!(nodes.last(), Some(&hop.from));
            nodes.push(hop.to);
        }
        assert_eq!(nodes.last(), Some(&way.to));
        assert_eq!(nodes.iter().collect::<BTreeSet<_>>().len(), nodes.len());
        assert_eq!(way.established, way.hops.iter().all(|hop| hop.established));
        assert_eq!(way.established, way.hops[way.weakest.hop].established);
        assert!(seen.insert(nodes));
    }
}

#[test]
fn the_weakest_hop_is_told_first() {
    let mut weak = row(2, 1, 2_000);
    weak.sources = [0, 1];
    let mut strong = row(0, 2, 1_000);
    strong.sources = [3, 4];
    let answer = network(&[strong, weak]).connections(&Question::between(entity(0), entity(1)));
    let way = &answer.established[0];
    assert_eq!(way.weakest.hop, 1);
    assert_eq!(way.weakest.why, "asserted, by 0 to 1 independent sources");
    assert_eq!(
        (way.independent_sources.min, way.independent_sources.max),
        (0, 4)
    );
    assert_eq!((way.hops[0].forward, way.hops[1].forward), (true, true));
    assert!(answer.near.is_none());
}

#[test]
fn a_shared_name_is_a_step_of_its_own_and_never_established() {
    let rows = [
        row(0, 2, 1_000),
        TieRow::same_name(entity(3), entity(2)),
        row(3, 1, 1_000),
    ];
    let answer = network(&rows).connections(&Question::between(entity(0), entity(1)));
    assert_eq!(answer.established, vec![]);
    let way = &answer.not_established[0];
    assert_eq!(way.hops[1].kind, "SameName");
    assert_eq!(
        way.weakest.why,
        "the two share a name, and nothing says that they are one"
    );
    assert!(answer.near.is_some_and(|near| near.joined));
}

#[test]
fn no_way_says_how_near_the_two_come() {
    let rows = [
        row(0, 2, 1),
        row(2, 1, 1),
        row(0, 3, 5),
        row(1, 3, 5),
        row(7, 8, 1),
    ];
    let network = network(&rows);
    let ask = Question {
        avoid: vec![entity(2), entity(3)],
        ..Question::between(entity(0), entity(1))
    };
    let near = network.connections(&ask).near.expect("no way");
    assert_eq!(near.common_neighbors, [entity(2), entity(3)]);
    assert_eq!(near.n_common_neighbors, 2);
    assert!(near.joined);
    let apart = network.connections(&Question::between(entity(0), entity(7)));
    assert!(!apart.near.is_some_and(|near| near.joined));
    let unknown = network.connections(&Question::between(entity(0), entity(99)));
    assert_eq!(unknown, Connections::default());
}

#[test]
fn dates_types_and_stances_leave_ties_out() {
    let mut early = row(0, 1, 1);
    (early.since, early.until) = (Some(10), Some(20));
    let mut late = row(0, 1, 2);
    (late.since, late.until) = (Some(30), None);
    let network = network(&[early, late, denied(0, 1, 9), row(0, 2, 1), row(2, 1, 7)]);
    let ways = |filter: Filter| {
        let ask = Question {
            filter,
            ..Question::between(entity(0), entity(1))
        };
        let answer = network.connections(&ask);
        (told(&answer.established), told(&answer.not_established))
    };
    let all = Filter::default();
    assert_eq!(ways(all.clone()), (vec![(1, 1), (8, 2)], vec![]));
    let later = Filter {
        from_day: Some(25),
        ..all.clone()
    };
    assert_eq!(
        ways(later.clone()).0,
        [(2, 1), (8, 2)],
        "what bears no date stays"
    );
    let dated_only = Filter {
        dated_only: true,
        ..later
    };
    assert_eq!(ways(dated_only).0, [(2, 1)]);
    let denied_only = Filter {
        stances: vec![onrecord_network::LinkStance::Denies],
        ..all.clone()
    };
    assert_eq!(ways(denied_only), (vec![], vec![(9, 1)]));
    let payments = Filter {
        types: vec!["Payment".to_owned()],
        ..all
    };
    assert_eq!(ways(payments), (vec![], vec![]));
}

#[test]
fn a_hub_and_a_clique_answer() {
    let mut rows: Vec<TieRow> = (2..60_000).map(|n| row(2, n, 5)).collect();
    rows.extend([row(0, 3, 1), row(1, 4, 1)]);
    rows.extend((100..400).flat_map(|a| (a + 1..400).map(move |b| row(a, b, 3))));
    rows.extend([row(0, 100, 1), row(1, 101, 1)]);
    let network = network(&rows);
    let ask = Question {
        k: 10,
        ..Question::between(entity(0), entity(1))
    };
    let answer = network.connections(&ask);
    assert_eq!(told(&answer.established)[0], (5, 3));
    assert_eq!(answer.established.len(), 10);
    assert_eq!(answer.cut, vec![]);
}
