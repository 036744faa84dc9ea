//! What is left of a job's limits, counted over all its levels.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::time::Duration;

use onrecord_record::{Problem, ProblemCode};

use crate::limits::Limits;

/// Time since an arbitrary moment.
pub(crate) type Clock = Rc<dyn Fn() -> Duration>;

/// The counters of one job; shared by the decoders that are open at the same time.
pub(crate) struct Budget {
    clock: Clock,
    wall: Duration,
    /// Bytes that decompression may yield in this job.
    allowance: u64,
    expanded: Cell<u64>,
    members_left: Cell<u64>,
    /// Own time of the innermost open item up to `mark`.
    own: Cell<Duration>,
    mark: Cell<Duration>,
}

impl Budget {
    /// The budget of a job whose file has `n_bytes`.
    pub(crate) fn new(limits: &Limits, n_bytes: u64, clock: Clock) -> Rc<Self> {
        let by_ratio = limits.ratio.saturating_mul(n_bytes).max(limits.ratio_floor);
        let mark = Cell::new(clock());
        Rc::new(Self {
            clock,
            wall: limits.wall,
            allowance: limits.expanded_bytes.min(by_ratio),
            expanded: Cell::new(0),
            members_left: Cell::new(limits.members),
            own: Cell::new(Duration::ZERO),
            mark,
        })
    }

    /// Bytes that may still be expanded.
    pub(crate) fn left(&self) -> u64 {
        self.allowance.saturating_sub(self.expanded.get())
    }

    /// Counts expanded bytes.
    pub(crate) fn expand(&self, n_bytes: u64) {
        self.expanded
            .set(self.expanded.get().saturating_add(n_bytes));
    }

    /// Counts a member; false when the job has none left.
    pub(crate) fn take_member(&self) -> bool {
        let left = self.members_left.get();
        self.members_left.set(left.saturating_sub(1));
        left > 0
    }

    /// Starts the own time of a new innermost item; returns that of the one around it.
    pub(crate) fn enter(&self) -> Duration {
        let around = self.own_time();
        self.resume(Duration::ZERO);
        around
    }

    /// Goes on with the own time of the item around.
    pub(crate) fn resume(&self, own: Duration) {
        self.own.set(own);
        self.mark.set((self.clock)());
    }

    /// Own time of the innermost open item.
    pub(crate) fn own_time(&self) -> Duration {
        self.own.get() + (self.clock)().saturating_sub(self.mark.get())
    }

    /// Whether the innermost open item has used up its time.
    pub(crate) fn is_late(&self) -> bool {
        self.own_time() > self.wall
    }

    /// What to report when the time is used up.
    pub(crate) fn late(&self) -> Problem {
        let seconds = self.wall.as_secs();
        Problem::new(
            ProblemCode::TimedOut,
            format!("not finished after {seconds} seconds; what was read until then is kept"),
        )
    }
}

/// A stream that ends early rather than fail, and says afterwards why.
pub(crate) trait Flawed: Read {
    /// Why it ended early, once.
    fn flaw(&mut self) -> Option<Problem>;
}

/// The output of a decoder, counted against the budget.
pub(crate) struct Metered<R> {
    inner: R,
    budget: Rc<Budget>,
    n_bytes: u64,
    /// Whether its bytes are new ones, made by decompression.
    is_expansion: bool,
    flaw: Option<Problem>,
    ended: bool,
}

impl<R: Read> Metered<R> {
    /// Counts what `inner` yields as expanded.
    pub(crate) fn expanding(inner: R, budget: &Rc<Budget>) -> Self {
        Self::new(inner, budget, true)
    }

    /// Does not count, since the bytes lie in the original as they are.
    pub(crate) fn passing(inner: R, budget: &Rc<Budget>) -> Self {
        Self::new(inner, budget, false)
    }

    fn new(inner: R, budget: &Rc<Budget>, is_expansion: bool) -> Self {
        Self {
            inner,
            budget: Rc::clone(budget),
            n_bytes: 0,
            is_expansion,
            flaw: None,
            ended: false,
        }
    }

    fn end(&mut self, flaw: Option<Problem>) -> io::Result<usize> {
        self.ended = true;
        self.flaw = flaw;
        Ok(0)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        if self.budget.is_late() {
            let late = self.budget.late();
            return self.end(Some(late));
        }
        let mut wanted = buffer.len();
        if self.is_expansion {
            // One byte more than allowed shows whether the limit is broken or just met.
            let left = usize::try_from(self.budget.left().saturating_add(1)).unwrap_or(usize::MAX);
            wanted = wanted.min(left);
        }
        match self.inner.read(&mut buffer[..wanted]) {
            Ok(0) => self.end(None),
            Ok(n) if self.is_expansion && n as u64 > self.budget.left() => {
                let kept = n - 1;
                self.budget.expand(kept as u64);
                self.n_bytes += kept as u64;
                let flaw = too_large(self.n_bytes);
                self.end(Some(flaw))?;
                Ok(kept)
            }
            Ok(n) => {
                self.n_bytes += n as u64;
                if self.is_expansion {
                    self.budget.expand(n as u64);
                }
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let flaw = damaged(&error, self.n_bytes);
                self.end(Some(flaw))
            }
        }
    }
}

impl<R: Read> Flawed for Metered<R> {
    fn flaw(&mut self) -> Option<Problem> {
        self.flaw.take()
    }
}

fn too_large(n_bytes: u64) -> Problem {
    Problem::new(
        ProblemCode::TooLarge,
        format!("expands to more than the limit of its file; stopped after {n_bytes} bytes"),
    )
}

fn damaged(error: &io::Error, n_bytes: u64) -> Problem {
    let reason = match (error.kind(), error.get_ref()) {
        // Decoders have no words of their own for this.
        (io::ErrorKind::UnexpectedEof, None) => "it ends too early".to_owned(),
        _ => crate::names::reason(error),
    };
    if error.kind() == io::ErrorKind::OutOfMemory {
        return Problem::new(
            ProblemCode::TooLarge,
            format!("asks for more memory than the limit ({reason})"),
        );
    }
    Problem::new(
        ProblemCode::Damaged,
        format!("broken off or damaged after {n_bytes} bytes ({reason})"),
    )
}
