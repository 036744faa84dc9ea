//! The worker that reads in this process: no sandbox, the same events.

use std::rc::Rc;
use std::time::Duration;

use onrecord_record::Locator;

use crate::budget::Budget;
use crate::event::{Level, Wanted};
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Reading};
use crate::retry::Retry;
use crate::worker::{Job, Outcome, Sink, Source, Spool, Worker};

/// Reads files in this process.
///
/// A panic of a reader becomes a problem of the item it was reading; an abort or an endless loop
/// inside a foreign parser takes the process with it, which only a worker process can prevent.
pub struct InProcess {
    spool: Box<dyn Spool>,
    clock: Rc<dyn Fn() -> Duration>,
    /// Holds one file after the other.
    buffer: Vec<u8>,
}

impl InProcess {
    /// A worker with its temporary files, and a clock: time since an arbitrary moment.
    pub fn new(spool: Box<dyn Spool>, clock: impl Fn() -> Duration + 'static) -> Self {
        Self {
            spool,
            clock: Rc::new(clock),
            buffer: Vec::new(),
        }
    }
}

impl Worker for InProcess {
    fn extract(&mut self, job: &Job, file: &mut dyn Source, sink: &mut Sink<'_>) -> Outcome {
        self.extract_again(job, &Retry::default(), None, file, sink)
    }

    fn fetch(
        &mut self,
        job: &Job,
        wanted: Wanted,
        file: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Outcome {
        self.extract_again(job, &Retry::default(), Some(wanted), file, sink)
    }
}

impl InProcess {
    /// Reads a file of which parts of it have ended a worker before.
    pub(crate) fn extract_again(
        &mut self,
        job: &Job,
        retry: &Retry,
        wanted: Option<Wanted>,
        file: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Outcome {
        let n_bytes = file.seek(std::io::SeekFrom::End(0)).unwrap_or(0);
        let budget = Budget::new(&job.limits, n_bytes, Rc::clone(&self.clock));
        let extension = job.extension.as_deref().map(str::to_lowercase);
        let extension = extension.or_else(|| names::extension(&job.name));
        let hint = Hint {
            name: Some(&job.name),
            extension: extension.as_deref(),
            ..Hint::default()
        };
        let child = Child {
            level: Level::File,
            name: &job.name,
            locator: Some(Locator::Whole),
        };
        let mut reading = Reading::new(&job.limits, &job.passwords, budget, &mut *self.spool, sink);
        reading.retry = retry;
        reading.wanted = wanted;
        reading.buffer = std::mem::take(&mut self.buffer);
        let mut file = file;
        let flow = reading.child(&child, &hint, Input::File(&mut file));
        self.buffer = std::mem::take(&mut reading.buffer);
        if flow.is_continue() {
            Outcome::Complete
        } else {
            Outcome::Stopped
        }
    }
}
