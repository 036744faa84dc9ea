//! The seam between the one who imports and the one who parses.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::event::{Event, Wanted};
use crate::limits::Limits;

/// One file to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Name to show; never opened.
    pub name: String,
    /// Extension without the dot, as a hint of the type.
    pub extension: Option<String>,
    /// Bounds.
    pub limits: Limits,
    /// Passwords to try on what is locked, in order.
    pub passwords: Vec<String>,
}

/// An open original, or a temporary file.
pub trait Source: Read + Seek {
    /// The file behind it, for a worker in another process.
    fn as_file(&self) -> Option<&File> {
        None
    }
}

impl Source for File {
    fn as_file(&self) -> Option<&File> {
        Some(self)
    }
}

impl<T: AsRef<[u8]>> Source for Cursor<T> {}

/// Where members too large for memory are kept while they are read.
///
/// A worker writes nowhere else. Implementations give nameless files (unlinked at once),
/// so that no name from inside a container ever becomes a path.
pub trait Spool {
    /// A new, empty temporary file.
    ///
    /// # Errors
    /// When the system has no room or right for one; the item becomes a problem.
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>>;
}

/// A temporary file.
pub trait SpoolFile: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> SpoolFile for T {}

/// Receives what is found; `Break` ends the job.
pub type Sink<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every item that began has ended.
    Complete,
    /// The receiver asked to stop; nothing was sent after that.
    Stopped,
}

/// Reads files, here or in another process.
pub trait Worker {
    /// Reads `file` from its first byte and tells `sink` what it holds.
    ///
    /// The stream is well formed whatever the file does: a reader that fails becomes a problem of
    /// the item it was reading, and its items are closed.
    fn extract(&mut self, job: &Job, file: &mut dyn Source, sink: &mut Sink<'_>) -> Outcome;

    /// Tells `sink` one item of a file, as [`Event::Bytes`] or [`Event::Inert`] between the items that
    /// hold it; nothing of these is told where the file has no such item.
    fn fetch(
        &mut self,
        job: &Job,
        wanted: Wanted,
        file: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Outcome;
}

/// A spool that gives no file: what is too large for memory becomes a problem.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSpool;

impl Spool for NoSpool {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        Err(io::Error::new(
            io::ErrorKind::StorageFull,
            "no temporary files are allowed here",
        ))
    }
}
