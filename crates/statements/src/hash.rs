//! Hashes that are the same on every machine and in every run.

/// An odd number with well spread bits (2⁶⁴ divided by the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Joins `value` to the hash of what came before it; the order counts.
pub(crate) fn join(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(SPREAD)
}

/// Spreads a hash over all bits, so that the least of several is a fair draw (the finish of SplitMix64).
pub(crate) fn spread(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Hashes bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let whole = bytes
        .iter()
        .fold(SPREAD, |h, &byte| join(h, u64::from(byte)));
    spread(whole)
}
