//! Reads every file of a folder and counts what was found: `cargo run --release --example measure_reading -- FOLDER…`.
#![allow(
    clippy::disallowed_methods,
    reason = "a debugging tool walks the folder it is given and reads the clock"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use onrecord_extract::{Event, InProcess, Job, Limits, Spool, SpoolFile, Worker};

/// Unlinked temporary files.
struct TempFiles;

impl Spool for TempFiles {
    fn create(&mut self) -> io::Result<Box<dyn SpoolFile>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files_below(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        files_below(Path::new(&folder), &mut files)?;
    }
    files.sort();
    let start = Instant::now();
    let mut worker = InProcess::new(Box::new(TempFiles), move || start.elapsed());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = |key: String, n: u64| *counts.entry(key).or_default() += n;
    for path in &files {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let job = Job {
            name: name.unwrap_or_default(),
            extension: None,
            limits: Limits::default(),
            passwords: Vec::new(),
        };
        let mut file = File::open(path)?;
        worker.extract(&job, &mut file, &mut |event| {
            match event {
                Event::Begin(begin) => count(format!("{:?}", begin.level), 1),
                Event::Text(text) => {
                    count(format!("text bytes {}", text.role), text.text.len() as u64)
                }
                Event::Problem(problem) => count(format!("problem {}", problem.code), 1),
                Event::End(end) => count(format!("kind {:?}", end.kind), 1),
                Event::Message(_) | Event::Metadata { .. } | Event::Bytes(_) | Event::Inert(_) => {}
            }
            ControlFlow::Continue(())
        });
    }
    println!(
        "{} files in {:.3} s",
        files.len(),
        start.elapsed().as_secs_f64()
    );
    for (key, n) in counts {
        println!("{n:>12} {key}");
    }
    Ok(())
}
