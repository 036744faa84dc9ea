//! Readers of the case: threads that may block, each with a case of its own, opened when first needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use onrecord_workbench::{CaseFolder, ImportBoard, Shelf, Workbench, WorkerProgram};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::fault::Fault;

/// Readers at once, at least and at most; between them, as many as the machine has cores.
const FEWEST: usize = 4;
const MOST: usize = 16;

/// Something to look up.
type Job = Box<dyn FnOnce(&Source, &mut Option<Workbench>) + Send>;

/// Which case, and what all readers of it share.
#[derive(Clone)]
struct Source {
    folder: CaseFolder,
    shelf: Arc<Shelf>,
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
        let source = Source {
            folder: folder.clone(),
            shelf: Arc::default(),
            worker: worker.cloned(),
            imports: Arc::clone(imports),
        };
        let jobs = Arc::new(Mutex::new(jobs));
        let first = source.clone();
        std::thread::Builder::new()
            .name("gathering".to_owned())
            .spawn(move || {
                if let Ok(bench) = Workbench::open_sharing(&first.folder, &first.shelf) {
                    first.shelf.warm(&bench);
                }
            })
            .map_err(|error| Error::System(error.to_string()))?;
        let cores = std::thread::available_parallelism().map_or(FEWEST, usize::from);
        for number in 0..cores.clamp(FEWEST, MOST) {
            let (source, jobs) = (source.clone(), jobs.clone());
            std::thread::Builder::new()
                .name(format!("reader {number}"))
                .spawn(move || work(&source, &jobs))
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
        let job = move |source: &Source, kept: &mut Option<Workbench>| {
            if !answer.is_closed() {
                // Nobody waits any more: then nobody misses the answer.
                let _ = answer.send(with_reader(source, kept, read));
            }
        };
        let stopping = || Fault::broken("the program failed while it made this page");
        self.queue.send(Box::new(job)).map_err(|_| stopping())?;
        answered.await.map_err(|_| stopping())?
    }
}

fn work(source: &Source, jobs: &Mutex<Receiver<Job>>) {
    let mut kept = None;
    loop {
        // The lock is held to take a job, never while one is done.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(source, &mut kept))).is_err() {
            kept = None;
        }
    }
}

fn with_reader<T>(
    source: &Source,
    kept: &mut Option<Workbench>,
    read: impl FnOnce(&Workbench) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let bench = match kept {
        Some(bench) => {
            bench.refresh()?;
            bench
        }
        None => {
            let bench = Workbench::open_sharing(&source.folder, &source.shelf)?;
            let bench = bench.with_worker(source.worker.clone());
            kept.insert(bench.with_imports(Arc::clone(&source.imports)))
        }
    };
    read(bench)
}
