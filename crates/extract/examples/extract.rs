//! Prints what a file holds, one event a line as JSON: `cargo run --example extract -- FILE [PASSWORD…]`.
#![allow(
    clippy::disallowed_methods,
    reason = "a debugging tool opens the file it is given and reads the clock"
)]

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Instant;

use onrecord_extract::{InProcess, Job, Limits, Spool, SpoolFile, Worker};

/// Unlinked temporary files.
struct TempFiles;

impl Spool for TempFiles {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        return Err(io::Error::other("which file? give its path"));
    };
    let start = Instant::now();
    let mut worker = InProcess::new(Box::new(TempFiles), move || start.elapsed());
    let job = Job {
        name: path.rsplit('/').next().unwrap_or(&path).to_owned(),
        extension: None,
        limits: Limits::default(),
        passwords: arguments.collect(),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut file = File::open(&path)?;
    worker.extract(&job, &mut file, &mut |event| {
        let line = serde_json::to_string(&event).unwrap_or_else(|error| error.to_string());
        match writeln!(out, "{line}") {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    out.flush()
}
