//! The guard, the twins and the errors, over HTTP as browsers and strangers speak it.
#![allow(clippy::disallowed_methods, missing_docs)] // tests write files

mod guard;
mod judging;
mod reading;
mod support;
mod twins;
