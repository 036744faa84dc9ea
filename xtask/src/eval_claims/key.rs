//! The answer keys of the stories, of which each has a form of its own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Key {
    pub(super) documents: BTreeMap<String, Document>,
    pub(super) messages: Vec<Message>,
    pub(super) entities: Vec<Entity>,
    pub(super) statements: Vec<Statement>,
    pub(super) claims: Vec<Claim>,
    pub(super) links: Vec<Link>,
}

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) kind: String,
    pub(super) files: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) date: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) names: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) doc: String,
    pub(super) speaker_entity: Option<String>,
    pub(super) source_kind: String,
    #[serde(default)]
    pub(super) via: Vec<(String, String)>,
    pub(super) content: Vec<String>,
    pub(super) stance: String,
    pub(super) manner: String,
    #[serde(default)]
    pub(super) polarity: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Claim {
    pub(super) id: String,
    pub(super) content: String,
    pub(super) statements: Vec<String>,
    pub(super) independent_sources: [u32; 2],
    pub(super) contradicted_by: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) from: String,
    pub(super) to: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) stance: String,
}

impl Key {
    /// Reads either form.
    pub(super) fn read(text: &str) -> serde_json::Result<Self> {
        let mut key: Value = serde_json::from_str(text)?;
        if key["documents"].is_array() {
            unify(&mut key);
        }
        serde_json::from_value(key)
    }
}

/// The second story's form becomes the first's: documents are known by their file, `via` names statements,
/// and claims contradict claims.
fn unify(key: &mut Value) {
    let files = list(&key["documents"]).into_iter().map(|document| {
        let file = document["file"].as_str().unwrap_or_default().to_owned();
        (file.clone(), json!({"kind": "article", "files": [file]}))
    });
    key["documents"] = Value::Object(files.collect());
    key["messages"] = json!([]);
    let sources: BTreeMap<String, Value> = list(&key["statements"])
        .into_iter()
        .map(|statement| (name(&statement["id"]), statement["source_entity"].clone()))
        .collect();
    for statement in key["statements"].as_array_mut().into_iter().flatten() {
        let at = &statement["at"];
        let place: Vec<String> = ["file", "member", "message"]
            .iter()
            .map(|part| name(&at[part]))
            .collect();
        let doc = place.join(" ");
        let via = list(&statement["via"])
            .into_iter()
            .map(|id| json!([name(&id), name(&sources[&name(&id)])]));
        statement["via"] = via.collect();
        statement["doc"] = json!(doc.trim_end());
        statement["speaker_entity"] = statement["source_entity"].take();
    }
    let claims: BTreeMap<String, Value> = list(&key["claims"])
        .into_iter()
        .map(|claim| (name(&claim["id"]), claim["statements"].clone()))
        .collect();
    for claim in key["claims"].as_array_mut().into_iter().flatten() {
        let against = list(&claim["contradicts"])
            .into_iter()
            .flat_map(|id| list(&claims[&name(&id)]));
        claim["contradicted_by"] = against.collect();
    }
    for link in key["links"].as_array_mut().into_iter().flatten() {
        link["stance"] = json!(if link["established"] == json!(true) {
            "asserts"
        } else {
            "alleges"
        });
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn name(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
