//! What was stored and waits for the index.

use std::collections::BTreeMap;

use onrecord_case::{WaitingFile, Writer};
use onrecord_record::DocumentId;

use crate::error::Error;
use crate::indexing::{FreshDocument, Indexer};

/// Bytes and documents after which a transaction ends and the index takes them.
const FLUSH_BYTES: usize = 16 << 20;
const FLUSH_DOCUMENTS: usize = 4_000;

/// New documents that the index has not taken yet.
#[derive(Default)]
pub(super) struct Pending {
    fresh: BTreeMap<DocumentId, FreshDocument>,
    pub(super) bytes: usize,
}

impl Pending {
    /// Whether there is enough for a transaction and a commit of the index.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= FLUSH_BYTES || self.fresh.len() >= FLUSH_DOCUMENTS
    }

    pub(super) fn note(
        &mut self,
        row: Box<onrecord_pipeline::DocumentRow>,
        file: &WaitingFile,
        is_new: bool,
    ) {
        if is_new {
            let fresh = FreshDocument {
                row,
                shown: file.shown.clone(),
                custodian: file.custodian.clone(),
            };
            self.fresh.insert(fresh.row.id, fresh);
        } else {
            // It has another origin now: only the store knows all of it.
            self.fresh.remove(&row.id);
        }
    }

    pub(super) fn flush(
        &mut self,
        writer: &mut Writer,
        indexer: &mut Indexer,
    ) -> Result<(), Error> {
        writer.commit()?;
        indexer.take_changes(writer, &self.fresh)?;
        self.fresh.clear();
        self.bytes = 0;
        Ok(())
    }
}
