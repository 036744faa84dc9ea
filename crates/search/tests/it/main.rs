//! The index and its queries as callers see them.

#![allow(clippy::disallowed_methods, reason = "tests read files and settings")]

mod complete;
mod corpus;
mod index;
mod mail;
mod pages;
mod plain_scan;
mod random;
