//! Damaged packages are refused with the name of the file, and never end the program.
#![allow(clippy::disallowed_methods)] // the test damages files

use std::fs;
use std::path::{Path, PathBuf};

use onrecord_language::{Isa, LoadError, LoadOptions, Pipeline, Trust};

use crate::models::folder;

const ANY: LoadOptions = LoadOptions {
    isa: Isa::Portable,
    trust: Trust::Any,
};

fn inner(model: &Path) -> PathBuf {
    if model.join("config.cfg").is_file() {
        return model.to_owned();
    }
    let mut folders = fs::read_dir(model).unwrap().map(|e| e.unwrap().path());
    folders
        .find(|p| p.join("config.cfg").is_file())
        .expect("a package holds config.cfg")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target)
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

const FILES: [&str; 11] = [
    "config.cfg",
    "meta.json",
    "tokenizer",
    "tok2vec/model",
    "tagger/model",
    "tagger/cfg",
    "parser/model",
    "parser/moves",
    "ner/model",
    "attribute_ruler/patterns",
    "lemmatizer/lookups/lookups.bin",
];

#[test]
fn cut_files_are_named() {
    let Some(model) = folder("en") else { return };
    let temporary = tempfile::tempdir().unwrap();
    copy(&inner(&model), temporary.path());
    for file in FILES {
        let path = temporary.path().join(file);
        let whole = fs::read(&path).unwrap();
        for part in [0, 1, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..part]).unwrap();
            match Pipeline::load(temporary.path(), &ANY) {
                Err(error) => assert!(
                    error.to_string().contains(file) || file == "config.cfg",
                    "{file}: {error}"
                ),
                // Text formats may be whole without their last byte.
                Ok(_) => assert!(
                    part == whole.len() - 1 || file == "config.cfg",
                    "{file} cut to {part} loads"
                ),
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(Pipeline::load(temporary.path(), &ANY).is_ok());
}

#[test]
fn flipped_bytes_never_end_the_program() {
    let Some(model) = folder("en") else { return };
    let temporary = tempfile::tempdir().unwrap();
    copy(&inner(&model), temporary.path());
    for file in [
        "tokenizer",
        "tagger/model",
        "parser/moves",
        "attribute_ruler/patterns",
        "config.cfg",
    ] {
        let path = temporary.path().join(file);
        let whole = fs::read(&path).unwrap();
        for i in 0..12 {
            let mut bytes = whole.clone();
            let at = i * whole.len() / 12;
            bytes[at] ^= 0x55;
            fs::write(&path, &bytes).unwrap();
            if let Ok(pipeline) = Pipeline::load(temporary.path(), &ANY) {
                let _ =
                    pipeline.annotate("Ada (b. 1815) isn't in London.", &mut pipeline.workspace());
            }
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn unknown_files_need_trust() {
    let Some(model) = folder("en") else { return };
    let temporary = tempfile::tempdir().unwrap();
    copy(&inner(&model), temporary.path());
    let path = temporary.path().join("meta.json");
    let meta = fs::read_to_string(&path).unwrap();
    fs::write(&path, meta + "\n").unwrap();
    let error = Pipeline::load(temporary.path(), &LoadOptions::default())
        .err()
        .expect("changed files are unknown");
    assert!(
        matches!(&error, LoadError::UnknownModel { file, .. } if file == "meta.json"),
        "{error}"
    );
    let trusted = Pipeline::load(temporary.path(), &ANY).expect("trusted");
    assert!(!trusted.info().is_known);
}

#[test]
fn what_is_no_pipeline_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    assert!(matches!(
        Pipeline::load(temporary.path(), &ANY),
        Err(LoadError::Missing { .. })
    ));
    assert!(matches!(
        Pipeline::load(&temporary.path().join("none"), &ANY),
        Err(LoadError::Io { .. })
    ));
    assert!(matches!(
        Pipeline::from_wheel(b"PK\x03\x04 no", &ANY),
        Err(LoadError::Wheel { .. })
    ));
}
