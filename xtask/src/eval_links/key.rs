//! Recall on the answer key of a story.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Input, Link, annotate, extract, quote, rate};

/// Types whose ends may stand in either order.
const SYMMETRIC: &[&str] = &["Family", "Associate", "Contact", "Unknown"];

#[derive(Debug, Deserialize)]
struct Key {
    documents: BTreeMap<String, Document>,
    messages: Vec<Message>,
    entities: Vec<Named>,
    links: Vec<Wanted>,
}

#[derive(Debug, Deserialize)]
struct Document {
    kind: String,
    files: Vec<String>,
    #[serde(default)]
    locked: bool,
}

#[derive(Debug, Deserialize)]
struct Message {
    id: String,
    message_id: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
    name: String,
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    id: String,
    doc: String,
    from: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    stance: String,
    evidence: String,
    #[serde(default)]
    accept_type: Vec<String>,
    #[serde(default)]
    accept_stance: Vec<String>,
    #[serde(default)]
    accept_from: Vec<String>,
    #[serde(default)]
    accept_to: Vec<String>,
    #[serde(default)]
    accept_missing: bool,
}

/// How much of a wanted tie was found, each step with the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Nothing,
    Ends,
    Type,
    Direction,
    Stance,
}

/// Prints the recall on a story's key.
pub(super) fn measure(program: &Path, corpus: &Path, wrong: bool) -> anyhow::Result<()> {
    let file = corpus.join("key.json");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let key: Key = serde_json::from_str(&text)
        .with_context(|| format!("{}: not an answer key", file.display()))?;
    let inputs = inputs(program, corpus, &key)?;
    let answers = annotate(program, &inputs)?;
    let by_document: BTreeMap<&str, &Answer> = inputs
        .iter()
        .map(|input| input.id.as_str())
        .zip(&answers)
        .collect();
    let names = Names::new(&key.entities);
    let found: Vec<Found> = key
        .links
        .iter()
        .map(|wanted| match by_document.get(wanted.doc.as_str()) {
            Some(answer) => best(wanted, answer, &names),
            None => Found::Nothing,
        })
        .collect();
    print(corpus, &key, &found, &answers);
    if wrong {
        print_wrong(&key, &found, &inputs, &answers);
    }
    Ok(())
}

fn print(corpus: &Path, key: &Key, found: &[Found], answers: &[Answer]) {
    let name = corpus.file_name().unwrap_or_default().to_string_lossy();
    let n_found: usize = answers.iter().map(|answer| answer.links.len()).sum();
    println!(
        "\n{name}: {} ties in the key, {n_found} found in {} texts",
        key.links.len(),
        answers.len()
    );
    println!(
        "{:<18}{:>6}{:>8}{:>8}{:>11}{:>8}",
        "recall by", "key", "ends", "type", "direction", "stance"
    );
    let mut kinds: BTreeSet<&str> = key
        .links
        .iter()
        .map(|wanted| wanted.kind.as_str())
        .collect();
    kinds.insert("all");
    for kind in kinds {
        let of_kind = || {
            let both = key.links.iter().zip(found);
            both.filter(move |(wanted, _)| kind == "all" || wanted.kind == kind)
                .map(|(_, found)| *found)
        };
        let n = of_kind().count();
        let column = |least: Found| rate(of_kind().filter(|found| *found >= least).count(), n);
        println!(
            "{kind:<18}{n:>6}{:>8}{:>8}{:>11}{:>8}",
            column(Found::Ends),
            column(Found::Type),
            column(Found::Direction),
            column(Found::Stance)
        );
    }
}

fn print_wrong(key: &Key, found: &[Found], inputs: &[Input], answers: &[Answer]) {
    for (wanted, found) in key
        .links
        .iter()
        .zip(found)
        .filter(|(_, found)| **found < Found::Stance)
    {
        println!(
            "{found:?}\t{}\t{}\t{} {} {} ({})\t{}",
            wanted.id,
            wanted.doc,
            wanted.from,
            wanted.kind,
            wanted.to,
            wanted.stance,
            wanted.evidence
        );
    }
    for (input, answer) in inputs.iter().zip(answers) {
        for link in &answer.links {
            println!(
                "Found\t{}\t{} {} {} ({})\t{}",
                input.id,
                answer.entities[link.from].name,
                link.kind,
                answer.entities[link.to].name,
                link.stance,
                quote(answer, link).replace('\n', " ")
            );
        }
    }
}

fn best(wanted: &Wanted, answer: &Answer, names: &Names<'_>) -> Found {
    let found = answer
        .links
        .iter()
        .map(|link| compare(wanted, answer, link, names));
    match found.max().unwrap_or(Found::Nothing) {
        Found::Nothing if wanted.accept_missing => Found::Stance,
        found => found,
    }
}

