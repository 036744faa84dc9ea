//! Which pairs are compared at all: those that share what few share.

use std::collections::BTreeMap;

use crate::names::blocking_keys;
use crate::records::field::Value;
use crate::records::{Column, Holds};

/// Records of a block that are paired with one another; larger blocks are divided by a second key.
const MAX_BLOCK: usize = 24;
/// The rarest words of a text by which it is blocked.
const MAX_WORDS: usize = 16;
/// Keys of a record that divide a block.
const MAX_DIVIDING: usize = 24;

/// A record's values by column, made ready.
pub(super) type Ready = Vec<Vec<Value>>;

/// Pairs of records to compare, sorted. With a border, only pairs across it: those before belong to one
/// list, those from it on to the other.
pub(super) fn pairs(
    columns: &[Column],
    records: &[Ready],
    border: Option<usize>,
) -> Vec<(u32, u32)> {
    // Bits of a word that one record alone has: nothing can be found by it.
    let alone = (records.len().max(2) as f32).log2() - 0.5;
    let keys: Vec<Vec<u64>> = records
        .iter()
        .map(|record| keys(columns, record, alone))
        .collect();
    let mut blocks: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (record, keys) in keys.iter().enumerate() {
        for key in keys {
            blocks.entry(*key).or_default().push(record as u32);
        }
    }
    let mut pairs = Vec::new();
    let mut divided: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (key, block) in &blocks {
        if block.len() <= MAX_BLOCK {
            pair_up(block, border, &mut pairs);
            continue;
        }
        for &record in block {
            for other in keys[record as usize]
                .iter()
                .take(MAX_DIVIDING)
                .filter(|other| *other > key)
            {
                divided.entry(mixed(*key, *other)).or_default().push(record);
            }
        }
    }
    for block in divided.values().filter(|block| block.len() <= MAX_BLOCK) {
        pair_up(block, border, &mut pairs);
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn pair_up(block: &[u32], border: Option<usize>, pairs: &mut Vec<(u32, u32)>) {
    for (at, &one) in block.iter().enumerate() {
        for &other in &block[at + 1..] {
            let across =
                border.is_none_or(|border| (one as usize) < border && other as usize >= border);
            if across && one != other {
                pairs.push((one, other));
            }
        }
    }
}

/// Keys of a record, sorted, each once.
fn keys(columns: &[Column], record: &Ready, alone: f32) -> Vec<u64> {
    let mut keys = Vec::new();
    for (column, values) in record.iter().enumerate() {
        // Given and family names meet, for they are changed round.
        let space = match columns[column].holds {
            Holds::Given | Holds::Family => 0,
            _ => column as u64 + 1,
        };
        let key = |detail: u64| mixed(space, detail);
        for value in values {
            match value {
                Value::Name(name) => keys.extend(blocking_keys(name).into_iter().map(key)),
                Value::Date(_, text) | Value::Identifier(text) => keys.push(key(hash(text))),
                Value::Word { letters, sound } => {
                    keys.push(key(if *sound > SHORT_SOUND {
                        *sound
                    } else {
                        hash(letters)
                    }));
                }
                Value::Text(words) => {
                    let mut rarest: Vec<_> = words
                        .iter()
                        .filter(|(_, bits)| *bits < alone)
                        .copied()
                        .collect();
                    rarest
                        .sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
                    keys.extend(
                        rarest
                            .iter()
                            .take(MAX_WORDS)
                            .map(|(word, _)| key(u64::from(*word))),
                    );
                }
                Value::Country(_) => {}
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Codes of one sound are below this.
const SHORT_SOUND: u64 = 1 << 5;

fn mixed(one: u64, other: u64) -> u64 {
    (one.rotate_left(23) ^ other).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
