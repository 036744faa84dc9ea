//! The readme's picture: what the program prints on the demo case, drawn as a terminal.

use std::fmt::Write as _;

use crate::run::{onrecord, root, target};

/// What is shown: the command as typed, its arguments, and how many lines of its answer.
const SHOWN: &[(&str, &[&str], usize)] = &[
    ("onrecord status", &["status"], 10),
    (
        "onrecord search 'commissioner near/8 meeting'",
        &["search", "commissioner near/8 meeting", "--no-facets"],
        5,
    ),
    (
        "onrecord mail threads --missing",
        &["mail", "threads", "--missing"],
        12,
    ),
];
const COLUMNS: usize = 118;
const LINE_HEIGHT: usize = 19;

pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    let program = onrecord(false)?;
    let corpus = root().join("corpora/demo");
    let case = target().join("picture.case");
    if case.exists() {
        std::fs::remove_dir_all(&case)?;
    }
    let case = case.to_string_lossy().into_owned();
    let add = ["--case", &case, "add", "--quiet", "--no-derive", "leak"];
    crate::run::run_in(&corpus, &program, &add)?;
    crate::run::run_in(&corpus, &program, &["--case", &case, "add", "--quiet"])?;
    let mut lines = Vec::new();
    for (typed, arguments, most) in SHOWN {
        lines.push(format!("$ {typed}"));
        let all: Vec<&str> = ["--case", &case]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let text = crate::run::output(&program, &all)?;
        lines.extend(
            text.lines()
                .take(*most)
                .map(|line| shortened(line, &corpus.to_string_lossy())),
        );
        lines.push(String::new());
    }
    std::fs::write(root().join("docs/demo.svg"), svg(&lines)?)?;
    Ok(())
}

/// Paths from the corpus on, without the time that the search took, and no wider than the picture.
fn shortened(line: &str, corpus: &str) -> String {
    let line = line.replace(&format!("{corpus}/"), "");
    let line = match (line.rfind(" ("), line.ends_with(" ms)")) {
        (Some(at), true) => line[..at].to_owned(),
        _ => line,
    };
    line.chars().take(COLUMNS).collect()
}

fn svg(lines: &[String]) -> anyhow::Result<String> {
    let (width, height) = (COLUMNS * 8 + 32, lines.len() * LINE_HEIGHT + 24);
    let mut svg = String::new();
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"The demo case in a terminal\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\">"
    )?;
    writeln!(
        svg,
        "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#14181d\"/>"
    )?;
    for (number, line) in lines.iter().enumerate() {
        let y = 28 + number * LINE_HEIGHT;
        let color = match line {
            line if line.starts_with('$') => "#8fd0ff",
            line if line.contains("[missing:") => "#ffb86b",
            _ => "#d6dde4",
        };
        let text = line
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        writeln!(
            svg,
            "<text x=\"16\" y=\"{y}\" fill=\"{color}\" xml:space=\"preserve\">{text}</text>"
        )?;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}
