//! Positions of a pattern's words, document by document.

use std::ops::Range;

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::bits::Bits;
use super::parallel;
use super::segment::Segment;
use crate::query::Pattern;
use crate::spans::{self, Positions};

/// Up to this many entries of a word are read side by side; more are gathered and sorted first.
const MOST_CURSORS: usize = 16;

/// Candidates from which on they are divided among threads.
const ENOUGH_CANDIDATES: u32 = 4_000;

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
    pub(super) fn matches(&self, n_threads: usize) -> tantivy::Result<Vec<(u32, u32)>> {
        let is_enough = n_threads > 1 && self.candidates.count() >= ENOUGH_CANDIDATES;
        let n_parts = if is_enough { n_threads } else { 1 };
        let parts = self.candidates.divided(n_parts);
        let found = parallel::map(&parts, is_enough, |blocks| self.matches_within(blocks))?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The matches in a range of blocks of the candidates.
    fn matches_within(&self, blocks: &Range<u32>) -> tantivy::Result<Vec<(u32, u32)>> {
        let candidates = || self.candidates.iter_within(blocks.clone());
        let mut found = Vec::new();
        if candidates().next().is_none() {
            return Ok(found);
        }
        let mut cursors = self
            .entries
            .iter()
            .map(|entries| self.open(entries, blocks))
            .collect::<tantivy::Result<Vec<_>>>()?;
        let mut places = Places(vec![Vec::new(); cursors.len()]);
        for doc in candidates() {
            for (cursor, places) in cursors.iter_mut().zip(&mut places.0) {
                places.clear();
                cursor.read(doc, places);
            }
            let n_matches = spans::count(self.pattern, &places);
            if n_matches > 0 {
                found.push((doc, n_matches));
            }
        }
        Ok(found)
    }

    fn open(&self, entries: &[TermInfo], blocks: &Range<u32>) -> tantivy::Result<Cursor> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let postings = self.segment.postings(self.key);
        let open = |entry| postings.read_postings_from_terminfo(entry, option);
        if entries.len() <= MOST_CURSORS {
            let cursors = entries.iter().map(open).collect::<Result<_, _>>()?;
            return Ok(Cursor::SideBySide(cursors));
        }
        let (first, end) = (blocks.start * 64, blocks.end * 64);
        let mut pairs = Vec::new();
        let mut places = Vec::new();
        for entry in entries {
            let mut postings = open(entry)?;
            seek(&mut postings, first);
            while postings.doc() < end {
                let doc = postings.doc();
                if self.candidates.contains(doc) {
                    postings.positions(&mut places);
                    pairs.extend(places.iter().map(|&place| (doc, place)));
                }
                postings.advance();
            }
        }
        pairs.sort_unstable();
        Ok(Cursor::Gathered { pairs, at: 0 })
    }
}

/// Goes on to `doc`, or the first after it; of two frequent words it is mostly the next.
fn seek(postings: &mut SegmentPostings, doc: u32) {
    if postings.doc() < doc && postings.advance() < doc {
        postings.seek(doc);
    }
}

struct Places(Vec<Vec<u32>>);

impl Positions for Places {
    fn of_word(&self, word: usize) -> &[u32] {
        &self.0[word]
    }
}

/// Reads the positions of one word, in ascending documents.
enum Cursor {
    SideBySide(Vec<SegmentPostings>),
    /// Document and position of each occurrence in the candidates, ascending.
    Gathered {
        pairs: Vec<(u32, u32)>,
        at: usize,
    },
}

impl Cursor {
    /// Appends the ascending positions in `doc`.
    fn read(&mut self, doc: u32, places: &mut Vec<u32>) {
        match self {
            Self::SideBySide(cursors) => {
                let mut n_sources = 0;
                for cursor in cursors {
                    seek(cursor, doc);
                    if cursor.doc() == doc {
                        cursor.append_positions_with_offset(0, places);
                        n_sources += 1;
                    }
                }
                if n_sources > 1 {
                    places.sort_unstable();
                }
            }
            Self::Gathered { pairs, at } => {
                *at += pairs[*at..].partition_point(|pair| pair.0 < doc);
                let here = pairs[*at..].iter().take_while(|pair| pair.0 == doc);
                places.extend(here.map(|pair| pair.1));
            }
        }
    }
}
