//! Failures, said to the person who runs the program.

/// What can go wrong above the store and the index.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Case(#[from] onrecord_case::Error),
    /// The index.
    #[error(transparent)]
    Search(#[from] onrecord_search::SearchError),
    /// A path that a person named.
    #[error("{path}: {source}; check the spelling and your rights")]
    Path {
        /// The path.
        path: std::path::PathBuf,
        /// Why it cannot be used.
        source: std::io::Error,
    },
    /// No process could be started that reads files.
    #[error(
        "no process that reads files could be started ({0}); what waits is read when you add it again"
    )]
    NoWorker(std::io::Error),
    /// A value that a person gave.
    #[error("{0}")]
    Usage(String),
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked for is not there.
    NotFound,
    /// What was given fits several things; the message names them.
    Ambiguous,
    /// Another process writes to the case; the message names it.
    Busy,
    /// What was given cannot be used.
    Input,
    /// The case, its disk or the program.
    Broken,
}

impl Error {
    pub(crate) fn path(path: &std::path::Path, source: std::io::Error) -> Self {
        Error::Path {
            path: path.to_path_buf(),
            source,
        }
    }

    /// What kind of failure it is, for whoever has to answer it in a protocol's terms.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        use onrecord_case::Error as Case;
        match self {
            Error::Case(Case::NotFound { .. }) => ErrorKind::NotFound,
            Error::Case(Case::Ambiguous { .. }) => ErrorKind::Ambiguous,
            Error::Case(Case::Busy { .. }) => ErrorKind::Busy,
            Error::Case(Case::Judgement(_)) | Error::Usage(_) => ErrorKind::Input,
            Error::Search(onrecord_search::SearchError::BadCursor(_)) => ErrorKind::Input,
            _ => ErrorKind::Broken,
        }
    }

    /// Candidates, when a name fits several things.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Error::Case(onrecord_case::Error::Ambiguous { .. }))
    }

    /// Whether the thing asked for is simply not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Error::Case(onrecord_case::Error::NotFound { .. }))
    }
}
