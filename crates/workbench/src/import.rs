//! From paths to a searchable case: walk, read, store, index, derive; resumable at any instant.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use onrecord_case::{
    CaseFolder, FileEnd, Noted, Selection, WaitingFile, Writer, io_problem, modified_ns,
    unreadable_item, walk,
};
use onrecord_pipeline::extract::{InProcess, Job, Limits, Outcome, Worker};
use onrecord_pipeline::{Annotate, Intake, ItemOutcome, ItemRow, Row, Stage, Threads};
use onrecord_record::{DocumentId, Problem, ProblemCode};

use crate::annotating::annotate_waiting;
use crate::claiming::derive_claims;
use crate::error::Error;
use crate::indexing::{FreshDocument, Indexer};
use crate::progress::{Reporter, Watch};
use crate::reading::read_waiting;
use crate::resolving::resolve_entities;
use crate::spool::CaseSpool;

/// What to import, and how.
#[derive(Clone, Default)]
pub struct ImportOptions {
    /// Files and folders; none goes on with what waits.
    pub paths: Vec<PathBuf>,
    /// Whose material it is.
    pub custodian: Option<String>,
    /// Keep the originals' bytes in the case.
    pub copy: bool,
    /// Readers at a time; 0 means one a core.
    pub workers: usize,
    /// Leave the derived tables for later.
    pub no_derive: bool,
    /// Globs of files to take; none means all.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Passwords to try on what is locked.
    pub passwords: Vec<String>,
    /// The language pipeline; without one nothing is annotated, and all else works.
    pub annotate: Option<Arc<Annotate>>,
}

/// How an import ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Files found that were new or changed.
    pub new_files: u64,
    /// Files known already, as they were.
    pub unchanged: u64,
    /// Files left out because the person said so.
    pub excluded: u64,
    /// Documents read, copies included.
    pub documents: u64,
    /// Problems met.
    pub problems: u64,
    /// Bytes of the files that were read.
    pub bytes: u64,
    /// Whether it was asked to stop before it was done.
    pub stopped: bool,
}

/// Bytes of rows that may wait for the store; readers pause beyond that.
const IN_FLIGHT: usize = 16 << 20;
/// Bytes of rows after which a reader hands on what it has.
const BATCH_BYTES: usize = 1 << 20;
/// Bytes of rows of small files that go to the store together: each time wakes a thread.
const GROUP_BYTES: usize = 128 << 10;
/// Bytes and documents after which a transaction ends and the index takes them.
const FLUSH_BYTES: usize = 16 << 20;
const FLUSH_DOCUMENTS: usize = 4_000;
/// Files handed out before a reader asks.
const JOBS_AHEAD: usize = 64;
/// Files above this many bytes count toward what readers may hold.
const LARGE_FILE: u64 = 4 << 20;
/// Bytes of large files that readers may hold at a time; one is read however large it is.
const BEING_READ: usize = 32 << 20;
/// Files asked of the store at a time.
const QUEUE_BATCH: usize = 2_000;
/// Files found between two commits of the walk.
const WALK_BATCH: u64 = 20_000;

