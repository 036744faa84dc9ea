//! Reads document rows as JSON lines from stdin and writes the near-copies among them as one JSON object.
#![allow(clippy::disallowed_methods)] // a program, not the pure crate

use std::io::{BufRead as _, Write as _};

use onrecord_statements::copies::{DocumentRow, near_copies};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let documents = std::io::stdin()
        .lock()
        .lines()
        .map(|line| Ok(serde_json::from_str::<DocumentRow>(&line?)?))
        .collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &near_copies(&documents))?;
    writeln!(out)?;
    Ok(())
}
