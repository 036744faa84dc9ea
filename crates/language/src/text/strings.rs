//! spaCy's string ids.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The strings whose ids are small fixed numbers (attribute and label names), from spaCy's `symbols.pyx`.
///
/// An ordinary word may be one of them: leaving them out changes the features of `X`, `number`, `mark`, `agent`.
static SYMBOLS: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/symbols.json"))
        .expect("the shipped table is well-formed")
});

/// The id of a string in every spaCy 3 pipeline.
///
/// Source: spaCy `strings.pyx`, `get_string_id`.
pub(crate) fn string_id(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    #[cfg(test)]
    if crate::controls::SKIP_SYMBOLS.get() {
        return murmur64a(text.as_bytes(), 1);
    }
    // The longest symbol is 16 bytes long: longer strings need no look-up.
    if text.len() <= 24
        && let Some(&id) = SYMBOLS.get(text)
    {
        return id;
    }
    murmur64a(text.as_bytes(), 1)
}

/// `MurmurHash64A`, by Austin Appleby (public domain).
pub(crate) fn murmur64a(bytes: &[u8], seed: u64) -> u64 {
    const M: u64 = 0xc6a4_a793_5bd1_e995;
    let mut h = seed ^ (bytes.len() as u64).wrapping_mul(M);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut k = u64::from_le_bytes(chunk.try_into().expect("chunks of eight")).wrapping_mul(M);
        k ^= k >> 47;
        h = (h ^ k.wrapping_mul(M)).wrapping_mul(M);
    }
    let tail = chunks.remainder();
    if !tail.is_empty() {
        let mut last = [0; 8];
        last[..tail.len()].copy_from_slice(tail);
        h = (h ^ u64::from_le_bytes(last)).wrapping_mul(M);
    }
    h ^= h >> 47;
    h = h.wrapping_mul(M);
    h ^ (h >> 47)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_spacys() {
        assert_eq!(string_id(""), 0);
        assert_eq!(string_id("coffee"), 3_197_928_453_018_144_401);
        assert_eq!(string_id("apple"), 8_566_208_034_543_834_098);
        assert_eq!(
            (string_id("X"), string_id("number"), string_id("mark")),
            (101, 432, 423)
        );
    }

    #[test]
    fn no_symbol_is_longer_than_the_shortcut_allows() {
        assert!(SYMBOLS.keys().all(|k| k.len() <= 24));
    }
}
