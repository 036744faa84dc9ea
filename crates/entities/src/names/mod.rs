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

/// Letters and digits of any text in lower-case ASCII, words divided by one space.
pub(crate) fn plain(text: &str) -> String {
    fold::fold(text, NameKind::Organization).text
}

/// How alike two plain texts are spelled, 0 to 1, with the prices of names.
pub(crate) fn spelling(left: &str, right: &str) -> f32 {
    distance::likeness(&tables::tables().costs, left.as_bytes(), right.as_bytes())
}

/// How a plain text sounds; 0 where it has no letter.
pub(crate) fn sound_of(text: &str) -> u64 {
    sound::sound(text.as_bytes())
}

/// A country by any of its names, or a number of its own for what is none.
pub(crate) fn country(text: &str) -> u64 {
    let letters = plain(text);
    let key = keys::hash(&letters);
    tables::tables()
        .countries
        .get(&key)
        .copied()
        .map_or(key, u64::from)
}

#[cfg(test)]
mod tests;
