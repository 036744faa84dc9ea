//! Name matching against nomenklatura's logic-v2, on its own labeled pairs, in one run.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::run::{self, measure, onrecord, option, output, target};

/// What the peer needs; `cargo xtask bench names` says how to get it.
const PEER: &str = "nomenklatura==4.17.4";
/// So many times the pairs are given to our program, so that its start is seen and does not rule.
const REPEATS: usize = 100;
/// The peer's own threshold.
const THRESHOLD: f64 = 0.7;

/// Compares every pair; the time is that of making the two entities and comparing them.
const PEER_SCRIPT: &str = r#"
import json, sys, time
from followthemoney import model
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import get_algorithm
logic = get_algorithm("logic-v2")
config = logic.default_config()
pairs = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
def score(pair, at):
    sides = [EntityProxy(model.get(pair["schema"]), {"id": f"{side}{at}", "properties": {"name": [pair[side]]}})
             for side in ("left", "right")]
    return logic.compare(*sides, config=config).score
for at, pair in enumerate(pairs[:20]):
    score(pair, f"w{at}")
start = time.process_time()
scores = [score(pair, at) for at, pair in enumerate(pairs)]
print(json.dumps({"seconds": time.process_time() - start, "scores": scores}))
"#;

/// A labeled pair.
#[derive(Debug)]
struct Pair {
    schema: String,
    left: String,
    right: String,
    is_match: bool,
    is_strong: bool,
}

/// `cargo xtask bench names [--pairs CSV] [--python PYTHON] [--program ONRECORD] [--wrong]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let pairs = read(&pairs_file(arguments)?)?;
    let work = target().join("bench").join("names");
    std::fs::create_dir_all(&work)?;
    let ours = ours(&pairs, &work, arguments)?;
    let peer = peer(&pairs, &work, arguments)?;
    println!("{} pairs\n", pairs.len());
    println!(
        "{:<34}{:>10}{:>10}{:>10}{:>10}",
        "", "F1", "precision", "recall", "strong"
    );
    for (name, run) in [("nomenklatura logic-v2", &peer), ("onrecord", &ours)] {
        for (part, of) in [
            ("tuned on", Some(true)),
            ("held back", Some(false)),
            ("all", None),
        ] {
            println!(
                "{:<34}{}",
                format!("{name}, {part}"),
                tally(&pairs, run, of)
            );
        }
    }
    let (theirs, own) = (peer.per_second, ours.per_second);
    println!(
        "\npairs per CPU second: nomenklatura {theirs:.0}, onrecord {own:.0} (start included): {:.1} times",
        own / theirs
    );
    if arguments.iter().any(|argument| argument == "--wrong") {
        list_wrong(&pairs, &ours);
    }
    Ok(())
}

fn pairs_file(arguments: &[String]) -> anyhow::Result<PathBuf> {
    match option(arguments, "--pairs") {
        Some(given) => Ok(PathBuf::from(given)),
        None => Ok(run::unpacked("entities/entities.tar.zst")?
            .join("names")
            .join("nk_name_bench.csv")),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<Pair>> {
    let mut reader = csv::Reader::from_path(file).with_context(|| file.display().to_string())?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header == name);
        at.with_context(|| format!("{}: no column {name}", file.display()))
    };
    let (schema, left, right) = (column("schema")?, column("name1")?, column("name2")?);
    let (is_match, quality) = (column("is_match")?, column("quality")?);
    let mut pairs = Vec::new();
    for row in reader.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default().to_owned();
        pairs.push(Pair {
            schema: cell(schema),
            left: cell(left),
            right: cell(right),
            is_match: cell(is_match) == "true",
            is_strong: cell(quality) == "STRONG",
        });
    }
    Ok(pairs)
}

/// Scores in the order of the pairs, and the speed.
#[derive(Debug)]
struct Scored {
    matches: Vec<bool>,
    per_second: f64,
}

