//! What rests on judgements is derived in the background, one run at a time.

use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use onrecord_workbench::{CaseFolder, ErrorKind, apply_judgements};

use crate::error::Error;

/// How long to wait while another process writes to the case.
const PATIENCE: Duration = Duration::from_secs(2);

/// Wakes the thread that derives. It ends when the last of these is dropped.
#[derive(Clone)]
pub(crate) struct Applier {
    wakes: Sender<()>,
    failed: Arc<Mutex<Option<String>>>,
}

impl Applier {
    /// Starts the thread.
    pub(crate) fn start(folder: &CaseFolder) -> Result<Self, Error> {
        let (wakes, woken) = channel();
        let failed = Arc::new(Mutex::new(None));
        let (folder, told) = (folder.clone(), failed.clone());
        std::thread::Builder::new()
            .name("judgements".to_owned())
            .spawn(move || work(&folder, &woken, &told))
            .map_err(|error| Error::System(error.to_string()))?;
        Ok(Self { wakes, failed })
    }

    /// Something was recorded.
    pub(crate) fn wake(&self) {
        // The thread ends only with the server.
        let _ = self.wakes.send(());
    }

    /// Why the last run failed, if it did.
    pub(crate) fn failed(&self) -> Option<String> {
        let failed = self.failed.lock();
        failed.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn work(folder: &CaseFolder, woken: &Receiver<()>, failed: &Mutex<Option<String>>) {
    while woken.recv().is_ok() {
        // Judgements come in rows: one run serves all that were recorded before it.
        while woken.try_recv().is_ok() {}
        while is_busy(folder, failed) {
            if woken.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }
}

/// Derives; whether it must be tried again, since another process writes.
fn is_busy(folder: &CaseFolder, failed: &Mutex<Option<String>>) -> bool {
    let (is_busy, why) = match catch_unwind(|| apply_judgements(folder)) {
        Ok(Ok(())) => (false, None),
        Ok(Err(error)) => (error.kind() == ErrorKind::Busy, Some(error.to_string())),
        Err(_) => (
            false,
            Some("the program failed while it applied judgements".to_owned()),
        ),
    };
    *failed.lock().unwrap_or_else(PoisonError::into_inner) = why;
    is_busy
}
