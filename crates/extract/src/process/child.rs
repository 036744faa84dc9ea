//! The worker's side: locked in, it reads the files that it is handed.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use onrecord_record::{Problem, ProblemCode};
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::channel::receive;
use super::limits::ProcessLimits;
use super::marker::Marker;
use super::protocol::{FRAME, MAX_FRAME, Reply, Request, VERSION, put};
use super::sandbox::lock_in;
use crate::event::{Event, Wanted};
use crate::in_process::InProcess;
use crate::retry::Retry;
use crate::worker::{Job, Outcome, Source, Spool, SpoolFile};

/// Bytes before a frame's replies: their length.
const HEAD: usize = 4;
/// How long events may wait to be sent.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes further into a file that count as progress.
const STRIDE: u64 = 64 << 20;

/// Serves the parent that started this process, until it hangs up.
///
/// This is the whole of a worker program: `main` calls it first and does nothing else. Standard
/// input is the parent's socket, standard output the pipe for what is told. `watch` sees each event
/// before it is told; it is for tests of what happens when a reader misbehaves.
///
/// # Errors
/// When the parent is not there or speaks another language, or the process cannot be locked in.
pub fn serve_worker(watch: &mut dyn FnMut(&Event)) -> io::Result<()> {
    die_with_parent()?;
    panic_in_few_words();
    let (socket, pipe) = take_streams()?;
    let Some((request, marker)) = receive::<Request>(&socket)? else {
        return Ok(());
    };
    let (
        Request::Begin {
            version: VERSION,
            limits,
        },
        Some(marker),
    ) = (request, marker)
    else {
        return Err(io::Error::other(
            "the parent is another version of this program",
        ));
    };
    let mut memory = memory_meter();
    let sandbox = lock_in(&limits)?;
    let outbox = Rc::new(RefCell::new(Outbox::new(pipe, Marker(marker), limits)));
    outbox
        .borrow_mut()
        .send_now(&Reply::<Event>::Ready(sandbox))?;
    let socket = Rc::new(socket);
    let spool = AskingSpool {
        socket: Rc::clone(&socket),
        outbox: Rc::clone(&outbox),
    };
    let began = Instant::now();
    let mut desk = Desk {
        socket,
        outbox,
        reader: InProcess::new(Box::new(spool), move || began.elapsed()),
        watch,
    };
    while desk.serve_one(&mut memory)? {}
    Ok(())
}

/// A panic says where and what, and no number of a process, which is another one each time.
fn panic_in_few_words() {
    std::panic::set_hook(Box::new(|panic| {
        let _ = writeln!(io::stderr(), "{panic}");
    }));
}

#[cfg(target_os = "linux")]
fn die_with_parent() -> io::Result<()> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent() -> io::Result<()> {
    // It ends when it finds the socket closed.
    Ok(())
}

/// Takes the two streams away from the standard ones, so that a library that prints cannot be heard.
fn take_streams() -> io::Result<(UnixStream, File)> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let pipe = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok((socket, pipe))
}

/// Opened before no file can be: says how much memory this process holds.
fn memory_meter() -> impl FnMut() -> u64 {
    let statm = File::open("/proc/self/statm").ok();
    let page = rustix::param::page_size() as u64;
    move || {
        let mut text = [0; 128];
        let n = statm
            .as_ref()
            .and_then(|file| file.read_at(&mut text, 0).ok());
        let words = text.get(..n.unwrap_or(0)).unwrap_or_default();
        let resident = String::from_utf8_lossy(words);
        let pages = resident
            .split(' ')
            .nth(1)
            .and_then(|number| number.parse::<u64>().ok());
        pages.unwrap_or(0) * page
    }
}

/// Where requests are served.
struct Desk<'w> {
    socket: Rc<UnixStream>,
    outbox: Rc<RefCell<Outbox>>,
    /// One for all files: its memory is warm.
    reader: InProcess,
    watch: &'w mut dyn FnMut(&Event),
}

impl Desk<'_> {
    /// Serves a request; false when the parent has hung up.
    fn serve_one(&mut self, memory: &mut dyn FnMut() -> u64) -> io::Result<bool> {
        let Some((request, file)) = receive::<Request>(&self.socket)? else {
            return Ok(false);
        };
        let (
            Request::Extract {
                job,
                retry,
                wanted,
                told,
                is_careful,
            },
            Some(file),
        ) = (request, file)
        else {
            return Err(io::Error::other("a request that does not come here"));
        };
        self.outbox.borrow_mut().begin(told, is_careful)?;
        let outcome = self.extract(&job, &retry, wanted, file);
        let resident = memory();
        self.outbox
            .borrow_mut()
            .send_now(&Reply::<Event>::Done { outcome, resident })?;
        Ok(true)
    }

    fn extract(&mut self, job: &Job, retry: &Retry, wanted: Option<Wanted>, file: File) -> Outcome {
        let mut source = Original {
            file,
            at: 0,
            passed: 0,
            outbox: Rc::clone(&self.outbox),
        };
        let (outbox, watch) = (&self.outbox, &mut *self.watch);
        self.reader
            .extract_again(job, retry, wanted, &mut source, &mut |event| {
                watch(&event);
                match outbox.borrow_mut().tell(&event) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })
    }
}