fn ours(pairs: &[Pair], work: &Path, arguments: &[String]) -> anyhow::Result<Scored> {
    let program = match option(arguments, "--program") {
        Some(program) => program.to_owned(),
        None => onrecord(true)?.to_string_lossy().into_owned(),
    };
    let lines: String = pairs
        .iter()
        .enumerate()
        .map(|(id, pair)| {
            // The interface knows no LegalEntity: a body whose kind is not known is an organization.
            let kind = match pair.schema.as_str() {
                "LegalEntity" => "Organization",
                kind => kind,
            };
            let line = json!({"id": id, "left": pair.left, "right": pair.right, "kind": kind});
            format!("{line}\n")
        })
        .collect();
    let (once, often) = (work.join("pairs.jsonl"), work.join("repeated.jsonl"));
    std::fs::write(&once, &lines)?;
    std::fs::write(&often, lines.repeat(REPEATS))?;
    let verb = |file: &Path| {
        [
            "match-names".to_owned(),
            "--json".to_owned(),
            file.to_string_lossy().into_owned(),
        ]
    };
    let answers = output(&program, &verb(&once).each_ref().map(String::as_str))?;
    let matches = answers
        .lines()
        .map(|line| Ok(serde_json::from_str::<Value>(line)?["match"] == true))
        .collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(matches.len() == pairs.len(), "not every pair was answered");
    let used = measure(&program, &verb(&often).each_ref().map(String::as_str))?;
    Ok(Scored {
        matches,
        per_second: (pairs.len() * REPEATS) as f64 / used.cpu_seconds,
    })
}

fn peer(pairs: &[Pair], work: &Path, arguments: &[String]) -> anyhow::Result<Scored> {
    let python = option(arguments, "--python").unwrap_or("python3");
    let (script, file) = (work.join("peer.py"), work.join("peer.jsonl"));
    let lines: String = pairs
        .iter()
        .map(|pair| {
            let line = json!({"schema": pair.schema, "left": pair.left, "right": pair.right});
            format!("{line}\n")
        })
        .collect();
    std::fs::write(&file, lines)?;
    std::fs::write(&script, PEER_SCRIPT)?;
    let answer = output(python, &[&script.to_string_lossy(), &file.to_string_lossy()]).with_context(
        || format!("the peer is needed: python3 -m venv V && V/bin/pip install {PEER}, then --python V/bin/python"),
    )?;
    let answer: Value = serde_json::from_str(answer.trim())?;
    let scores = answer["scores"].as_array().context("scores")?;
    Ok(Scored {
        matches: scores
            .iter()
            .map(|score| score.as_f64().is_some_and(|score| score >= THRESHOLD))
            .collect(),
        per_second: pairs.len() as f64 / answer["seconds"].as_f64().context("seconds")?,
    })
}

/// Half of the pairs was looked at while rules were made: which half a hash of the pair says.
fn is_tuned_on(pair: &Pair) -> bool {
    let digest = Sha256::digest(format!("{}|{}", pair.left, pair.right));
    digest[1] & 1 == 0
}

fn tally(pairs: &[Pair], run: &Scored, half: Option<bool>) -> String {
    let (mut found, mut right, mut labeled) = (0, 0, 0);
    let (mut strong, mut strong_right) = (0, 0);
    for (pair, &matched) in pairs.iter().zip(&run.matches) {
        if half.is_some_and(|half| half != is_tuned_on(pair)) {
            continue;
        }
        found += usize::from(matched);
        labeled += usize::from(pair.is_match);
        right += usize::from(matched && pair.is_match);
        strong += usize::from(pair.is_strong);
        strong_right += usize::from(pair.is_strong && pair.is_match == matched);
    }
    let (precision, recall) = (right as f64 / found as f64, right as f64 / labeled as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    format!(
        "{f1:>10.3}{precision:>10.3}{recall:>10.3}{:>10}",
        format!("{strong_right}/{strong}")
    )
}

fn list_wrong(pairs: &[Pair], ours: &Scored) {
    // What was held back stays unread.
    let wrong = pairs
        .iter()
        .zip(&ours.matches)
        .filter(|(pair, matched)| pair.is_match != **matched && is_tuned_on(pair));
    for (pair, matched) in wrong {
        let verdict = if *matched { "matched" } else { "missed" };
        println!("{verdict}\t{}\t{}\t{}", pair.schema, pair.left, pair.right);
    }
}
