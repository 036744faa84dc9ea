//! Reads positions of words from the postings, document by document in ascending order.

use std::ops::Range;

use tantivy::DocSet;
use tantivy::positions::PositionReader;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::bits::Bits;
use super::segment::Segment;
use crate::spans::Positions;

/// Up to this many entries of a word are read side by side; more are gathered and sorted first.
const MOST_CURSORS: usize = 16;

/// Where at least one in so many of an entry's documents is wanted, its positions are read in bulk.
const DENSE: u32 = 8;

/// Positions that are read in bulk at most, those of a single longer document aside.
const MOST_IN_BULK: u32 = 1 << 14;

/// Reads the positions of one word, which may have several dictionary entries.
pub(super) struct Cursor {
    source: Source,
    /// The ascending positions in the document at hand, unless the source has them as they are.
    places: Vec<u32>,
}

enum Source {
    One(Entry),
    SideBySide(Vec<Entry>),
    /// Document and position of each occurrence in the candidates, ascending.
    Gathered {
        pairs: Vec<(u32, u32)>,
        at: usize,
    },
}

impl Cursor {
    /// `entries` are those of the word behind `key`; only documents of `candidates` will be asked for.
    pub(super) fn open(
        segment: &Segment<'_>,
        key: Option<&str>,
        entries: &[TermInfo],
        candidates: &Bits,
    ) -> tantivy::Result<Self> {
        let n_candidates = candidates.count();
        let open = |entry| Entry::open(segment, key, entry, n_candidates);
        let source = match entries {
            [entry] => Source::One(open(entry)?),
            entries if entries.len() <= MOST_CURSORS => {
                Source::SideBySide(entries.iter().map(open).collect::<Result<_, _>>()?)
            }
            entries => Source::Gathered {
                pairs: gather(segment, key, entries, candidates)?,
                at: 0,
            },
        };
        let places = Vec::new();
        Ok(Self { source, places })
    }

    /// Goes on to a document.
    pub(super) fn seek(&mut self, doc: u32) {
        self.places.clear();
        match &mut self.source {
            Source::One(entry) => entry.seek(doc, &mut self.places),
            Source::SideBySide(entries) => {
                let mut n_sources = 0;
                for entry in entries {
                    let before = self.places.len();
                    entry.seek(doc, &mut self.places);
                    self.places.extend(entry.in_bulk());
                    n_sources += usize::from(self.places.len() > before);
                }
                if n_sources > 1 {
                    self.places.sort_unstable();
                }
            }
            Source::Gathered { pairs, at } => {
                *at += pairs[*at..].partition_point(|pair| pair.0 < doc);
                let here = pairs[*at..].iter().take_while(|pair| pair.0 == doc);
                self.places.extend(here.map(|pair| pair.1));
            }
        }
    }

    /// The ascending positions in the document last sought.
    fn places(&self) -> &[u32] {
        match &self.source {
            Source::One(Entry::Dense(entry)) => entry.places(),
            _ => &self.places,
        }
    }
}

/// The cursors of a pattern's words, from left to right.
impl Positions for [Cursor] {
    fn of_word(&self, word: usize) -> &[u32] {
        self[word].places()
    }
}

/// Reads the positions of one dictionary entry.
enum Entry {
    Sparse(Box<SegmentPostings>),
    Dense(Box<Dense>),
}

impl Entry {
    fn open(
        segment: &Segment<'_>,
        key: Option<&str>,
        entry: &TermInfo,
        n_candidates: u32,
    ) -> tantivy::Result<Self> {
        if n_candidates >= entry.doc_freq / DENSE {
            return Ok(Self::Dense(Box::new(Dense::open(segment, key, entry)?)));
        }
        Ok(Self::Sparse(Box::new(postings(segment, key, entry)?)))
    }

    /// Goes on to a document; positions that are not held in bulk are appended to `places`.
    fn seek(&mut self, doc: u32, places: &mut Vec<u32>) {
        match self {
            Self::Dense(entry) => entry.seek(doc),
            Self::Sparse(postings) => {
                if postings.doc() < doc && postings.seek(doc) == doc || postings.doc() == doc {
                    postings.append_positions_with_offset(0, places);
                }
            }
        }
    }

