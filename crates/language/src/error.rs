//! What can go wrong while a pipeline is loaded. Annotating cannot fail.

use std::path::PathBuf;

/// Why a pipeline could not be loaded.
///
/// Every message names the file inside the package, so that a damaged download can be told from an unsupported one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The package folder or one of its files could not be read.
    #[error("cannot read {}: {source}; check that the path is a pipeline's package folder", path.display())]
    Io {
        /// The file or folder that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The bytes given as a wheel are not a readable zip archive, or lack a pipeline.
    #[error("not a pipeline's wheel: {reason}; download the package again")]
    Wheel {
        /// What is wrong with the archive.
        reason: String,
    },
    /// A file that every pipeline has is not there.
    #[error("{file} is missing from the pipeline; add the package again")]
    Missing {
        /// Path of the file inside the pipeline, `/`-separated.
        file: String,
    },
    /// A file is truncated, damaged, or holds what its format does not allow.
    #[error("{file} is damaged at byte {offset}: {reason}; download the package again")]
    Damaged {
        /// Path of the file inside the pipeline, `/`-separated.
        file: String,
        /// Where reading stopped, in bytes from the start of the file (0 where the format has no offsets).
        offset: usize,
        /// What was expected there.
        reason: String,
    },
    /// The pipeline uses a part of spaCy that this engine does not run.
    #[error(
        "{file}: {what} is not supported; only CNN pipelines in the manner of *_core_*_sm 3.8 are"
    )]
    Unsupported {
        /// Path of the file that asks for it.
        file: String,
        /// The part that is lacking.
        what: String,
    },
    /// The files are not those of a pipeline whose output was compared with spaCy's.
    #[error(
        "unknown pipeline {name}: the hash of {file} is {sha256}; load it as trusted if it comes from a source you know"
    )]
    UnknownModel {
        /// The name in the pipeline's own metadata, for instance `en_core_web_sm`.
        name: String,
        /// The first file whose hash is not in the table of known pipelines.
        file: String,
        /// SHA-256 of that file, in lower-case hexadecimal.
        sha256: String,
    },
}

impl LoadError {
    pub(crate) fn damaged(file: &str, offset: usize, reason: impl Into<String>) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            offset,
            reason: reason.into(),
        }
    }

    pub(crate) fn unsupported(file: &str, what: impl Into<String>) -> Self {
        Self::Unsupported {
            file: file.to_owned(),
            what: what.into(),
        }
    }
}