/// Imports, from wherever an earlier import ended.
///
/// `stop` may be set at any time: what was read is kept, and the same call goes on later.
///
/// # Errors
/// When the case cannot be written. What is wrong with a file is in the ledger, and no error.
pub fn import(
    folder: &CaseFolder,
    options: &ImportOptions,
    stop: &AtomicBool,
    watch: &mut dyn Watch,
) -> Result<ImportReport, Error> {
    let selection = Selection::new(&options.include, &options.exclude)?;
    let roots = options
        .paths
        .iter()
        .map(|path| absolute(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut writer = Writer::open(folder, "onrecord add")?;
    let mut import = Import {
        options,
        stop,
        report: ImportReport::default(),
        reporter: Reporter::new(watch),
    };
    import.walk_roots(&mut writer, &roots, &selection)?;
    import.read_and_derive(&mut writer)?;
    Ok(import.report)
}

/// Reads again what is locked, with passwords.
///
/// # Errors
/// When the case cannot be written.
pub fn unlock(
    folder: &CaseFolder,
    options: &ImportOptions,
    stop: &AtomicBool,
    watch: &mut dyn Watch,
) -> Result<ImportReport, Error> {
    if !folder.exists() {
        return Err(onrecord_case::Error::NoCase(folder.path().to_path_buf()).into());
    }
    let mut writer = Writer::open(folder, "onrecord unlock")?;
    let mut import = Import {
        options,
        stop,
        report: ImportReport::default(),
        reporter: Reporter::new(watch),
    };
    import.report.new_files = writer.requeue_locked()? as u64;
    import.read_and_derive(&mut writer)?;
    Ok(import.report)
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    // The folder is resolved, the last name is kept: what a person named is what the ledger shows.
    std::fs::symlink_metadata(path).map_err(|error| Error::path(path, error))?;
    let full = std::path::absolute(path).map_err(|error| Error::path(path, error))?;
    match (full.parent(), full.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = parent
                .canonicalize()
                .map_err(|error| Error::path(parent, error))?;
            Ok(parent.join(name))
        }
        _ => full
            .canonicalize()
            .map_err(|error| Error::path(path, error)),
    }
}

struct Import<'a> {
    options: &'a ImportOptions,
    stop: &'a AtomicBool,
    report: ImportReport,
    reporter: Reporter<'a>,
}