    fn in_bulk(&self) -> &[u32] {
        match self {
            Self::Dense(entry) => entry.places(),
            Self::Sparse(_) => &[],
        }
    }
}

/// Reads the positions of many documents at once: for a frequent word that costs a fraction of reading
/// them one by one.
struct Dense {
    blocks: BlockSegmentPostings,
    reader: PositionReader,
    /// Number of the entry's positions before the block at hand.
    before: u64,
    /// For each document of the block, the number of positions before its own; then that of all.
    starts: Vec<u32>,
    /// Which document of the block is at hand.
    at: usize,
    /// Whether that one is the document sought.
    is_here: bool,
    /// The documents of the block whose positions are in `places`.
    read: Range<usize>,
    places: Vec<u32>,
}

impl Dense {
    fn open(segment: &Segment<'_>, key: Option<&str>, entry: &TermInfo) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqs;
        let blocks = segment.postings(key);
        let mut dense = Self {
            blocks: blocks.read_block_postings_from_terminfo(entry, option)?,
            reader: segment.positions(key, entry)?,
            before: 0,
            starts: Vec::new(),
            at: 0,
            is_here: false,
            read: 0..0,
            places: Vec::new(),
        };
        dense.enter_block();
        Ok(dense)
    }

    fn enter_block(&mut self) {
        let n_docs = self.blocks.block_len();
        let mut before = 0;
        self.starts.clear();
        self.starts.push(0);
        self.starts
            .extend(self.blocks.freqs()[..n_docs].iter().map(|count| {
                before += count;
                before
            }));
        self.at = 0;
        self.read = 0..0;
    }

    fn docs(&self) -> &[u32] {
        &self.blocks.docs()[..self.blocks.block_len()]
    }

    fn seek(&mut self, doc: u32) {
        while self.docs().last().is_some_and(|last| *last < doc) {
            self.before += u64::from(self.starts.last().copied().unwrap_or(0));
            self.blocks.advance();
            self.enter_block();
        }
        let ahead = self.docs()[self.at..].iter();
        self.at += ahead.take_while(|other| **other < doc).count();
        self.is_here = self.docs().get(self.at) == Some(&doc);
        if self.is_here && !self.read.contains(&self.at) {
            self.read_on();
        }
    }

    /// Reads the positions of the document at hand, and of as many after it as go in bulk.
    fn read_on(&mut self) {
        let first = self.starts[self.at];
        let ends = &self.starts[self.at + 2..];
        let more = ends.partition_point(|end| end - first <= MOST_IN_BULK);
        self.read = self.at..self.at + 1 + more;
        let n_places = self.starts[self.read.end] - first;
        self.places.resize(n_places as usize, 0);
        let offset = self.before + u64::from(first);
        self.reader.read(offset, &mut self.places);
        // What is stored are distances from one position to the next.
        for ends in self.starts[self.read.start..=self.read.end].windows(2) {
            let mut place = 0;
            for distance in &mut self.places[(ends[0] - first) as usize..(ends[1] - first) as usize]
            {
                place += *distance;
                *distance = place;
            }
        }
    }

    /// The positions in the document sought.
    fn places(&self) -> &[u32] {
        if !self.is_here {
            return &[];
        }
        let first = self.starts[self.read.start];
        let (start, end) = (self.starts[self.at], self.starts[self.at + 1]);
        &self.places[(start - first) as usize..(end - first) as usize]
    }
}

fn gather(
    segment: &Segment<'_>,
    key: Option<&str>,
    entries: &[TermInfo],
    candidates: &Bits,
) -> tantivy::Result<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    let mut places = Vec::new();
    for entry in entries {
        let mut postings = postings(segment, key, entry)?;
        while postings.doc() < segment.max_doc() {
            let doc = postings.doc();
            if candidates.contains(doc) {
                postings.positions(&mut places);
                pairs.extend(places.iter().map(|&place| (doc, place)));
            }
            postings.advance();
        }
    }
    pairs.sort_unstable();
    Ok(pairs)
}

fn postings(
    segment: &Segment<'_>,
    key: Option<&str>,
    entry: &TermInfo,
) -> tantivy::Result<SegmentPostings> {
    let option = IndexRecordOption::WithFreqsAndPositions;
    let postings = segment.postings(key);
    Ok(postings.read_postings_from_terminfo(entry, option)?)
}
