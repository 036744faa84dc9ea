//! Readers on several threads, and the one that stores what they read.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::ScopedJoinHandle;

use onrecord_case::{WaitingFile, Writer};
use onrecord_pipeline::Row;
use onrecord_pipeline::extract::process::Sandbox;

use super::Import;
use super::gate::Gate;
use super::outbox::{Batch, Group, Outbox};
use super::pending::Pending;
use super::queue::Queue;
use super::reader::Reader;
use crate::error::Error;
use crate::indexing::Indexer;
use crate::sandbox;

/// Bytes of rows that may wait for the store; readers pause beyond that.
const IN_FLIGHT: usize = 16 << 20;
/// Files handed out before a reader asks.
const JOBS_AHEAD: usize = 64;
/// Bytes of large files that readers may hold at a time; one is read however large it is.
const BEING_READ: usize = 32 << 20;

impl Import<'_> {
    pub(super) fn read_files(
        &mut self,
        writer: &mut Writer,
        indexer: &mut Indexer,
    ) -> Result<(), Error> {
        let (files, bytes) = writer.waiting_totals()?;
        self.reporter.total_bytes = bytes;
        self.reporter.begin_stage("extract", Some(files));
        if files == 0 {
            return Ok(());
        }
        let (gate, files_gate) = (Gate::new(IN_FLIGHT), Gate::new(BEING_READ));
        let workers = self.workers();
        let spool = writer.folder().spool();
        let (jobs_in, jobs_out) = sync_channel::<WaitingFile>(JOBS_AHEAD);
        let jobs_out = Mutex::new(jobs_out);
        let (batches_in, batches_out) = sync_channel::<Group>(64);
        let sandboxes = std::thread::scope(|scope| {
            let mut readers = Vec::new();
            for _ in 0..workers {
                let reader = Reader {
                    files_gate: &files_gate,
                    jobs: &jobs_out,
                    outbox: Outbox::new(batches_in.clone(), &gate),
                    stop: self.stop,
                    spool: &spool,
                    program: self.options.worker.as_ref(),
                    passwords: &self.options.passwords,
                };
                readers.push(scope.spawn(move || reader.run()));
            }
            drop(batches_in);
            let result = self.store_batches(writer, indexer, jobs_in, &batches_out);
            gate.open_for_good();
            files_gate.open_for_good();
            // Readers end when their channel is gone, also after a failure of the store.
            drop(batches_out);
            result?;
            readers.into_iter().map(join).collect::<Result<Vec<_>, _>>()
        })?;
        note_sandbox(writer, &sandboxes)
    }

    fn store_batches(
        &mut self,
        writer: &mut Writer,
        indexer: &mut Indexer,
        jobs: SyncSender<WaitingFile>,
        groups: &Receiver<Group>,
    ) -> Result<(), Error> {
        let mut queue = Queue::new(jobs);
        let mut pending = Pending::default();
        queue.feed(writer, self.stop)?;
        while let Ok(group) = groups.recv() {
            writer.begin()?;
            for batch in group.batches {
                self.store(writer, &mut pending, batch)?;
            }
            if pending.is_full() {
                pending.flush(writer, indexer)?;
            }
            queue.feed(writer, self.stop)?;
        }
        pending.flush(writer, indexer)
    }

    fn store(
        &mut self,
        writer: &mut Writer,
        pending: &mut Pending,
        batch: Batch,
    ) -> Result<(), Error> {
        if batch.first {
            writer.forget_file(batch.file.id)?;
        }
        pending.bytes += batch.bytes;
        for row in batch.rows {
            if let Row::Item(item) = &row {
                self.reporter.problems += item.problems.len() as u64;
                self.report.problems += item.problems.len() as u64;
            }
            let is_new = writer.put(&batch.file, &row)?;
            let Row::Document(row) = row else { continue };
            self.reporter.documents += 1;
            self.report.documents += 1;
            pending.note(row, &batch.file, is_new);
        }
        if let Some(end) = batch.end {
            if let (true, Some(hash)) = (self.options.copy, &end.blake3) {
                writer.keep_original(&batch.file.path, hash)?;
            }
            writer.finish_file(&batch.file, &end)?;
            self.reporter.bytes += batch.file.size;
            self.report.bytes += batch.file.size;
            self.reporter.advance(1);
        }
        Ok(())
    }
}

fn join(reader: ScopedJoinHandle<'_, Result<Sandbox, Error>>) -> Result<Sandbox, Error> {
    // A reader's panic is a fault of this program, and no file's.
    reader
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Keeps the least that held whenever files of this case were read.
fn note_sandbox(writer: &mut Writer, sandboxes: &[Sandbox]) -> Result<(), Error> {
    let before = sandbox::of_case(&writer.reader())?;
    let all = before.into_iter().chain(sandboxes.iter().copied());
    let Some(least) = all.reduce(Sandbox::and) else {
        return Ok(());
    };
    if before == Some(least) {
        return Ok(());
    }
    writer.begin()?;
    sandbox::keep(writer, least)?;
    Ok(writer.commit()?)
}
