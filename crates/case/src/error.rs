//! What can go wrong with a case, said to the person who runs the program.

use std::path::PathBuf;

/// A failure of the case itself; what is wrong with one file is a `Problem` in its ledger.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no case at this path.
    #[error(
        "there is no case at {0}; make one with `onrecord add PATH`, or name another with --case"
    )]
    NoCase(PathBuf),
    /// Something else lies where the case should be made.
    #[error("{0} exists and is not a case; choose another folder with --case")]
    NotACase(PathBuf),
    /// Another process writes to the case.
    #[error(
        "the case is being written by {holder}; wait until it ends, or stop it with Ctrl-C there"
    )]
    Busy {
        /// Who holds it: process number and command line.
        holder: String,
    },
    /// The case was made by a newer program.
    #[error(
        "the case has schema {version}, this program knows {known}; use the newer program that made it"
    )]
    NewerCase {
        /// The case's schema.
        version: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// The case was made by an older program and needs a writer to be brought up to date.
    #[error(
        "the case has schema {version} and needs {known}; run `onrecord add` once to bring it up to date"
    )]
    OlderCase {
        /// The case's schema.
        version: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// The disk is full.
    #[error(
        "the disk with the case is full: free some space and run the same command again; nothing that was stored is lost"
    )]
    DiskFull,
    /// A file or folder of the case itself failed.
    #[error("{path}: {source}; check the disk and your rights to the case folder")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Several things have a name that begins like this.
    #[error("\"{given}\" is ambiguous: {}; give more of it", candidates.join(", "))]
    Ambiguous {
        /// What was given.
        given: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
    /// Nothing has this name.
    #[error("there is no {what} \"{given}\" in the case")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// A judgement that cannot be recorded.
    #[error("{0}")]
    Judgement(String),
    /// A glob that cannot be read.
    #[error("--include/--exclude: {0}")]
    Glob(#[from] globset::Error),
    /// A row that does not hold what its column promises.
    #[error(
        "case.db holds a damaged {0}; restore a backup, or delete the case and add the material again"
    )]
    Damaged(&'static str),
    /// SQLite failed.
    #[error("case.db: {0}; run `onrecord check`, and restore a backup if it reports damage")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Error::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Error::Busy {
                    holder: "another program".to_owned(),
                }
            }
            _ => Error::Sqlite(error),
        }
    }
}

impl Error {
    /// An I/O failure at `path`; a full disk is named as such.
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::StorageFull {
            return Error::DiskFull;
        }
        Error::Io {
            path: path.into(),
            source,
        }
    }
}
