//! Nameless temporary files inside the case, for members too large for memory.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use onrecord_pipeline::extract::{Spool, SpoolFile};

/// Makes unlinked files in the case's own folder: what is unpacked never leaves it, and is gone
/// when the process ends, however it ends.
pub(crate) struct CaseSpool {
    folder: PathBuf,
}

impl CaseSpool {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    pub(crate) fn file(&self) -> io::Result<File> {
        std::fs::create_dir_all(&self.folder)?;
        tempfile::tempfile_in(&self.folder)
    }
}

impl Spool for CaseSpool {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        Ok(Box::new(self.file()?))
    }
}
