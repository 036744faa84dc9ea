//! Seeks a pattern in the documents that hold its words.

use tantivy::postings::TermInfo;

use super::bits::Bits;
use super::cursor::Cursor;
use super::segment::Segment;
use crate::query::Pattern;
use crate::spans::{self, Marks};

/// A pattern that is sought in the documents that hold its words.
pub(super) struct Sought<'s> {
    pub(super) segment: &'s Segment<'s>,
    pub(super) key: Option<&'s str>,
    pub(super) pattern: &'s Pattern,
    /// The dictionary entries of each word.
    pub(super) entries: &'s [&'s [TermInfo]],
    pub(super) candidates: &'s Bits,
}

impl Sought<'_> {
    /// How often the pattern matches in each of the candidates where it does, ascending.
    pub(super) fn matches(&self) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut found = Vec::new();
        if self.candidates.is_empty() {
            return Ok(found);
        }
        let open =
            |entries: &&[TermInfo]| Cursor::open(self.segment, self.key, entries, self.candidates);
        let mut cursors = self
            .entries
            .iter()
            .map(open)
            .collect::<tantivy::Result<Vec<_>>>()?;
        let mut marks = Marks::default();
        for doc in self.candidates.iter() {
            cursors.iter_mut().for_each(|cursor| cursor.seek(doc));
            let n_matches = spans::count(self.pattern, cursors.as_slice(), &mut marks);
            if n_matches > 0 {
                found.push((doc, n_matches));
            }
        }
        Ok(found)
    }
}
