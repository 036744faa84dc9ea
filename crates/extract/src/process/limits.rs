//! How much of the machine a worker process may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds of a worker process; breaking one ends it, and the file it was reading gets a problem.
///
/// Two clocks end a worker that is stuck, and none ends one that is merely at a large file: each
/// event that it tells and each 64 MiB further into the file start [`cpu`](Self::cpu) and
/// [`quiet`](Self::quiet) again. So that a small file cannot hold a worker for ever by trickling, all
/// of it together has [`quiet`](Self::quiet) and as much again as [`slowest`](Self::slowest) allows
/// for its size; only the time in which the parent waits for the worker is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessLimits {
    /// Bytes of address space.
    pub address_space: u64,
    /// Processor time without progress.
    pub cpu: Duration,
    /// Time without progress.
    pub quiet: Duration,
    /// Time for each MiB of a file, all its progress together.
    pub slowest: Duration,
    /// Bytes of one temporary file. Temporary files come from the parent, open and without a name;
    /// the worker has no other file that it could write to.
    pub temporary_file: u64,
    /// Open files, temporary ones included.
    pub open_files: u64,
    /// Files after which a worker is replaced.
    pub files: u32,
    /// Bytes of memory beyond those of its first file after which a worker is replaced.
    pub growth: u64,
    /// Workers that one file may end before the rest of it is given up.
    pub deaths: u32,
}

impl Default for ProcessLimits {
    fn default() -> Self {
        Self {
            address_space: 1536 << 20,
            cpu: Duration::from_secs(60),
            quiet: Duration::from_secs(90),
            slowest: Duration::from_secs(10),
            temporary_file: 10 << 30,
            open_files: 32,
            files: 200,
            growth: 256 << 20,
            deaths: 16,
        }
    }
}

impl ProcessLimits {
    /// Time that a file of this size may take in all.
    #[cfg(unix)]
    pub(super) fn in_all(&self, n_bytes: u64) -> Duration {
        let mebibytes = u32::try_from(n_bytes >> 20).unwrap_or(u32::MAX);
        self.quiet
            .saturating_add(self.slowest.saturating_mul(mebibytes))
    }
}
