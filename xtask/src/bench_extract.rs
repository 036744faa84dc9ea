//! Text of PDFs, pages a CPU second, against pdfium alone, Tika and `pdftotext` on the same files in one run.

use anyhow::Context;

use crate::eval_extract::pdf_files;
use crate::eval_extract::peers::PEERS;
use crate::run::{Usage, option, output};

/// `cargo xtask bench extract [--program TEXTS] [--runs N]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let n_runs: usize = option(arguments, "--runs")
        .unwrap_or("3")
        .parse()
        .context("--runs N")?;
    let files = pdf_files()?;
    let n_pages: f64 = files.iter().filter_map(|file| n_pages(file)).sum();
    println!(
        "PDF: {} files, {n_pages} pages, least CPU of {n_runs} runs",
        files.len()
    );
    println!(
        "{:<12}{:>9}{:>10}{:>18}{:>10}",
        "", "CPU s", "peak MB", "pages a CPU s", "ratio"
    );
    let mut first = None;
    for peer in PEERS {
        let mut best: Option<Usage> = None;
        for _ in 0..n_runs {
            let (_, usage) = peer.texts(arguments, &files)?;
            if best.is_none_or(|best| usage.cpu_seconds < best.cpu_seconds) {
                best = Some(usage);
            }
        }
        let usage = best.unwrap_or_default();
        let ours = *first.get_or_insert(usage.cpu_seconds);
        println!(
            "{:<12}{:>9.2}{:>10.0}{:>18.0}{:>10.1}",
            peer.name,
            usage.cpu_seconds,
            usage.peak_mb,
            n_pages / usage.cpu_seconds,
            usage.cpu_seconds / ours
        );
    }
    Ok(())
}

/// Pages as poppler counts them; none where it cannot open the file.
fn n_pages(file: &str) -> Option<f64> {
    let info = output("pdfinfo", &[file]).ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("Pages:"))?;
    line.trim().parse().ok()
}
