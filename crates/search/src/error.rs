//! What can go wrong with an index.

use std::path::PathBuf;

/// Why the index could not do what it was asked for.
///
/// The index is derived: where it cannot be used, [`crate::Index::rebuild`] makes an empty one,
/// and the caller replays every document into it.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Damaged, or made by another version.
    #[error("the search index in {} cannot be used ({reason}); it is derived from the case and can be built again", dir.display())]
    Rebuild {
        /// The index folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process writes to it.
    #[error("another process is writing to the search index in {}; wait until it is done", dir.display())]
    Locked {
        /// The index folder.
        dir: PathBuf,
    },
    /// The cursor is none that a search returned.
    #[error("\"{0}\" is not a cursor of this search; start again from the first page")]
    BadCursor(String),
    /// The disk is full, or refuses.
    #[error("the search index could not be read or written ({0}); check the disk and try again")]
    Io(#[from] std::io::Error),
    /// Writing stopped after an earlier failure.
    #[error(
        "the search index stopped writing ({0}); what was committed is safe, open the case again"
    )]
    Stopped(String),
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, SearchError>;
