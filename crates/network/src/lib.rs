//! Ties between entities with their evidence; ways through them.
//!
//! *Useful for:* taking typed, dated ties out of annotated text with the stance of whoever says so, and
//! for answering how two entities are connected.
//! *Not useful for:* deciding what is true: a denied tie is shown as denied.

pub mod graph;
mod link;
pub mod mail;
mod text;

pub use link::{Amount, Link, LinkStance};
pub use onrecord_statements as statements;
pub use text::{TableLink, TableMapping, links_of_document, links_of_table};
