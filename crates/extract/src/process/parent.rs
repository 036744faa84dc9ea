//! The parent's side: files handed to workers, and what becomes of a file that ends one.

use std::fs::File;
use std::io::{self, Read, SeekFrom, Write};
use std::sync::atomic::AtomicBool;

use onrecord_record::Problem;

use super::death::{Cause, Death};
use super::limits::ProcessLimits;
use super::marker::Marker;
use super::program::{Sandbox, WorkerProgram};
use super::protocol::{Reply, Request};
use super::running::{Running, Silence, Wait};
use super::told::Told;
use crate::event::{Event, Wanted};
use crate::retry::Retry;
use crate::worker::{Job, Outcome, Sink, Source, Worker};

/// Reads files in a process of its own, which cannot do much else.
///
/// The process is started at once, kept warm, and replaced when it has read many files or grown.
/// One `Process` reads one file at a time; for more at a time, have more. It belongs to the thread
/// that made it: the system ends the workers of a thread that has gone.
pub struct Process<'a> {
    program: WorkerProgram,
    limits: ProcessLimits,
    spool: Box<dyn FnMut() -> io::Result<File> + 'a>,
    stop: Option<&'a AtomicBool>,
    running: Option<Running>,
    sandbox: Sandbox,
}

impl<'a> Process<'a> {
    /// Starts a worker. `spool` gives new, empty temporary files without a name.
    ///
    /// # Errors
    /// When the program cannot be started, or is none that becomes a worker.
    pub fn start(
        program: WorkerProgram,
        limits: ProcessLimits,
        spool: impl FnMut() -> io::Result<File> + 'a,
    ) -> io::Result<Self> {
        let mut process = Self {
            program,
            limits,
            spool: Box::new(spool),
            stop: None,
            running: None,
            sandbox: Sandbox::default(),
        };
        process.warm()?;
        Ok(process)
    }

    /// Has `stop` looked at while a worker is waited for; once it is set, jobs end as
    /// [`Outcome::Stopped`].
    #[must_use]
    pub fn stopping_at(mut self, stop: &'a AtomicBool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// How far the worker is locked in.
    #[must_use]
    pub fn sandbox(&self) -> Sandbox {
        self.sandbox
    }

    /// The worker, started anew where there is none.
    fn warm(&mut self) -> io::Result<&mut Running> {
        let running = match self.running.take() {
            Some(running) => running,
            None => {
                let marker = Marker::new_file(&mut self.spool)?;
                Running::start(&self.program, &self.limits, marker)?
            }
        };
        self.sandbox = running.sandbox;
        Ok(self.running.insert(running))
    }

    /// Reads a file with one worker, as far as that gets.
    fn attempt(&mut self, reading: &mut OneFile<'_>, sink: &mut Sink<'_>) -> Result<Outcome, End> {
        let in_all = self.limits.in_all(reading.n_bytes);
        let mut wait = Wait::new(self.limits.quiet, in_all, self.stop);
        let running = self.warm().map_err(not_started)?;
        let request = Request::Extract {
            job: reading.job,
            retry: &reading.retry,
            wanted: reading.wanted,
            told: reading.told.n_events,
            is_careful: reading.n_deaths > 0,
        };
        if running.ask(&request, Some(reading.file)).is_err() {
            return Err(self.end_with(Silence::Broken(Cause::closed())));
        }
        loop {
            let Some(running) = &mut self.running else {
                return Err(not_started(io::ErrorKind::NotConnected.into()));
            };
            let (reply, n_bytes) = match running.next(&mut wait) {
                Ok(next) => next,
                Err(silence) => return Err(self.end_with(silence)),
            };
            match self.answer(reading, reply, n_bytes, sink) {
                Ok(None) => {}
                Ok(Some(outcome)) => return Ok(outcome),
                Err(silence) => return Err(self.end_with(silence)),
            }
        }
    }

    /// Takes a reply; gives the outcome when it was the last.
    fn answer(
        &mut self,
        reading: &mut OneFile<'_>,
        reply: Reply,
        n_bytes: usize,
        sink: &mut Sink<'_>,
    ) -> Result<Option<Outcome>, Silence> {
        match reply {
            Reply::Event(mut event) => {
                let told = &mut reading.told;
                told.take(&mut event, n_bytes, reading.job, &reading.retry)
                    .map_err(garbled)?;
                if sink(event).is_break() {
                    return Err(Silence::Stopped);
                }
            }
            Reply::Progress => {}
            Reply::Resumed(places) if places == reading.told.places() => {}
            Reply::WantsSpool => self.give_spool()?,
            Reply::Done {
                outcome: Outcome::Complete,
                resident,
            } if reading.told.is_over() => {
                self.rest(resident);
                return Ok(Some(Outcome::Complete));
            }
            Reply::Resumed(_) => return Err(garbled("it found another file than before")),
            Reply::Done { .. } => return Err(garbled("it ended before the file did")),
            Reply::Ready(_) => return Err(garbled("it told what nobody asked")),
        }
        Ok(None)
    }

    fn give_spool(&mut self) -> Result<(), Silence> {
        let (request, file): (Request, _) = match (self.spool)() {
            Ok(file) => (Request::Spool, Some(file)),
            Err(error) => (Request::NoSpool(crate::names::reason(&error)), None),
        };
        let sent = self
            .running
            .as_ref()
            .map(|running| running.ask(&request, file.as_ref()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(Silence::Broken(Cause::closed())),
        }
    }

    /// After a file: a worker that has done enough is replaced.
    fn rest(&mut self, resident: u64) {
        let Some(running) = &mut self.running else {
            return;
        };
        running.n_files += 1;
        if running.n_files == 1 {
            running.resident_at_first = resident;
        }
        let has_grown = resident > running.resident_at_first.saturating_add(self.limits.growth);
        if has_grown || running.n_files >= self.limits.files {
            self.running = None;
        } else {
            running.forget_words();
        }
    }

    fn end_with(&mut self, silence: Silence) -> End {
        let running = self.running.take();
        match (silence, running) {
            (Silence::Stopped, _) => End::Stopped,
            (Silence::Broken(cause), Some(mut running)) => End::Died(running.end_with(cause)),
            (Silence::Broken(cause), None) => End::Died(Death { cause, item: None }),
        }
    }
}

impl Worker for Process<'_> {
    fn extract(&mut self, job: &Job, file: &mut dyn Source, sink: &mut Sink<'_>) -> Outcome {
        self.read(job, None, file, sink)
    }

    fn fetch(
        &mut self,
        job: &Job,
        wanted: Wanted,
        file: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Outcome {
        self.read(job, Some(wanted), file, sink)
    }
}

impl Process<'_> {
    fn read(
        &mut self,
        job: &Job,
        wanted: Option<Wanted>,
        file: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Outcome {
        let copied;
        let opened = match file.as_file() {
            Some(opened) => Ok(opened),
            None => {
                copied = self.copy(file);
                copied.as_ref()
            }
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                let cause = Cause::NotStarted(error.to_string());
                return hand_on(
                    Told::default().close(&cause.problem(&self.limits), job),
                    sink,
                );
            }
        };
        let mut reading = OneFile {
            job,
            file: opened,
            n_bytes: opened.metadata().map_or(0, |metadata| metadata.len()),
            told: Told::default(),
            retry: Retry::default(),
            wanted,
            n_deaths: 0,
        };
        loop {
            match self.attempt(&mut reading, sink) {
                Ok(outcome) => return outcome,
                Err(End::Stopped) => return Outcome::Stopped,
                Err(End::Died(death)) => {
                    let problem = death.cause.problem(&self.limits);
                    if !reading.goes_on(&death, &problem, &self.limits) {
                        return hand_on(reading.told.close(&problem, job), sink);
                    }
                }
            }
        }
    }
}

impl Process<'_> {
    /// Bytes that lie in no file are put into one.
    fn copy(&mut self, source: &mut dyn Source) -> io::Result<File> {
        let mut file = (self.spool)()?;
        source.seek(SeekFrom::Start(0))?;
        io::copy(&mut source.take(u64::MAX), &mut file)?;
        file.flush()?;
        Ok(file)
    }
}

