//! Files made to hurt, each read through the sandbox: the program survives all, within limits.

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::run::{Usage, data, measure, onrecord, run as run_program, target};

/// Seconds within which one file has ended, every second try included.
const MAX_SECONDS: f64 = 180.0;
/// Megabytes that the largest of its processes may hold.
const MAX_MB: f64 = 1536.0;
/// How many files are listed, the slowest first.
const SHOWN: usize = 10;

/// `cargo xtask bench hostile-files`: `onrecord extract` on each file that `make_hostile.py` writes.
pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    let program = onrecord(true)?.to_string_lossy().into_owned();
    let files = hostile_files()?;
    let mut measured = Vec::new();
    for file in &files {
        let path = file.to_string_lossy();
        let usage = measure(&program, &["extract", "--jsonl", &path])
            .with_context(|| format!("{path}: the program did not survive it"))?;
        measured.push((usage, path));
    }
    let is_within = |usage: &Usage| usage.wall_seconds <= MAX_SECONDS && usage.peak_mb <= MAX_MB;
    let within = measured
        .iter()
        .filter(|(usage, _)| is_within(usage))
        .count();
    measured.sort_by(|(a, _), (b, _)| b.wall_seconds.total_cmp(&a.wall_seconds));
    println!("{:>9}{:>9}{:>10}", "CPU s", "wall s", "peak MB");
    for (usage, path) in measured.iter().take(SHOWN) {
        let Usage {
            cpu_seconds,
            wall_seconds,
            peak_mb,
        } = usage;
        println!("{cpu_seconds:>9.2}{wall_seconds:>9.2}{peak_mb:>10.0}  {path}");
    }
    println!(
        "{within} of {} files within {MAX_SECONDS} s and {MAX_MB} MB",
        files.len()
    );
    ensure!(within == files.len(), "a file went beyond");
    Ok(())
}

/// The files, written anew by the script of the shared data.
fn hostile_files() -> anyhow::Result<Vec<PathBuf>> {
    let script = data()
        .context("the shared data is not here: name its folder with ONRECORD_DATA")?
        .join("documents/make_hostile.py");
    let folder = target().join("data").join("hostile");
    std::fs::create_dir_all(&folder)?;
    run_program(
        "python3",
        &[&script.to_string_lossy(), &folder.to_string_lossy()],
    )?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "EXPECT.json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
