//! Positions of a pattern's words, document by document.

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::bits::Bits;
use super::segment::Segment;
use crate::query::Pattern;
use crate::spans::{self, Positions};

/// Up to this many entries of a word are read side by side; more are gathered and sorted first.
const MOST_CURSORS: usize = 16;

/// How often the pattern matches in each of `candidates` where it does, ascending.
pub(super) fn matches(
    segment: &Segment<'_>,
    key: Option<&str>,
    pattern: &Pattern,
    entries: &[&[TermInfo]],
    candidates: &Bits,
) -> tantivy::Result<Vec<(u32, u32)>> {
    let cursors = entries.iter();
    let mut cursors = cursors
        .map(|entries| Cursor::open(segment, key, entries, candidates))
        .collect::<tantivy::Result<Vec<_>>>()?;
    let mut places = Places(vec![Vec::new(); cursors.len()]);
    let mut found = Vec::new();
    for doc in candidates.iter() {
        for (cursor, places) in cursors.iter_mut().zip(&mut places.0) {
            places.clear();
            cursor.read(doc, places);
        }
        let n_matches = spans::count(pattern, &places);
        if n_matches > 0 {
            found.push((doc, n_matches));
        }
    }
    Ok(found)
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
    fn open(
        segment: &Segment<'_>,
        key: Option<&str>,
        entries: &[TermInfo],
        candidates: &Bits,
    ) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let postings = segment.postings(key);
        let open = |entry| postings.read_postings_from_terminfo(entry, option);
        if entries.len() <= MOST_CURSORS {
            let cursors = entries.iter().map(open).collect::<Result<_, _>>()?;
            return Ok(Self::SideBySide(cursors));
        }
        let mut pairs = Vec::new();
        let mut places = Vec::new();
        for entry in entries {
            let mut postings = open(entry)?;
            while postings.doc() != tantivy::TERMINATED {
                let doc = postings.doc();
                if candidates.contains(doc) {
                    postings.positions(&mut places);
                    pairs.extend(places.iter().map(|&place| (doc, place)));
                }
                postings.advance();
            }
        }
        pairs.sort_unstable();
        Ok(Self::Gathered { pairs, at: 0 })
    }

    /// Appends the ascending positions in `doc`.
    fn read(&mut self, doc: u32, places: &mut Vec<u32>) {
        match self {
            Self::SideBySide(cursors) => {
                let mut n_sources = 0;
                for cursor in cursors {
                    if cursor.doc() < doc {
                        cursor.seek(doc);
                    }
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
