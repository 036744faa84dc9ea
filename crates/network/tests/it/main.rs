//! Tests of the graph of ties, from outside.

mod connect;
mod gather;
mod measures;
mod money;
mod support;
mod text;
