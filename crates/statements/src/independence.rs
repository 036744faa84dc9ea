//! How many independent sources stand behind statements with the same content.

mod interest;
mod likeness;
mod relations;
mod sources;

pub use interest::Interests;
pub use relations::{CopyRelations, Relations};
pub use sources::{Independence, Reason, SourceGroup, independent_sources};
