//! Keys under which names that may match meet.

use crate::names::parsed::{ParsedName, Role};
use crate::names::sound::n_sounds;
use crate::names::tables::tables;

/// Groups of one form that give keys of their own.
const MAX_GROUPS: usize = 8;
/// Shorter sounds are too common to meet by.
const LEAST_SOUNDS: u32 = 2;

/// Keys of a name, sorted, each once: two names that [`crate::names::compare`] calls a match share at
/// least one, but for rare spellings. At most a few dozen.
#[must_use]
pub fn blocking_keys(name: &ParsedName) -> Vec<u64> {
    let mut keys = Vec::with_capacity(name.parts().len() * 2);
    for part in name.parts().iter().filter(|part| part.role.is_proper()) {
        keys.push(if n_sounds(part.sound) >= LEAST_SOUNDS {
            mixed(SOUND, part.sound)
        } else {
            mixed(WORD, part.hash)
        });
        let names = tables().names.of(part.names).take(MAX_GROUPS);
        keys.extend(names.map(|group| mixed(NAME, u64::from(group))));
        let short = tables().nicknames.of(part.nicknames).take(MAX_GROUPS);
        keys.extend(short.map(|group| mixed(NICKNAME, u64::from(group))));
    }
    let readings = name
        .chinese
        .iter()
        .flatten()
        .filter(|reading| **reading != 0);
    keys.extend(readings.map(|reading| mixed(CHINESE, *reading)));
    if !name.acronym.is_empty() {
        keys.push(mixed(WORD, hash(&name.acronym)));
    }
    if keys.is_empty() {
        // Of generic words alone: each of them.
        let words = name.parts().iter().filter(|part| part.role != Role::Stop);
        keys.extend(words.map(|part| mixed(WORD, part.hash)));
    }
    keys.extend(only_word(name));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A name of one word may be the acronym of another.
fn only_word(name: &ParsedName) -> Option<u64> {
    let mut proper = name.parts().iter().filter(|part| part.role.is_proper());
    let only = proper.next().filter(|_| proper.next().is_none());
    only.map(|part| mixed(WORD, part.hash))
}

const SOUND: u64 = 1;
const WORD: u64 = 2;
const NAME: u64 = 3;
const NICKNAME: u64 = 4;
const CHINESE: u64 = 5;

/// A key of its own for each kind of finding.
fn mixed(kind: u64, value: u64) -> u64 {
    (value ^ kind.rotate_left(59)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// State of [`hash_on`] before the first letter.
pub(super) const HASH_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: the same on every machine and in every version.
pub(super) fn hash(word: &str) -> u64 {
    hash_on(HASH_OF_NOTHING, word)
}

/// Goes on with a hash.
pub(super) fn hash_on(state: u64, word: &str) -> u64 {
    word.bytes().fold(state, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
