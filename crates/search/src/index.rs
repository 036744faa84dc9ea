//! The index on disk: opening, writing, searching.

use std::path::Path;

use onrecord_record::DocumentId;

use crate::document::IndexDocument;
use crate::error::Result;
use crate::query::Query;
use crate::result::{IndexStats, Options, SearchResult};

/// A search index in a folder. Cheap to share between threads.
#[derive(Debug)]
pub struct Index {}

/// The one writer of an index. Dropping it loses what is not committed.
#[derive(Debug)]
pub struct IndexWriter {}

impl Index {
    /// Opens the index in `dir`, or makes an empty one where there is none.
    ///
    /// # Errors
    /// [`crate::SearchError::Rebuild`] where what lies there is damaged or of another version.
    pub fn open_or_create(_dir: &Path) -> Result<Self> {
        unimplemented!()
    }

    /// Removes what lies in `dir` and makes an empty index.
    ///
    /// # Errors
    /// When files cannot be removed or made.
    pub fn rebuild(_dir: &Path) -> Result<Self> {
        unimplemented!()
    }

    /// The number given to the last commit; 0 before the first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn last_change(&self) -> Result<u64> {
        unimplemented!()
    }

    /// Takes note of commits by other processes.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn refresh(&self) -> Result<()> {
        unimplemented!()
    }

    /// What the index holds.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn stats(&self) -> Result<IndexStats> {
        unimplemented!()
    }

    /// Compares every file with its checksum; returns the names of those that differ.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn verify(&self) -> Result<Vec<String>> {
        unimplemented!()
    }

    /// The one writer, with at most about `memory` bytes (32 MB and more are useful).
    ///
    /// # Errors
    /// [`crate::SearchError::Locked`] while another one exists.
    pub fn writer(&self, _memory: usize) -> Result<IndexWriter> {
        unimplemented!()
    }

    /// Finds the documents that fulfill `query`.
    ///
    /// # Errors
    /// [`crate::SearchError::BadCursor`], or when the index cannot be read.
    pub fn search(&self, _query: &Query, _options: &Options) -> Result<SearchResult> {
        unimplemented!()
    }
}

impl IndexWriter {
    /// Adds a document, in place of the one with the same id.
    ///
    /// # Errors
    /// When writing failed, now or before.
    pub fn upsert(&mut self, _document: &IndexDocument<'_>) -> Result<()> {
        unimplemented!()
    }

    /// Removes a document; one that is not there is no error.
    ///
    /// # Errors
    /// When writing failed before.
    pub fn delete(&mut self, _id: DocumentId) -> Result<()> {
        unimplemented!()
    }

    /// Makes all since the last commit durable and visible, in one step, with the number of the last change.
    ///
    /// # Errors
    /// When writing failed; then nothing since the last commit is kept.
    pub fn commit(&mut self, _last_change: u64) -> Result<()> {
        unimplemented!()
    }

    /// Waits for merges under way, and gives the lock back.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn close(self) -> Result<()> {
        unimplemented!()
    }
}
