//! The closed list of strings that a pipeline can give: tags, parts of speech, morphology, dependency labels, entity types.

use std::collections::HashMap;
use std::fmt;

use sha2::{Digest, Sha256};

/// The strings of one pipeline, by number; number 0 is the empty string.
///
/// Encoded annotations hold numbers only. Keep [`Labels::to_bytes`] once beside them (a few kilobytes), and decoding needs
/// no pipeline.
#[derive(Clone, PartialEq, Eq)]
pub struct Labels {
    all: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u16>,
    id: u64,
}

/// The first bytes of encoded labels: a name and a version.
const MAGIC: &[u8; 8] = b"orlabel1";

impl Labels {
    pub(crate) fn new() -> Self {
        let mut labels = Self {
            all: Vec::new(),
            numbers: HashMap::new(),
            id: 0,
        };
        labels.add("");
        labels
    }

    /// The number of a string, new or not. More than 65,535 strings are refused by the loader before they come here.
    pub(crate) fn add(&mut self, text: &str) -> u16 {
        if let Some(&n) = self.numbers.get(text) {
            return n;
        }
        let n = u16::try_from(self.all.len()).unwrap_or(0);
        self.all.push(text.into());
        self.numbers.insert(text.into(), n);
        n
    }

    pub(crate) fn seal(mut self) -> Self {
        let mut hash = Sha256::new();
        for text in &self.all {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        let hash = hash.finalize();
        self.id = u64::from_le_bytes(hash[..8].try_into().expect("a hash has 32 bytes"));
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The string of a number, and the empty string for a number that is not in the list.
    #[must_use]
    pub fn text(&self, number: u16) -> &str {
        self.all.get(usize::from(number)).map_or("", |s| s)
    }

    /// The number of a string.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<u16> {
        self.numbers.get(text).copied()
    }

    /// What tells this list from others: a hash of its strings in order.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The list as bytes: a name with a version, then each string with its length before it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for text in &self.all {
            out.extend((text.len() as u32).to_le_bytes());
            out.extend(text.as_bytes());
        }
        out
    }

    /// Reads back what [`Self::to_bytes`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut labels = Self {
            all: Vec::new(),
            numbers: HashMap::new(),
            id: 0,
        };
        while let Some((len, tail)) = rest.split_first_chunk::<4>() {
            let len = u32::from_le_bytes(*len) as usize;
            let text = std::str::from_utf8(tail.get(..len)?).ok()?;
            if labels.all.len() > usize::from(u16::MAX) || labels.numbers.contains_key(text) {
                return None;
            }
            labels.add(text);
            rest = &tail[len..];
        }
        (rest.is_empty() && labels.text(0).is_empty() && !labels.all.is_empty())
            .then(|| labels.seal())
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Labels({} strings, {:016x})", self.all.len(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_lead_back() {
        let mut labels = Labels::new();
        let noun = labels.add("NOUN");
        assert_eq!(labels.add("NOUN"), noun);
        labels.add("Gender=Fém");
        let labels = labels.seal();
        let bytes = labels.to_bytes();
        assert_eq!(Labels::from_bytes(&bytes), Some(labels.clone()));
        assert_ne!(labels.id(), Labels::new().seal().id());
        for cut in 0..bytes.len() {
            let part = Labels::from_bytes(&bytes[..cut]);
            assert!(part.is_none() || part.is_some_and(|p| p.id() != labels.id()));
        }
    }
}
