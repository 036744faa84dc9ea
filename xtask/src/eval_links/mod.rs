//! How many of the ties that texts state are found, and how much of what is found they state.

mod key;
mod labeled;
mod redocred;
mod sample;
mod story;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::run::{onrecord, option, output, root, target, unpacked};

/// A text to annotate, as `onrecord annotate --jsonl` takes it.
#[derive(Debug, Clone, Serialize)]
struct Input {
    id: String,
    text: String,
    date: Option<String>,
    author: Option<String>,
    /// `article` or `message`.
    kind: String,
}

/// What the program found in a text.
#[derive(Debug, Clone, Deserialize)]
struct Answer {
    text: String,
    #[serde(default)]
    mentions: Vec<Mention>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    problems: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    entity: Option<usize>,
}

#[derive(Debug, Clone, Deserialize)]
struct Entity {
    name: String,
    names: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Link {
    from: usize,
    to: usize,
    #[serde(rename = "type")]
    kind: String,
    role: Option<String>,
    amount: Option<Value>,
    since: Option<String>,
    until: Option<String>,
    stance: String,
    evidence: Vec<(usize, usize)>,
}

/// `cargo xtask eval links [--file REDOCRED] [--program ONRECORD] [--wrong]`: recall on the answer keys of
/// the two stories and on completely labeled articles (`--labels FILE`), and precision, recall and F1 on
/// Re-DocRED. `--only demo|second|labeled|redocred` measures one.
/// `--sample N --seed S` prints ties shown by default in real articles, for a blind judge;
/// `--judged FILE` counts what the judge found.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if let Some(judged) = option(arguments, "--judged") {
        return sample::count(Path::new(judged));
    }
    let program = match option(arguments, "--program") {
        Some(program) => PathBuf::from(program),
        None => onrecord(true)?,
    };
    if let Some(n) = option(arguments, "--sample") {
        let n = n.parse().context("--sample takes a number")?;
        let seed = option(arguments, "--seed").unwrap_or("1").parse();
        return sample::draw(&program, n, seed.context("--seed takes a number")?);
    }
    let only = option(arguments, "--only");
    let is_asked = |what: &str| only.is_none_or(|only| only == what);
    let wrong = arguments.iter().any(|argument| argument == "--wrong");
    for corpus in ["demo", "second"] {
        if is_asked(corpus) {
            key::measure(&program, &root().join("corpora").join(corpus), wrong)?;
        }
    }
    if is_asked("labeled") {
        match labeled::labels(arguments) {
            Some(labels) => labeled::measure(&program, &labels)?,
            None => eprintln!(
                "skipped: labeled articles; they are not in the repository, name them with --labels FILE"
            ),
        }
    }
    if is_asked("redocred") {
        let file = match option(arguments, "--file") {
            Some(file) => PathBuf::from(file),
            None => unpacked("language/language.tar.zst")?.join("redocred/dev.jsonl"),
        };
        redocred::measure(&program, &file, wrong)?;
    }
    Ok(())
}

/// The program's answers, in the order of the texts.
fn annotate(program: &Path, inputs: &[Input]) -> anyhow::Result<Vec<Answer>> {
    let folder = target().join("links");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("input.jsonl");
    let mut answers: Vec<Option<Answer>> = vec![None; inputs.len()];
    for (kind, shape) in [
        ("article", "article"),
        ("message", "mail"),
        ("text", "auto"),
    ] {
        let members: Vec<usize> = (0..inputs.len())
            .filter(|&at| inputs[at].kind == kind)
            .collect();
        if members.is_empty() {
            continue;
        }
        let lines: Vec<String> = members
            .iter()
            .map(|&at| json!(inputs[at]).to_string())
            .collect();
        std::fs::write(&file, lines.join("\n"))?;
        let name = file.to_string_lossy();
        let answered = output(
            program,
            &[
                "annotate",
                &name,
                "--jsonl",
                "--as",
                shape,
                "--workers",
                "2",
            ],
        )?;
        for (&at, line) in members.iter().zip(answered.lines()) {
            let answer: Answer = serde_json::from_str(line)
                .context("onrecord annotate did not answer as docs/json.md says")?;
            ensure!(
                !answer.entities.is_empty() || answer.problems.is_empty(),
                "{}: {:?}: add the model with `cargo xtask model`",
                inputs[at].id,
                answer.problems
            );
            answers[at] = Some(answer);
        }
    }
    answers
        .into_iter()
        .map(|answer| answer.context("a text got no answer"))
        .collect()
}

/// The texts of a file as the program extracts it, containers opened.
fn extract(program: &Path, file: &Path) -> anyhow::Result<Vec<Value>> {
    let name = file.to_string_lossy();
    let lines = output(program, &["extract", &name, "--jsonl"])?;
    lines
        .lines()
        .map(|line| {
            serde_json::from_str(line)
                .context("onrecord extract did not answer as docs/json.md says")
        })
        .collect()
}

/// The evidence of a tie.
fn quote<'a>(answer: &'a Answer, link: &Link) -> &'a str {
    let (start, end) = link.evidence.first().copied().unwrap_or_default();
    answer.text.get(start..end).unwrap_or_default()
}

/// A rate as printed; a dash where there is nothing to divide by.
fn rate(right: usize, of: usize) -> String {
    match of {
        0 => "  -  ".to_owned(),
        of => format!("{:.3}", right as f64 / of as f64),
    }
}
