//! A short run of every fuzz target: a smoke test, not a search.

use anyhow::bail;

use crate::fuzz_server;
use crate::run::{option, output, root, run_in};

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if let [what, rest @ ..] = arguments
        && what == "server"
    {
        return fuzz_server::run(rest);
    }
    let seconds = option(arguments, "--seconds").unwrap_or("20");
    if output("cargo", &["fuzz", "--version"]).is_err() {
        bail!("cargo-fuzz is not installed: cargo install cargo-fuzz, with a nightly toolchain");
    }
    let list = std::fs::read_dir(root().join("fuzz/fuzz_targets"))?;
    let mut targets: Vec<String> = list
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    targets.sort();
    for target in targets {
        let time = format!("-max_total_time={seconds}");
        let arguments = [
            "+nightly",
            "fuzz",
            "run",
            &target,
            "--",
            &time,
            "-timeout=20",
            "-rss_limit_mb=2048",
        ];
        run_in(&root().join("fuzz"), "cargo", &arguments)?;
    }
    Ok(())
}
