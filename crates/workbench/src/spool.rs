//! Nameless temporary files inside the case, for members too large for memory.

use std::io;
use std::path::PathBuf;

use onrecord_pipeline::extract::{Spool, SpoolFile};

/// Makes unlinked files in the case's own folder: what is unpacked never leaves it, and is gone
/// when the process ends, however it ends.
pub(crate) struct CaseSpool {
    pub(crate) folder: PathBuf,
}

impl Spool for CaseSpool {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        std::fs::create_dir_all(&self.folder)?;
        Ok(Box::new(tempfile::tempfile_in(&self.folder)?))
    }
}
