//! Imports in the background of one process: one at a time, watched, paused and gone on with.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onrecord_case::CaseFolder;
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;
use crate::import::{ImportOptions, ImportReport, import};
use crate::progress::Progress;

/// The import of a process, if one runs or ran.
#[derive(Debug, Default)]
pub struct ImportBoard {
    state: Mutex<BoardState>,
}

#[derive(Debug, Default)]
struct BoardState {
    phase: ImportPhase,
    paths: Vec<String>,
    stop: Arc<AtomicBool>,
    progress: Option<Progress>,
    message: Option<String>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportPhase {
    /// None was begun here.
    #[default]
    Idle,
    /// It runs.
    Running,
    /// It was asked to pause, and ends what it has begun.
    Pausing,
    /// It was paused; what was read is kept.
    Paused,
    /// It is done.
    Done,
    /// It could not go on; the message says why.
    Failed,
}

/// An import as a page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportView {
    /// Version of this object.
    pub format_version: u32,
    /// How far it is.
    pub phase: ImportPhase,
    /// What is imported; empty where an earlier import is gone on with.
    pub paths: Vec<String>,
    /// Counts, speed and time left.
    pub progress: Option<Progress>,
    /// How it ended.
    pub message: Option<String>,
}

impl ImportBoard {
    /// Begins an import in the background; with no paths it goes on with what waits.
    ///
    /// # Errors
    /// When a path is not there or lies in a case, or an import runs already.
    pub fn start(
        self: &Arc<Self>,
        folder: &CaseFolder,
        options: ImportOptions,
    ) -> Result<(), Error> {
        for path in &options.paths {
            check(path)?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        {
            let mut state = self.state();
            if matches!(state.phase, ImportPhase::Running | ImportPhase::Pausing) {
                let message = "an import runs already; wait for its end, or pause it";
                return Err(Error::Usage(message.to_owned()));
            }
            *state = BoardState {
                phase: ImportPhase::Running,
                paths: shown(&options.paths),
                stop: Arc::clone(&stop),
                progress: None,
                message: None,
            };
        }
        let (board, folder) = (Arc::clone(self), folder.clone());
        let started = std::thread::Builder::new()
            .name("import".to_owned())
            .spawn(move || board.run(&folder, &options, &stop));
        if let Err(error) = started {
            self.end(ImportPhase::Failed, error.to_string());
        }
        Ok(())
    }

    fn run(&self, folder: &CaseFolder, options: &ImportOptions, stop: &AtomicBool) {
        let mut watch = |progress: &Progress| self.state().progress = Some(progress.clone());
        match import(folder, options, stop, &mut watch) {
            Ok(report) if report.stopped => self.end(ImportPhase::Paused, told(&report)),
            Ok(report) => self.end(ImportPhase::Done, told(&report)),
            Err(error) => self.end(ImportPhase::Failed, error.to_string()),
        }
    }

    fn end(&self, phase: ImportPhase, message: String) {
        let mut state = self.state();
        state.phase = phase;
        state.message = Some(message);
    }

    /// Asks the import to stop; what was read is kept, and the next one goes on from there.
    pub fn pause(&self) {
        let mut state = self.state();
        if state.phase == ImportPhase::Running {
            state.phase = ImportPhase::Pausing;
            state.stop.store(true, Ordering::Relaxed);
        }
    }

    /// How far it is.
    #[must_use]
    pub fn view(&self) -> ImportView {
        let state = self.state();
        ImportView {
            format_version: FORMAT_VERSION,
            phase: state.phase,
            paths: state.paths.clone(),
            progress: state.progress.clone(),
            message: state.message.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, BoardState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file or folder that is there, and neither a case nor inside one.
fn check(path: &Path) -> Result<(), Error> {
    if !path.is_absolute() {
        let message = format!("{} is no whole path; begin it with a slash", path.display());
        return Err(Error::Usage(message));
    }
    // A path that somebody typed: what is wrong with it is theirs to mend, no fault of the program.
    let full = path
        .canonicalize()
        .map_err(|error| Error::Usage(format!("{}: {error}", path.display())))?;
    match full.ancestors().find(|folder| CaseFolder::is_case(folder)) {
        Some(case) => Err(Error::Usage(format!(
            "{} is a case; name the folder with the material",
            case.display()
        ))),
        None => Ok(()),
    }
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    let paths = paths.iter();
    paths.map(|path| path.display().to_string()).collect()
}

fn told(report: &ImportReport) -> String {
    format!(
        "{} new files, {} known already; {} documents, {} problems",
        report.new_files, report.unchanged, report.documents, report.problems
    )
}
