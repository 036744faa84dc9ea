//! `onrecord __worker`: the same program as a process that reads files and can do nothing else.

use std::process::ExitCode;

#[cfg(unix)]
use anyhow::Context as _;
use onrecord_extract::Worker;
#[cfg(unix)]
use onrecord_extract::process::{Process, ProcessLimits};
use onrecord_workbench::WorkerProgram;

/// The hidden verb; it is no command of the promise, and help does not show it.
const VERB: &str = "__worker";

/// Serves the parent and says how it ended, when this process is to be a worker.
#[cfg(unix)]
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != VERB {
        return None;
    }
    match onrecord_extract::process::serve_worker(&mut |_| {}) {
        Ok(()) => Some(ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("onrecord {VERB}: {error}");
            Some(ExitCode::from(2))
        }
    }
}

/// This system has no workers yet.
#[cfg(not(unix))]
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    None
}

/// How to start a worker; `None` where this system has none.
pub(crate) fn program() -> Option<WorkerProgram> {
    if !cfg!(unix) {
        return None;
    }
    Some(WorkerProgram {
        path: own_path().ok()?,
        arguments: vec![VERB.into()],
    })
}

/// A worker for one command, with nameless temporary files where the system keeps such.
#[cfg(unix)]
pub(crate) fn start() -> anyhow::Result<impl Worker> {
    let program = program().context("this program cannot find itself")?;
    let limits = ProcessLimits::default();
    Process::start(program, limits, tempfile::tempfile)
        .context("no process that reads files could be started")
}

/// A worker for one command, in this process: this system has no other yet.
#[cfg(not(unix))]
pub(crate) fn start() -> anyhow::Result<impl Worker> {
    struct Temporary;
    impl onrecord_extract::Spool for Temporary {
        fn create(&mut self) -> std::io::Result<Box<dyn onrecord_extract::SpoolFile>> {
            Ok(Box::new(tempfile::tempfile()?))
        }
    }
    let began = std::time::Instant::now();
    let spool = Box::new(Temporary);
    Ok(onrecord_extract::InProcess::new(spool, move || {
        began.elapsed()
    }))
}

/// This very program, also when another version has been put in its place meanwhile.
#[cfg(target_os = "linux")]
fn own_path() -> std::io::Result<std::path::PathBuf> {
    let own = std::path::PathBuf::from("/proc/self/exe");
    if own.exists() {
        Ok(own)
    } else {
        std::env::current_exe()
    }
}

#[cfg(not(target_os = "linux"))]
fn own_path() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
}
