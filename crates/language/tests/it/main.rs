//! What the crate promises, on real pipelines where they are installed.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

mod damage;
mod hostile;
mod models;
mod parity;
