//! Records of one bearer in tables, against the truth, beside Splink in one run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::run::{self, measure, option, output, target};

/// What the peer needs.
const PEER: &str = "splink==5.0.0 duckdb==1.5.6 pandas pyarrow";

const PEER_SCRIPT: &str = include_str!("splink_peer.py");

/// A pair of ids, the lesser first where both are of one list.
type Pairs = BTreeSet<(String, String)>;

/// How the truth of a table is told.
#[derive(Debug, Clone, Copy)]
enum Truth {
    /// By the number in `rec-N-org`, `rec-N-dup-K`.
    InId,
    /// By a column, which is taken out.
    Column(&'static str),
    /// By a file of pairs.
    File(&'static str),
}

/// A table, or two, with the truth.
#[derive(Debug)]
struct Set {
    name: &'static str,
    /// What the peer's script calls it.
    peer: &'static str,
    files: &'static [&'static str],
    separator: u8,
    truth: Truth,
    /// What our program is told of columns whose name does not say what they hold.
    mapped: &'static [&'static str],
}

const SETS: &[Set] = &[
    Set {
        name: "FEBRL 1",
        peer: "febrl",
        files: &["febrl/dataset1.csv"],
        separator: b',',
        truth: Truth::InId,
        mapped: &[],
    },
    Set {
        name: "FEBRL 3",
        peer: "febrl",
        files: &["febrl/dataset3.csv"],
        separator: b',',
        truth: Truth::InId,
        mapped: &[],
    },
    Set {
        name: "fake_1000",
        peer: "fake",
        files: &["splink/fake_1000.csv"],
        separator: b',',
        truth: Truth::Column("cluster"),
        mapped: &[],
    },
    Set {
        name: "abt-buy",
        peer: "abt-buy",
        files: &["abt-buy/abt.csv", "abt-buy/buy.csv"],
        separator: b'|',
        truth: Truth::File("abt-buy/gt.csv"),
        mapped: &["name=text"],
    },
    Set {
        name: "cora",
        peer: "cora",
        files: &["cora/cora.csv"],
        separator: b'|',
        truth: Truth::File("cora/cora_gt.csv"),
        mapped: &[],
    },
];

/// `cargo xtask eval records [--data FOLDER] [--python PYTHON] [--program EXAMPLE]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let data = match option(arguments, "--data") {
        Some(folder) => PathBuf::from(folder),
        None => run::unpacked("entities/entities.tar.zst")?,
    };
    let program = match option(arguments, "--program") {
        Some(program) => program.to_owned(),
        None => example()?,
    };
    let python = option(arguments, "--python").unwrap_or("python3");
    let work = target().join("bench").join("records");
    std::fs::create_dir_all(&work)?;
    println!(
        "{:<12}{:<10}{:>10}{:>10}{:>10}{:>9}{:>9}",
        "", "", "precision", "recall", "F1", "CPU s", "ratio"
    );
    for set in SETS {
        let (files, truth) = prepare(set, &data, &work)?;
        let (theirs, peer_seconds) = peer(set, &files, &work, python)?;
        let (found, seconds) = ours(set, &files, &program)?;
        println!(
            "{}",
            line(set.name, "splink", &theirs, &truth, peer_seconds, None)
        );
        println!(
            "{}",
            line(
                "",
                "onrecord",
                &found,
                &truth,
                seconds,
                Some(peer_seconds / seconds)
            )
        );
    }
    Ok(())
}

fn example() -> anyhow::Result<String> {
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "onrecord-entities",
        "--example",
        "records",
    ];
    run::run("cargo", &build)?;
    Ok(target()
        .join("release/examples/records")
        .to_string_lossy()
        .into_owned())
}

