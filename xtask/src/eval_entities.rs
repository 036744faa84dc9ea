//! Who is found in a story of ours whose people are known, who is joined wrongly, who is split.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::run::{feed, option, output, program, root};

/// What of a case holds text.
const LEAST_TEXT: usize = 20;

/// The parts of an answer key that are scored.
#[derive(Debug, Deserialize)]
struct Key {
    entities: Vec<Known>,
    #[serde(alias = "must_not_merge")]
    never_merge: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Known {
    id: String,
    kind: String,
    names: Vec<String>,
    #[serde(default)]
    addresses: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Annotated {
    entities: Vec<Entity>,
}

#[derive(Debug, Deserialize)]
struct Entity {
    name: String,
    names: Vec<String>,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    unnamed: bool,
}

#[derive(Debug, Deserialize)]
struct Resolved {
    entities: Vec<u64>,
}

/// A cluster of the program.
#[derive(Debug, Default)]
struct Found {
    names: BTreeMap<String, usize>,
    addresses: BTreeSet<String>,
    documents: BTreeSet<usize>,
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let story = option(arguments, "--story").unwrap_or("demo");
    let folder = root().join("corpora").join(story);
    let key: Key = serde_json::from_str(&std::fs::read_to_string(folder.join("key.json"))?)?;
    let program = program(arguments)?;
    let documents = documents(&program, &folder.join("leak"))?;
    let lines: String = documents.iter().map(|line| format!("{line}\n")).collect();
    let annotated = feed(
        &program,
        &["annotate", "--jsonl", "--as", "auto", "-"],
        &lines,
    )?;
    let resolved = feed(&program, &["resolve", "-"], &annotated)?;
    let found = clusters(&annotated, &resolved)?;
    report(
        &key,
        &found,
        documents.len(),
        arguments.iter().any(|a| a == "--all"),
    );
    Ok(())
}

/// The texts of a folder, as `annotate --jsonl` takes them; of several copies of a message one.
fn documents(program: &str, folder: &Path) -> anyhow::Result<Vec<Value>> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    let (mut documents, mut seen) = (Vec::new(), BTreeSet::new());
    for file in files {
        let shown = file.to_string_lossy().into_owned();
        let Ok(lines) = output(program, &["extract", "--jsonl", &shown]) else {
            continue;
        };
        for line in lines.lines() {
            let part: Value = serde_json::from_str(line)?;
            let text = part["text"].as_str().unwrap_or_default();
            let meta = &part["metadata"];
            let name = meta["message_id"].as_str().unwrap_or(text).to_owned();
            if text.len() >= LEAST_TEXT && seen.insert(name) {
                documents.push(document(&part, text, meta));
            }
        }
    }
    Ok(documents)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn document(part: &Value, text: &str, meta: &Value) -> Value {
    let party = |one: &Value| {
        let name = one["name"].as_str().unwrap_or_default();
        let address = one["address"].as_str().unwrap_or_default();
        format!("{name} <{address}>")
    };
    let all = |field: &str| -> Vec<String> {
        meta[field]
            .as_array()
            .into_iter()
            .flatten()
            .map(party)
            .collect()
    };
    let from = all("from");
    let author = from.first().cloned();
    let recipients = [all("to"), all("cc")].concat();
    let kind = if from.is_empty() {
        "article"
    } else {
        "message"
    };
    json!({
        "id": part["path"],
        "text": text,
        "kind": kind,
        "author": author,
        "recipients": recipients,
        "date": meta["date"],
    })
}

fn clusters(annotated: &str, resolved: &str) -> anyhow::Result<Vec<Found>> {
    let mut found: BTreeMap<u64, Found> = BTreeMap::new();
    for (number, (one, other)) in annotated.lines().zip(resolved.lines()).enumerate() {
        let document: Annotated = serde_json::from_str(one)?;
        let clusters: Resolved = serde_json::from_str(other)?;
        ensure!(
            document.entities.len() == clusters.entities.len(),
            "a cluster an entity"
        );
        for (entity, cluster) in document.entities.iter().zip(clusters.entities) {
            let known = found.entry(cluster).or_default();
            let names = match entity.unnamed {
                true => vec![format!("({})", entity.name)],
                false => entity.names.clone(),
            };
            for name in names {
                *known.names.entry(fold(&name)).or_default() += 1;
            }
            known.addresses.extend(entity.addresses.iter().cloned());
            known.documents.insert(number);
        }
    }
    Ok(found.into_values().collect())
}

/// Names are the same but for case, articles and kinds of apostrophe.
fn fold(name: &str) -> String {
    let lower = name.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let words = match words[..] {
        ["the", ref rest @ ..] if !rest.is_empty() => rest,
        ref all => all,
    };
    words.join(" ").trim_end_matches("'s").to_owned()
}

fn report(key: &Key, found: &[Found], documents: usize, is_all: bool) {
    let mut bearers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let named = || key.entities.iter().filter(|known| known.kind != "unnamed");
    for known in named() {
        for name in &known.names {
            bearers.entry(fold(name)).or_default().insert(&known.id);
        }
        for address in &known.addresses {
            bearers
                .entry(address.clone())
                .or_default()
                .insert(&known.id);
        }
    }
    // What one alone bears tells whose a cluster is.
    let owner = |word: &str| {
        let ids = bearers.get(word)?;
        (ids.len() == 1).then(|| ids.first().copied()).flatten()
    };
    let owners: Vec<BTreeSet<&str>> = found
        .iter()
        .map(|cluster| {
            let words = cluster.names.keys().chain(&cluster.addresses);
            words.filter_map(|word| owner(word)).collect()
        })
        .collect();
    let merged: Vec<usize> = (0..found.len())
        .filter(|&at| owners[at].len() > 1)
        .collect();
    let parts = |id: &str| owners.iter().filter(|owners| owners.contains(id)).count();
    let missing: Vec<&str> = named()
        .map(|known| known.id.as_str())
        .filter(|id| parts(id) == 0)
        .collect();
    let split: Vec<(&str, usize)> = named()
        .map(|known| (known.id.as_str(), parts(&known.id)))
        .filter(|(_, parts)| *parts > 1)
        .collect();
    let forbidden = |pair: &&Vec<String>| {
        owners
            .iter()
            .any(|owners| pair.iter().take(2).all(|id| owners.contains(id.as_str())))
    };
    let broken: Vec<&Vec<String>> = key.never_merge.iter().filter(forbidden).collect();
    let total = named().count();
    println!("{documents} documents, {} clusters", found.len());
    println!("| known | found | split | clusters of two | forbidden pairs joined |");
    println!("|---|---|---|---|---|");
    println!(
        "| {total} | {} | {} | {} | {} of {} |",
        total - missing.len(),
        split.len(),
        merged.len(),
        broken.len(),
        key.never_merge.len()
    );
    println!("missing: {missing:?}");
    println!("split: {split:?}");
    println!("joined against the key: {broken:?}");
    for &at in &merged {
        println!("of two: {:?} {:?}", owners[at], found[at].names);
    }
    if is_all {
        let mut order: Vec<&Found> = found.iter().collect();
        order.sort_by_key(|cluster| std::cmp::Reverse(cluster.documents.len()));
        for cluster in order {
            println!(
                "{}\t{:?}\t{:?}",
                cluster.documents.len(),
                cluster.names,
                cluster.addresses
            );
        }
    }
}
