//! What a file becomes: the stream's form, the limits, and what is read of each format.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read fixtures, look for the shared data and run Python as the second opinion"
)]

mod archives;
mod corpora;
mod data;
mod hostile;
mod messages;
#[cfg(unix)]
mod process;
mod robustness;
mod texts;
mod tree;
mod web;