/// How an attempt ended before the file did.
enum End {
    Stopped,
    Died(Death),
}

/// A file that is being read, by one worker or several.
struct OneFile<'j> {
    job: &'j Job,
    file: &'j File,
    n_bytes: u64,
    told: Told,
    retry: Retry,
    wanted: Option<Wanted>,
    n_deaths: u32,
}

impl OneFile<'_> {
    /// Says whether, and how, another worker goes on after one has died.
    ///
    /// The stream is told as if nothing had happened up to the item that ended the worker. Of this
    /// item, if nothing was handed on yet, all is read once more, by the second engine where its
    /// format has one. If that fails as well, or something was handed on, it is listed with the
    /// problem, and what follows it in the file is read.
    fn goes_on(&mut self, death: &Death, problem: &Problem, limits: &ProcessLimits) -> bool {
        let was_careful = self.n_deaths > 0;
        self.n_deaths += 1;
        if matches!(death.cause, Cause::NotStarted(_)) || self.n_deaths >= limits.deaths {
            return false;
        }
        match death.item {
            Some(item) => self.go_around(item, was_careful, problem),
            // It died before the file began, or after it ended.
            None => !was_careful,
        }
    }

    fn go_around(&mut self, item: u64, was_careful: bool, problem: &Problem) -> bool {
        if self.retry.passed_over(item).is_some() {
            return false;
        }
        let Some(is_touched) = self.told.is_touched(item) else {
            return false;
        };
        if !is_touched && !self.retry.second.contains(&item) {
            self.retry.second.push(item);
            return true;
        }
        if !was_careful {
            // What was not sent yet is told again first: nothing complete is lost with the dead.
            return true;
        }
        if is_touched && !self.told.rewind_to(item) {
            return false;
        }
        self.retry.passed_over.push((item, problem.clone()));
        true
    }
}

fn hand_on(events: Vec<Event>, sink: &mut Sink<'_>) -> Outcome {
    for event in events {
        if sink(event).is_break() {
            return Outcome::Stopped;
        }
    }
    Outcome::Complete
}

fn garbled(what: &'static str) -> Silence {
    Silence::Broken(Cause::Garbled(what))
}

fn not_started(error: io::Error) -> End {
    End::Died(Death {
        cause: Cause::NotStarted(crate::names::reason(&error)),
        item: None,
    })
}
