//! How long it takes to join many mentions: `cargo run --release --example resolve -- 1000000`.
//!
//! The mentions are made up from a fixed seed: names and their frequencies fall off as in news.
#![allow(clippy::disallowed_methods)] // measures time: that is its work

use std::time::Instant;

use onrecord_entities::EntityKind;
use onrecord_entities::across::{Resolver, Row, context_of};

/// Mentions of one entity in one document, as in news.
const MENTIONS_A_ROW: usize = 2;
/// Entities of one document.
const ROWS_A_DOCUMENT: usize = 20;

/// A linear congruential generator (Knuth, TAOCP 3.3.4): the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    /// Small numbers often, large ones seldom.
    fn zipf(&mut self, n: u64) -> u64 {
        let scale = self.below(64 - u64::from(n.leading_zeros())) + 1;
        self.below((1u64 << scale).min(n))
    }
}

fn syllables(mut number: u64) -> String {
    let mut word = String::new();
    loop {
        word.push(char::from(b"bdfgklmnprst"[(number % 12) as usize]));
        word.push(char::from(b"aeiou"[(number / 12 % 5) as usize]));
        number /= 60;
        if number == 0 {
            return word;
        }
    }
}

fn name(kind: EntityKind, dice: &mut Dice, rows: u64) -> String {
    match kind {
        EntityKind::Person => {
            let who = dice.zipf(rows / 4);
            format!("G{} F{}", syllables(who % 997), syllables(who % 40_009))
        }
        EntityKind::Organization => format!("Firm {} Holdings", syllables(dice.zipf(rows / 8))),
        _ => format!("Town{}", syllables(dice.zipf(rows / 16))),
    }
}

fn document(number: u64, rows: u64, dice: &mut Dice) -> Vec<Row> {
    let kinds = [
        EntityKind::Person,
        EntityKind::Organization,
        EntityKind::Place,
    ];
    let named: Vec<(EntityKind, String)> = (0..ROWS_A_DOCUMENT)
        .map(|at| (kinds[at % 3], name(kinds[at % 3], dice, rows)))
        .collect();
    let mut context: Vec<u32> = named
        .iter()
        .filter(|(kind, _)| *kind != EntityKind::Place)
        .map(|(kind, name)| context_of(name, *kind))
        .collect();
    context.sort_unstable();
    context.truncate(12);
    let made = named.into_iter().enumerate().map(|(at, (kind, name))| Row {
        id: u128::from(number) << 64 | at as u128,
        document: number,
        kind,
        names: vec![name.clone()],
        name,
        addresses: Vec::new(),
        roles: Vec::new(),
        context: context.clone(),
        gender: None,
        unnamed: false,
    });
    made.collect()
}

fn main() {
    let mentions: usize = std::env::args()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(1_000_000);
    let rows = (mentions / MENTIONS_A_ROW) as u64;
    let documents = rows / ROWS_A_DOCUMENT as u64;
    let mut dice = Dice(1);
    let (mut making, mut resolver) = (0.0, Resolver::default());
    let start = Instant::now();
    for number in 0..documents {
        let begun = Instant::now();
        let made = document(number, rows, &mut dice);
        making += begun.elapsed().as_secs_f64();
        resolver.add(made);
    }
    resolver.resolve();
    let whole = start.elapsed().as_secs_f64() - making;
    let clusters = resolver.clusters().len();
    println!("{mentions} mentions, {rows} rows, {clusters} clusters: {whole:.2} s");
    let more: Vec<Row> = (documents..documents + documents / 100)
        .flat_map(|number| document(number, rows, &mut dice))
        .collect();
    let start = Instant::now();
    resolver.add(more);
    resolver.resolve();
    let again = start.elapsed().as_secs_f64();
    println!(
        "one in a hundred more: {again:.2} s, {:.1} % of that",
        100.0 * again / whole
    );
}
