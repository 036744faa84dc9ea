//! Ways through a network of 200,000 entities and 1,000,000 ties, against python-igraph and networkx; ways
//! through graphs made to hurt; a picture; and whether the peers read what is exported.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::run::{option, output, root, run as start, target};

const HOW_TO_GET_PEERS: &str = "the peers are not here: python3 -m venv PEERS && \
     PEERS/bin/pip install igraph networkx, then name PEERS/bin/python with --python";

/// Shapes of graphs: `(name, how often one end is drawn from the well connected)`.
const SHAPES: &[(&str, u64)] = &[("even", 0), ("hubs", 50)];

/// What is measured of each shape.
struct Size {
    nodes: u64,
    ties: usize,
    pairs: usize,
    /// Pairs for which igraph is asked for ten ways: it takes seconds for each.
    ten: usize,
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let number = |name, default: u64| match option(arguments, name) {
        Some(text) => text.parse::<u64>().with_context(|| format!("{name} N")),
        None => Ok(default),
    };
    let size = Size {
        nodes: number("--nodes", 200_000)?,
        ties: usize::try_from(number("--ties", 1_000_000)?)?,
        pairs: usize::try_from(number("--pairs", 50)?)?,
        ten: usize::try_from(number("--ten", 5)?)?,
    };
    let python = option(arguments, "--python").unwrap_or("python3");
    output(python, &["-c", "import igraph, networkx"]).context(HOW_TO_GET_PEERS)?;
    let program = program()?;
    for (shape, hubs) in SHAPES {
        measure(&program, python, &size, shape, *hubs)?;
    }
    hurt(&program)?;
    picture(&program)?;
    let script = root()
        .join("xtask/src/read_graphs.py")
        .display()
        .to_string();
    let golden = root()
        .join("crates/export/tests/golden")
        .display()
        .to_string();
    print!("{}", output(python, &[&script, &golden])?);
    Ok(())
}

/// A hub with a million ties and a clique of 2,000: alone no peer is asked, since they take minutes.
fn hurt(program: &Path) -> anyhow::Result<()> {
    const HUB: u64 = 0;
    const CLIQUE: std::ops::Range<u64> = 2_000_000..2_002_000;
    let mut graph = Graph::default();
    for leaf in 1..=1_000_000 {
        graph.tie(HUB, leaf, 1_500, leaf % 20 > 0);
    }
    for a in CLIQUE {
        for b in a + 1..CLIQUE.end {
            graph.tie(a, b, 1_500, (a + b) % 20 > 0);
        }
    }
    graph.tie(1, CLIQUE.start, 1_500, true);
    let pairs = [
        ("two leaves of the hub", 10, 20),
        ("the hub and a leaf", HUB, 30),
        ("two of the clique", CLIQUE.start + 7, CLIQUE.start + 9),
        ("a leaf and one of the clique", 40, CLIQUE.start + 11),
    ];
    let work = folder("hurt")?;
    graph.write(&work)?;
    write_pairs(&work, &pairs.map(|(_, a, b)| (a, b)))?;
    let report = ours(program, &work)?;
    println!(
        "hurt: {} ties, loaded in {:.2} s; milliseconds; questions cut short: {}",
        report["ties"],
        report["load_seconds"].as_f64().unwrap_or(f64::NAN),
        report["cut"]
    );
    println!(
        "  {:<32}{:>10}{:>10}{:>14}{:>12}",
        "", "one", "ten", "five and five", "four steps"
    );
    for (at, (what, _, _)) in pairs.iter().enumerate() {
        let ms = |name: &str| report[name][at].as_f64().unwrap_or(f64::NAN);
        println!(
            "  {what:<32}{:>10.1}{:>10.1}{:>14.1}{:>12.1}",
            ms("one"),
            ms("ten"),
            ms("asked"),
            ms("asked_four_hops")
        );
    }
    Ok(())
}

