//! Readers of the case: threads that may block, each with a case of its own, opened when first needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use onrecord_workbench::{CaseFolder, ImportBoard, Workbench, WorkerProgram};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::fault::Fault;

/// Readers at once, at least and at most; between them, as many as the machine has cores.
const FEWEST: usize = 4;
const MOST: usize = 16;

/// Something to look up.
type Job = Box<dyn FnOnce(&Opening, &mut Option<Workbench>) + Send>;

/// What a reader opens.
struct Opening {
    folder: CaseFolder,
    worker: Option<WorkerProgram>,
    imports: Arc<ImportBoard>,
}

/// The readers. They end when this is dropped and the queue is empty.
pub(crate) struct Readers {
    queue: Sender<Job>,
}

impl Readers {
    /// Starts the threads.
    pub(crate) fn start(
        folder: &CaseFolder,
        worker: Option<&WorkerProgram>,
        imports: &Arc<ImportBoard>,
    ) -> Result<Self, Error> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let cores = std::thread::available_parallelism().map_or(FEWEST, usize::from);
        for number in 0..cores.clamp(FEWEST, MOST) {
            let opening = Opening {
                folder: folder.clone(),
                worker: worker.cloned(),
                imports: Arc::clone(imports),
            };
            let jobs = jobs.clone();
            std::thread::Builder::new()
                .name(format!("reader {number}"))
                .spawn(move || work(&opening, &jobs))
                .map_err(|error| Error::System(error.to_string()))?;
        }
        Ok(Self { queue })
    }

    /// Runs `read` with a reader that sees the last commit. What nobody waits for any more is not begun.
    ///
    /// # Errors
    /// What `read` fails with; a fault of the program when it panics (its reader is then thrown away).
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Workbench) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        let job = move |opening: &Opening, kept: &mut Option<Workbench>| {
            if !answer.is_closed() {
                // Nobody waits any more: then nobody misses the answer.
                let _ = answer.send(with_reader(opening, kept, read));
            }
        };
        let stopping = || Fault::broken("the program failed while it made this page");
        self.queue.send(Box::new(job)).map_err(|_| stopping())?;
        answered.await.map_err(|_| stopping())?
    }
}

fn work(opening: &Opening, jobs: &Mutex<Receiver<Job>>) {
    let mut kept = None;
    loop {
        // The lock is held to take a job, never while one is done.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(opening, &mut kept))).is_err() {
            kept = None;
        }
    }
}

fn with_reader<T>(
    opening: &Opening,
    kept: &mut Option<Workbench>,
    read: impl FnOnce(&Workbench) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let bench = match kept {
        Some(bench) => {
            bench.refresh()?;
            bench
        }
        None => {
            let bench = Workbench::open(&opening.folder)?;
            let bench = bench.with_worker(opening.worker.clone());
            kept.insert(bench.with_imports(Arc::clone(&opening.imports)))
        }
    };
    read(bench)
}
