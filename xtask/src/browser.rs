//! The pages in a real browser: the tests of `e2e/`, and pictures of the main pages.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::model;
use crate::run::{has, onrecord, root, run as start, run_in, target};

/// `(program, Debian's package)`: what the browser's tests need and cargo does not bring.
const NEEDED: &[(&str, &str)] = &[("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];

/// Runs every test of `e2e/` on the demo case; fails where something that it needs is lacking.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    get_ready()?;
    run_in(&root().join("e2e"), "npm", &["run", "--silent", "types"])?;
    let tests: Vec<&str> = match arguments {
        [] => vec!["--test", "tests/"],
        named => ["--test"]
            .into_iter()
            .chain(named.iter().map(String::as_str))
            .collect(),
    };
    with_demo("node", &tests)
}

/// Writes pictures of the main pages into a folder, `docs/pages` where none is given.
pub(crate) fn screenshots(arguments: &[String]) -> anyhow::Result<()> {
    get_ready()?;
    let folder = match arguments {
        [] => root().join("docs/pages"),
        [folder, ..] => std::env::current_dir()?.join(folder),
    };
    std::fs::create_dir_all(&folder)?;
    with_demo("node", &["screenshots.js", &folder.to_string_lossy()])
}

/// Installs what the browser's tests need, where this user may.
///
/// # Errors
/// Names what is lacking: then the tests cannot run, which says nothing about the pages.
pub(crate) fn get_ready() -> anyhow::Result<()> {
    install();
    let lacking: Vec<_> = NEEDED
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(program, _)| *program)
        .collect();
    if !lacking.is_empty() {
        bail!(
            "the browser's tests need {}; install what your system calls so, and try again",
            lacking.join(", ")
        );
    }
    run_in(
        &root().join("e2e"),
        "npm",
        &["ci", "--no-audit", "--no-fund", "--silent"],
    )
}

/// Debian's packages, where this user may install them; whatever fails shows up as lacking.
fn install() {
    let packages: Vec<&str> = NEEDED
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(_, package)| *package)
        .collect();
    if packages.is_empty() || !has("apt-get") {
        return;
    }
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    let installed = start("apt-get", &["update", "-qq"]).and_then(|()| start("apt-get", &install));
    if let Err(error) = installed {
        eprintln!("{error:#}");
    }
}

/// Runs a program of `e2e/` with the program under test and a new case of the demo.
fn with_demo(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let tested = onrecord(false)?;
    if let Err(error) = model::add(&tested) {
        bail!("the pages of a case need the language model: {error:#}");
    }
    let case = new_demo_case(&tested)?;
    let shown = format!("{program} {}", arguments.join(" "));
    eprintln!("$ {shown}");
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root().join("e2e"))
        .envs::<_, &OsStr, &OsStr>([
            ("ONRECORD".as_ref(), tested.as_os_str()),
            ("ONRECORD_CASE".as_ref(), case.as_os_str()),
        ])
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("failed ({status}): {shown}");
    }
    Ok(())
}

fn new_demo_case(program: &Path) -> anyhow::Result<PathBuf> {
    let case = target().join("e2e/demo.case");
    if case.exists() {
        std::fs::remove_dir_all(&case)?;
    }
    std::fs::create_dir_all(target().join("e2e"))?;
    let shown = case.to_string_lossy();
    run_in(
        &root().join("corpora/demo"),
        program,
        &["--case", &shown, "add", "--quiet", "leak"],
    )?;
    Ok(case)
}
