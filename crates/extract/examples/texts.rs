//! Reads files and writes the main text of each into a folder: `texts [--pdfium LIBRARY] OUT FILE...`.
//!
//! What `cargo xtask eval extract` and `bench extract` run: the readers alone, without a case. A
//! line a file goes to stdout: pages, bytes of text, problems, and the file's name.
#![allow(
    clippy::disallowed_methods,
    reason = "a program of its own: it opens what its arguments name"
)]

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use onrecord_extract::{Event, InProcess, Job, Limits, NoSpool, Role, Worker, load_pdfium};
use onrecord_record::Locator;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if arguments
        .first()
        .is_some_and(|first| first.as_os_str() == "--pdfium")
    {
        load_pdfium(arguments.get(1).ok_or("--pdfium LIBRARY")?)?;
        arguments.drain(..2);
    }
    let (out, files) = arguments
        .split_first()
        .ok_or("texts [--pdfium LIBRARY] OUT FILE...")?;
    let began = Instant::now();
    let mut worker = InProcess::new(Box::new(NoSpool), move || began.elapsed());
    for file in files {
        let read = read(&mut worker, file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        fs::write(out.join(format!("{name}.txt")), &read.text)?;
        let problems = read.problems.join(" ");
        println!("{}\t{}\t{problems}\t{name}", read.n_pages, read.text.len());
    }
    Ok(())
}

#[derive(Default)]
struct Read {
    text: String,
    n_pages: usize,
    problems: Vec<String>,
}

/// The text of the file itself; what lies inside it is read and not kept.
fn read(worker: &mut InProcess, path: &Path) -> std::io::Result<Read> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let job = Job {
        name,
        extension: None,
        limits: Limits::default(),
        passwords: Vec::new(),
    };
    let (mut read, mut depth) = (Read::default(), 0);
    worker.extract(&job, &mut File::open(path)?, &mut |event| {
        match event {
            Event::Begin(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(text) if depth == 1 && text.role == Role::Main => {
                read.text.push_str(&text.text);
                let is_page = |place: &&onrecord_record::PlacedSpan| {
                    matches!(place.locator, Locator::Page { area: None, .. })
                };
                read.n_pages += text.places.iter().filter(is_page).count();
            }
            Event::Problem(problem) if depth == 1 => {
                read.problems.push(problem.code.to_string());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    Ok(read)
}
