//! Makes statements from a seed, groups them, and prints what it took: `bench_claims N SEED [identical]`.
//!
//! Each made fact has words drawn by Zipf's law, one to three entities and sometimes an amount; it is stated
//! once to some dozen times, with words left out, added and put elsewhere, by named and unnamed sources.
#![allow(clippy::disallowed_methods)] // a program, not the pure crate

use std::collections::BTreeMap;
use std::time::Instant;

use onrecord_statements::claims::{Mentioned, StatementRow, claims};
use onrecord_statements::independence::Relations;
use onrecord_statements::{EntityId, Polarity, SourceKind, Stance, StatementId};

/// Words and entities of the made language.
const WORDS: usize = 60_000;
const ENTITIES: usize = 40_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| {
        arguments
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or(default)
    };
    let (n, seed) = (number(1_000_000), number(7));
    let identical = std::env::args()
        .nth(3)
        .is_some_and(|kind| kind == "identical");
    let mut random = Random(seed as u64);
    let (rows, facts) = if identical {
        same(n)
    } else {
        made(n, &mut random)
    };
    let start = Instant::now();
    let found = claims(&rows, &Relations::default());
    let seconds = start.elapsed().as_secs_f64();
    let (precision, recall) = pairs(&rows, &facts, &found);
    println!(
        "{} statements, {} claims, {seconds:.1} s; pairs by the making: precision {precision:.3}, recall {recall:.3}",
        rows.len(),
        found.len()
    );
}

/// All alike, by as many speakers.
fn same(n: usize) -> (Vec<StatementRow>, Vec<u32>) {
    let quote = "the firm paid 300,000 euros to the party in March".to_owned();
    let rows = (0..n)
        .map(|at| row(at, quote.clone(), Vec::new(), at as u64, at))
        .collect();
    (rows, vec![0; n])
}

fn made(n: usize, random: &mut Random) -> (Vec<StatementRow>, Vec<u32>) {
    let (mut rows, mut facts) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut fact = 0;
    while rows.len() < n {
        fact += 1;
        let words: Vec<usize> = (0..4 + random.below(9))
            .map(|_| random.zipf(WORDS))
            .collect();
        let entities: Vec<usize> = (0..1 + random.below(3))
            .map(|_| random.zipf(ENTITIES))
            .collect();
        let amount = (random.below(10) < 3).then(|| (1 + random.below(999)) * 1_000);
        let times = if random.below(2) == 0 {
            1
        } else {
            1 + random.below(12)
        };
        for _ in 0..times {
            let (quote, mentioned) = stated(&words, &entities, amount, random);
            let at = rows.len();
            let source = random.zipf(ENTITIES) as u64;
            rows.push(row(at, quote, mentioned, source, at / 8));
            facts.push(fact);
        }
    }
    (rows, facts)
}

/// One in eight words left out, one in ten replaced, sometimes one added in front.
fn stated(
    words: &[usize],
    entities: &[usize],
    amount: Option<usize>,
    random: &mut Random,
) -> (String, Vec<Mentioned>) {
    let mut quote = String::new();
    let mut mentioned = Vec::new();
    let middle = words.len() / 2;
    for (at, &word) in words.iter().enumerate() {
        for (place, &entity) in entities.iter().enumerate() {
            if at == if place == 0 { 0 } else { middle } {
                let start = quote.len() as u32;
                quote.push_str("Somebody ");
                mentioned.push(Mentioned {
                    entity: entity_id(entity as u64),
                    start,
                    end: quote.len() as u32 - 1,
                });
            }
        }
        match random.below(40) {
            0..5 => {}
            5..9 => quote.push_str(&spelled(random.zipf(WORDS))),
            _ => quote.push_str(&spelled(word)),
        }
    }
    if let Some(amount) = amount {
        quote.push_str(&format!("€{amount} "));
    }
    (quote, mentioned)
}

fn row(
    at: usize,
    quote: String,
    entities: Vec<Mentioned>,
    source: u64,
    document: usize,
) -> StatementRow {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&Random(at as u64).next().to_be_bytes());
    id[8..].copy_from_slice(&(at as u64).to_be_bytes());
    let mut document_id = [0; 16];
    document_id[..8].copy_from_slice(&(document as u64).to_be_bytes());
    let unnamed = at.is_multiple_of(5);
    StatementRow {
        id: StatementId(id),
        document: serde_json::from_value(serde_json::json!(EntityId(document_id).to_string()))
            .expect("sixteen bytes are an id"),
        position: at as u32,
        date: None,
        publisher: Some(entity_id(document as u64 % 500)),
        source: Some(entity_id(source)),
        source_kind: if unnamed {
            SourceKind::Unnamed
        } else {
            SourceKind::Named
        },
        speaks_for: None,
        source_count: 1,
        via: Vec::new(),
        stance: if at.is_multiple_of(17) {
            Stance::Denies
        } else {
            Stance::Asserts
        },
        polarity: Polarity::Positive,
        quote,
        entities,
        interested: false,
    }
}

fn entity_id(number: u64) -> EntityId {
    EntityId(u128::from(number).to_be_bytes())
}

/// A word that no stemmer changes.
fn spelled(mut number: usize) -> String {
    const SYLLABLES: &[&str] = &[
        "ba", "ko", "du", "mi", "ra", "zo", "tu", "fa", "lo", "pi", "gu", "na",
    ];
    let mut word = String::new();
    for _ in 0..5 {
        word.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    word.push_str("k ");
    word
}

/// Pairs of statements of one fact in one topic; a denial and what it denies are of one fact, and are left out.
fn pairs(
    rows: &[StatementRow],
    facts: &[u32],
    found: &[onrecord_statements::claims::Claim],
) -> (f64, f64) {
    let fact_of: BTreeMap<StatementId, (u32, bool)> = rows
        .iter()
        .zip(facts)
        .map(|(row, &fact)| (row.id, (fact, row.stance == Stance::Denies)))
        .collect();
    let two = |n: u64| n * n.saturating_sub(1) / 2;
    let mut wanted: BTreeMap<(u32, bool), u64> = BTreeMap::new();
    for &fact in fact_of.values() {
        *wanted.entry(fact).or_default() += 1;
    }
    let (mut all, mut right) = (0, 0);
    for claim in found {
        let mut own: BTreeMap<(u32, bool), u64> = BTreeMap::new();
        for id in &claim.statements {
            *own.entry(fact_of[id]).or_default() += 1;
        }
        all += two(claim.statements.len() as u64);
        right += own.values().map(|&n| two(n)).sum::<u64>();
    }
    let wanted: u64 = wanted.values().map(|&n| two(n)).sum();
    (
        right as f64 / all.max(1) as f64,
        right as f64 / wanted.max(1) as f64,
    )
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A number below `end`, about half of them below its square root.
    fn zipf(&mut self, end: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((end as f64).powf(unit) as usize).min(end - 1)
    }
}
