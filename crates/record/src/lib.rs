//! The words that all of OnRecord's crates share.
//!
//! *Useful for:* naming a document, a text, a place in a text, a moment in time, and what went wrong.
//! *Not useful for:* anything that touches a disk, a database or a network; this crate has no I/O.
//!
//! Offsets are UTF-8 bytes, half-open, everywhere. Ids come from content, never from insertion order,
//! so that two machines that read the same material name it the same way.

mod date;
mod id;
mod locator;
mod problem;
mod rejoined;
mod segment;
mod span;

pub use date::{DateTime, InvalidDate, PartialDate};
pub use id::{
    ClaimId, Digest, DocumentId, EntityId, InvalidId, LinkId, MentionId, StatementId, TextId, TieId,
};
pub use locator::{Locator, PageBox, PlacedSpan};
pub use problem::{Effect, PROBLEM_CODES, Problem, ProblemCode, ProblemInfo};
pub use rejoined::{Piece, Rejoined, RejoinedBuilder};
pub use segment::{Place, SegmentKind};
pub use span::{Span, TextSpan};

/// Version of every JSON object that programs outside this repository rely on.
pub const FORMAT_VERSION: u32 = 1;
