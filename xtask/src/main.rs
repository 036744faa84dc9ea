//! `cargo xtask`: everything that is done to the repository besides building it.
#![allow(clippy::disallowed_methods)] // runs programs and writes files: that is its work

mod bench_claims;
mod bench_extract;
mod bench_hostile;
mod bench_hostile_files;
mod bench_import;
mod bench_language;
mod bench_names;
mod bench_network;
mod bench_resolve;
mod bench_search;
mod bench_server;
mod bench_statements;
mod boundaries;
mod browser;
mod clusters;
mod demo;
mod dist;
mod docs;
mod eval_claims;
mod eval_coref;
mod eval_entities;
mod eval_extract;
mod eval_links;
mod eval_names;
mod eval_near_copies;
mod eval_office;
mod eval_records;
mod eval_resolve;
mod eval_statements;
mod fuzz;
mod fuzz_server;
mod model;
mod parity;
mod pdfium;
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
        "e2e",
        "run the browser's tests on the demo case (a part of test)",
        browser::run,
    ),
    (
        "screenshots",
        "draw the main pages into docs/pages, or the folder given",
        browser::screenshots,
    ),
    (
        "bench",
        "measure against named peers, in one run; without a name it lists them",
        bench,
    ),
    (
        "eval",
        "measure what is found against labels set by hand, or made; without a name it lists them",
        eval,
    ),
    (
        "train",
        "fit the weights that are committed, from the labeled texts in corpora/",
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
        "pdfium",
        "get the library that reads PDF documents and put it in its place",
        pdfium::run,
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
        "run each fuzz target for a short while (needs cargo-fuzz and a nightly toolchain);\n              `fuzz server --case FOLDER.case`: random requests over all pages",
        fuzz::run,
    ),
    (
        "dist",
        "one archive that runs offline on a clean Debian",
        dist::run,
    ),
];

/// `(what, how)`.
type Kinds = &'static [(&'static str, Task)];

const BENCHES: Kinds = &[
    ("claims", bench_claims::run),
    ("extract", bench_extract::run),
    ("hostile", bench_hostile::run),
    ("hostile-files", bench_hostile_files::run),
    ("import", bench_import::run),
    ("language", bench_language::run),
    ("names", bench_names::run),
    ("network", bench_network::run),
    ("resolve", bench_resolve::run),
    ("search", bench_search::run),
    ("server", bench_server::run),
    ("claims", bench_claims::run),
    ("statements", bench_statements::run),
];

const EVALS: Kinds = &[
    ("claims", eval_claims::run),
    ("coref", eval_coref::run),
    ("entities", eval_entities::run),
    ("extract", eval_extract::run),
    ("links", eval_links::run),
    ("names", eval_names::run),
    ("near-copies", eval_near_copies::run),
    ("office", eval_office::run_eval),
    ("records", eval_records::run),
    ("resolve", eval_resolve::run),
    ("statements", eval_statements::run),
];

const TRAININGS: Kinds = &[("statements", train_statements::run)];

fn train(arguments: &[String]) -> anyhow::Result<()> {
    one_of("train", TRAININGS, arguments)
}

fn bench(arguments: &[String]) -> anyhow::Result<()> {
    one_of("bench", BENCHES, arguments)
}

fn eval(arguments: &[String]) -> anyhow::Result<()> {
    one_of("eval", EVALS, arguments)
}

fn one_of(task: &str, kinds: Kinds, arguments: &[String]) -> anyhow::Result<()> {
    if let Some((what, rest)) = arguments.split_first()
        && let Some((_, run)) = kinds.iter().find(|(name, _)| name == what)
    {
        return run(rest);
    }
    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
    anyhow::bail!(
        "say what to measure: cargo xtask {task} {}",
        names.join("|")
    )
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