/// A picture as large as anybody can read.
fn picture(program: &Path) -> anyhow::Result<()> {
    let size = Size {
        nodes: 2_000,
        ties: 5_000,
        pairs: 0,
        ten: 0,
    };
    let work = folder("picture")?;
    generate(&work, &size, 20)?;
    let report = ours(program, &work)?;
    let ms = |name: &str| report[name].as_f64().unwrap_or(f64::NAN);
    println!(
        "picture of {} entities and {} ties: {:.0} ms; the same with a twentieth of it new: {:.0} ms; \
         communities: {:.0} ms; betweenness from 100 starts: {:.0} ms",
        report["nodes"],
        report["ties"],
        ms("layout"),
        ms("layout_more"),
        ms("communities"),
        ms("betweenness")
    );
    Ok(())
}

fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let work = target().join("bench").join("network").join(name);
    std::fs::create_dir_all(&work)?;
    Ok(work)
}

fn ours(program: &Path, work: &Path) -> anyhow::Result<Value> {
    let path = |name: &str| work.join(name).display().to_string();
    let report = output(program, &[&path("ties.bin"), &path("pairs.hex")])?;
    Ok(serde_json::from_str(&report)?)
}

/// Builds the measuring program, which is the network crate and nothing else. It is built without
/// optimization across crates, which would take minutes: the product can only be faster.
fn program() -> anyhow::Result<PathBuf> {
    let arguments = "build --quiet --release --package onrecord-network --example ways \
                     --config profile.release.lto=false";
    start("cargo", &arguments.split_whitespace().collect::<Vec<_>>())?;
    Ok(target().join("release/examples/ways"))
}

fn measure(
    program: &Path,
    python: &str,
    size: &Size,
    shape: &str,
    hubs: u64,
) -> anyhow::Result<()> {
    let work = folder(shape)?;
    generate(&work, size, hubs)?;
    let path = |name: &str| work.join(name).display().to_string();
    let ours = ours(program, &work)?;
    let script = root().join("xtask/src/bench_network.py");
    let theirs = output(
        python,
        &[
            &script.display().to_string(),
            &path("ties.txt"),
            &path("pairs.txt"),
            &size.nodes.to_string(),
            &size.ten.to_string(),
        ],
    )?;
    let theirs: Value = serde_json::from_str(&theirs)?;
    compare(&ours, &theirs)?;
    report(shape, size, &ours, &theirs);
    Ok(())
}

/// The same costs, way by way, or the times mean nothing.
fn compare(ours: &Value, theirs: &Value) -> anyhow::Result<()> {
    let list = |report: &Value, name: &str| report[name].as_array().cloned().unwrap_or_default();
    let costs = list(ours, "costs");
    for (pair, (mine, peer)) in costs.iter().zip(list(theirs, "costs")).enumerate() {
        if *mine != peer {
            bail!("pair {pair}: ten ways cost {mine} here and {peer} by igraph");
        }
    }
    for (pair, (mine, peer)) in costs.iter().zip(list(theirs, "one_cost")).enumerate() {
        if mine[0] != peer {
            bail!(
                "pair {pair}: the best way costs {} here and {peer} by igraph",
                mine[0]
            );
        }
    }
    Ok(())
}

fn report(shape: &str, size: &Size, ours: &Value, theirs: &Value) {
    println!(
        "{shape}: {} entities, {} ties; loaded in {:.2} s, {:.0} MB, peak while loading {:.0} MB, \
         with questions {:.0} MB; igraph {}, networkx {}; questions cut short: {}",
        ours["nodes"],
        ours["ties"],
        ours["load_seconds"].as_f64().unwrap_or(f64::NAN),
        ours["network_mb"].as_f64().unwrap_or(f64::NAN),
        ours["peak_loading_mb"].as_f64().unwrap_or(f64::NAN),
        ours["peak_mb"].as_f64().unwrap_or(f64::NAN),
        theirs["igraph"].as_str().unwrap_or("?"),
        theirs["networkx"].as_str().unwrap_or("?"),
        ours["cut"],
    );
    println!(
        "  {:<52}{:>6}{:>10}{:>10}{:>10}",
        "milliseconds", "pairs", "p50", "p90", "most"
    );
    let row = |what: &str, report: &Value, name: &str| {
        let times = sorted(report, name);
        println!(
            "  {what:<52}{:>6}{:>10.2}{:>10.2}{:>10.2}",
            times.len(),
            share(&times, 0.5),
            share(&times, 0.9),
            share(&times, 1.0)
        );
    };
    row("one best: onrecord", ours, "one");
    row(
        "one best: networkx bidirectional Dijkstra",
        theirs,
        "networkx_one",
    );
    row("one best: igraph Dijkstra", theirs, "igraph_one");
    row("ten best: onrecord", ours, "ten");
    row(
        "ten best: igraph get_k_shortest_paths",
        theirs,
        "igraph_ten",
    );
    row("five sure and five unsure, as a case asks", ours, "asked");
    row("the same, at most four steps", ours, "asked_four_hops");
    let both = |report: &Value, name: &str| -> f64 {
        let times = report[name].as_array().into_iter().flatten();
        times.take(size.ten).filter_map(Value::as_f64).sum()
    };
    println!(
        "  ten best, the same {} pairs, equal costs: igraph takes {:.0} times as long",
        size.ten,
        both(theirs, "igraph_ten") / both(ours, "ten")
    );
}

