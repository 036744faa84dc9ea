//! Loads packed ties and answers questions about them with times: what `cargo xtask bench network` runs.
//!
//! `ways TIES PAIRS`: TIES holds 53 bytes a tie (id, from, to, 16 each; cost, 4, little-endian; 1 where
//! established); PAIRS two hexadecimal entity ids a line. Prints one JSON object. A network small enough for
//! a picture is laid out and measured as well.
#![allow(clippy::disallowed_methods)] // measures: files and clock are its work

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::time::Instant;

use onrecord_network::LinkStance;
use onrecord_network::graph::{
    Filter, Network, NetworkBuilder, Question, TieRow, stance_bit, type_number,
};
use onrecord_record::{EntityId, TieId};
use serde::Serialize;

const ROW: usize = 53;

/// What is printed; times in milliseconds, one a pair.
#[derive(Default, Serialize)]
struct Report {
    nodes: usize,
    ties: usize,
    load_seconds: f64,
    network_mb: f64,
    peak_loading_mb: f64,
    peak_mb: f64,
    one: Vec<f64>,
    ten: Vec<f64>,
    asked: Vec<f64>,
    asked_four_hops: Vec<f64>,
    cut: usize,
    costs: Vec<Vec<u64>>,
    layout: Option<f64>,
    layout_more: Option<f64>,
    communities: Option<f64>,
    betweenness: Option<f64>,
}

/// Most entities of a network that is drawn.
const PICTURE: usize = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ties, pairs] = &arguments[..] else {
        return Err("ways TIES PAIRS".into());
    };
    let start = Instant::now();
    let network = load(ties)?;
    let mut report = Report {
        load_seconds: start.elapsed().as_secs_f64(),
        nodes: network.n_nodes(),
        ties: network.n_ties(),
        network_mb: network.bytes() as f64 / 1e6,
        peak_loading_mb: peak_mb()?,
        ..Report::default()
    };
    for line in BufReader::new(File::open(pairs)?).lines() {
        let line = line?;
        let (from, to) = line.split_once(' ').ok_or("two ids a line")?;
        answer(&network, from.parse()?, to.parse()?, &mut report);
    }
    report.peak_mb = peak_mb()?;
    if network.n_nodes() <= PICTURE {
        draw(&network, &mut report);
    }
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn answer(network: &Network, from: EntityId, to: EntityId, report: &mut Report) {
    let ask = |k, mix, max_hops| Question {
        k,
        mix,
        max_hops,
        ..Question::between(from, to)
    };
    report
        .one
        .push(timed(|| network.connections(&ask(1, true, None))).0);
    let (ms, ten) = timed(|| network.connections(&ask(10, true, None)));
    report.ten.push(ms);
    let costs = ten.established.iter().map(|way| way.cost);
    report.costs.push(costs.collect());
    let (ms, asked) = timed(|| network.connections(&ask(5, false, None)));
    report.asked.push(ms);
    let (ms, four) = timed(|| network.connections(&ask(5, false, Some(4))));
    report.asked_four_hops.push(ms);
    report.cut += [ten, asked, four]
        .iter()
        .filter(|a| !a.cut.is_empty())
        .count();
}

fn draw(network: &Network, report: &mut Report) {
    let all = Filter::default();
    let (ms, places) = timed(|| network.layout(&all, &BTreeMap::new()));
    report.layout = Some(ms);
    let entities = network.entities().iter().copied();
    let old = entities
        .zip(places)
        .enumerate()
        .filter(|(at, _)| at % 20 > 0);
    let old = old.map(|(_, place)| place).collect();
    report.layout_more = Some(timed(|| network.layout(&all, &old)).0);
    report.communities = Some(timed(|| network.communities(&all)).0);
    report.betweenness = Some(timed(|| network.betweenness(&all, 100)).0);
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64() * 1e3, result)
}

fn load(path: &str) -> Result<Network, Box<dyn Error>> {
    let file = File::open(path)?;
    let ties = usize::try_from(file.metadata()?.len())? / ROW;
    let mut reader = BufReader::new(file);
    let mut builder = NetworkBuilder::with_capacity(ties);
    let kind = type_number("Contact");
    let mut row = [0; ROW];
    for _ in 0..ties {
        reader.read_exact(&mut row)?;
        builder.add(&unpacked(&row, kind).ok_or("a row has 53 bytes")?)?;
    }
    Ok(builder.build())
}

fn unpacked(row: &[u8; ROW], kind: u8) -> Option<TieRow> {
    let established = row[52] == 1;
    let stance = if established {
        LinkStance::Asserts
    } else {
        LinkStance::Denies
    };
    Some(TieRow {
        id: TieId::from_slice(&row[..16])?,
        from: EntityId::from_slice(&row[16..32])?,
        to: EntityId::from_slice(&row[32..48])?,
        kind,
        stances: stance_bit(stance),
        established,
        sources: [1, 1],
        cost: u32::from_le_bytes(row[48..52].try_into().ok()?),
        since: None,
        until: None,
    })
}

/// Most memory that this process ever held, as the kernel counts it.
fn peak_mb() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kilobytes
        .ok_or("no VmHWM in /proc/self/status")?
        .parse::<f64>()?
        * 1024.0
        / 1e6)
}
