//! How well mentions of many documents are joined: news of which the mentions are known.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::clusters::{COLUMNS, Fit};
use crate::run::{feed, option, program, unpacked};

/// Types of the data, and the label that a recognizer gives to such names.
const LABELS: &[(&str, &str)] = &[
    ("location", "GPE"),
    ("person", "PERSON"),
    ("organization", "ORG"),
    ("gpe0-x", "NORP"),
    ("gpe1-x", "NORP"),
    ("gpe2-x", "NORP"),
    ("loc-x", "NORP"),
    ("event", "EVENT"),
];
/// Of these the figures that are compared with other programs are made.
const NAMES: &[&str] = &["location", "person", "organization"];

#[derive(Debug, Deserialize)]
struct Mention {
    doc: String,
    begin: usize,
    end: usize,
    text: String,
    entity: String,
    linked: bool,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    mentions: Vec<Clustered>,
}

#[derive(Debug, Deserialize)]
struct Clustered {
    cluster: Option<u64>,
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let file = match option(arguments, "--file") {
        Some(file) => PathBuf::from(file),
        None => unpacked("entities/entities.tar.zst")?.join("dwie_mentions_train.jsonl"),
    };
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mentions: Vec<Mention> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let program = program(arguments)?;
    println!("| mentions of | names {COLUMNS}");
    println!("|---|---|---|---|---|---|---|");
    let is_name = |one: &&Mention| {
        one.kind
            .as_deref()
            .is_some_and(|kind| NAMES.contains(&kind))
    };
    let named: Vec<&Mention> = mentions.iter().filter(is_name).collect();
    let linked: Vec<&Mention> = mentions.iter().filter(|one| one.linked).collect();
    let both: Vec<&Mention> = named.iter().filter(|one| one.linked).copied().collect();
    let all: Vec<&Mention> = mentions.iter().collect();
    for (what, chosen) in [
        ("people, organizations, places", &named),
        ("the same, those with an article in Wikipedia", &both),
        ("all with an article in Wikipedia", &linked),
        ("everything, with dates, amounts and roles", &all),
    ] {
        let (across, within) = fit(&program, chosen)?;
        println!("| {what} | across {across}");
        println!("| | within a document {within}");
    }
    Ok(())
}

/// How well a selection of mentions is joined: across documents, and within each.
fn fit(program: &str, mentions: &[&Mention]) -> anyhow::Result<(Fit, Fit)> {
    let mut documents: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for &mention in mentions {
        documents.entry(&mention.doc).or_default().push(mention);
    }
    let mut lines = String::new();
    for (doc, mentions) in &mut documents {
        mentions.sort_by_key(|mention| mention.begin);
        let list = mentions.iter().map(|mention| {
            json!({
                "start": mention.begin,
                "end": mention.end,
                "text": mention.text,
                "label": label(mention.kind.as_deref()),
            })
        });
        lines += &json!({ "doc": doc, "mentions": list.collect::<Vec<_>>() }).to_string();
        lines.push('\n');
    }
    let answers = feed(program, &["resolve", "-"], &lines)?;
    let (mut across, mut within) = (Vec::new(), Vec::new());
    let mut answers = answers.lines();
    for (doc, mentions) in &documents {
        let answer: Answer = serde_json::from_str(answers.next().context("an answer a line")?)?;
        ensure!(
            answer.mentions.len() == mentions.len(),
            "an answer a mention"
        );
        for (mention, found) in mentions.iter().zip(answer.mentions) {
            let cluster = format!("{:?}", found.cluster);
            within.push((
                format!("{doc} {}", mention.entity),
                format!("{doc} {cluster}"),
            ));
            across.push((mention.entity.clone(), cluster));
        }
    }
    Ok((Fit::of(&across), Fit::of(&within)))
}

fn label(kind: Option<&str>) -> &'static str {
    let known = LABELS.iter().find(|(name, _)| Some(*name) == kind);
    known.map_or("MISC", |(_, label)| label)
}