/// What waits to be sent, and where the worker is.
struct Outbox {
    pipe: File,
    marker: Marker,
    limits: ProcessLimits,
    frame: Vec<u8>,
    sent_at: Instant,
    /// Events that the parent has from an earlier worker.
    told: u64,
    n_events: u64,
    n_begun: u64,
    /// Number, and place in its parent, of each open item.
    open: Vec<(u64, u32)>,
    is_careful: bool,
}

impl Outbox {
    fn new(pipe: File, marker: Marker, limits: ProcessLimits) -> Self {
        Self {
            pipe,
            marker,
            limits,
            frame: vec![0; HEAD],
            sent_at: Instant::now(),
            told: 0,
            n_events: 0,
            n_begun: 0,
            open: Vec::new(),
            is_careful: false,
        }
    }

    /// A new file.
    fn begin(&mut self, told: u64, is_careful: bool) -> io::Result<()> {
        (self.told, self.is_careful) = (told, is_careful);
        (self.n_events, self.n_begun) = (0, 0);
        self.open.clear();
        self.marker.write(None)?;
        self.renew_time()
    }

    /// Tells the next event, unless it was told before.
    fn tell(&mut self, event: &Event) -> io::Result<()> {
        self.follow(event)?;
        if self.n_events > self.told {
            self.put_event(event)?;
        } else if self.n_events == self.told {
            let places = self.open.iter().map(|(_, ordinal)| *ordinal).collect();
            self.put(&Reply::<Event>::Resumed(places))?;
        }
        let is_due =
            self.is_careful || self.frame.len() > FRAME || self.sent_at.elapsed() > PATIENCE;
        if is_due && self.frame.len() > HEAD {
            self.send()?;
            self.renew_time()?;
        }
        Ok(())
    }

    fn follow(&mut self, event: &Event) -> io::Result<()> {
        self.n_events += 1;
        match event {
            Event::Begin(begin) => {
                self.open.push((self.n_begun, begin.ordinal));
                self.n_begun += 1;
            }
            Event::End(_) => drop(self.open.pop()),
            _ => return Ok(()),
        }
        self.marker
            .write(self.open.last().map(|(number, _)| *number))
    }

    fn put_event(&mut self, event: &Event) -> io::Result<()> {
        let before = self.frame.len();
        self.put(&Reply::Event(event))?;
        let n_bytes = self.frame.len() - before;
        if n_bytes <= MAX_FRAME {
            return Ok(());
        }
        self.frame.truncate(before);
        let message = format!("{n_bytes} bytes in one piece are more than can be handed on");
        let problem = Problem::new(ProblemCode::TooLarge, message);
        self.put(&Reply::<Event>::Event(Event::Problem(problem)))
    }

    fn put<E: serde::Serialize>(&mut self, reply: &Reply<E>) -> io::Result<()> {
        put(reply, &mut self.frame).map_err(io::Error::other)
    }

    fn send_now<E: serde::Serialize>(&mut self, reply: &Reply<E>) -> io::Result<()> {
        self.put(reply)?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let len = (self.frame.len() - HEAD) as u32;
        self.frame[..HEAD].copy_from_slice(&len.to_le_bytes());
        self.pipe.write_all(&self.frame)?;
        if self.frame.capacity() > 4 * FRAME {
            self.frame = Vec::with_capacity(2 * FRAME);
        }
        self.frame.clear();
        self.frame.resize(HEAD, 0);
        self.sent_at = Instant::now();
        Ok(())
    }

    /// Whoever gets on has all its processor time again.
    fn renew_time(&self) -> io::Result<()> {
        let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
        let limit = Rlimit {
            // Whole seconds: the one that has begun is not counted.
            current: Some(used + 1 + self.limits.cpu.as_secs()),
            maximum: None,
        };
        Ok(setrlimit(Resource::Cpu, limit)?)
    }
}

/// Gets temporary files from the parent.
struct AskingSpool {
    socket: Rc<UnixStream>,
    outbox: Rc<RefCell<Outbox>>,
}

impl Spool for AskingSpool {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        self.outbox
            .borrow_mut()
            .send_now(&Reply::<Event>::WantsSpool)?;
        match receive::<Request>(&self.socket)? {
            Some((Request::Spool, Some(file))) => Ok(Box::new(file)),
            Some((Request::NoSpool(reason), _)) => Err(io::Error::other(reason)),
            // A file that came and could not be taken: as many are open as may be.
            _ => Err(io::Error::other("too many temporary files at a time")),
        }
    }
}

/// The file, with a word to the parent from time to time when it is long.
struct Original {
    file: File,
    at: u64,
    /// The furthest place that was called progress.
    passed: u64,
    outbox: Rc<RefCell<Outbox>>,
}

impl Read for Original {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.at += n as u64;
        if self.at >= self.passed + STRIDE {
            self.passed = self.at;
            let mut outbox = self.outbox.borrow_mut();
            outbox.send_now(&Reply::<Event>::Progress)?;
            outbox.renew_time()?;
        }
        Ok(n)
    }
}

impl Seek for Original {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl Source for Original {}
