//! A set of documents of one segment.

/// One bit a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    blocks: Vec<u64>,
    len: u32,
}

impl Bits {
    /// No document of `len`.
    pub(super) fn none(len: u32) -> Self {
        let blocks = vec![0; len.div_ceil(64) as usize];
        Self { blocks, len }
    }

    /// Every document of `len`.
    pub(super) fn every(len: u32) -> Self {
        let mut blocks = vec![u64::MAX; len.div_ceil(64) as usize];
        if let (Some(last), rest @ 1..) = (blocks.last_mut(), len % 64) {
            *last = (1 << rest) - 1;
        }
        Self { blocks, len }
    }

    pub(super) fn insert(&mut self, doc: u32) {
        self.blocks[(doc / 64) as usize] |= 1 << (doc % 64);
    }

    pub(super) fn contains(&self, doc: u32) -> bool {
        self.blocks[(doc / 64) as usize] >> (doc % 64) & 1 == 1
    }

    pub(super) fn keep_common(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            *block &= other;
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            *block |= other;
        }
    }

    pub(super) fn invert(&mut self) {
        let every = Self::every(self.len);
        for (block, every) in self.blocks.iter_mut().zip(&every.blocks) {
            *block = !*block & every;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| *block == 0)
    }

    pub(super) fn count(&self) -> u32 {
        self.blocks.iter().map(|block| block.count_ones()).sum()
    }

    /// Number of documents in both sets.
    pub(super) fn count_common(&self, other: &Self) -> u32 {
        let pairs = self.blocks.iter().zip(&other.blocks);
        pairs.map(|(one, other)| (one & other).count_ones()).sum()
    }

    /// The documents in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.blocks.iter().zip(0..).flat_map(|(&block, index)| {
            let mut left = block;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_count_and_walk() {
        for len in [0, 1, 63, 64, 65, 130] {
            let mut bits = Bits::every(len);
            assert_eq!(bits.count(), len);
            assert!(bits.iter().eq(0..len));
            bits.invert();
            assert_eq!(bits, Bits::none(len));
        }
        let mut odd = Bits::none(100);
        (0..100)
            .filter(|doc| doc % 2 == 1)
            .for_each(|doc| odd.insert(doc));
        let mut third = Bits::none(100);
        (0..100)
            .filter(|doc| doc % 3 == 0)
            .for_each(|doc| third.insert(doc));
        assert_eq!(odd.count_common(&third), 17);
        odd.keep_common(&third);
        assert!(odd.iter().all(|doc| doc % 6 == 3 && odd.contains(doc)));
    }
}
