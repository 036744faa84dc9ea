//! Tests of the graph of ties, from outside.

mod connect;
mod gather;
mod support;
mod text;
