//! Rows on their way from a reader to the store.

use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use onrecord_case::{FileEnd, WaitingFile};
use onrecord_pipeline::Row;

use super::gate::{Gate, Ticket};

/// Bytes of rows of small files that go to the store together: each time wakes a thread.
const GROUP_BYTES: usize = 128 << 10;

/// Rows of one file, in order; a large file comes in several.
pub(super) struct Batch {
    pub(super) file: WaitingFile,
    pub(super) first: bool,
    pub(super) rows: Vec<Row>,
    pub(super) bytes: usize,
    pub(super) end: Option<FileEnd>,
}

/// Batches that go to the store together.
pub(super) struct Group {
    pub(super) batches: Vec<Batch>,
    _ticket: Ticket,
}

/// A reader's way to the store.
pub(super) struct Outbox<'a> {
    groups: SyncSender<Group>,
    gate: &'a Gate,
    batches: Vec<Batch>,
    bytes: usize,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(groups: SyncSender<Group>, gate: &'a Gate) -> Self {
        Self {
            groups,
            gate,
            batches: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn put(&mut self, batch: Batch) -> ControlFlow<()> {
        self.bytes += batch.bytes;
        self.batches.push(batch);
        if self.bytes < GROUP_BYTES {
            ControlFlow::Continue(())
        } else {
            self.send()
        }
    }

    /// Sends what is there; breaks when the store takes no more.
    pub(super) fn send(&mut self) -> ControlFlow<()> {
        if self.batches.is_empty() {
            return ControlFlow::Continue(());
        }
        let group = Group {
            batches: std::mem::take(&mut self.batches),
            _ticket: self.gate.enter(std::mem::take(&mut self.bytes)),
        };
        match self.groups.send(group) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
