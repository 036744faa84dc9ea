//! What the crate promises, on real pipelines where they are installed.

mod damage;
mod hostile;
mod models;
mod parity;
