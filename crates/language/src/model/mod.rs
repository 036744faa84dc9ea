//! From the files of a package to a pipeline's parts.

mod config;
mod files;
pub(crate) mod known;
mod msgpack;
mod nets;
mod rules;
mod thinc;
mod tokenizer;

use std::path::Path;

use serde_json::Value;

use crate::error::LoadError;
use crate::labels::Labels;
use crate::nets::edges::Decoration;
use crate::nets::kernels::{Isa, Kernels};
use crate::nets::ner::Recognizer;
use crate::nets::parser::Parser;
use crate::nets::tagger::TaggerNet;
use crate::nets::tok2vec::Tok2Vec;
use crate::rules::lemmatizer::Lemmatizer;
use crate::rules::ruler::Ruler;
use crate::text::lexemes::Norms;
use crate::text::tokenizer::Tokenizer;
use config::Config;
use files::Files;
use msgpack::Reader;

/// Whether a pipeline whose files are unknown may be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Only pipelines whose files are those that were compared with spaCy.
    #[default]
    KnownOnly,
    /// Any pipeline whose parts are supported.
    Any,
}

/// How a pipeline is loaded.
#[derive(Debug, Clone, Copy)]
pub struct LoadOptions {
    /// The instruction set; one that the processor lacks is replaced by the best that it has.
    pub isa: Isa,
    /// Whether unknown files are taken.
    pub trust: Trust,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            isa: Isa::best(),
            trust: Trust::KnownOnly,
        }
    }
}

/// What a pipeline says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// For instance `en_core_web_sm`.
    pub name: String,
    /// For instance `3.8.0`.
    pub version: String,
    /// ISO 639 code, for instance `en`.
    pub language: String,
    /// The license that it states, empty if none.
    pub license: String,
    /// Each file that was read, with its SHA-256 in lower-case hexadecimal; ascending by name.
    pub files: Vec<(String, String)>,
    /// Whether these files were compared with spaCy.
    pub is_known: bool,
}

/// What the class of a token means.
pub(crate) struct TaggerLabels {
    /// Tag, part of speech and morphology of each class.
    pub(crate) classes: Vec<(u16, u16, u16)>,
}

/// The parts of a pipeline.
pub(crate) struct Parts {
    pub(crate) info: ModelInfo,
    pub(crate) isa: Isa,
    pub(crate) labels: Labels,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) norms: Norms,
    pub(crate) tok2vec: Option<Tok2Vec>,
    pub(crate) tagger: Option<(TaggerNet, TaggerLabels)>,
    pub(crate) parser: Option<Parser>,
    pub(crate) root: u16,
    /// By label number.
    pub(crate) decorations: Vec<Option<Decoration>>,
    pub(crate) ruler: Option<Ruler>,
    pub(crate) lemmatizer: Option<Lemmatizer>,
    /// The recognizer, with an encoder of its own unless it listens to the shared one.
    pub(crate) ner: Option<(Recognizer, Option<Tok2Vec>)>,
}

const CONFIG: &str = "config.cfg";

/// A pipeline as it comes.
#[derive(Debug, Clone, Copy)]
pub enum Package<'a> {
    /// The folder that holds `config.cfg`, or the one around it.
    Folder(&'a Path),
    /// The bytes of a wheel.
    Wheel(&'a [u8]),
}

/// The bytes of the files that a pipeline needs, by name relative to `config.cfg`: what an installation copies.
///
/// # Errors
/// A file of `info` that cannot be read.
pub fn package_files(
    package: Package<'_>,
    info: &ModelInfo,
) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
    let files = match package {
        Package::Folder(path) => Files::in_folder(path)?,
        Package::Wheel(bytes) => Files::in_wheel(bytes)?,
    };
    info.files
        .iter()
        .map(|(name, _)| Ok((name.clone(), files.read(name)?)))
        .collect()
}

pub(crate) fn load_folder(path: &Path, options: &LoadOptions) -> Result<Parts, LoadError> {
    load(Files::in_folder(path)?, options)
}

pub(crate) fn load_wheel(bytes: &[u8], options: &LoadOptions) -> Result<Parts, LoadError> {
    load(Files::in_wheel(bytes)?, options)
}

