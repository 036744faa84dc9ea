//! Keys under which names that may match meet.

use crate::names::parsed::ParsedName;

/// Keys of a name, sorted, each once: two names that [`crate::names::compare`] calls a match share at
/// least one, but for rare spellings. At most a few dozen.
#[must_use]
pub fn blocking_keys(name: &ParsedName) -> Vec<u64> {
    let mut keys: Vec<u64> = name
        .parts()
        .iter()
        .map(|part| hash(name.word(part)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// FNV-1a: the same on every machine and in every version.
pub(super) fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
