//! `onrecord model`: the language pipelines that are installed.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use onrecord_language::{LoadOptions, ModelInfo, Package, Pipeline, Trust, package_files};

use crate::args::Shared;
use crate::models::{HOW_TO_GET_ONE, TRUSTED, installed, isa, user_folder};
use crate::out::{Found, json_line, stdout};

/// Language pipelines: add, list, where they are.
#[derive(Debug, Args)]
pub(crate) struct Model {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Install a pipeline from its package folder or wheel
    Add {
        /// The folder or the .whl file
        path: PathBuf,
        /// Take files whose hashes are unknown
        #[arg(long)]
        trust: bool,
    },
    /// List what is installed, with the hashes of all files
    List,
    /// Print the folder of a pipeline, or of all
    Path {
        /// Its name or its language
        name: Option<String>,
    },
}

impl Model {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        match &self.verb {
            Verb::Add { path, trust } => add(path, *trust, shared.json),
            Verb::List => list(shared.json),
            Verb::Path { name } => print_path(name.as_deref()),
        }
    }
}

fn add(path: &Path, trust: bool, json: bool) -> anyhow::Result<Found> {
    let wheel = if path.is_dir() {
        None
    } else {
        Some(std::fs::read(path).with_context(|| format!("{}: cannot read it", path.display()))?)
    };
    let package = wheel
        .as_deref()
        .map_or(Package::Folder(path), Package::Wheel);
    let options = LoadOptions {
        isa: isa()?,
        trust: if trust { Trust::Any } else { Trust::KnownOnly },
    };
    let pipeline = match package {
        Package::Folder(path) => Pipeline::load(path, &options)?,
        Package::Wheel(bytes) => Pipeline::from_wheel(bytes, &options)?,
    };
    let info = pipeline.info();
    if !info
        .name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
        || info.name.is_empty()
    {
        bail!(
            "{:?} is no name for a pipeline: its meta.json is damaged",
            info.name
        );
    }
    let user = user_folder().context("neither XDG_DATA_HOME nor HOME is set: set one of them")?;
    let to = user.join(&info.name);
    let part = user.join(format!(".{}.part", info.name));
    if part.exists() {
        std::fs::remove_dir_all(&part)?;
    }
    for (name, bytes) in package_files(package, info)? {
        let file = part.join(&name);
        std::fs::create_dir_all(file.parent().unwrap_or(&part))?;
        std::fs::write(&file, bytes).with_context(|| file.display().to_string())?;
    }
    if !info.is_known {
        std::fs::write(part.join(TRUSTED), "")?;
    }
    if to.exists() {
        std::fs::remove_dir_all(&to)?;
    }
    std::fs::rename(&part, &to)?;
    let mut out = stdout();
    show(&mut out, &to, info, json)?;
    out.flush()?;
    Ok(Found::Something)
}

fn list(json: bool) -> anyhow::Result<Found> {
    let all = installed()?;
    let mut out = stdout();
    for (path, pipeline) in &all {
        show(&mut out, path, pipeline.info(), json)?;
    }
    out.flush()?;
    if all.is_empty() {
        eprintln!("{HOW_TO_GET_ONE}");
    }
    Ok(Found::from(!all.is_empty()))
}

fn print_path(name: Option<&str>) -> anyhow::Result<Found> {
    let mut any = false;
    let mut out = stdout();
    for (path, pipeline) in installed()? {
        if name.is_none_or(|n| n == pipeline.info().name || n == pipeline.info().language) {
            writeln!(out, "{}", path.display())?;
            any = true;
        }
    }
    out.flush()?;
    Ok(Found::from(any))
}

fn show(out: &mut impl Write, path: &Path, info: &ModelInfo, json: bool) -> anyhow::Result<()> {
    if json {
        let files: serde_json::Map<_, _> = info
            .files
            .iter()
            .map(|(n, h)| (n.clone(), h.clone().into()))
            .collect();
        return json_line(
            out,
            &serde_json::json!({
                "format_version": 1, "name": info.name, "version": info.version, "language": info.language,
                "license": info.license, "known": info.is_known, "path": path, "files": files,
            }),
        );
    }
    let known = if info.is_known {
        "known"
    } else {
        "not known, trusted by you"
    };
    writeln!(
        out,
        "{} {} ({}, {}; {known})",
        info.name, info.version, info.language, info.license
    )?;
    writeln!(out, "  {}", path.display())?;
    for (name, hash) in &info.files {
        writeln!(out, "  {hash}  {name}")?;
    }
    Ok(())
}