/// Writes the tables without what tells the truth, as both programs read them; and the truth.
fn prepare(set: &Set, data: &Path, work: &Path) -> anyhow::Result<(Vec<String>, Pairs)> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut files = Vec::new();
    for file in set.files {
        let to = work.join(file.replace('/', "-"));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(set.separator)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_path(data.join(file))
            .with_context(|| (*file).to_owned())?;
        let headers = reader.headers()?.clone();
        let told = |at: usize| matches!(set.truth, Truth::Column(column) if headers.get(at) == Some(column));
        let kept: Vec<usize> = (0..headers.len())
            .filter(|at| !told(*at) && !headers[*at].is_empty())
            .collect();
        let mut writer = csv::Writer::from_path(&to)?;
        writer.write_record(kept.iter().map(|at| &headers[*at]))?;
        for row in reader.records() {
            let row = row?;
            writer.write_record(kept.iter().map(|at| row.get(*at).unwrap_or_default()))?;
            let group = match set.truth {
                Truth::InId => row[0].split('-').nth(1).map(str::to_owned),
                Truth::Column(_) => (0..headers.len())
                    .find(|at| told(*at))
                    .and_then(|at| row.get(at))
                    .map(str::to_owned),
                Truth::File(_) => None,
            };
            if let Some(group) = group {
                groups.entry(group).or_default().push(row[0].to_owned());
            }
        }
        writer.flush()?;
        files.push(to.to_string_lossy().into_owned());
    }
    let truth = match set.truth {
        Truth::File(file) => pairs_of_file(&data.join(file), set.files.len() == 2)?,
        _ => groups.values().flat_map(|group| within(group)).collect(),
    };
    Ok((files, truth))
}

fn within(group: &[String]) -> Vec<(String, String)> {
    let pairs = group.iter().enumerate().flat_map(|(at, one)| {
        group[at + 1..]
            .iter()
            .map(move |other| pair(one, other, false))
    });
    pairs.collect()
}

/// Ids of two lists may be equal: their order tells the lists apart.
fn pair(one: &str, other: &str, two_lists: bool) -> (String, String) {
    let (one, other) = (one.to_owned(), other.to_owned());
    if two_lists || one <= other {
        (one, other)
    } else {
        (other, one)
    }
}

fn pairs_of_file(file: &Path, two_lists: bool) -> anyhow::Result<Pairs> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let rows = text.lines().filter_map(|line| line.split_once('|'));
    Ok(rows
        .filter(|(one, _)| one.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|(one, other)| pair(one.trim(), other.trim(), two_lists))
        .collect())
}

fn ours(set: &Set, files: &[String], program: &str) -> anyhow::Result<(Pairs, f64)> {
    let verb = if files.len() == 2 { "link" } else { "dedupe" };
    let mut arguments = vec![verb];
    arguments.extend(files.iter().map(String::as_str));
    arguments.extend(set.mapped);
    let answer = output(program, &arguments)?;
    let pairs = answer.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some(pair(cells.next()?, cells.next()?, files.len() == 2))
    });
    let pairs = pairs.collect();
    Ok((pairs, measure(program, &arguments)?.cpu_seconds.max(0.01)))
}

/// The time of the peer is that of its work: reading the files and loading its libraries is left out.
fn peer(set: &Set, files: &[String], work: &Path, python: &str) -> anyhow::Result<(Pairs, f64)> {
    let script = work.join("splink_peer.py");
    std::fs::write(&script, PEER_SCRIPT)?;
    let script = script.to_string_lossy().into_owned();
    let mut arguments = vec![script.as_str(), set.peer];
    arguments.extend(files.iter().map(String::as_str));
    let answer = output(python, &arguments).with_context(|| {
        format!("the peer is needed: python3 -m venv V && V/bin/pip install {PEER}, then --python V/bin/python")
    })?;
    let Some(line) = answer.lines().last() else {
        bail!("the peer said nothing")
    };
    let answer: Value = serde_json::from_str(line)?;
    let pairs = answer["pairs"]
        .as_array()
        .context("pairs")?
        .iter()
        .filter_map(|found| {
            Some(pair(
                found[0].as_str()?,
                found[1].as_str()?,
                files.len() == 2,
            ))
        });
    Ok((
        pairs.collect(),
        answer["seconds"].as_f64().context("seconds")?,
    ))
}

fn line(
    name: &str,
    who: &str,
    found: &Pairs,
    truth: &Pairs,
    seconds: f64,
    ratio: Option<f64>,
) -> String {
    let right = found.intersection(truth).count() as f64;
    let (precision, recall) = (
        right / found.len().max(1) as f64,
        right / truth.len().max(1) as f64,
    );
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.1}"));
    format!("{name:<12}{who:<10}{precision:>10.3}{recall:>10.3}{f1:>10.3}{seconds:>9.2}{ratio:>9}")
}
