//! A case opened for reading.

use std::sync::{Arc, OnceLock};

use onrecord_case::{CaseFolder, Reader};
use onrecord_pipeline::extract::process::WorkerProgram;
use onrecord_search::Index;

use crate::error::Error;
use crate::import_board::{ImportBoard, ImportView};

/// A case opened for reading: the store, and the index from when it is first asked for.
pub struct Workbench {
    pub(crate) reader: Reader<'static>,
    pub(crate) folder: CaseFolder,
    index: OnceLock<Index>,
    /// How to start a process that looks into originals.
    pub(crate) worker: Option<WorkerProgram>,
    imports: Arc<ImportBoard>,
}

impl Workbench {
    /// Opens the case in `folder`.
    ///
    /// # Errors
    /// When there is no case, or one of another version.
    pub fn open(folder: &CaseFolder) -> Result<Self, Error> {
        let reader = Reader::open(folder)?;
        Ok(Self {
            reader,
            folder: folder.clone(),
            index: OnceLock::new(),
            worker: None,
            imports: Arc::default(),
        })
    }

    /// Looks into originals by processes of this program; without one it does so itself.
    #[must_use]
    pub fn with_worker(mut self, worker: Option<WorkerProgram>) -> Self {
        self.worker = worker;
        self
    }

    /// Shows the imports of this process.
    #[must_use]
    pub fn with_imports(mut self, imports: Arc<ImportBoard>) -> Self {
        self.imports = imports;
        self
    }

    /// How far the import of this process is.
    #[must_use]
    pub fn import_view(&self) -> ImportView {
        self.imports.view()
    }

    /// Files that are found and not read yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn files_waiting(&self) -> Result<u64, Error> {
        let (read, found) = self.reader.import_counts()?;
        Ok(found.saturating_sub(read))
    }

    /// Takes up what other processes have committed to the index since it was opened;
    /// the store needs no such call.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn refresh(&self) -> Result<(), Error> {
        match self.index.get() {
            Some(index) => Ok(index.refresh()?),
            None => Ok(()),
        }
    }

    /// The index as it was last committed.
    pub(crate) fn index(&self) -> Result<&Index, Error> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let index = Index::open_or_create(&self.folder.index())?;
        Ok(self.index.get_or_init(|| index))
    }
}
