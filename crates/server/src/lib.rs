//! The pages: a case in the browser. The only crate that knows HTTP and HTML.
//!
//! *Useful for:* serving one case to the people of one machine. *Not useful for:* knowing anything about
//! a case: every page shows a view struct of `workbench`, and its twin at `U.json` is that struct.
//!
//! Invariants: whatever is answered passed through [`safety`]; no page loads or links anything outside;
//! every page works without scripts, and has all its state in its address. `README.md` says how to add one.

mod acts;
mod app;
mod applying;
mod asked;
mod assets;
mod cards;
mod error;
mod exports;
mod fault;
mod filters;
mod frame;
mod marks;
mod openapi;
mod originals;
mod pages;
mod picture;
mod readers;
mod safety;
mod serve;
mod telling;
mod words;

pub use app::{App, Options, router};
pub use error::Error;
pub use pages::{PAGES, Page};
pub use serve::{Address, serve};
