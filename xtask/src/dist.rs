//! One archive with the program and its papers, that runs offline.

use crate::run::{onrecord, root, run_in, target};

const PAPERS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    let program = onrecord(true)?;
    let version = env!("CARGO_PKG_VERSION");
    let name = format!(
        "onrecord-{version}-{}-{}",
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    let parent = target().join("dist");
    let folder = parent.join(&name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(&program, folder.join("onrecord"))?;
    for paper in PAPERS {
        std::fs::copy(root().join(paper), folder.join(paper))?;
    }
    std::fs::write(
        folder.join("onrecord.1"),
        crate::run::output(&program, &["generate", "man"])?,
    )?;
    add_model(&program, &folder)?;
    crate::pdfium::put(&folder.join("pdfium"))?;
    let archive = format!("{name}.tar.gz");
    run_in(
        &parent,
        "tar",
        &["--owner=0", "--group=0", "-czf", &archive, &name],
    )?;
    println!("{}", parent.join(archive).display());
    Ok(())
}

/// The English pipeline beside the program, where the program looks for it.
fn add_model(program: &std::path::Path, folder: &std::path::Path) -> anyhow::Result<()> {
    let wheel = crate::model::wheel()?;
    let data = folder.join("data");
    let status = std::process::Command::new(program)
        .args(["model", "add"])
        .arg(&wheel)
        .env("XDG_DATA_HOME", &data)
        .status()?;
    anyhow::ensure!(
        status.success(),
        "the model could not be added to the archive"
    );
    std::fs::rename(data.join("onrecord/models"), folder.join("models"))?;
    Ok(std::fs::remove_dir_all(data)?)
}
