//! Mentions become entities: in a document, and across documents.
//!
//! *Useful for:* telling who is who in a text and in a case, and how well two names fit.
//! *Not useful for:* keeping entities or judgements: that is the work of `case`.
//!
//! Everything here is a pure function. Where it is unsure, it keeps apart.

pub mod across;
mod document;
pub mod judged;
mod lists;
pub mod names;
pub mod records;
mod within;

pub use document::{Document, DocumentKind, Facts, Name, Party, Quoted, Segment};
pub use lists::{Listed, ListedEntity, Listing, resolve_lists};
pub use onrecord_language as language;
pub use within::{
    DocumentEntities, Entity, EntityKind, Form, Gender, JoinedBy, Mention, Role,
    entities_of_document,
};
