//! A story with its answer key: what it calls whom, the ties of each text, and the texts.
//!
//! The two stories have keys of different shape: the demo's has a row a text, the second's a row a tie
//! with all its evidence. Both become one wanted tie a text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use super::{Input, extract};

/// What is measured against.
pub(super) struct Story {
    pub(super) names: Vec<Named>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) inputs: Vec<Input>,
}

/// An entity of the key.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) names: Vec<String>,
}

/// A tie that a text states.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) id: String,
    pub(super) doc: String,
    /// The right ends first, then others that a careful reader may give.
    pub(super) ends: Vec<(String, String)>,
    pub(super) kind: String,
    pub(super) accept_types: Vec<String>,
    pub(super) stance: String,
    pub(super) accept_stances: Vec<String>,
    pub(super) evidence: String,
    pub(super) may_be_missing: bool,
}

#[derive(Debug, Deserialize)]
struct DemoKey {
    documents: BTreeMap<String, DemoDocument>,
    messages: Vec<DemoMessage>,
    entities: Vec<Named>,
    links: Vec<DemoLink>,
}

#[derive(Debug, Deserialize)]
struct DemoDocument {
    files: Vec<String>,
    #[serde(default)]
    locked: bool,
}

#[derive(Debug, Deserialize)]
struct DemoMessage {
    id: String,
    message_id: String,
}

#[derive(Debug, Deserialize)]
struct DemoLink {
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
    accept_from: Option<String>,
    accept_to: Option<Value>,
    #[serde(default)]
    accept_missing: bool,
}

#[derive(Debug, Deserialize)]
struct SecondKey {
    entities: Vec<Named>,
    links: Vec<SecondLink>,
}

#[derive(Debug, Deserialize)]
struct SecondLink {
    id: String,
    from: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    also_accept_types: Vec<String>,
    also_accept_ends: Vec<(String, String)>,
    evidence: Vec<SecondEvidence>,
    #[serde(default)]
    optional: bool,
}

#[derive(Debug, Deserialize)]
struct SecondEvidence {
    at: At,
    quote: String,
    stance: String,
}

#[derive(Debug, Deserialize)]
struct At {
    file: String,
    message: Option<String>,
    member: Option<String>,
}

/// Where a text of a story is: a file, or a message in it; and what the key calls it.
struct Text {
    name: String,
    file: PathBuf,
    message: Option<String>,
}

/// Reads a story.
pub(super) fn load(program: &Path, corpus: &Path) -> anyhow::Result<Story> {
    let file = corpus.join("key.json");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let shape: Value = serde_json::from_str(&text)?;
    let not_a_key = || format!("{}: not an answer key", file.display());
    let (names, wanted, texts) = if shape["documents"].is_object() {
        demo(
            &corpus.join("leak"),
            serde_json::from_value(shape).with_context(not_a_key)?,
        )?
    } else {
        second(
            &corpus.join("leak"),
            serde_json::from_value(shape).with_context(not_a_key)?,
        )
    };
    Ok(Story {
        names,
        wanted,
        inputs: inputs(program, &texts)?,
    })
}

type Parts = (Vec<Named>, Vec<Wanted>, Vec<Text>);

