//! One reader thread, with a worker of its own.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use onrecord_case::{WaitingFile, io_problem, unreadable_item};
use onrecord_pipeline::extract::process::{Sandbox, WorkerProgram};
use onrecord_pipeline::extract::{InProcess, Job, Limits, Outcome, Worker};
use onrecord_pipeline::{Intake, Row};

use super::gate::{Gate, guard};
use super::outbox::Outbox;
use super::outgoing::Outgoing;
use crate::error::Error;
use crate::spool::CaseSpool;

/// Files above this many bytes count toward what readers may hold.
const LARGE_FILE: u64 = 4 << 20;

/// Takes files from the queue and gives their rows to the store.
pub(super) struct Reader<'a> {
    /// A message of 128 MB takes twice that in memory, and two of them at a time would take more than an
    /// import may.
    pub(super) files_gate: &'a Gate,
    pub(super) jobs: &'a Mutex<Receiver<WaitingFile>>,
    pub(super) outbox: Outbox<'a>,
    pub(super) stop: &'a AtomicBool,
    pub(super) spool: &'a Path,
    pub(super) program: Option<&'a WorkerProgram>,
    pub(super) passwords: &'a [String],
}

impl Reader<'_> {
    /// Reads until nothing waits; says how far what reads is locked in.
    pub(super) fn run(mut self) -> Result<Sandbox, Error> {
        let started = start_worker(self.program, self.spool, self.stop);
        let (mut worker, sandbox) = started.map_err(Error::NoWorker)?;
        while let Some(file) = self.next_job() {
            if self.read(&mut *worker, file).is_break() {
                // What was read before it was asked to stop is kept.
                let _ = self.outbox.send();
                break;
            }
        }
        Ok(sandbox)
    }

    /// The next file; `None` when there is none left, or the store takes no more.
    fn next_job(&mut self) -> Option<WaitingFile> {
        if let Ok(jobs) = self.jobs.try_lock()
            && let Ok(file) = jobs.try_recv()
        {
            return Some(file);
        }
        // Nothing is kept back while it waits, for the queue or for another reader that does: the
        // store may have to take it before it gives more.
        if self.outbox.send().is_break() {
            return None;
        }
        guard(self.jobs).recv().ok()
    }

    fn read(&mut self, worker: &mut dyn Worker, file: WaitingFile) -> ControlFlow<()> {
        let mut _ticket = None;
        if file.size > LARGE_FILE {
            // What it has is stored meanwhile.
            self.outbox.send()?;
            let size = usize::try_from(file.size).unwrap_or(usize::MAX);
            _ticket = Some(self.files_gate.enter(size));
        }
        let (stop, passwords) = (self.stop, self.passwords);
        let mut outgoing = Outgoing::new(&mut self.outbox, file);
        let mut source = match open_original(&outgoing.file.path) {
            Ok(source) => source,
            Err(error) => {
                let problem = io_problem(&outgoing.file.path, &error);
                let item = unreadable_item(&outgoing.file, problem);
                outgoing.push(Row::Item(Box::new(item)));
                return outgoing.finish();
            }
        };
        let job = job(&outgoing.file.path, passwords);
        let mut intake = Intake::default();
        let outcome = worker.extract(&job, &mut source, &mut |event| {
            intake.take(event, &mut |row| outgoing.push(row));
            if stop.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            outgoing.hand_on_if_large()
        });
        match outcome {
            Outcome::Complete => outgoing.finish(),
            Outcome::Stopped => ControlFlow::Break(()),
        }
    }
}

pub(crate) fn job(path: &Path, passwords: &[String]) -> Job {
    let shown = |name: &std::ffi::OsStr| name.to_string_lossy().into_owned();
    Job {
        name: shown(path.file_name().unwrap_or(path.as_os_str())),
        extension: path.extension().map(shown),
        limits: Limits::default(),
        passwords: passwords.to_vec(),
    }
}

/// Opens a file that the walk has found. If something else lies there by now, no link is followed
/// and no pipe waited for.
#[cfg(unix)]
pub(crate) fn open_original(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
pub(crate) fn open_original(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A worker in a process of its own, where a program for it is named.
#[cfg(unix)]
pub(crate) fn start_worker<'a>(
    program: Option<&WorkerProgram>,
    spool: &'a Path,
    stop: &'a AtomicBool,
) -> io::Result<(Box<dyn Worker + 'a>, Sandbox)> {
    use onrecord_pipeline::extract::process::{Process, ProcessLimits};
    let spool = CaseSpool::in_folder(spool);
    let Some(program) = program else {
        return Ok(here(spool));
    };
    let limits = ProcessLimits::default();
    let process = Process::start(program.clone(), limits, move || spool.file())?.stopping_at(stop);
    let sandbox = process.sandbox();
    Ok((Box::new(process), sandbox))
}

#[cfg(not(unix))]
pub(crate) fn start_worker<'a>(
    _: Option<&WorkerProgram>,
    spool: &'a Path,
    _: &'a AtomicBool,
) -> io::Result<(Box<dyn Worker + 'a>, Sandbox)> {
    Ok(here(CaseSpool::in_folder(spool)))
}

/// A worker in this process.
fn here<'a>(spool: CaseSpool) -> (Box<dyn Worker + 'a>, Sandbox) {
    let began = std::time::Instant::now();
    let worker = InProcess::new(Box::new(spool), move || began.elapsed());
    (Box::new(worker), Sandbox::default())
}
