//! A case opened for reading.

use onrecord_case::{CaseFolder, Reader};
use onrecord_search::Index;

use crate::error::Error;

/// A case opened for reading: the store, and the index where it is asked for.
pub struct Workbench {
    pub(crate) folder: CaseFolder,
    pub(crate) reader: Reader<'static>,
}

impl Workbench {
    /// Opens the case in `folder`.
    ///
    /// # Errors
    /// When there is no case, or one of another version.
    pub fn open(folder: &CaseFolder) -> Result<Self, Error> {
        Ok(Self {
            folder: folder.clone(),
            reader: Reader::open(folder)?,
        })
    }

    /// The index as it was last committed.
    pub(crate) fn index(&self) -> Result<Index, Error> {
        Ok(Index::open_or_create(&self.folder.index())?)
    }
}
