//! From paths to a searchable case: walk, read, store, index, derive; resumable at any instant.

mod deriving;
mod gate;
mod outbox;
mod outgoing;
mod pending;
mod queue;
pub(crate) mod reader;
mod storing;
mod walking;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use onrecord_case::{CaseFolder, Selection, Writer};
use onrecord_pipeline::Annotate;
use onrecord_pipeline::extract::process::WorkerProgram;

use crate::error::Error;
use crate::indexing::Indexer;
use crate::progress::{Reporter, Watch};

/// What to import, and how.
#[derive(Clone, Default)]
pub struct ImportOptions {
    /// Files and folders; none goes on with what waits.
    pub paths: Vec<PathBuf>,
    /// Whose material it is.
    pub custodian: Option<String>,
    /// Keep the originals' bytes in the case.
    pub copy: bool,
    /// Readers at a time; 0 means one a core.
    pub workers: usize,
    /// Leave the derived tables for later.
    pub no_derive: bool,
    /// Globs of files to take; none means all.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Passwords to try on what is locked.
    pub passwords: Vec<String>,
    /// The program that reads files in processes of its own; without one they are read in this process,
    /// where a hostile file meets no wall.
    pub worker: Option<WorkerProgram>,
    /// The language pipeline; without one nothing is annotated, and all else works.
    pub annotate: Option<Arc<Annotate>>,
}

/// How an import ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Files found that were new or changed.
    pub new_files: u64,
    /// Files known already, as they were.
    pub unchanged: u64,
    /// Files left out because the person said so.
    pub excluded: u64,
    /// Documents read, copies included.
    pub documents: u64,
    /// Problems met.
    pub problems: u64,
    /// Bytes of the files that were read.
    pub bytes: u64,
    /// Whether it was asked to stop before it was done.
    pub stopped: bool,
}

/// Imports, from wherever an earlier import ended.
///
/// `stop` may be set at any time: what was read is kept, and the same call goes on later.
///
/// # Errors
/// When the case cannot be written. What is wrong with a file is in the ledger, and no error.
pub fn import(
    folder: &CaseFolder,
    options: &ImportOptions,
    stop: &AtomicBool,
    watch: &mut dyn Watch,
) -> Result<ImportReport, Error> {
    let selection = Selection::new(&options.include, &options.exclude)?;
    let roots = options
        .paths
        .iter()
        .map(|path| absolute(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut writer = Writer::open(folder, "onrecord add")?;
    let mut import = Import {
        options,
        stop,
        report: ImportReport::default(),
        reporter: Reporter::new(watch),
    };
    import.walk_roots(&mut writer, &roots, &selection)?;
    import.read_and_derive(&mut writer)?;
    Ok(import.report)
}

/// Reads again what is locked, with passwords.
///
/// # Errors
/// When the case cannot be written.
pub fn unlock(
    folder: &CaseFolder,
    options: &ImportOptions,
    stop: &AtomicBool,
    watch: &mut dyn Watch,
) -> Result<ImportReport, Error> {
    if !folder.exists() {
        return Err(onrecord_case::Error::NoCase(folder.path().to_path_buf()).into());
    }
    let mut writer = Writer::open(folder, "onrecord unlock")?;
    let mut import = Import {
        options,
        stop,
        report: ImportReport::default(),
        reporter: Reporter::new(watch),
    };
    import.report.new_files = writer.requeue_locked()? as u64;
    import.read_and_derive(&mut writer)?;
    Ok(import.report)
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    // The folder is resolved, the last name is kept: what a person named is what the ledger shows.
    std::fs::symlink_metadata(path).map_err(|error| Error::path(path, error))?;
    let full = std::path::absolute(path).map_err(|error| Error::path(path, error))?;
    match (full.parent(), full.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = parent
                .canonicalize()
                .map_err(|error| Error::path(parent, error))?;
            Ok(parent.join(name))
        }
        _ => full
            .canonicalize()
            .map_err(|error| Error::path(path, error)),
    }
}

struct Import<'a> {
    options: &'a ImportOptions,
    stop: &'a AtomicBool,
    report: ImportReport,
    reporter: Reporter<'a>,
}

impl Import<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn workers(&self) -> usize {
        match self.options.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            given => given,
        }
    }

    fn read_and_derive(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let (mut indexer, _) = Indexer::open(writer)?;
        self.read_files(writer, &mut indexer)?;
        indexer.close()?;
        self.report.stopped = self.stopped();
        if !self.options.no_derive && !self.report.stopped {
            self.derive(writer)?;
        }
        self.reporter.finish();
        Ok(())
    }
}
