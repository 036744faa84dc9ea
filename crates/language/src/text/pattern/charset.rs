//! Sets of characters as sorted ranges, and the partition of all characters that a pattern cannot tell apart.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::unicode::CharTable;

/// Code points as sorted, disjoint, inclusive ranges.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct CharSet(Vec<(u32, u32)>);

const LAST: u32 = 0x10_ffff;

impl CharSet {
    pub(crate) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (lo, hi) in ranges {
            match out.last_mut() {
                Some(last) if lo <= last.1.saturating_add(1) => last.1 = last.1.max(hi),
                _ => out.push((lo, hi)),
            }
        }
        Self(out)
    }

    pub(crate) fn single(c: char) -> Self {
        Self(vec![(c as u32, c as u32)])
    }

    pub(crate) fn negated(&self) -> Self {
        let mut out = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0;
        for &(lo, hi) in &self.0 {
            if lo > next {
                out.push((next, lo - 1));
            }
            next = hi + 1;
        }
        if next <= LAST {
            out.push((next, LAST));
        }
        Self(out)
    }

    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    pub(crate) fn contains(&self, c: u32) -> bool {
        let i = self.0.partition_point(|r| r.1 < c);
        self.0.get(i).is_some_and(|r| r.0 <= c)
    }

    /// Adds every character that Python's `IGNORECASE` takes for a member.
    ///
    /// Source: CPython `_sre`, `IN_UNI_IGNORE`: the simple lower case of the character, or the upper case of that, is tried.
    pub(crate) fn ignoring_case(&self) -> Self {
        let mut extra = self.0.clone();
        for &c in CASED.iter() {
            let low = simple_lower(c);
            if self.contains(low as u32)
                || self.contains(simple_upper(low) as u32)
                || self.contains_equal_of(low)
            {
                extra.push((c as u32, c as u32));
            } else if self.contains(c as u32) && low != c {
                // A member that is reached through neither form is not matched at all; none is lost in practice.
                extra.push((c as u32, c as u32));
            }
        }
        Self::new(extra)
    }

    fn contains_equal_of(&self, low: char) -> bool {
        SAME_WHEN_LOWERED
            .iter()
            .filter(|group| group.contains(&low))
            .any(|group| group.iter().any(|&c| self.contains(c as u32)))
    }
}

/// Lower-case letters that Python's `re` takes for one another (from `re/_casefix.py`; those that European text has).
const SAME_WHEN_LOWERED: [&[char]; 7] = [
    &['i', '\u{131}'],
    &['s', '\u{17f}'],
    &['\u{b5}', '\u{3bc}'],
    &['\u{3c2}', '\u{3c3}'],
    &['\u{3b2}', '\u{3d0}'],
    &['\u{3b5}', '\u{3f5}'],
    &['\u{3b8}', '\u{3d1}'],
];

static CASED: LazyLock<Vec<char>> = LazyLock::new(|| {
    (0..=LAST)
        .filter_map(char::from_u32)
        .filter(|&c| simple_lower(c) != c || simple_upper(c) != c)
        .collect()
});

fn simple_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn simple_upper(c: char) -> char {
    c.to_uppercase().next().unwrap_or(c)
}

/// Which of at most 256 kinds a character is: two characters of a kind are in the same sets of the pattern.
pub(crate) struct Partition {
    kinds: CharTable,
    /// For each set, in order, the kinds that it holds.
    pub(crate) members: Vec<KindSet>,
}

impl Partition {
    /// Partitions all characters by `sets`; `None` when they tell more than 255 kinds apart.
    pub(crate) fn of(sets: &[CharSet]) -> Option<Self> {
        // At each boundary, the sets whose membership flips there.
        let mut flips: Vec<(u32, usize)> = Vec::new();
        for (i, set) in sets.iter().enumerate() {
            for &(lo, hi) in set.ranges() {
                flips.push((lo, i));
                flips.push((hi + 1, i));
            }
        }
        flips.sort_unstable();
        let mut kinds: HashMap<Vec<u64>, u8> = HashMap::new();
        let mut members = vec![KindSet::default(); sets.len()];
        let mut inside = vec![0u64; sets.len().div_ceil(64)];
        let mut all = vec![0u8; LAST as usize + 1];
        let mut from = 0;
        let mut next = 0;
        while from <= LAST {
            while next < flips.len() && flips[next].0 == from {
                let set = flips[next].1;
                inside[set / 64] ^= 1 << (set % 64);
                next += 1;
            }
            let to = flips.get(next).map_or(LAST + 1, |f| f.0).min(LAST + 1);
            let n = kinds.len();
            let kind = *kinds.entry(inside.clone()).or_insert(n as u8);
            if n > 254 {
                return None;
            }
            for (i, set) in members
                .iter_mut()
                .enumerate()
                .filter(|(i, _)| inside[i / 64] >> (i % 64) & 1 == 1)
            {
                debug_assert!(i < sets.len());
                set.insert(kind);
            }
            all[from as usize..to as usize].fill(kind);
            from = to;
        }
        Some(Self {
            kinds: CharTable::new(&all),
            members,
        })
    }

    #[inline]
    pub(crate) fn kind(&self, c: char) -> u8 {
        self.kinds.get(c)
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct KindSet([u64; 4]);

impl KindSet {
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);

    #[inline]
    pub(crate) fn contains(&self, kind: u8) -> bool {
        self.0[usize::from(kind) / 64] >> (kind % 64) & 1 == 1
    }

    pub(crate) fn insert(&mut self, kind: u8) {
        self.0[usize::from(kind) / 64] |= 1 << (kind % 64);
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_tells_apart_what_its_sets_do() {
        let sets = [
            CharSet::new(vec![('a' as u32, 'z' as u32)]),
            CharSet::single('x'),
            CharSet::single('.'),
        ];
        let p = Partition::of(&sets).unwrap();
        for c in "axz.-é\u{10ffff}".chars() {
            for (set, kinds) in sets.iter().zip(&p.members) {
                assert_eq!(set.contains(c as u32), kinds.contains(p.kind(c)), "{c:?}");
            }
        }
        assert_eq!(p.kind('a'), p.kind('b'));
        assert_ne!(p.kind('a'), p.kind('x'));
    }

    #[test]
    fn negation_is_the_complement() {
        let set = CharSet::new(vec![(0, 9), (11, 20), (10, 10), (LAST, LAST)]);
        assert_eq!(set.ranges(), [(0, 20), (LAST, LAST)]);
        assert_eq!(set.negated().ranges(), [(21, LAST - 1)]);
        assert_eq!(set.negated().negated(), set);
    }

    #[test]
    fn case_is_ignored_as_python_does() {
        let set = CharSet::new(vec![('a' as u32, 'z' as u32)]).ignoring_case();
        assert!(
            "AZaz\u{212a}\u{17f}\u{130}"
                .chars()
                .all(|c| set.contains(c as u32))
        );
        assert!(!set.contains('é' as u32));
        assert!(CharSet::single('É').ignoring_case().contains('é' as u32));
    }
}
