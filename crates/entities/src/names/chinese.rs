//! Pinyin and Wade-Giles: two ways to write one Chinese name.

use crate::names::keys::hash;
use crate::names::tables::Tables;

/// Letters of the longest syllable.
const MAX_SYLLABLE: usize = 6;
/// Letters of a name that is tried.
const MAX_LETTERS: usize = 28;

/// Two readings of a name, as hashes of its Wade-Giles form without apostrophes; 0 where it has none.
pub(super) type Readings = [u64; 2];

/// Whether two names have a reading in common.
pub(super) fn same(left: Readings, right: Readings) -> bool {
    left.iter()
        .any(|key| *key != 0 && right.iter().any(|other| other == key))
}

/// How the words of a name read, if all of them are Chinese syllables: as Pinyin, and as Wade-Giles.
pub(super) fn readings<'a>(
    tables: &Tables,
    words: impl Iterator<Item = &'a str> + Clone,
) -> Readings {
    let n_letters: usize = words.clone().map(str::len).sum();
    if n_letters > MAX_LETTERS {
        return [0; 2];
    }
    let (mut pinyin, mut wade) = (String::new(), String::new());
    let (mut is_pinyin, mut is_wade) = (true, true);
    for word in words {
        is_pinyin = is_pinyin
            && syllables(
                word,
                &|part| tables.pinyin.get(&hash(part)).copied(),
                &mut pinyin,
                0,
                &mut 0,
            );
        let known = |part: &str| tables.wade_giles.contains_key(&hash(part)).then_some("");
        is_wade = is_wade && syllables(word, &known, &mut String::new(), 0, &mut 0);
        wade.push_str(word);
    }
    let key = |fits: bool, text: &str| {
        if fits && !text.is_empty() {
            hash(text)
        } else {
            0
        }
    };
    [key(is_pinyin, &pinyin), key(is_wade, &wade)]
}

/// Divides the rest of a word into known syllables, the longest first, and adds what they stand for.
/// `failed` marks the places from which there is no way, so that each is tried once.
fn syllables(
    word: &str,
    known: &impl Fn(&str) -> Option<&'static str>,
    out: &mut String,
    from: usize,
    failed: &mut u32,
) -> bool {
    if from == word.len() {
        return true;
    }
    if *failed >> from & 1 == 1 {
        return false;
    }
    let mark = out.len();
    for to in (from + 1..=word.len().min(from + MAX_SYLLABLE)).rev() {
        let Some(stands_for) = word.get(from..to).and_then(known) else {
            continue;
        };
        out.push_str(stands_for);
        if syllables(word, known, out, to, failed) {
            return true;
        }
        out.truncate(mark);
    }
    *failed |= 1 << from;
    false
}