impl Import<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn workers(&self) -> usize {
        match self.options.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            given => given,
        }
    }

    fn walk_roots(
        &mut self,
        writer: &mut Writer,
        roots: &[PathBuf],
        selection: &Selection,
    ) -> Result<(), Error> {
        if roots.is_empty() {
            return Ok(());
        }
        self.reporter.begin_stage("walk", None);
        let now = jiff::Timestamp::now().to_string();
        let own = writer.folder().path().to_path_buf();
        let own = own.canonicalize().unwrap_or(own);
        for root in roots {
            writer.begin()?;
            let id = writer.add_root(root, &now)?;
            let mut failure = None;
            let excluded = walk(root, &own, selection, &mut |found| match self
                .note(writer, id, &found)
            {
                Ok(()) => !self.stopped(),
                Err(error) => {
                    failure = Some(error);
                    false
                }
            });
            if let Some(error) = failure {
                return Err(error);
            }
            if !self.stopped() {
                writer.finish_root(id, excluded)?;
                self.report.excluded += excluded;
            }
            writer.commit()?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        writer: &mut Writer,
        root: i64,
        found: &onrecord_case::Found,
    ) -> Result<(), Error> {
        match writer.note_found(root, found, self.options.custodian.as_deref())? {
            Noted::Unchanged => self.report.unchanged += 1,
            Noted::Waits => self.report.new_files += 1,
            Noted::Unreadable => {
                self.report.new_files += 1;
                self.report.problems += 1;
                self.reporter.problems += 1;
            }
        }
        self.reporter.advance(1);
        if (self.report.new_files + 1).is_multiple_of(WALK_BATCH) {
            writer.commit()?;
            writer.begin()?;
        }
        Ok(())
    }

    fn read_and_derive(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let (mut indexer, _) = Indexer::open(writer)?;
        self.read_files(writer, &mut indexer)?;
        indexer.close()?;
        self.report.stopped = self.stopped();
        if !self.options.no_derive && !self.report.stopped {
            self.derive(writer)?;
        }
        self.reporter.finish();
        Ok(())
    }

    fn read_files(&mut self, writer: &mut Writer, indexer: &mut Indexer) -> Result<(), Error> {
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
        std::thread::scope(|scope| {
            for _ in 0..workers {
                let mut reading = Reading {
                    files_gate: &files_gate,
                    jobs: &jobs_out,
                    outbox: Outbox::new(batches_in.clone(), &gate),
                    stop: self.stop,
                    spool: &spool,
                    passwords: &self.options.passwords,
                };
                scope.spawn(move || reading.run());
            }
            drop(batches_in);
            let result = self.store_batches(writer, indexer, jobs_in, &batches_out);
            gate.open_for_good();
            files_gate.open_for_good();
            // Readers end when their channel is gone, also after a failure of the store.
            drop(batches_out);
            result
        })
    }

    fn store_batches(
        &mut self,
        writer: &mut Writer,
        indexer: &mut Indexer,
        jobs: SyncSender<WaitingFile>,
        groups: &Receiver<Group>,
    ) -> Result<(), Error> {
        let mut queue = Queue {
            jobs: Some(jobs),
            after: 0,
            next: Vec::new(),
            ended: false,
        };
        let mut pending = Pending::default();
        queue.feed(writer, self.stop)?;
        while let Ok(group) = groups.recv() {
            writer.begin()?;
            for batch in group.batches {
                self.store(writer, &mut pending, batch)?;
            }
            if pending.bytes >= FLUSH_BYTES || pending.fresh.len() >= FLUSH_DOCUMENTS {
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

    fn derive(&mut self, writer: &mut Writer) -> Result<(), Error> {
        self.derive_threads(writer)?;
        if let Some(annotate) = &self.options.annotate {
            let workers = self.workers();
            annotate_waiting(writer, annotate, workers, self.stop, &mut self.reporter)?;
            let annotated_by = annotate.fingerprint();
            read_waiting(
                writer,
                &annotated_by,
                workers,
                self.stop,
                &mut self.reporter,
            )?;
            if !self.stopped() {
                resolve_entities(writer, &mut self.reporter)?;
                derive_claims(writer, &mut self.reporter)?;
            }
            self.report.stopped = self.stopped();
        }
        Ok(())
    }

    fn derive_threads(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let stage = Threads;
        let state = format!("{}@{}", stage.fingerprint(), writer.last_change());
        if writer.reader().stage_state("threads")?.as_deref() == Some(state.as_str()) {
            return Ok(());
        }
        let inputs = writer.reader().thread_inputs()?;
        self.reporter
            .begin_stage("threads", Some(inputs.len() as u64));
        let threads = stage.run(&inputs);
        writer.begin()?;
        writer.replace_threads(&threads)?;
        writer.set_stage("threads", &stage.fingerprint(), &state)?;
        writer.commit()?;
        self.reporter.advance(inputs.len() as u64);
        Ok(())
    }
}

/// Hands waiting files to readers, without holding the list of all of them.
struct Queue {
    jobs: Option<SyncSender<WaitingFile>>,
    after: i64,
    next: Vec<WaitingFile>,
    ended: bool,
}

impl Queue {
    /// Gives readers as many files as they take without waiting.
    fn feed(&mut self, writer: &Writer, stop: &AtomicBool) -> Result<(), Error> {
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

/// New documents that the index has not taken yet.
#[derive(Default)]
struct Pending {
    fresh: BTreeMap<DocumentId, FreshDocument>,
    bytes: usize,
}

impl Pending {
    fn note(&mut self, row: Box<onrecord_pipeline::DocumentRow>, file: &WaitingFile, is_new: bool) {
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

    fn flush(&mut self, writer: &mut Writer, indexer: &mut Indexer) -> Result<(), Error> {
        writer.commit()?;
        indexer.take_changes(writer, &self.fresh)?;
        self.fresh.clear();
        self.bytes = 0;
        Ok(())
    }
}

/// Rows of one file, in order; a large file comes in several.
struct Batch {
    file: WaitingFile,
    first: bool,
    rows: Vec<Row>,
    bytes: usize,
    end: Option<FileEnd>,
}

/// Batches that go to the store together.
struct Group {
    batches: Vec<Batch>,
    _ticket: Ticket,
}

/// A reader's way to the store.
struct Outbox<'a> {
    groups: SyncSender<Group>,
    gate: &'a Gate,
    batches: Vec<Batch>,
    bytes: usize,
}

impl<'a> Outbox<'a> {
    fn new(groups: SyncSender<Group>, gate: &'a Gate) -> Self {
        Self {
            groups,
            gate,
            batches: Vec::new(),
            bytes: 0,
        }
    }

    fn put(&mut self, batch: Batch) -> ControlFlow<()> {
        self.bytes += batch.bytes;
        self.batches.push(batch);
        if self.bytes < GROUP_BYTES {
            ControlFlow::Continue(())
        } else {
            self.send()
        }
    }

    /// Sends what is there; breaks when the store takes no more.
    fn send(&mut self) -> ControlFlow<()> {
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

/// Holds readers back while more bytes are in memory than should be.
struct Gate {
    limit: usize,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

#[derive(Default)]
struct GateState {
    bytes: usize,
    open_for_good: bool,
}

/// Given back when the batch that it counts for is stored.
struct Ticket {
    bytes: usize,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

impl Gate {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Arc::default(),
        }
    }

    fn enter(&self, bytes: usize) -> Ticket {
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

    fn open_for_good(&self) {
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

fn guard<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One reader thread.
struct Reading<'a> {
    /// A message of 128 MB takes twice that in memory, and two of them at a time would take more than an
    /// import may.
    files_gate: &'a Gate,
    jobs: &'a Mutex<Receiver<WaitingFile>>,
    outbox: Outbox<'a>,
    stop: &'a AtomicBool,
    spool: &'a Path,
    passwords: &'a [String],
}

impl Reading<'_> {
    fn run(&mut self) {
        let spool = CaseSpool {
            folder: self.spool.to_path_buf(),
        };
        let mut worker = InProcess::new(Box::new(spool), monotonic_clock());
        loop {
            let Some(file) = self.next_job() else { return };
            if self.read(&mut worker, file).is_break() {
                // What was read before it was asked to stop is kept.
                let _ = self.outbox.send();
                return;
            }
        }
    }

    /// The next file; `None` when there is none left, or the store takes no more.
    fn next_job(&mut self) -> Option<WaitingFile> {
        if let Ok(jobs) = self.jobs.try_lock()
            && let Ok(file) = jobs.try_recv()
        {
            return Some(file);
        }
        // Nothing is kept back while it waits, for the queue or for another reader that does: the
        // store may have to take it before it gives more.
        if self.outbox.send().is_break() {
            return None;
        }
        guard(self.jobs).recv().ok()
    }

    fn read(&mut self, worker: &mut dyn Worker, file: WaitingFile) -> ControlFlow<()> {
        let mut _ticket = None;
        if file.size > LARGE_FILE {
            // What it has is stored meanwhile.
            self.outbox.send()?;
            let size = usize::try_from(file.size).unwrap_or(usize::MAX);
            _ticket = Some(self.files_gate.enter(size));
        }
        let (stop, passwords) = (self.stop, self.passwords);
        let mut outgoing = Outgoing::new(&mut self.outbox, file);
        let mut source = match File::open(&outgoing.file.path) {
            Ok(source) => source,
            Err(error) => {
                let problem = io_problem(&outgoing.file.path, &error);
                let item = unreadable_item(&outgoing.file, problem);
                outgoing.push(Row::Item(Box::new(item)));
                return outgoing.finish();
            }
        };
        let job = Job {
            name: file_name(&outgoing.file.path),
            extension: outgoing
                .file
                .path
                .extension()
                .map(|extension| extension.to_string_lossy().into_owned()),
            limits: Limits::default(),
            passwords: passwords.to_vec(),
        };
        let mut intake = Intake::default();
        let outcome = worker.extract(&job, &mut source, &mut |event| {
            intake.take(event, &mut |row| outgoing.push(row));
            if stop.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            outgoing.hand_on_if_large()
        });
        match outcome {
            Outcome::Complete => outgoing.finish(),
            Outcome::Stopped => ControlFlow::Break(()),
        }
    }
}

/// Collects a file's rows and hands them to the store.
struct Outgoing<'a, 'g> {
    outbox: &'a mut Outbox<'g>,
    file: WaitingFile,
    rows: Vec<Row>,
    bytes: usize,
    first: bool,
    end: FileEnd,
}

impl<'a, 'g> Outgoing<'a, 'g> {
    fn new(outbox: &'a mut Outbox<'g>, file: WaitingFile) -> Self {
        Self {
            outbox,
            file,
            rows: Vec::new(),
            bytes: 0,
            first: true,
            end: FileEnd::default(),
        }
    }

    fn push(&mut self, mut row: Row) {
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

    fn hand_on_if_large(&mut self) -> ControlFlow<()> {
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

    fn finish(mut self) -> ControlFlow<()> {
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

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn monotonic_clock() -> impl Fn() -> std::time::Duration + Send {
    let began = std::time::Instant::now();
    move || began.elapsed()
}
