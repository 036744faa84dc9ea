//! The index on disk: opening it, and handing out its writer and its searches.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tantivy::directory::MmapDirectory;
use tantivy::{IndexReader, ReloadPolicy, TantivyError};

use crate::engine;
use crate::error::{Result, SearchError};
use crate::query::Query;
use crate::result::{IndexStats, Options, SearchResult};
use crate::schema::{Columns, register_tokenizers, schema};
use crate::writer::IndexWriter;

/// A search index in a folder. Cloning it is cheap; all clones see the same commits.
#[derive(Clone)]
pub struct Index {
    dir: PathBuf,
    inner: tantivy::Index,
    reader: IndexReader,
    columns: Columns,
    lengths: Arc<Mutex<engine::MeanLength>>,
}

impl Index {
    /// Opens the index in `dir`, or makes an empty one where there is none.
    ///
    /// # Errors
    /// [`SearchError::Rebuild`] where what lies there is damaged or of another version.
    pub fn open_or_create(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let rebuild = |error: TantivyError| opening(dir, error);
        let folder = MmapDirectory::open(dir).map_err(|error| rebuild(error.into()))?;
        let (wanted, columns) = schema();
        let exists = tantivy::Index::exists(&folder).map_err(|error| rebuild(error.into()))?;
        let inner = if exists {
            tantivy::Index::open(folder)
        } else {
            let settings = tantivy::IndexSettings::default();
            tantivy::Index::create(folder, wanted.clone(), settings)
        }
        .map_err(rebuild)?;
        if inner.schema() != wanted {
            return Err(SearchError::Rebuild {
                dir: dir.to_owned(),
                reason: "it was made by another version".to_owned(),
            });
        }
        register_tokenizers(&inner);
        let reader = inner
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(rebuild)?;
        let index = Self {
            dir: dir.to_owned(),
            inner,
            reader,
            columns,
            lengths: Arc::default(),
        };
        index.last_change()?;
        Ok(index)
    }

    /// Removes what lies in `dir` and makes an empty index.
    ///
    /// # Errors
    /// When files cannot be removed or made.
    pub fn rebuild(dir: &Path) -> Result<Self> {
        match std::fs::remove_dir_all(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Self::open_or_create(dir),
        }
    }

    /// The number given to the last commit; 0 before the first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn last_change(&self) -> Result<u64> {
        let damaged = |error| opening(&self.dir, error);
        match self.inner.load_metas().map_err(damaged)?.payload {
            None => Ok(0),
            Some(payload) => payload.parse().map_err(|_| SearchError::Rebuild {
                dir: self.dir.clone(),
                reason: "its last commit bears no change number".to_owned(),
            }),
        }
    }

    /// Takes note of commits by other processes; commits of an own writer are seen at once.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn refresh(&self) -> Result<()> {
        self.reader
            .reload()
            .map_err(|error| opening(&self.dir, error))
    }

    /// What the index holds.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn stats(&self) -> Result<IndexStats> {
        let searcher = self.reader.searcher();
        let space = searcher.space_usage()?;
        Ok(IndexStats {
            documents: searcher.num_docs(),
            segments: searcher.segment_readers().len(),
            bytes: space.total().get_bytes(),
        })
    }

    /// Compares every file with its checksum; returns the names of those that differ, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn verify(&self) -> Result<Vec<String>> {
        let damaged = self.inner.validate_checksum();
        let damaged = damaged.map_err(|error| opening(&self.dir, error))?;
        let mut names: Vec<String> = damaged
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The one writer, with about `memory` bytes of buffers (24 MB at least; 48 to 100 MB serve well).
    ///
    /// # Errors
    /// [`SearchError::Locked`] while another one exists, in this process or another.
    pub fn writer(&self, memory: usize) -> Result<IndexWriter> {
        let reader = self.reader.clone();
        IndexWriter::new(&self.inner, reader, self.columns, memory, self.dir.clone())
    }

    /// Finds the documents that fulfill `query`, as of the last commit or [`Index::refresh`].
    ///
    /// Pages are consistent with one another while nothing is committed. Sorted by date they stay so for
    /// all documents that do not change; ranks move a little with each commit.
    ///
    /// # Errors
    /// [`SearchError::BadCursor`], or when the index cannot be read.
    pub fn search(&self, query: &Query, options: &Options) -> Result<SearchResult> {
        let searcher = self.reader.searcher();
        engine::search(&searcher, &self.lengths, query, options)
            .map_err(|failure| failure.into_error(&self.dir))
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

/// What an error while reading means to the caller: refusals of the system stay what they are,
/// everything else is damage.
pub(crate) fn opening(dir: &Path, error: TantivyError) -> SearchError {
    if let TantivyError::IoError(error) = &error
        && error.kind() == std::io::ErrorKind::PermissionDenied
    {
        return SearchError::Io(std::io::Error::new(error.kind(), error.to_string()));
    }
    SearchError::Rebuild {
        dir: dir.to_owned(),
        reason: error.to_string(),
    }
}
