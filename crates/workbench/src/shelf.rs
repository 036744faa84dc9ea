//! What is gathered from the whole case and kept in memory, shared by all who read the case in one process.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use onrecord_case::CaseFolder;

use crate::error::Error;
use crate::letters::Letters;
use crate::open::Workbench;
use crate::status::StatusPage;
use crate::web::Web;

/// What is gathered faster than this is gathered while somebody waits for it.
const PATIENCE: Duration = Duration::from_millis(60);
/// Between two gatherings in the background passes this many times what the last one took.
const PAUSE: u32 = 6;

/// Gathered once, used by every reader of the case that was opened with it.
#[derive(Default)]
pub struct Shelf {
    web: Arc<Slot<Web>>,
    web_with_mail: Arc<Slot<Web>>,
    letters: Arc<Slot<Letters>>,
    status: Arc<Slot<StatusPage>>,
}

/// Something gathered, as of one version of the case.
pub(crate) struct Held<T> {
    pub(crate) value: Arc<T>,
    /// Newer material is in the case, and is being taken in.
    pub(crate) is_behind: bool,
}

/// What can be gathered from a case.
pub(crate) trait Gathered: Sized + Send + Sync + 'static {
    /// What it rests on: another answer means that it has to be gathered again.
    fn version(bench: &Workbench) -> Result<String, Error>;

    /// Reads it from the case.
    fn gather(bench: &Workbench) -> Result<Self, Error>;
}

struct Slot<T> {
    kept: Mutex<Kept<T>>,
    ended: Condvar,
}

struct Kept<T> {
    value: Option<(Arc<T>, String)>,
    took: Duration,
    made: Option<Instant>,
    under_way: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        let kept = Kept {
            value: None,
            took: Duration::ZERO,
            made: None,
            under_way: false,
        };
        Self {
            kept: Mutex::new(kept),
            ended: Condvar::new(),
        }
    }
}

impl Shelf {
    /// The ties of the case, mail among them or not.
    pub(crate) fn web(&self, bench: &Workbench, with_mail: bool) -> Result<Held<Web>, Error> {
        let (slot, gather): (_, Gather<Web>) = match with_mail {
            true => (&self.web_with_mail, Web::gather_with_mail),
            false => (&self.web, Web::gather),
        };
        let version = Web::version(bench)?;
        let version = match with_mail {
            true => format!("{version}@{}", bench.reader.mail_version()?),
            false => version,
        };
        slot.get(bench, version, gather)
    }

    /// Who wrote to whom.
    pub(crate) fn letters(&self, bench: &Workbench) -> Result<Held<Letters>, Error> {
        self.letters
            .get(bench, Letters::version(bench)?, Letters::gather)
    }

    /// The case at a glance; while much is being read, as it was a moment ago.
    pub(crate) fn status(&self, bench: &Workbench) -> Result<Held<StatusPage>, Error> {
        let version = StatusPage::version(bench)?;
        self.status.get(bench, version, StatusPage::gather)
    }

    /// Gathers what every page may need, so that nobody waits for it later. What fails now fails again
    /// for whoever asks, who is told.
    pub fn warm(&self, bench: &Workbench) {
        let _ = self.status(bench);
        let _ = self.web(bench, false);
        let _ = self.letters(bench);
    }

    /// The ties as they are at this moment, however long that takes.
    pub(crate) fn web_now(&self, bench: &Workbench, with_mail: bool) -> Result<Arc<Web>, Error> {
        let held = self.web(bench, with_mail)?;
        match (held.is_behind, with_mail) {
            (false, _) => Ok(held.value),
            (true, false) => Ok(Arc::new(Web::gather(bench)?)),
            (true, true) => Ok(Arc::new(Web::gather_with_mail(bench)?)),
        }
    }
}

type Gather<T> = fn(&Workbench) -> Result<T, Error>;

impl<T: Send + Sync + 'static> Slot<T> {
    /// What is kept, if it is of this version; else what can be had without waiting long.
    fn get(
        self: &Arc<Self>,
        bench: &Workbench,
        version: String,
        gather: Gather<T>,
    ) -> Result<Held<T>, Error> {
        let mut kept = self.lock();
        while kept.value.is_none() && kept.under_way {
            kept = self
                .ended
                .wait(kept)
                .unwrap_or_else(PoisonError::into_inner);
        }
        match &kept.value {
            Some((value, known)) if *known == version => {
                return Ok(held(value, false));
            }
            Some((value, _)) if kept.took > PATIENCE => {
                let value = held(value, true);
                let rested = kept
                    .made
                    .is_none_or(|made| made.elapsed() > kept.took * PAUSE);
                if rested && !kept.under_way {
                    kept.under_way = true;
                    self.gather_behind(bench.folder().clone(), version, gather);
                }
                return Ok(value);
            }
            _ => {}
        }
        kept.under_way = true;
        drop(kept);
        let begun = Instant::now();
        let gathered = gather(bench);
        let mut kept = self.lock();
        kept.under_way = false;
        self.ended.notify_all();
        let value = Arc::new(gathered?);
        kept.keep(&value, version, begun);
        Ok(held(&value, false))
    }

    /// Gathers on a thread of its own, with a reader of its own; what fails leaves the older.
    fn gather_behind(self: &Arc<Self>, folder: CaseFolder, version: String, gather: Gather<T>) {
        let slot = Arc::clone(self);
        std::thread::spawn(move || {
            let begun = Instant::now();
            let gathered = Workbench::open(&folder).and_then(|bench| gather(&bench));
            let mut kept = slot.lock();
            kept.under_way = false;
            if let Ok(value) = gathered {
                kept.keep(&Arc::new(value), version, begun);
            }
            slot.ended.notify_all();
        });
    }

    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Kept<T> {
    fn keep(&mut self, value: &Arc<T>, version: String, begun: Instant) {
        self.value = Some((Arc::clone(value), version));
        self.took = begun.elapsed();
        self.made = Some(Instant::now());
    }
}

fn held<T>(value: &Arc<T>, is_behind: bool) -> Held<T> {
    Held {
        value: Arc::clone(value),
        is_behind,
    }
}
