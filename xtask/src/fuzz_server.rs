//! Random requests over the description of the pages: no failure of the server, no hang.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::bench_server::client::Served;
use crate::run::{onrecord, option, run as start, target};

/// The fuzzer, as PyPI has it.
const FUZZER: &str = "schemathesis>=4.1,<5";
/// Seconds after which a request counts as hanging.
const PATIENCE: &str = "10";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let requests: usize = option(arguments, "--requests").unwrap_or("10000").parse()?;
    let program = match option(arguments, "--program") {
        Some(given) => PathBuf::from(given),
        None => onrecord(false)?,
    };
    let Some(case) = option(arguments, "--case") else {
        bail!("say which case to serve: cargo xtask fuzz server --case FOLDER.case");
    };
    let fuzzer = fuzzer(option(arguments, "--python-env").map(PathBuf::from))?;
    let served = Served::start(&program, Path::new(case))?;
    let each = requests.div_ceil(served.n_pages()?).to_string();
    let cookie = format!("Cookie: {}", served.cookie);
    start(
        &fuzzer,
        &[
            "run",
            &format!("http://{}/openapi.json", served.listen),
            "--header",
            &cookie,
            "--checks",
            "not_a_server_error",
            "--phases",
            "fuzzing",
            "--max-examples",
            &each,
            "--request-timeout",
            PATIENCE,
            "--seed",
            "8",
            "--continue-on-failure",
        ],
    )
}

/// The fuzzer in a Python environment of its own.
fn fuzzer(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let folder = given.unwrap_or_else(|| target().join("schemathesis"));
    let program = folder.join("bin/schemathesis");
    if !program.is_file() {
        start("python3", &["-m", "venv", &folder.to_string_lossy()])?;
        let pip = folder.join("bin/pip");
        start(&pip, &["install", "--quiet", FUZZER])?;
    }
    Ok(program)
}