fn demo(leak: &Path, key: DemoKey) -> anyhow::Result<Parts> {
    let mut texts = Vec::new();
    for (name, document) in key.documents {
        let file = document.files.first().map(|file| leak.join(file));
        let file = file.filter(|file| !document.locked && file.is_file());
        texts.extend(file.map(|file| Text {
            name,
            file,
            message: None,
        }));
    }
    // The key does not say in which mailbox a message is: the first that has it counts.
    for file in files(&leak.join("mail"))? {
        let of_file = key.messages.iter().map(|message| Text {
            name: message.id.clone(),
            file: file.clone(),
            message: Some(message.message_id.clone()),
        });
        texts.extend(of_file);
    }
    let wanted = key.links.into_iter().map(|link| {
        let to = match link.accept_to {
            Some(Value::String(id)) => vec![id],
            Some(Value::Array(ids)) => ids
                .iter()
                .filter_map(|id| id.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        let others = to.into_iter().map(|to| (link.from.clone(), to));
        let from = link.accept_from.map(|from| (from, link.to.clone()));
        let ends = [(link.from.clone(), link.to.clone())]
            .into_iter()
            .chain(others)
            .chain(from);
        Wanted {
            id: link.id,
            doc: link.doc,
            ends: ends.collect(),
            kind: link.kind,
            accept_types: link.accept_type,
            stance: link.stance,
            accept_stances: link.accept_stance,
            evidence: link.evidence,
            may_be_missing: link.accept_missing,
        }
    });
    Ok((key.entities, wanted.collect(), texts))
}

fn second(leak: &Path, key: SecondKey) -> Parts {
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    let mut wanted = Vec::new();
    // What the key calls optional, and what stands inside of containers, is not asked for.
    for link in key.links.iter().filter(|link| !link.optional) {
        let right = (link.from.clone(), link.to.clone());
        let ends: Vec<_> = [right]
            .into_iter()
            .chain(link.also_accept_ends.clone())
            .collect();
        for evidence in link
            .evidence
            .iter()
            .filter(|evidence| evidence.at.member.is_none())
        {
            let At { file, message, .. } = &evidence.at;
            let is_table = Path::new(file)
                .extension()
                .is_some_and(|ending| ending == "csv");
            if is_table {
                continue;
            }
            let name = format!("{file} {}", message.as_deref().unwrap_or_default());
            texts.entry(name.clone()).or_insert_with(|| Text {
                name: name.clone(),
                file: leak.join(file),
                message: message.clone(),
            });
            wanted.push(Wanted {
                id: link.id.clone(),
                doc: name,
                ends: ends.clone(),
                kind: link.kind.clone(),
                accept_types: link.also_accept_types.clone(),
                stance: evidence.stance.clone(),
                accept_stances: Vec::new(),
                evidence: evidence.quote.clone(),
                may_be_missing: false,
            });
        }
    }
    (key.entities, wanted, texts.into_values().collect())
}

/// The texts as the program extracts them, each file once.
fn inputs(program: &Path, texts: &[Text]) -> anyhow::Result<Vec<Input>> {
    let mut extracted: BTreeMap<&Path, Vec<Value>> = BTreeMap::new();
    let (mut inputs, mut seen) = (Vec::new(), BTreeSet::new());
    for text in texts {
        if !extracted.contains_key(text.file.as_path()) {
            extracted.insert(&text.file, extract(program, &text.file)?);
        }
        let items = &extracted[text.file.as_path()];
        let item = match &text.message {
            None => items.first(),
            Some(id) => items.iter().find(|item| {
                bare(item["metadata"]["message_id"].as_str().unwrap_or_default()) == bare(id)
            }),
        };
        if let Some(item) = item.filter(|_| seen.insert(&text.name)) {
            inputs.push(input(text, item));
        }
    }
    Ok(inputs)
}

fn bare(message_id: &str) -> &str {
    message_id.trim_matches(['<', '>'])
}

fn input(text: &Text, item: &Value) -> Input {
    let metadata = &item["metadata"];
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    let dates = ["date", "published"];
    let written = dates.iter().find_map(|key| text_of(&metadata[*key]));
    let is_message = item["media_type"] == "message/rfc822" || text.message.is_some();
    let is_article = text
        .file
        .components()
        .any(|part| part.as_os_str() == "articles");
    let kind = match (is_message, is_article) {
        (true, _) => "message",
        (_, true) => "article",
        _ => "text",
    };
    Input {
        id: text.name.clone(),
        text: text_of(&item["text"]).unwrap_or_default(),
        date: written.or_else(|| date_in_name(&text.file)),
        author: text_of(&metadata["from"][0]["name"]).or_else(|| text_of(&metadata["author"])),
        kind: kind.to_owned(),
    }
}

/// "herald-2024-05-02-petition.html" says when it was printed.
fn date_in_name(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_string_lossy().into_owned();
    let is_date = |part: &str| {
        let digits = part.bytes().map(|byte| byte.is_ascii_digit());
        digits.eq([true, true, true, true, false, true, true, false, true, true])
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
