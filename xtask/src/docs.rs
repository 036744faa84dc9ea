//! The generated parts of `docs/`: drawn from the program itself, so that they cannot be stale.

use anyhow::{Context, bail};

use crate::run::{onrecord, output, root};

/// `(file below docs/, arguments that print it)`.
const GENERATED: &[(&str, &[&str])] = &[
    ("commands.md", &["generate", "markdown"]),
    ("problems.md", &["generate", "problems"]),
    ("query.md", &["generate", "query"]),
];

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let check = arguments.iter().any(|argument| argument == "--check");
    let program = onrecord(false)?;
    for (file, verb) in GENERATED {
        let path = root().join("docs").join(file);
        let fresh = output(&program, verb)?;
        if !check {
            std::fs::write(&path, fresh)?;
            continue;
        }
        let kept = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        if kept != fresh {
            bail!("docs/{file} is stale: run `cargo xtask docs`");
        }
    }
    Ok(())
}
