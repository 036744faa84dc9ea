//! The rows of one file.

use std::ops::ControlFlow;

use onrecord_case::{FileEnd, WaitingFile, modified_ns};
use onrecord_pipeline::{ItemOutcome, ItemRow, Row};
use onrecord_record::{Problem, ProblemCode};

use super::outbox::{Batch, Outbox};

/// Bytes of rows after which a reader hands on what it has.
const BATCH_BYTES: usize = 1 << 20;

/// Collects a file's rows and hands them to the store.
pub(super) struct Outgoing<'a, 'g> {
    outbox: &'a mut Outbox<'g>,
    pub(super) file: WaitingFile,
    rows: Vec<Row>,
    bytes: usize,
    first: bool,
    end: FileEnd,
}

impl<'a, 'g> Outgoing<'a, 'g> {
    pub(super) fn new(outbox: &'a mut Outbox<'g>, file: WaitingFile) -> Self {
        Self {
            outbox,
            file,
            rows: Vec::new(),
            bytes: 0,
            first: true,
            end: FileEnd::default(),
        }
    }

    pub(super) fn push(&mut self, mut row: Row) {
        if let Row::Item(item) = &mut row
            && item.sequence == 0
        {
            self.end = FileEnd {
                sha256: item.sha256.map(|hash| hash.0),
                blake3: item.blake3,
            };
            note_what_only_the_disk_knows(&self.file, item);
        }
        self.bytes += row_bytes(&row);
        self.rows.push(row);
    }

    pub(super) fn hand_on_if_large(&mut self) -> ControlFlow<()> {
        if self.bytes < BATCH_BYTES {
            ControlFlow::Continue(())
        } else {
            self.hand_on(None)
        }
    }

    fn hand_on(&mut self, end: Option<FileEnd>) -> ControlFlow<()> {
        let batch = Batch {
            file: self.file.clone(),
            first: self.first,
            rows: std::mem::take(&mut self.rows),
            bytes: self.bytes,
            end,
        };
        self.first = false;
        self.bytes = 0;
        self.outbox.put(batch)
    }

    pub(super) fn finish(mut self) -> ControlFlow<()> {
        let end = std::mem::take(&mut self.end);
        self.hand_on(Some(end))
    }
}

/// Whether the file changed while it was read, and whether its name is UTF-8.
fn note_what_only_the_disk_knows(file: &WaitingFile, item: &mut ItemRow) {
    if file.path.to_str().is_none() {
        let message = format!("the name of {} is not UTF-8", file.shown);
        item.problems
            .push(Problem::new(ProblemCode::NameNotUtf8, message));
    }
    let changed = match std::fs::metadata(&file.path) {
        Ok(now) => now.len() != file.size || modified_ns(&now) != file.modified_ns,
        Err(_) => true,
    };
    if changed {
        let message = format!("{} was changed while it was read", file.shown);
        item.problems
            .push(Problem::new(ProblemCode::ChangedWhileRead, message));
        if item.outcome == ItemOutcome::Read {
            item.outcome = ItemOutcome::Partly;
        }
    }
}

fn row_bytes(row: &Row) -> usize {
    const OVERHEAD: usize = 512;
    let texts = |rows: &[onrecord_pipeline::TextRow]| -> usize {
        rows.iter()
            .map(|row| row.text.as_ref().map_or(0, String::len))
            .sum()
    };
    OVERHEAD
        + match row {
            Row::Item(_) => 0,
            Row::Text(text) => texts(std::slice::from_ref(text)),
            Row::Document(document) => {
                let headers = document.message.as_ref().map_or(0, |message| {
                    message
                        .headers
                        .iter()
                        .map(|header| header.value.len() + 64)
                        .sum()
                });
                texts(&document.texts) + headers
            }
        }
}
