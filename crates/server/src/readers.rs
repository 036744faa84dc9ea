//! Readers of the case, opened when needed and kept.

use std::sync::{Arc, Mutex, PoisonError};

use onrecord_workbench::{CaseFolder, Workbench};
use tokio::sync::Semaphore;

use crate::fault::Fault;

/// Readers at once: store and index are read by threads that block.
const MOST: usize = 16;

/// A pool of readers. Its lock is held to take and to give back, never while something is read.
pub(crate) struct Readers {
    folder: CaseFolder,
    idle: Arc<Mutex<Vec<Workbench>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(folder: CaseFolder) -> Self {
        Self {
            folder,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(MOST)),
        }
    }

    /// Runs `read` on a thread that may block, with a reader that sees the last commit.
    ///
    /// # Errors
    /// What `read` fails with; a fault of the program when it panics (its reader is then thrown away).
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Workbench) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        // The permit goes along: a reading that outlives its request still counts.
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Fault::broken("the server is stopping"))?;
        let (folder, idle) = (self.folder.clone(), self.idle.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let kept = lock(&idle).pop();
            let bench = match kept {
                Some(bench) => bench,
                None => Workbench::open(&folder)?,
            };
            bench.refresh()?;
            let answer = read(&bench);
            lock(&idle).push(bench);
            answer
        });
        reading
            .await
            .map_err(|_| Fault::broken("the program failed while it made this page"))?
    }
}

/// The list of readers is whole whenever its lock is free, whoever panicked.
fn lock(idle: &Mutex<Vec<Workbench>>) -> std::sync::MutexGuard<'_, Vec<Workbench>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
