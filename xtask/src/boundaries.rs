//! Who may depend on whom, held against every `Cargo.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};

use crate::run::root;

/// `(crate, crates of the workspace that it may name)`; everything may name `record`.
const ALLOWED: &[(&str, &[&str])] = &[
    ("record", &[]),
    ("language", &[]),
    ("mail", &[]),
    ("extract", &["mail"]),
    ("entities", &["language", "mail"]),
    ("statements", &["entities", "language", "mail"]),
    ("network", &["statements", "entities", "mail"]),
    (
        "pipeline",
        &[
            "extract",
            "language",
            "mail",
            "entities",
            "statements",
            "network",
        ],
    ),
    ("case", &["mail", "pipeline"]),
    ("search", &["pipeline"]),
    ("export", &["pipeline"]),
    ("workbench", &["case", "search", "export", "pipeline"]),
    ("server", &["workbench"]),
    ("cli", &["workbench", "server", "extract", "language"]),
    ("xtask", &[]),
];

/// `(library, the one crate that knows it)`.
const ONE_OWNER: &[(&str, &str)] = &[
    ("rusqlite", "case"),
    ("tantivy", "search"),
    ("mail-parser", "mail"),
    ("clap", "cli"),
    ("axum", "server"),
    ("askama", "server"),
    ("ammonia", "extract"),
];

/// Licences that must not be linked.
const REFUSED_LICENCES: &[&str] = &["GPL", "AGPL", "LGPL"];

pub(crate) fn run(_: &[String]) -> anyhow::Result<()> {
    let mut faults = Vec::new();
    let manifests = manifests()?;
    for (name, manifest) in &manifests {
        check_crate(name, manifest, &mut faults);
    }
    for (name, _) in ALLOWED {
        if !manifests.contains_key(*name) {
            faults.push(format!(
                "the table names {name}, and there is no such crate"
            ));
        }
    }
    check_dependency_notes(&manifests, &mut faults)?;
    check_licences(&mut faults)?;
    if faults.is_empty() {
        eprintln!(
            "boundaries: {} crates, all within the table",
            manifests.len()
        );
        return Ok(());
    }
    bail!(
        "the table of dependencies does not hold:\n  {}",
        faults.join("\n  ")
    )
}

fn manifests() -> anyhow::Result<BTreeMap<String, toml::Table>> {
    let mut manifests = BTreeMap::new();
    let mut folders: Vec<_> = std::fs::read_dir(root().join("crates"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    folders.push(root().join("xtask"));
    for folder in folders {
        let name = folder
            .file_name()
            .context("a crate has a name")?
            .to_string_lossy()
            .into_owned();
        manifests.insert(name, read(&folder.join("Cargo.toml"))?);
    }
    Ok(manifests)
}

fn read(path: &Path) -> anyhow::Result<toml::Table> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}

fn check_crate(name: &str, manifest: &toml::Table, faults: &mut Vec<String>) {
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        faults.push(format!(
            "{name} is not in the table of crates (xtask/src/boundaries.rs)"
        ));
        return;
    };
    for dependency in linked(manifest) {
        if let Some(inner) = dependency.strip_prefix("onrecord-")
            && inner != "record"
            && !allowed.contains(&inner)
        {
            faults.push(format!("{name} must not depend on {inner}"));
        }
        let owner = ONE_OWNER.iter().find(|(library, _)| *library == dependency);
        if let Some((library, owner)) = owner.filter(|(_, owner)| *owner != name) {
            faults.push(format!(
                "{name} depends on {library}, which only {owner} may know"
            ));
        }
    }
}

fn linked(manifest: &toml::Table) -> Vec<String> {
    let mut names = names_in(manifest);
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    for target in targets.into_iter().flat_map(toml::Table::values) {
        names.extend(target.as_table().map(names_in).unwrap_or_default());
    }
    names
}

fn names_in(table: &toml::Table) -> Vec<String> {
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
    dependencies
        .into_iter()
        .flat_map(toml::Table::keys)
        .cloned()
        .collect()
}

/// Every library that a crate links is in `docs/dependencies.md`, with a reason, and nothing else is.
fn check_dependency_notes(
    manifests: &BTreeMap<String, toml::Table>,
    faults: &mut Vec<String>,
) -> anyhow::Result<()> {
    let notes = std::fs::read_to_string(root().join("docs/dependencies.md"))?;
    let noted: Vec<&str> = notes
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut used: Vec<String> = manifests.values().flat_map(linked).collect();
    used.retain(|name| !name.starts_with("onrecord-"));
    used.sort();
    used.dedup();
    for name in &used {
        if !noted.contains(&name.as_str()) {
            faults.push(format!(
                "docs/dependencies.md does not say why {name} is there"
            ));
        }
    }
    for name in noted {
        if !used.iter().any(|used| used == name) {
            faults.push(format!(
                "docs/dependencies.md names {name}, which no crate uses"
            ));
        }
    }
    Ok(())
}

/// No linked package may be under a licence that binds the whole.
fn check_licences(faults: &mut Vec<String>) -> anyhow::Result<()> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let metadata: serde_json::Value =
        serde_json::from_str(&crate::run::output("cargo", &arguments)?)?;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let licence = package["license"].as_str().unwrap_or_default();
        // A choice ("MIT OR LGPL-2.1") is fine as long as one of the choices is.
        let refused = licence
            .split(" OR ")
            .all(|choice| REFUSED_LICENCES.iter().any(|word| choice.contains(word)));
        if refused && !licence.is_empty() {
            faults.push(format!(
                "{} is under {licence}",
                package["name"].as_str().unwrap_or("?")
            ));
        }
    }
    Ok(())
}