fn sorted(report: &Value, name: &str) -> Vec<f64> {
    let times = report[name].as_array().into_iter().flatten();
    let mut times: Vec<f64> = times.filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn share(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// Writes the same graph and the same pairs for both sides. No two ties join the same two entities, since
/// igraph counts ways along parallel ties apart; costs are those of typed ties; one tie in twenty is not
/// established.
fn generate(work: &Path, size: &Size, hubs: u64) -> anyhow::Result<()> {
    let mut random = Random(20_240_616);
    let mut seen = BTreeSet::new();
    let mut graph = Graph::default();
    while seen.len() < size.ties {
        let (a, b) = (random.below(size.nodes), random.end(size.nodes, hubs));
        if a == b || !seen.insert((a.min(b), a.max(b))) {
            continue;
        }
        let cost = 1_000 + u32::try_from(random.below(4_000))?;
        graph.tie(a, b, cost, random.below(20) > 0);
    }
    graph.write(work)?;
    let mut pair = || (random.below(size.nodes), random.below(size.nodes));
    let pairs: Vec<(u64, u64)> = (0..size.pairs).map(|_| pair()).collect();
    write_pairs(work, &pairs)
}

fn write_pairs(work: &Path, pairs: &[(u64, u64)]) -> anyhow::Result<()> {
    let (mut numbers, mut names) = (String::new(), String::new());
    for (a, b) in pairs {
        writeln!(numbers, "{a} {b}")?;
        writeln!(names, "{} {}", hex(&id(*a, 0)), hex(&id(*b, 0)))?;
    }
    std::fs::write(work.join("pairs.txt"), numbers)?;
    std::fs::write(work.join("pairs.hex"), names)?;
    Ok(())
}

/// The same ties twice: packed for the measuring program, as text for the peers.
#[derive(Default)]
struct Graph {
    n_ties: u64,
    packed: Vec<u8>,
    text: String,
}

impl Graph {
    fn tie(&mut self, a: u64, b: u64, cost: u32, established: bool) {
        self.n_ties += 1;
        for id in [id(self.n_ties, 1), id(a, 0), id(b, 0)] {
            self.packed.extend(id);
        }
        self.packed.extend(cost.to_le_bytes());
        self.packed.push(u8::from(established));
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{a} {b} {cost}");
    }

    fn write(&self, work: &Path) -> anyhow::Result<()> {
        std::fs::write(work.join("ties.bin"), &self.packed)?;
        std::fs::write(work.join("ties.txt"), &self.text)?;
        Ok(())
    }
}

/// An id that looks like a hash of content: neighbors in number are not neighbors in order.
fn id(number: u64, salt: u64) -> [u8; 16] {
    let mut random = Random(
        number
            .wrapping_mul(2)
            .wrapping_add(salt)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            | 1,
    );
    let mut bytes = [0; 16];
    random.next();
    bytes[..8].copy_from_slice(&random.next().to_le_bytes());
    bytes[8..].copy_from_slice(&number.to_le_bytes());
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// xorshift with a fixed seed: the same graph on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    /// An end of a tie: in `hubs` of a hundred cases by Zipf's law, so that a few have tens of thousands.
    fn end(&mut self, nodes: u64, hubs: u64) -> u64 {
        if self.below(100) >= hubs {
            return self.below(nodes);
        }
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((nodes as f64).powf(share) as u64 - 1).min(nodes - 1)
    }
}
