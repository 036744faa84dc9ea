//! A bound on what is in memory at a time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Holds readers back while more bytes are in memory than should be.
pub(super) struct Gate {
    limit: usize,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

#[derive(Default)]
struct GateState {
    bytes: usize,
    open_for_good: bool,
}

/// Given back when the batch that it counts for is stored.
pub(super) struct Ticket {
    bytes: usize,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

impl Gate {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Arc::default(),
        }
    }

    pub(super) fn enter(&self, bytes: usize) -> Ticket {
        let (lock, changed) = &*self.state;
        let mut state = guard(lock);
        // One batch always goes through, however large it is.
        while state.bytes > 0
            && state.bytes.saturating_add(bytes) > self.limit
            && !state.open_for_good
        {
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes += bytes;
        Ticket {
            bytes,
            state: self.state.clone(),
        }
    }

    pub(super) fn open_for_good(&self) {
        let (lock, changed) = &*self.state;
        guard(lock).open_for_good = true;
        changed.notify_all();
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let (lock, changed) = &*self.state;
        guard(lock).bytes -= self.bytes;
        changed.notify_all();
    }
}

pub(super) fn guard<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
