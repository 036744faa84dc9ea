//! Names: taken apart once, then compared as often as one likes.
//!
//! *Useful for:* "are these two the names of one person, firm or ship?", asked by a sanctions desk
//! ([`compare`]), by blocking ([`blocking_keys`]) and by whoever joins mentions ([`conflict`], [`joins`]).
//! *Not useful for:* telling namesakes apart: a name alone never joins (see [`joins`]).
//!
//! The behaviour follows nomenklatura's `logic-v2`; its tables are data (`data/names`, with notice).
//! Everything is bounded: a name is cut at [`MAX_BYTES`] and [`MAX_PARTS`], so that one comparison is
//! constant work, whoever wrote the name.

mod align;
mod chinese;
mod compare;
mod conflict;
mod distance;
mod fold;
mod joins;
mod keys;
mod parsed;
mod sound;
mod tables;

pub use compare::{Comparison, MATCH_FROM, Reason, compare, similarity};
pub use conflict::{Conflict, conflict, person_conflict, same_name};
pub use joins::{Joining, Known, Verdict, joins};
pub use keys::blocking_keys;
pub use parsed::{MAX_BYTES, MAX_PARTS, NameKind, ParsedName, Part, Role};

#[cfg(test)]
mod tests;
