//! How far an import has come.

use std::time::{Duration, Instant};

use serde::Serialize;

/// A snapshot of an import; units are in the names.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Progress {
    /// Version of this object.
    pub format_version: u32,
    /// Always `progress`, so that lines of several kinds can share a stream.
    pub event: &'static str,
    /// Each stage that has begun, in order.
    pub stages: Vec<StageProgress>,
    /// Problems of files, members and parts so far.
    pub problems: u64,
    /// Documents so far.
    pub documents: u64,
    /// Bytes of files read so far.
    pub bytes: u64,
    /// Seconds since the import began.
    pub seconds: f64,
    /// Whether this is the last snapshot.
    pub finished: bool,
}

/// One stage of an import.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StageProgress {
    /// `walk`, `extract`, `index`, `threads`, `annotate`.
    pub name: &'static str,
    /// Units done: files for `walk` and `extract`, documents for the others.
    pub done: u64,
    /// Units in all; `None` while that is not known.
    pub total: Option<u64>,
    /// Units a second since the stage began.
    pub per_second: f64,
    /// Megabytes a second, where the stage reads bytes.
    pub megabytes_per_second: Option<f64>,
    /// Seconds left at this speed.
    pub seconds_left: Option<f64>,
}

/// Hears of progress a few times a second.
pub trait Watch {
    /// Takes a snapshot.
    fn report(&mut self, progress: &Progress);
}

impl<F: FnMut(&Progress)> Watch for F {
    fn report(&mut self, progress: &Progress) {
        self(progress);
    }
}

/// Collects counts and tells the watcher, not more often than it can be read.
pub(crate) struct Reporter<'a> {
    watch: &'a mut dyn Watch,
    began: Instant,
    told: Option<Instant>,
    stages: Vec<(StageProgress, Instant, u64)>,
    pub(crate) problems: u64,
    pub(crate) documents: u64,
    pub(crate) bytes: u64,
    pub(crate) total_bytes: u64,
}

const BETWEEN_REPORTS: Duration = Duration::from_millis(200);

impl<'a> Reporter<'a> {
    pub(crate) fn new(watch: &'a mut dyn Watch) -> Self {
        Self {
            watch,
            began: Instant::now(),
            told: None,
            stages: Vec::new(),
            problems: 0,
            documents: 0,
            bytes: 0,
            total_bytes: 0,
        }
    }

    pub(crate) fn begin_stage(&mut self, name: &'static str, total: Option<u64>) {
        let stage = StageProgress {
            name,
            total,
            ..StageProgress::default()
        };
        self.stages.push((stage, Instant::now(), self.bytes));
        self.tell(true, false);
    }

    pub(crate) fn advance(&mut self, units: u64) {
        if let Some((stage, _, _)) = self.stages.last_mut() {
            stage.done += units;
        }
        self.tell(false, false);
    }

    pub(crate) fn finish(&mut self) {
        self.tell(true, true);
    }

    fn tell(&mut self, now: bool, finished: bool) {
        if !now
            && self
                .told
                .is_some_and(|told| told.elapsed() < BETWEEN_REPORTS)
        {
            return;
        }
        self.told = Some(Instant::now());
        if let Some((stage, since, bytes_before)) = self.stages.last_mut() {
            let seconds = since.elapsed().as_secs_f64().max(1e-3);
            stage.per_second = stage.done as f64 / seconds;
            stage.seconds_left = stage
                .total
                .map(|total| total.saturating_sub(stage.done) as f64 / stage.per_second.max(1e-9));
            if stage.name == "extract" {
                let read = (self.bytes - *bytes_before) as f64;
                let speed = read / seconds;
                stage.megabytes_per_second = Some(speed / 1e6);
                // Bytes tell the time better than files, whose sizes differ by orders of magnitude.
                let left = self.total_bytes.saturating_sub(self.bytes) as f64;
                stage.seconds_left = Some(left / speed.max(1.0));
            }
            stage.seconds_left = stage.seconds_left.filter(|left| left.is_finite());
        }
        let progress = Progress {
            format_version: onrecord_record::FORMAT_VERSION,
            event: "progress",
            stages: self
                .stages
                .iter()
                .map(|(stage, _, _)| stage.clone())
                .collect(),
            problems: self.problems,
            documents: self.documents,
            bytes: self.bytes,
            seconds: self.began.elapsed().as_secs_f64(),
            finished,
        };
        self.watch.report(&progress);
    }
}
