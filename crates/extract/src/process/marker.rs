//! Where a worker is in a file, kept where it outlives the worker.
//!
//! Events wait in the worker until there are enough of them to be worth sending. When it is killed,
//! those are gone, and its parent could not say which item it was reading. So it notes that in a
//! small file that both hold open.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::protocol::{put, take};
use serde::{Deserialize, Serialize};

/// Bytes of a note, with room for its longest form.
const SIZE: usize = 32;

/// What a worker was at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Number of the innermost open item.
    pub(super) item: u64,
    /// Events told of the file, those included that were not sent yet.
    pub(super) n_events: u64,
    /// Whether an item was open at all.
    pub(super) is_open: bool,
    /// Whether nothing was told of the open item but that it began.
    pub(super) is_fresh: bool,
}

/// The file.
#[derive(Debug)]
pub(super) struct Marker(pub(super) File);

impl Marker {
    /// A file in memory that cannot grow, or where there is none, a temporary one.
    pub(super) fn new_file(spool: &mut dyn FnMut() -> io::Result<File>) -> io::Result<File> {
        match in_memory() {
            Ok(file) => Ok(file),
            Err(_) => spool(),
        }
    }

    /// Notes where the worker is.
    pub(super) fn write(&self, note: Note) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(SIZE);
        put(&note, &mut bytes).map_err(io::Error::other)?;
        bytes.resize(SIZE, 0);
        self.0.write_all_at(&bytes, 0)
    }

    /// The last note; `None` where there is none that makes sense.
    pub(super) fn read(&self) -> Option<Note> {
        let mut bytes = [0; SIZE];
        self.0.read_exact_at(&mut bytes, 0).ok()?;
        take(&bytes).ok().map(|(note, _)| note)
    }
}

#[cfg(target_os = "linux")]
fn in_memory() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = File::from(memfd_create("onrecord-marker", flags)?);
    file.set_len(SIZE as u64)?;
    fcntl_add_seals(&file, SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    Ok(file)
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}
