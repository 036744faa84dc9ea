//! Imports as a program drives them.
#![allow(clippy::disallowed_methods)] // tests make and change files

mod changing;
