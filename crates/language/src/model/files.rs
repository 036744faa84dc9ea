//! Where a pipeline's files come from: its folder, or a wheel.
#![allow(
    clippy::disallowed_methods,
    reason = "this module reads the model's folder, the only files this crate knows"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::error::LoadError;

/// The largest file that a pipeline may have, unpacked.
const MAX_FILE: u64 = 256 << 20;

/// A pipeline's files, and the hash of each that was read.
pub(crate) struct Files<'a> {
    source: Source<'a>,
    hashes: RefCell<BTreeMap<String, String>>,
}

enum Source<'a> {
    Folder(PathBuf),
    Wheel {
        archive: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
        root: String,
    },
}

impl<'a> Files<'a> {
    /// Opens a package folder: the one that holds `config.cfg`, or the one around it, as Python installs it.
    pub(crate) fn in_folder(path: &Path) -> Result<Self, LoadError> {
        let io = |source| LoadError::Io {
            path: path.to_owned(),
            source,
        };
        let mut root = path.to_owned();
        if !root.join("config.cfg").is_file() {
            let mut inner: Vec<PathBuf> = Vec::new();
            for entry in fs::read_dir(path).map_err(io)? {
                let folder = entry.map_err(io)?.path();
                if folder.join("config.cfg").is_file() {
                    inner.push(folder);
                }
            }
            inner.sort();
            root = inner.pop().ok_or_else(|| LoadError::Missing {
                file: "config.cfg".to_owned(),
            })?;
        }
        Ok(Self {
            source: Source::Folder(root),
            hashes: RefCell::default(),
        })
    }

    /// Opens a wheel from its bytes.
    pub(crate) fn in_wheel(bytes: &'a [u8]) -> Result<Self, LoadError> {
        let wrong = |reason: String| LoadError::Wheel { reason };
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| wrong(e.to_string()))?;
        let names = archive.file_names().filter_map(Result::ok);
        let root = names
            .filter_map(|n| n.strip_suffix("config.cfg").map(str::to_owned))
            .filter(|r| r.ends_with('/'))
            .min();
        let root = root.ok_or_else(|| wrong("it holds no config.cfg".to_owned()))?;
        Ok(Self {
            source: Source::Wheel {
                archive: RefCell::new(archive),
                root,
            },
            hashes: RefCell::default(),
        })
    }

    /// The bytes of a file; `name` is relative to `config.cfg`, `/`-separated.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, LoadError> {
        let bytes = match &self.source {
            Source::Folder(root) => read_file(&root.join(name), name)?,
            Source::Wheel { archive, root } => {
                let mut archive = archive.borrow_mut();
                let missing = |_| LoadError::Missing {
                    file: name.to_owned(),
                };
                let entry = archive.by_name(&format!("{root}{name}")).map_err(missing)?;
                read_limited(entry, name).map_err(|e| LoadError::damaged(name, 0, e.to_string()))?
            }
        };
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        self.hashes.borrow_mut().insert(name.to_owned(), hash);
        Ok(bytes)
    }

    /// As [`Self::read`], for a file that a pipeline may lack.
    pub(crate) fn read_optional(&self, name: &str) -> Result<Option<Vec<u8>>, LoadError> {
        match self.read(name) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(LoadError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// As [`Self::read`], for text.
    pub(crate) fn read_text(&self, name: &str) -> Result<String, LoadError> {
        String::from_utf8(self.read(name)?).map_err(|e| {
            LoadError::damaged(name, e.utf8_error().valid_up_to(), "text that is not UTF-8")
        })
    }

    /// Name and SHA-256 of each file read so far.
    pub(crate) fn hashes(self) -> Vec<(String, String)> {
        self.hashes.into_inner().into_iter().collect()
    }
}

fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, LoadError> {
    let io = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => LoadError::Missing {
            file: name.to_owned(),
        },
        _ => LoadError::Io {
            path: path.to_owned(),
            source,
        },
    };
    read_limited(fs::File::open(path).map_err(io)?, name).map_err(io)
}

fn read_limited(from: impl Read, name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(std::io::Error::other(format!(
            "{name} is larger than {MAX_FILE} bytes"
        )));
    }
    Ok(bytes)
}
