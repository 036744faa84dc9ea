//! Trains the scorer of attributions on labeled texts, and prints its weights.
//!
//! `train MODEL LABELED.jsonl...`: lines `{"id","text","cues":[[start,end]…],"not_cues":[[start,end]…]}`,
//! offsets in code points; with `"clauses_only":true` only candidates with a clause as content are judged,
//! and those that are not among the cues are none. The last fifth of each file is held back while the
//! strength of the prior is chosen; the printed weights are of all.

use std::collections::BTreeMap;

use onrecord_entities::Segment;
use onrecord_language::{LoadOptions, Pipeline};
use onrecord_record::SegmentKind;
use onrecord_statements::{Example, examples};
use serde::Deserialize;

#[derive(Deserialize)]
struct Labeled {
    text: String,
    cues: Vec<(usize, usize)>,
    #[serde(default)]
    not_cues: Vec<(usize, usize)>,
    #[serde(default)]
    clauses_only: bool,
}

/// Numbers of the features of an example, and whether it is an attribution.
type Row = (Vec<usize>, bool);

/// Strengths of the prior that are tried.
const PRIORS: [f64; 5] = [0.03, 0.1, 0.3, 1.0, 3.0];
const ROUNDS: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, files @ ..] = args.as_slice() else {
        return Err("give a model and labeled files".into());
    };
    let pipeline = Pipeline::load(model.as_ref(), &LoadOptions::default())?;
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let (mut train, mut held) = (Vec::new(), Vec::new());
    for file in files {
        #[allow(clippy::disallowed_methods, reason = "a trainer reads its input")]
        let text = std::fs::read_to_string(file)?;
        let lines: Vec<Labeled> = text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let from = lines.len() * 4 / 5;
        for (at, labeled) in lines.iter().enumerate() {
            let rows = rows(&pipeline, labeled, &mut numbers);
            if at < from {
                train.extend(rows)
            } else {
                held.extend(rows)
            }
        }
    }
    let of = |rows: &[Row]| rows.iter().filter(|(_, is)| *is).count();
    eprintln!(
        "{} features; {} examples, {} of them attributions; {} held back, {}",
        numbers.len(),
        train.len(),
        of(&train),
        held.len(),
        of(&held)
    );
    let mut best = (f64::MAX, PRIORS[0]);
    for prior in PRIORS {
        let weights = fit(&train, numbers.len(), prior);
        let loss = loss(&held, &weights);
        eprintln!("prior {prior}: loss {loss:.4}, {}", report(&held, &weights));
        if loss < best.0 {
            best = (loss, prior);
        }
    }
    train.extend(held);
    let weights = fit(&train, numbers.len(), best.1);
    eprintln!(
        "prior {} taken; on all: {}",
        best.1,
        report(&train, &weights)
    );
    for (feature, number) in &numbers {
        if weights[*number].abs() >= 0.005 {
            println!("{feature}\t{:.2}", weights[*number]);
        }
    }
    Ok(())
}

fn rows(pipeline: &Pipeline, labeled: &Labeled, numbers: &mut BTreeMap<String, usize>) -> Vec<Row> {
    let annotated = pipeline.annotate(&labeled.text, &mut pipeline.workspace());
    let segment = Segment {
        kind: SegmentKind::Prose,
        text: &labeled.text,
        annotated: &annotated,
        names: Vec::new(),
        quoted: None,
    };
    let mut found = Vec::new();
    for example in examples(&segment) {
        if let Some(is) = judge(labeled, &example) {
            let features = example.features.into_iter().map(|feature| {
                let next = numbers.len();
                *numbers.entry(feature).or_insert(next)
            });
            found.push((features.collect(), is));
        }
    }
    found
}

fn judge(labeled: &Labeled, example: &Example) -> Option<bool> {
    let count = |byte: u32| labeled.text[..byte as usize].chars().count();
    let (start, end) = (count(example.cue.start), count(example.cue.end));
    let within =
        |spans: &[(usize, usize)]| spans.iter().any(|&(from, to)| from < end && start < to);
    if within(&labeled.cues) {
        return Some(true);
    }
    if labeled.clauses_only {
        return example.is_clause.then_some(false);
    }
    within(&labeled.not_cues).then_some(false)
}

/// Logistic regression with a Gaussian prior, by coordinates in a fixed order.
fn fit(rows: &[Row], n_features: usize, prior: f64) -> Vec<f64> {
    let mut weights = vec![0.0; n_features];
    let mut by_feature = vec![Vec::new(); n_features];
    for (at, (features, _)) in rows.iter().enumerate() {
        for &feature in features {
            by_feature[feature].push(at);
        }
    }
    let mut sums = vec![0.0_f64; rows.len()];
    for _ in 0..ROUNDS {
        for (feature, with) in by_feature.iter().enumerate() {
            let (mut slope, mut curve) = (-prior * weights[feature], prior);
            for &at in with {
                let p = probability(sums[at]);
                slope += f64::from(u8::from(rows[at].1)) - p;
                curve += (p * (1.0 - p)).max(0.01);
            }
            let step = (slope / curve).clamp(-1.0, 1.0);
            weights[feature] += step;
            for &at in with {
                sums[at] += step;
            }
        }
    }
    weights
}

fn probability(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

fn sum((features, _): &Row, weights: &[f64]) -> f64 {
    features.iter().map(|&feature| weights[feature]).sum()
}

fn loss(rows: &[Row], weights: &[f64]) -> f64 {
    let losses = rows.iter().map(|row| {
        let p = probability(sum(row, weights)).clamp(1e-9, 1.0 - 1e-9);
        if row.1 { -p.ln() } else { -(1.0 - p).ln() }
    });
    losses.sum::<f64>() / rows.len().max(1) as f64
}

fn report(rows: &[Row], weights: &[f64]) -> String {
    let mut counts = [[0_u32; 2]; 2];
    for row in rows {
        counts[usize::from(row.1)][usize::from(sum(row, weights) > 0.0)] += 1;
    }
    let [[_, wrong], [missed, right]] = counts;
    let all = rows.iter().filter(|row| row.1).count();
    format!("kept {right} of {all}, wrongly {wrong}, missed {missed}")
}
