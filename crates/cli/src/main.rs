//! `onrecord`: the command line. Results on stdout, progress and problems on stderr;
//! exit 0 found, 1 nothing found, 2 error.
#![allow(clippy::disallowed_methods)] // the environment, folders and terminals are this crate's work

mod args;
mod commands;
mod models;
mod out;
mod progress;
mod worker;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::out::{Found, is_broken_pipe};

/// An import makes and drops some hundred strings a message, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A worker locks itself in: nothing else of the program may run in it before.
    if let Some(ended) = worker::run_if_asked() {
        return ended;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            let is_error = message.use_stderr();
            // Whoever asked for help through a closed pipe got what they wanted.
            let _ = message.print();
            return ExitCode::from(if is_error { 2 } else { 0 });
        }
    };
    match cli.run() {
        Ok(Found::Something) => ExitCode::SUCCESS,
        Ok(Found::Nothing) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("onrecord: {error:#}");
            ExitCode::from(2)
        }
    }
}