fn compare(wanted: &Wanted, answer: &Answer, link: &Link, names: &Names<'_>) -> Found {
    let is = |entity: usize, id: &str, others: &[String]| {
        let ids = names.ids(&answer.entities[entity]);
        ids.contains(id) || others.iter().any(|other| ids.contains(other.as_str()))
    };
    let pair = |from: usize, to: usize| {
        is(from, &wanted.from, &wanted.accept_from) && is(to, &wanted.to, &wanted.accept_to)
    };
    let (forward, backward) = (pair(link.from, link.to), pair(link.to, link.from));
    let is_type = wanted.kind == link.kind || wanted.accept_type.contains(&link.kind);
    let is_stance = wanted.stance == link.stance || wanted.accept_stance.contains(&link.stance);
    let is_direction = forward || SYMMETRIC.contains(&wanted.kind.as_str());
    match (forward || backward, is_type, is_direction, is_stance) {
        (false, ..) => Found::Nothing,
        (_, false, ..) => Found::Ends,
        (_, _, false, _) => Found::Type,
        (.., false) => Found::Direction,
        _ => Found::Stance,
    }
}

/// Which of the key's entities a name may mean. A part of a name may mean all that have it: what is
/// measured is the tie, not who is who.
struct Names<'a> {
    by_name: BTreeMap<String, BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    fn new(entities: &'a [Named]) -> Self {
        let mut by_name: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for entity in entities {
            for name in entity.names.iter().chain([&entity.name]) {
                by_name.entry(plain(name)).or_default().insert(&entity.id);
            }
        }
        Self { by_name }
    }

    fn ids(&self, entity: &super::Entity) -> BTreeSet<&'a str> {
        let names: Vec<String> = entity
            .names
            .iter()
            .chain([&entity.name])
            .map(|name| plain(name))
            .collect();
        let exact = names.iter().filter_map(|name| self.by_name.get(name));
        let exact: BTreeSet<&str> = exact.flatten().copied().collect();
        if !exact.is_empty() {
            return exact;
        }
        let is_part = |known: &str, name: &str| {
            known.len() > 5 && name.contains(known) || known.split(' ').any(|word| word == name)
        };
        let near = self
            .by_name
            .iter()
            .filter(|(known, _)| names.iter().any(|name| is_part(known, name)));
        near.flat_map(|(_, ids)| ids.iter().copied()).collect()
    }
}

/// In lower case, without article, with one kind of apostrophe.
fn plain(name: &str) -> String {
    let name = name
        .to_lowercase()
        .replace('’', "'")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    name.strip_prefix("the ").unwrap_or(&name).to_owned()
}

/// The story's texts, as the program extracts them.
fn inputs(program: &Path, corpus: &Path, key: &Key) -> anyhow::Result<Vec<Input>> {
    let leak = corpus.join("leak");
    let mut inputs = Vec::new();
    for (id, document) in &key.documents {
        let file = document.files.first().map(|file| leak.join(file));
        let Some(file) = file.filter(|file| !document.locked && file.is_file()) else {
            continue;
        };
        if let Some(item) = extract(program, &file)?.first() {
            inputs.push(input(id, &document.kind, item, &file));
        }
    }
    let ids: BTreeMap<&str, &str> = key
        .messages
        .iter()
        .map(|message| {
            (
                message.message_id.trim_matches(['<', '>']),
                message.id.as_str(),
            )
        })
        .collect();
    let mut seen = BTreeSet::new();
    for file in files(&leak.join("mail"))? {
        for item in extract(program, &file)? {
            let message_id = item["metadata"]["message_id"].as_str().unwrap_or_default();
            let id = ids.get(message_id.trim_matches(['<', '>']));
            if let Some(id) = id.filter(|id| seen.insert(**id)) {
                inputs.push(input(id, "message", &item, &file));
            }
        }
    }
    Ok(inputs)
}

fn input(id: &str, kind: &str, item: &Value, file: &Path) -> Input {
    let metadata = &item["metadata"];
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    let dates = ["date", "published"];
    let written = dates.iter().find_map(|key| text_of(&metadata[*key]));
    Input {
        id: id.to_owned(),
        text: text_of(&item["text"]).unwrap_or_default(),
        date: written.or_else(|| date_in_name(file)),
        author: text_of(&metadata["from"][0]["name"]).or_else(|| text_of(&metadata["author"])),
        kind: if kind == "article" || kind == "message" {
            kind
        } else {
            "text"
        }
        .to_owned(),
    }
}

/// "herald-2024-05-02-petition.html" says when it was printed.
fn date_in_name(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_string_lossy().into_owned();
    let is_date = |part: &str| {
        let shape: Vec<bool> = part.bytes().map(|byte| byte.is_ascii_digit()).collect();
        shape == [true, true, true, true, false, true, true, false, true, true]
    };
    (0..name.len())
        .filter_map(|at| name.get(at..at + 10))
        .find(|part| is_date(part))
        .map(str::to_owned)
}

/// All files below a folder, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
