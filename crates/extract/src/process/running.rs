//! One worker process: started, spoken to, ended.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde::Serialize;

use super::channel::send;
use super::death::{Cause, Death, last_words};
use super::limits::ProcessLimits;
use super::marker::Marker;
use super::program::{Sandbox, WorkerProgram};
use super::protocol::{FRAME, MAX_FRAME, Reply, Request, VERSION, take};

/// How long the parent waits before it looks whether it should stop.
const GLANCE: Duration = Duration::from_millis(200);
/// Bytes of what a worker writes to its standard error that are looked at.
const MAX_STDERR: u64 = 64 << 10;
/// Bytes before a frame's replies.
const HEAD: usize = 4;

/// Why no reply came.
pub(super) enum Silence {
    /// Somebody asked to stop.
    Stopped,
    /// The worker must be ended, or has ended.
    Broken(Cause),
}

/// A worker at work.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// `None` once it was told to go.
    socket: Option<UnixStream>,
    replies: Replies,
    stderr: File,
    marker: Marker,
    pub(super) sandbox: Sandbox,
    pub(super) n_files: u32,
    /// Memory that it held after its first file.
    pub(super) resident_at_first: u64,
}

impl Running {
    /// Starts a worker and waits until it is locked in.
    pub(super) fn start(
        program: &WorkerProgram,
        limits: &ProcessLimits,
        marker: File,
    ) -> io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        // A worker that takes nothing must not hold its parent up.
        socket.set_write_timeout(Some(limits.quiet))?;
        let (stdout, stdout_theirs) = io::pipe()?;
        let (stderr, stderr_theirs) = io::pipe()?;
        let replies = Replies::new(OwnedFd::from(stdout).into())?;
        // Once it is full, what more is written there is lost: nobody waits for it.
        set_nonblocking(&stderr)?;
        set_nonblocking(&stderr_theirs)?;
        let child = command(program)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(stdout_theirs))
            .stderr(Stdio::from(stderr_theirs))
            .spawn()?;
        let mut running = Self {
            child,
            socket: Some(socket),
            replies,
            stderr: OwnedFd::from(stderr).into(),
            marker: Marker(marker),
            sandbox: Sandbox::default(),
            n_files: 0,
            resident_at_first: 0,
        };
        running.shake_hands(limits)?;
        Ok(running)
    }

    fn shake_hands(&mut self, limits: &ProcessLimits) -> io::Result<()> {
        let begin: Request = Request::Begin {
            version: VERSION,
            limits: limits.clone(),
        };
        let marker = self.marker.0.try_clone()?;
        self.ask(&begin, Some(&marker))?;
        let mut wait = Wait::new(limits.quiet, limits.quiet, None);
        let silence = match self.replies.next(&mut wait) {
            Ok((Reply::Ready(sandbox), _)) => {
                self.sandbox = sandbox;
                return Ok(());
            }
            Ok(_) => Silence::Broken(Cause::Garbled("it told what nobody asked")),
            Err(silence) => silence,
        };
        let message = match silence {
            Silence::Broken(cause) => self.end_with(cause).cause.problem(limits).message,
            Silence::Stopped => "it was stopped".to_owned(),
        };
        Err(io::Error::other(message))
    }

    /// Asks for something, with a file.
    pub(super) fn ask(&self, request: &impl Serialize, file: Option<&File>) -> io::Result<()> {
        let socket = self.socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        send(socket, request, file.map(AsFd::as_fd))
    }

    /// The next reply, and how many bytes it had.
    pub(super) fn next(&mut self, wait: &mut Wait<'_>) -> Result<(Reply, usize), Silence> {
        self.replies.next(wait)
    }

    /// Forgets what it wrote to its standard error, so that there is room for what matters.
    pub(super) fn forget_words(&mut self) {
        let _ = io::copy(&mut self.stderr, &mut io::sink());
    }

    /// Ends it; says why it had to, or else what the system says, and what it was at.
    pub(super) fn end_with(&mut self, cause: Cause) -> Death {
        let has_ended = matches!(cause, Cause::Ended { .. });
        if !has_ended {
            let _ = self.child.kill();
        }
        self.socket = None;
        let status = self.child.wait().ok();
        let mut written = Vec::new();
        let _ = (&mut self.stderr)
            .take(MAX_STDERR)
            .read_to_end(&mut written);
        let cause = if has_ended {
            let last_words = last_words(&written);
            Cause::Ended { status, last_words }
        } else {
            cause
        };
        Death {
            cause,
            note: self.marker.read(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It holds nothing that would be lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &WorkerProgram) -> Command {
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        .arg0("onrecord-worker")
        .env_clear()
        // Address space is limited: what is not used yet must not be taken ahead.
        .env("MIMALLOC_ARENA_RESERVE", "64MiB")
        .current_dir("/")
        // Ctrl-C is for the parent, which ends its workers when it has put things in order.
        .process_group(0);
    command
}

fn set_nonblocking(file: &impl AsFd) -> io::Result<()> {
    let flags = fcntl_getfl(file)?;
    Ok(fcntl_setfl(file, flags | OFlags::NONBLOCK)?)
}

/// How long a reply may take.
pub(super) struct Wait<'a> {
    quiet: Duration,
    /// Time left for all replies together.
    in_all: Duration,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Wait<'a> {
    pub(super) fn new(quiet: Duration, in_all: Duration, stop: Option<&'a AtomicBool>) -> Self {
        Self {
            quiet,
            in_all,
            stop,
        }
    }

    /// Waits until there is something to read.
    fn until_readable(&mut self, file: &File) -> Result<(), Silence> {
        let began = Instant::now();
        loop {
            let mut fds = [PollFd::new(file, PollFlags::IN)];
            let glance = GLANCE.try_into().ok();
            let n = match poll(&mut fds, glance.as_ref()) {
                Err(rustix::io::Errno::INTR) => 0,
                Err(_) => return Err(Silence::Broken(Cause::Garbled("its pipe is broken"))),
                Ok(n) => n,
            };
            let waited = began.elapsed();
            if n > 0 {
                self.in_all = self.in_all.saturating_sub(waited);
                return Ok(());
            }
            if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Silence::Stopped);
            }
            if waited > self.quiet {
                return Err(Silence::Broken(Cause::Quiet));
            }
            if waited > self.in_all {
                return Err(Silence::Broken(Cause::TooSlow));
            }
        }
    }
}

