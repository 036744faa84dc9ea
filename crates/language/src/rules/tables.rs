//! Large tables of strings, in few allocations.

use crate::text::strings::murmur64a;

/// A map from strings to small numbers that is filled once. All strings lie in one block of memory.
#[derive(Default)]
pub(crate) struct StringMap {
    text: String,
    /// Start and end of each string in `text`, and its number.
    entries: Vec<(u32, u32, u32)>,
    /// 1 + the place in `entries`, 0 for none; a power of two long, at most half full.
    slots: Vec<u32>,
}

impl StringMap {
    /// Adds a string, unless it is there; the first number wins. Returns false when the table is full (4 GiB of text).
    pub(crate) fn insert(&mut self, key: &str, number: u32) -> bool {
        if self.text.len() + key.len() > u32::MAX as usize {
            return false;
        }
        if 2 * (self.entries.len() + 1) > self.slots.len() {
            self.grow();
        }
        let slot = self.slot(key);
        if self.slots[slot] == 0 {
            let start = self.text.len() as u32;
            self.text.push_str(key);
            self.entries.push((start, self.text.len() as u32, number));
            self.slots[slot] = self.entries.len() as u32;
        }
        true
    }

    pub(crate) fn get(&self, key: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let entry = self.slots[self.slot(key)];
        entry.checked_sub(1).map(|i| self.entries[i as usize].2)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn slot(&self, key: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = murmur64a(key.as_bytes(), 2) as usize & mask;
        while self.slots[at] != 0 && self.key(self.slots[at] as usize - 1) != key {
            at = (at + 1) & mask;
        }
        at
    }

    fn key(&self, entry: usize) -> &str {
        let (start, end, _) = self.entries[entry];
        &self.text[start as usize..end as usize]
    }

    fn grow(&mut self) {
        self.slots = vec![0; (2 * self.slots.len()).max(64)];
        for i in 0..self.entries.len() {
            let key = self.key(i).to_owned();
            let slot = self.slot(&key);
            self.slots[slot] = i as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_in() {
        let mut map = StringMap::default();
        assert_eq!(map.get("a"), None);
        for i in 0..10_000u32 {
            assert!(map.insert(&format!("word {i}"), i));
        }
        assert!(map.insert("word 7", 99));
        assert!((0..10_000).all(|i| map.get(&format!("word {i}")) == Some(i)));
        assert!(!map.contains("word 10000"));
    }
}
