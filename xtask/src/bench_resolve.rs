//! How long it takes to join many mentions across documents, and to add one in a hundred more.

use crate::run::{option, run as run_program};

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let mentions = option(arguments, "--mentions").unwrap_or("1000000");
    let example = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "onrecord-entities",
        "--example",
        "resolve",
        "--",
        mentions,
    ];
    run_program("cargo", &example)
}