/// The pipe of replies, taken apart.
#[derive(Debug)]
struct Replies {
    pipe: File,
    /// Bytes read and not taken: those from `at` to `filled`.
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// Where the frame ends that is being taken.
    frame_end: usize,
}

impl Replies {
    fn new(pipe: File) -> io::Result<Self> {
        set_nonblocking(&pipe)?;
        // A frame in one go; where the system gives less, it takes more turns.
        #[cfg(target_os = "linux")]
        let _ = rustix::pipe::fcntl_setpipe_size(&pipe, 2 * FRAME);
        Ok(Self {
            pipe,
            buffer: vec![0; 2 * FRAME],
            at: 0,
            filled: 0,
            frame_end: 0,
        })
    }

    fn next(&mut self, wait: &mut Wait<'_>) -> Result<(Reply, usize), Silence> {
        if self.at == self.frame_end {
            self.next_frame(wait)?;
        }
        let bytes = &self.buffer[self.at..self.frame_end];
        let garbled = Silence::Broken(Cause::Garbled("it told what is no reply"));
        let Ok((reply, rest)) = take(bytes) else {
            return Err(garbled);
        };
        let n_bytes = bytes.len() - rest.len();
        self.at += n_bytes;
        Ok((reply, n_bytes))
    }

    fn next_frame(&mut self, wait: &mut Wait<'_>) -> Result<(), Silence> {
        self.fill(HEAD, wait)?;
        let mut head = [0; HEAD];
        head.copy_from_slice(&self.buffer[self.at..self.at + HEAD]);
        let len = u32::from_le_bytes(head) as usize;
        if len == 0 || len > MAX_FRAME + 2 * FRAME {
            let what = "it told more at a time than is possible, or nothing";
            return Err(Silence::Broken(Cause::Garbled(what)));
        }
        self.at += HEAD;
        self.fill(len, wait)?;
        self.frame_end = self.at + len;
        Ok(())
    }

    /// Reads until `n_bytes` are there.
    fn fill(&mut self, n_bytes: usize, wait: &mut Wait<'_>) -> Result<(), Silence> {
        self.make_room();
        while self.filled - self.at < n_bytes {
            wait.until_readable(&self.pipe)?;
            if self.filled == self.buffer.len() {
                // As much as has come is believed, never what is announced.
                self.buffer.resize(2 * self.filled, 0);
            }
            match self.pipe.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Err(Silence::Broken(Cause::closed())),
                Ok(n) => self.filled += n,
                Err(error) if is_passing(&error) => {}
                Err(_) => return Err(Silence::Broken(Cause::Garbled("its pipe is broken"))),
            }
        }
        Ok(())
    }

    fn make_room(&mut self) {
        if self.at == self.filled {
            (self.at, self.filled) = (0, 0);
            if self.buffer.len() > 8 * FRAME {
                self.buffer = vec![0; 2 * FRAME];
            }
        } else if self.at > self.buffer.len() / 2 {
            self.buffer.copy_within(self.at..self.filled, 0);
            self.filled -= self.at;
            self.at = 0;
        }
        self.frame_end = self.at;
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
