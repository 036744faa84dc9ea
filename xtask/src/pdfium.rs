//! The pdfium library, which reads PDF documents: fetched as a package, checked, put in its place.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::run::{has, run as start, target};

const PACKAGE: &str = "pypdfium2==5.15.2";
/// Where the library lies in the package.
const LIBRARY: &str = "pypdfium2_raw/libpdfium.so";

/// `(architecture, wheel, its SHA-256)`; the program itself checks the library inside.
const WHEELS: &[(&str, &str, &str)] = &[
    (
        "x86_64",
        "pypdfium2-5.15.2-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37",
    ),
    (
        "aarch64",
        "pypdfium2-5.15.2-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
        "dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc",
    ),
];

/// Puts the library where the program looks for it: `onrecord/pdfium` in the user's data folder.
pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = data
        .or(home)
        .context("neither XDG_DATA_HOME nor HOME is set: set one of them")?;
    let placed = put(&data.join("onrecord/pdfium"))?;
    println!("{}", placed.display());
    Ok(())
}

/// Puts the library, and the licences of what is in it, into a folder.
pub(crate) fn put(folder: &Path) -> anyhow::Result<PathBuf> {
    let unpacked = unpacked()?;
    std::fs::create_dir_all(folder)?;
    let library = folder.join("libpdfium.so");
    // A program that runs may have it open: a new file takes its place.
    let part = folder.join(".libpdfium.so.part");
    std::fs::copy(unpacked.join(LIBRARY), &part)?;
    std::fs::rename(&part, &library)?;
    copy_licences(&unpacked, &folder.join("licences"))?;
    Ok(library)
}

fn copy_licences(unpacked: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    let mut open = vec![unpacked.join("pypdfium2-5.15.2.dist-info/licenses")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            match path.file_name() {
                _ if path.is_dir() => open.push(path),
                Some(name) => drop(std::fs::copy(&path, to.join(name))?),
                None => {}
            }
        }
    }
    Ok(())
}

/// The package's folder in the cache, fetched if it is not there, with the hash that it must have.
fn unpacked() -> anyhow::Result<PathBuf> {
    let found = WHEELS
        .iter()
        .find(|(arch, _, _)| *arch == std::env::consts::ARCH);
    let Some((_, wheel, hash)) = found.filter(|_| cfg!(target_os = "linux")) else {
        bail!("no pdfium library is known for this system; PDFs are not read here");
    };
    if !has("python3") {
        bail!("python3 is needed to fetch the package: apt-get install python3-pip");
    }
    let folder = target().join("pdfium");
    let path = folder.join(wheel);
    let to = folder.to_string_lossy().into_owned();
    if !path.is_file() {
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
        start("python3", &arguments)?;
    }
    check(&path, hash)?;
    let unpacked = folder.join("unpacked");
    let arguments = [
        "-m",
        "zipfile",
        "-e",
        &path.to_string_lossy(),
        &unpacked.to_string_lossy(),
    ];
    start("python3", &arguments)?;
    Ok(unpacked)
}

fn check(wheel: &Path, wanted: &str) -> anyhow::Result<()> {
    let bytes = std::fs::read(wheel).with_context(|| wheel.display().to_string())?;
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if hash != wanted {
        bail!(
            "{} has SHA-256 {hash}, not {wanted}: remove it and try again",
            wheel.display()
        );
    }
    Ok(())
}