fn load(files: Files<'_>, options: &LoadOptions) -> Result<Parts, LoadError> {
    let config = Config::parse(&files.read_text(CONFIG)?, CONFIG)?;
    let meta = read_json(&files, "meta.json")?;
    let components = components(&config)?;
    let has = |name: &str| {
        components
            .iter()
            .find(|c| c.1 == name)
            .map(|c| c.0.as_str())
    };
    let kernels = Kernels::new(options.isa);
    let mut labels = Labels::new();
    let root = labels.add("ROOT");

    let tok2vec = has("tok2vec")
        .map(|c| nets::tok2vec(&files, &format!("{c}/model"), kernels))
        .transpose()?;
    let tagger = match (has("tagger"), has("morphologizer")) {
        (Some(c), None) => Some(nets::tagger(&files, c, kernels, &mut labels)?),
        (None, Some(c)) => Some(nets::morphologizer(&files, c, kernels, &mut labels)?),
        (None, None) => None,
        (Some(_), Some(_)) => {
            return Err(LoadError::unsupported(
                CONFIG,
                "a tagger beside a morphologizer",
            ));
        }
    };
    let parser = has("parser")
        .map(|c| nets::parser(&files, c, kernels, &mut labels))
        .transpose()?;
    let ner = has("ner")
        .map(|c| nets::ner(&files, c, kernels, &mut labels))
        .transpose()?;
    let needs_shared =
        tagger.is_some() || parser.is_some() || ner.as_ref().is_some_and(|n| n.1.is_none());
    if needs_shared && tok2vec.is_none() {
        return Err(LoadError::unsupported(
            CONFIG,
            "a tagger or parser without a shared tok2vec",
        ));
    }
    let decorations = nets::decorations(&mut labels);
    let ruler = has("attribute_ruler")
        .map(|c| rules::ruler(&files, c, &mut labels))
        .transpose()?;
    let language = config.text("nlp", "lang").unwrap_or_default().to_owned();
    let lemmatizer = match has("lemmatizer") {
        Some(c) => {
            let mode = config
                .text(&format!("components.{c}"), "mode")
                .unwrap_or("lookup");
            Some(rules::lemmatizer(
                &files,
                c,
                rules::lemmatizer_mode(&language, mode)?,
            )?)
        }
        None => None,
    };
    if labels.len() > usize::from(u16::MAX) {
        return Err(LoadError::unsupported(CONFIG, "more than 65,535 labels"));
    }
    let (norms, tokenizer) = (tokenizer::norms(&files)?, tokenizer::read(&files)?);
    nets::check_widths(&tok2vec, &tagger, &parser, &ner)?;
    let info = identify(files, &meta, language, options.trust)?;
    Ok(Parts {
        info,
        isa: kernels.isa(),
        labels: labels.seal(),
        tokenizer,
        norms,
        tok2vec,
        tagger,
        parser,
        root,
        decorations,
        ruler,
        lemmatizer,
        ner,
    })
}

/// The components that run, in order, with their kinds.
fn components(config: &Config) -> Result<Vec<(String, String)>, LoadError> {
    const KINDS: [&str; 7] = [
        "tok2vec",
        "tagger",
        "morphologizer",
        "parser",
        "attribute_ruler",
        "lemmatizer",
        "ner",
    ];
    let disabled = config.list("nlp", "disabled");
    let mut out: Vec<(String, String)> = Vec::new();
    for name in config
        .list("nlp", "pipeline")
        .into_iter()
        .filter(|n| !disabled.contains(n))
    {
        let kind = config
            .text(&format!("components.{name}"), "factory")
            .unwrap_or(&name)
            .to_owned();
        let place = KINDS.iter().position(|k| *k == kind);
        let place =
            place.ok_or_else(|| LoadError::unsupported(CONFIG, format!("the component {kind}")))?;
        // The recognizer may stand anywhere after the parser; the others only in this order.
        let is_in_order = out
            .iter()
            .all(|c| c.1 == "ner" || KINDS.iter().position(|k| *k == c.1) < Some(place));
        let ner_too_early = kind == "parser" && out.iter().any(|c| c.1 == "ner");
        if !is_in_order || ner_too_early {
            return Err(LoadError::unsupported(
                CONFIG,
                format!("the component {name} at this place of the pipeline"),
            ));
        }
        out.push((name, kind));
    }
    Ok(out)
}

fn identify(
    files: Files<'_>,
    meta: &Value,
    language: String,
    trust: Trust,
) -> Result<ModelInfo, LoadError> {
    let text = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
    let name = format!("{}_{}", text("lang"), text("name"));
    let files = files.hashes();
    let unknown =
        known::first_unknown(&name, &files).map(|(file, hash)| (file.to_owned(), hash.to_owned()));
    if let (Trust::KnownOnly, Some((file, sha256))) = (trust, &unknown) {
        return Err(LoadError::UnknownModel {
            name,
            file: file.clone(),
            sha256: sha256.clone(),
        });
    }
    Ok(ModelInfo {
        name,
        version: text("version"),
        language,
        license: text("license"),
        files,
        is_known: unknown.is_none(),
    })
}

fn read_json(files: &Files<'_>, name: &str) -> Result<Value, LoadError> {
    let bytes = files.read(name)?;
    serde_json::from_slice(&bytes).map_err(|e| LoadError::damaged(name, 0, e.to_string()))
}

/// Reads one of spaCy's `Lookups` files: tables by name, of which `each` gets the reader at the table's map.
fn each_table(
    bytes: &[u8],
    file: &str,
    mut each: impl FnMut(&str, &mut Reader<'_>) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let mut r = Reader::new(bytes, file);
    for _ in 0..r.map_len()? {
        let name = r.text()?;
        each(name, &mut r)?;
    }
    Ok(())
}
