//! `cargo xtask`: everything that is done to the repository besides building it.
#![allow(clippy::disallowed_methods)] // runs programs and writes files: that is its work

mod bench_import;
mod bench_language;
mod bench_search;
mod bench_statements;
mod boundaries;
mod demo;
mod dist;
mod docs;
mod eval_claims;
mod eval_names;
mod eval_near_copies;
mod eval_statements;
mod fuzz;
mod model;
mod parity;
mod picture;
mod random;
mod run;
mod test;
mod train_statements;

use std::process::ExitCode;

/// What runs a task, with the arguments after its name.
type Task = fn(&[String]) -> anyhow::Result<()>;

/// `(name, what it does, how)`.
const TASKS: &[(&str, &str, Task)] = &[
    (
        "demo",
        "build, get the language model, make the demo case and show the way",
        demo::run,
    ),
    (
        "test",
        "get what the tests need and run all of them, with formatting, lints and boundaries",
        test::run,
    ),
    (
        "bench",
        "import | search | language: measure against named peers, in one run",
        bench,
    ),
    (
        "eval",
        "names | near-copies | claims: measure what is found against labels set by hand, or made",
        eval,
    ),
    (
        "train",
        "statements: fit the weights that are committed, from the labeled texts in corpora/",
        train,
    ),
    (
        "docs",
        "write the generated parts of docs/ again; --check compares",
        docs::run,
    ),
    (
        "boundaries",
        "hold the table of who may depend on whom against every Cargo.toml",
        boundaries::run,
    ),
    (
        "model",
        "get the English language model and add it",
        model::run,
    ),
    (
        "parity",
        "compare annotations with spaCy's own, on any text",
        parity::run,
    ),
    (
        "picture",
        "draw the readme's picture from the demo case again",
        picture::run,
    ),
    (
        "fuzz",
        "run each fuzz target for a short while (needs cargo-fuzz and a nightly toolchain)",
        fuzz::run,
    ),
    (
        "dist",
        "one archive that runs offline on a clean Debian",
        dist::run,
    ),
];

fn bench(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "import" => bench_import::run(rest),
        Some((what, rest)) if what == "search" => bench_search::run(rest),
        Some((what, rest)) if what == "language" => bench_language::run(rest),
        Some((what, rest)) if what == "statements" => bench_statements::run(rest),
        _ => anyhow::bail!(
            "say what to measure: cargo xtask bench import|search|language|statements|statements"
        ),
    }
}

fn eval(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "names" => eval_names::run(rest),
        Some((what, rest)) if what == "claims" => eval_claims::run(rest),
        Some((what, rest)) if what == "near-copies" => eval_near_copies::run(rest),
        Some((what, rest)) if what == "statements" => eval_statements::run(rest),
        _ => anyhow::bail!(
            "say what to measure: cargo xtask eval names|statements|near-copies|claims"
        ),
    }
}

fn train(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "statements" => train_statements::run(rest),
        _ => anyhow::bail!("say what to train: cargo xtask train statements"),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments
        .first()
        .and_then(|name| TASKS.iter().find(|(task, _, _)| task == name));
    let Some((_, _, run)) = task else {
        eprintln!("cargo xtask TASK\n");
        for (name, does, _) in TASKS {
            eprintln!("  {name:<12}{does}");
        }
        return ExitCode::from(2);
    };
    match run(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
