//! Everything that must hold before a change lands: what CI runs.

use crate::run::{data, has, run as start};
use crate::{boundaries, browser, docs, model};

pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    start("cargo", &["fmt", "--all", "--check"])?;
    boundaries::run(&[])?;
    start(
        "cargo",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    if data().is_none() {
        eprintln!(
            "skipped: tests on the shared data, which is neither at ONRECORD_DATA nor at ../shared/data"
        );
    }
    let model = model::run(&[]);
    if let Err(error) = &model {
        eprintln!("skipped: tests that need the English model ({error:#})");
    }
    for program in ["python3", "tar"] {
        if !has(program) {
            eprintln!("skipped: tests that compare with {program}, which is not installed");
        }
    }
    start(
        "cargo",
        &["test", "--workspace", "--locked", "--no-fail-fast"],
    )?;
    match model.and_then(|()| browser::get_ready()) {
        Ok(()) => browser::run(&[])?,
        Err(error) => eprintln!("skipped: the browser's tests ({error:#})"),
    }
    docs::run(&["--check".to_owned()])
}
