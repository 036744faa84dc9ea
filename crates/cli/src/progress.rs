//! Progress on stderr: one line that renews itself on a terminal, plain lines elsewhere, JSON on request.

use std::io::{IsTerminal, Write};

use onrecord_workbench::{Progress, StageProgress, Watch};

use crate::out::{grouped, json_line};

/// How progress is shown.
pub(crate) enum Shown {
    /// One line, renewed.
    Terminal,
    /// A line now and then.
    Lines { last: f64 },
    /// An object a line, on stderr.
    Json,
    /// Nothing.
    Quiet,
}

impl Shown {
    /// What fits where stderr goes.
    pub(crate) fn fitting(json: bool, quiet: bool) -> Self {
        match (quiet, json, std::io::stderr().is_terminal()) {
            (true, _, _) => Shown::Quiet,
            (_, true, _) => Shown::Json,
            (_, _, true) => Shown::Terminal,
            _ => Shown::Lines {
                last: f64::NEG_INFINITY,
            },
        }
    }
}

/// Seconds between two plain lines.
const BETWEEN_LINES: f64 = 5.0;

impl Watch for Shown {
    fn report(&mut self, progress: &Progress) {
        let mut err = std::io::stderr().lock();
        // Progress that nobody can read is no reason to stop.
        let _ = match self {
            Shown::Quiet => Ok(()),
            Shown::Json => json_line(&mut err, progress).map_err(std::io::Error::other),
            Shown::Terminal if progress.finished => write!(err, "\r\x1b[K"),
            Shown::Terminal => write!(err, "\r\x1b[K{}", line(progress)).and_then(|()| err.flush()),
            Shown::Lines { last }
                if progress.seconds - *last >= BETWEEN_LINES && !progress.finished =>
            {
                *last = progress.seconds;
                writeln!(err, "{}", line(progress))
            }
            Shown::Lines { .. } => Ok(()),
        };
    }
}

fn line(progress: &Progress) -> String {
    let stage = progress.stages.last().map(stage_line).unwrap_or_default();
    let problems = match progress.problems {
        0 => String::new(),
        1 => ", 1 problem".to_owned(),
        many => format!(", {} problems", grouped(many)),
    };
    format!(
        "{stage}, {} documents{problems}",
        grouped(progress.documents)
    )
}

fn stage_line(stage: &StageProgress) -> String {
    let total = stage
        .total
        .map(|total| format!(" of {}", grouped(total)))
        .unwrap_or_default();
    let speed = match stage.megabytes_per_second {
        Some(megabytes) => format!(", {megabytes:.1} MB/s"),
        None => format!(", {:.0} a second", stage.per_second),
    };
    let left = match stage.seconds_left {
        Some(left) if left >= 1.0 => format!(", {} left", time(left)),
        _ => String::new(),
    };
    format!(
        "{}: {}{total}{speed}{left}",
        stage.name,
        grouped(stage.done)
    )
}

fn time(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5_400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}
