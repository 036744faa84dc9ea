//! Which program becomes a worker, and how far it is locked in.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The program that becomes a worker when it is started with these arguments.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// Where it lies; an absolute path.
    pub path: PathBuf,
    /// What makes it a worker, which calls `serve_worker`.
    pub arguments: Vec<OsString>,
}

/// How far a worker is locked in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// Memory, time and open files are limited.
    pub limits: bool,
    /// No file can be opened, and nothing on the network reached (Landlock).
    pub files: bool,
    /// Only the system calls of a reader are possible (seccomp).
    pub calls: bool,
}

impl Sandbox {
    /// What holds of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            limits: self.limits && other.limits,
            files: self.files && other.files,
            calls: self.calls && other.calls,
        }
    }

    /// Whether everything that this program knows to ask for holds.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.limits && self.files && self.calls
    }
}
