//! Annotated text becomes statements: who says what, via whom, how firmly.
//!
//! *Useful for:* finding every attribution of a text with its source, cue, content and stance, and for
//! telling how many independent sources stand behind a claim.
//! *Not useful for:* deciding what is true: a statement is not a fact.

mod attribution;
pub mod claims;
pub mod copies;
pub mod grades;
mod hash;
pub mod independence;
mod keys;
mod statement;
mod words;

pub use attribution::{Example, examples, statements_of_document};
pub use keys::{ClaimId, EntityId, StatementId};
pub use onrecord_entities as entities;
pub use statement::{Certainty, Manner, Polarity, SourceKind, Stance, Statement};
