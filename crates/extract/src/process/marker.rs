//! Where a worker is in a file, kept where it outlives the worker.
//!
//! Events wait in the worker until there are enough of them to be worth sending. When it is killed,
//! those are gone, and its parent could not say which item it was reading. So it notes that in a
//! small file that both hold open.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Bytes of a note: the number of an item.
const SIZE: usize = 8;

/// The file. It holds the number of the innermost open item, counted from 1 in the order in which
/// items begin; 0 when none is open.
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

    /// Notes which item the worker is in: its number from 0.
    pub(super) fn write(&self, item: Option<u64>) -> io::Result<()> {
        let note = item.map_or(0, |number| number + 1);
        self.0.write_all_at(&note.to_le_bytes(), 0)
    }

    /// The item that it was in; `None` where it was in none.
    pub(super) fn read(&self) -> Option<u64> {
        let mut note = [0; SIZE];
        self.0.read_exact_at(&mut note, 0).ok()?;
        u64::from_le_bytes(note).checked_sub(1)
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
