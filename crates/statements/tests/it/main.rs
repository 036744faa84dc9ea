//! Statements of real annotations. Without the English pipeline these tests say that they were skipped.
#![allow(
    clippy::disallowed_methods,
    reason = "tests look for the pipeline on this machine"
)]

mod golden;
mod hostile;
mod reading;
