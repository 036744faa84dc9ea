//! The demo: builds, makes the case of the fictional leak, and shows the way.

use std::path::Path;

use crate::model;
use crate::run::{onrecord, root, run_in};

/// What a newcomer does first, in order.
const TOUR: &[(&str, &[&str])] = &[
    (
        "First of all: what was not read, and whether the ledger adds up",
        &["status"],
    ),
    (
        "A search; the query as understood stands in the first line",
        &["search", "commissioner near/8 meeting", "--limit", "3"],
    ),
    (
        "Conversations with messages that are missing",
        &["mail", "threads", "--missing"],
    ),
    (
        "Why something was not read, and what to do about it",
        &["problems"],
    ),
];

/// What a newcomer asks next, where a language model is there.
const READING: &[(&str, &[&str])] = &[
    (
        "Who is in it, those that matter most first",
        &["entities", "--limit", "8"],
    ),
    (
        "Who denies what",
        &["statements", "--stance", "denies", "--limit", "6"],
    ),
    (
        "How two are connected, step by step, with the words that show it",
        &[
            "path",
            "Kestrin Partners LP",
            "Corvick for Lethmark",
            "-k",
            "1",
        ],
    ),
];

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let release = !arguments.iter().any(|argument| argument == "--debug");
    let program = onrecord(release)?;
    let model = model::add(&program);
    if let Err(error) = &model {
        eprintln!(
            "the language model could not be had ({error:#}); everything but annotation works"
        );
    }
    let case = std::env::temp_dir().join("onrecord-demo.case");
    if case.exists() {
        std::fs::remove_dir_all(&case)?;
    }
    let case = case.to_string_lossy().into_owned();
    say("The case of the fictional leak in corpora/demo (see its KEY.md for what is in it)");
    // Relative to the corpus, so that the ledger shows short paths.
    let corpus = root().join("corpora/demo");
    onrecord_in(&corpus, &program, &case, &["add", "leak"])?;
    let reading = if model.is_ok() { READING } else { &[] };
    for (title, verb) in TOUR.iter().chain(reading) {
        say(title);
        onrecord_in(&corpus, &program, &case, verb)?;
    }
    show_first_hit(&corpus, &program, &case)?;
    say("Now you");
    let serves = !arguments.iter().any(|argument| argument == "--no-serve");
    println!(
        "export ONRECORD_CASE={case}\nexport PATH={}:$PATH",
        program.parent().unwrap_or(Path::new(".")).display()
    );
    println!(
        "onrecord search 'from:ferrow has:attachment'\nonrecord unlock --passwords corpora/demo/passwords.txt\nonrecord --help"
    );
    if serves {
        say("The same case in the browser; Ctrl-C ends it");
        onrecord_in(&corpus, &program, &case, &["serve"])?;
    }
    Ok(())
}

fn onrecord_in(folder: &Path, program: &Path, case: &str, verb: &[&str]) -> anyhow::Result<()> {
    let arguments: Vec<&str> = ["--case", case]
        .into_iter()
        .chain(verb.iter().copied())
        .collect();
    run_in(folder, program, &arguments)
}

/// A message, opened from a search as a person would.
fn show_first_hit(corpus: &Path, program: &Path, case: &str) -> anyhow::Result<()> {
    let found = crate::run::output(
        program,
        &[
            "--case",
            case,
            "--json",
            "search",
            "type:message subject:consent",
            "--limit",
            "1",
        ],
    )?;
    let hit = found
        .lines()
        .nth(1)
        .and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let Some(id) = hit.as_ref().and_then(|hit| hit["document"].as_str()) else {
        anyhow::bail!("the demo case holds no message about consent; is corpora/demo whole?");
    };
    say("A message: where it was found, its copies and what differs between them, its text");
    onrecord_in(corpus, program, case, &["show", id])
}

fn say(title: &str) {
    println!("\n== {title} ==");
}
