//! A case opened for reading.

use std::sync::{Arc, OnceLock};

use onrecord_case::{CaseFolder, Reader};
use onrecord_pipeline::extract::process::WorkerProgram;
use onrecord_search::Index;

use crate::error::Error;
use crate::import_board::{ImportBoard, ImportView};
use crate::shelf::Shelf;

/// A case opened for reading: the store, and the index from when it is first asked for.
pub struct Workbench {
    pub(crate) reader: Reader<'static>,
    pub(crate) folder: CaseFolder,
    index: OnceLock<Index>,
    shelf: Arc<Shelf>,
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
        Self::open_sharing(folder, &Arc::default())
    }

    /// Opens the case in `folder`; what is gathered from the whole of it is shared with all who use
    /// this shelf.
    ///
    /// # Errors
    /// When there is no case, or one of another version.
    pub fn open_sharing(folder: &CaseFolder, shelf: &Arc<Shelf>) -> Result<Self, Error> {
        let reader = Reader::open(folder)?;
        Ok(Self {
            reader,
            folder: folder.clone(),
            index: OnceLock::new(),
            shelf: Arc::clone(shelf),
            worker: None,
            imports: Arc::default(),
        })
    }

    /// The folder of the case.
    pub(crate) fn folder(&self) -> &CaseFolder {
        &self.folder
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

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
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
