//! The files that wait, handed to readers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use onrecord_case::{WaitingFile, Writer};

use crate::error::Error;

/// Files asked of the store at a time.
const QUEUE_BATCH: usize = 2_000;

/// Hands waiting files to readers, without holding the list of all of them.
pub(super) struct Queue {
    jobs: Option<SyncSender<WaitingFile>>,
    after: i64,
    next: Vec<WaitingFile>,
    ended: bool,
}

impl Queue {
    /// All files that wait, for whoever listens to `jobs`.
    pub(super) fn new(jobs: SyncSender<WaitingFile>) -> Self {
        Self {
            jobs: Some(jobs),
            after: 0,
            next: Vec::new(),
            ended: false,
        }
    }

    /// Gives readers as many files as they take without waiting.
    pub(super) fn feed(&mut self, writer: &Writer, stop: &AtomicBool) -> Result<(), Error> {
        if stop.load(Ordering::Relaxed) {
            self.jobs = None;
        }
        while let Some(jobs) = &self.jobs {
            if self.next.is_empty() && !self.ended {
                self.next = writer.waiting_files(self.after, QUEUE_BATCH)?;
                self.after = self.next.last().map_or(self.after, |file| file.id);
                self.ended = self.next.is_empty();
                self.next.reverse();
            }
            let Some(file) = self.next.pop() else {
                self.jobs = None;
                return Ok(());
            };
            if let Err(refused) = jobs.try_send(file) {
                match refused {
                    std::sync::mpsc::TrySendError::Full(file) => self.next.push(file),
                    std::sync::mpsc::TrySendError::Disconnected(_) => self.jobs = None,
                }
                return Ok(());
            }
        }
        Ok(())
    }
}
