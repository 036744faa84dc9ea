//! The program as its users and other programs meet it: by its command line.
#![allow(clippy::disallowed_methods, missing_docs)] // tests start the program and write files

mod analysis;
mod demo;
mod killed;
mod ledger;
mod network;
mod odd_files;
mod promise;
mod support;
mod versions;
