//! Runs queries. Each part gives the set of a segment's documents that fulfill it; sets are joined;
//! what matches is then ranked. So totals and facets are exact, and every hit can be paged to.

mod bits;
mod cursor;
mod facets;
mod page;
mod parallel;
mod plan;
mod positions;
mod rank;
mod segment;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tantivy::postings::TermInfo;
use tantivy::{Searcher, TantivyError};

use crate::error::SearchError;
use crate::index::opening;
use crate::query::{Match, Pattern, Query};
use crate::result::{Options, SearchResult, Sort};
use bits::Bits;
use facets::Counter;
use page::{Page, Rank};
use plan::{Plan, Prepared};
use positions::Sought;
use rank::Ranking;
use segment::Segment;

pub(crate) use rank::MeanLength;

/// Why a search failed.
pub(crate) enum Failure {
    Cursor(String),
    Index(TantivyError),
}

impl From<TantivyError> for Failure {
    fn from(error: TantivyError) -> Self {
        Self::Index(error)
    }
}

impl Failure {
    pub(crate) fn into_error(self, dir: &Path) -> SearchError {
        match self {
            Self::Cursor(cursor) => SearchError::BadCursor(cursor),
            Self::Index(error) => opening(dir, error),
        }
    }
}

/// What matches in one segment, with what ranking needs again.
struct SegmentHits {
    docs: Bits,
    /// Number of the segment's documents that hold each word of the query.
    n_with: Vec<u32>,
    /// The dictionary entries of each word of the query.
    entries: Vec<Vec<TermInfo>>,
    leaves: Vec<LeafHits>,
}

enum LeafHits {
    /// A single word: its postings say how often it occurs.
    Word,
    /// The beginning of a word: it only counts whether it occurs.
    Flat(Bits),
    /// How often the pattern matches in which document.
    Counted(Vec<(u32, u32)>),
}

pub(crate) fn search(
    searcher: &Searcher,
    lengths: &Mutex<MeanLength>,
    query: &Query,
    options: &Options,
) -> Result<SearchResult, Failure> {
    let after = match &options.after {
        None => None,
        Some(cursor) => {
            let rank = Rank::from_cursor(cursor, options.sort);
            Some(rank.ok_or_else(|| Failure::Cursor(cursor.clone()))?)
        }
    };
    let prepared = Prepared::new(query);
    let n_docs = searcher.num_docs();
    let side_by_side = parallel::is_enough(n_docs);
    let found = parallel::map(searcher.segment_readers(), side_by_side, |reader| {
        let segment = Segment::open(reader)?;
        let hits = Matcher::run(&prepared, &segment)?;
        Ok::<_, TantivyError>((segment, hits))
    })?;
    let ranked = options.sort == Sort::Relevance && options.limit > 0;
    let ranking = match ranked && !prepared.leaves.is_empty() {
        false => None,
        true => {
            let mut n_with = vec![0; prepared.words.len()];
            for (_, hits) in &found {
                let sums = n_with.iter_mut().zip(&hits.n_with);
                sums.for_each(|(sum, n)| *sum += u64::from(*n));
            }
            let mut lengths = lengths.lock().unwrap_or_else(PoisonError::into_inner);
            let mean = lengths.update(searcher)?;
            Some(Ranking::new(&prepared, &n_with, n_docs, mean))
        }
    };
    let parts = parallel::map(&found, side_by_side, |(segment, hits)| {
        collect(segment, hits, ranking.as_ref(), options, after)
    })?;
    Ok(join(parts, options, after))
}

/// What one segment gives to the result.
struct Part {
    total: u64,
    page: Page,
    counters: Vec<Counter>,
}

fn collect(
    segment: &Segment<'_>,
    hits: &SegmentHits,
    ranking: Option<&Ranking<'_>>,
    options: &Options,
    after: Option<Rank>,
) -> tantivy::Result<Part> {
    let scores = match ranking {
        Some(ranking) => ranking.scores(segment, hits)?,
        None => vec![0.0; segment.max_doc() as usize],
    };
    let mut page = Page::new(options.sort, options.limit, after);
    page.take(segment, hits.docs.iter(), &scores)?;
    let mut counters: Vec<Counter> = options.facets.iter().copied().map(Counter::new).collect();
    for counter in &mut counters {
        counter.add(segment.reader, &hits.docs)?;
    }
    let total = u64::from(hits.docs.count());
    Ok(Part {
        total,
        page,
        counters,
    })
}

fn join(parts: Vec<Part>, options: &Options, after: Option<Rank>) -> SearchResult {
    let mut total = 0;
    let mut page = Page::new(options.sort, options.limit, after);
    let mut counters: Vec<Counter> = options.facets.iter().copied().map(Counter::new).collect();
    for part in parts {
        total += part.total;
        page.join(part.page);
        for (counter, other) in counters.iter_mut().zip(part.counters) {
            counter.join(other);
        }
    }
    let (hits, cursor) = page.finish();
    let counters = counters.into_iter();
    let facets = counters
        .map(|counter| counter.finish(options.facet_values))
        .collect();
    SearchResult {
        total,
        hits,
        cursor,
        facets,
    }
}

/// Finds what fulfills a query in one segment.
struct Matcher<'m> {
    prepared: &'m Prepared<'m>,
    segment: &'m Segment<'m>,
    n_with: Vec<u32>,
    entries: Vec<Vec<TermInfo>>,
    leaves: Vec<LeafHits>,
}

impl<'m> Matcher<'m> {
    fn run(prepared: &'m Prepared<'m>, segment: &'m Segment<'m>) -> tantivy::Result<SegmentHits> {
        let mut matcher = Self {
            prepared,
            segment,
            n_with: vec![0; prepared.words.len()],
            entries: vec![Vec::new(); prepared.words.len()],
            leaves: prepared.leaves.iter().map(|_| LeafHits::Word).collect(),
        };
        let mut docs = matcher.fulfilling(&prepared.plan, None)?;
        docs.keep_common(&segment.alive);
        Ok(SegmentHits {
            docs,
            n_with: matcher.n_with,
            entries: matcher.entries,
            leaves: matcher.leaves,
        })
    }

    /// The documents that fulfill `plan`; exact for those in `within`, where given, and anything for others.
    fn fulfilling(&mut self, plan: &Plan<'_>, within: Option<&Bits>) -> tantivy::Result<Bits> {
        match plan {
            Plan::Everything => Ok(Bits::every(self.segment.max_doc())),
            Plan::Leaf(leaf) => self.leaf(*leaf, within),
            Plan::Present(key) => {
                let entries = self.segment.beginning_with(key, "", |_| true)?;
                self.segment.docs(Some(key), &entries)
            }
            Plan::Date(first, last) => self.segment.dated(*first, *last),
            Plan::Documents(ids) => self.segment.with_ids(ids),
            Plan::Not(inner) => {
                let mut docs = self.fulfilling(inner, within)?;
                docs.invert();
                Ok(docs)
            }
            Plan::Any(parts) => {
                let mut docs = Bits::none(self.segment.max_doc());
                for part in parts {
                    docs.add_all(&self.fulfilling(part, within)?);
                }
                Ok(docs)
            }
            Plan::All(parts) => {
                let mut docs = match within {
                    Some(within) => within.clone(),
                    None => self.segment.alive.clone(),
                };
                let (costly, cheap): (Vec<_>, Vec<_>) =
                    parts.iter().partition(|part| self.prepared.is_costly(part));
                for part in cheap.into_iter().chain(costly) {
                    let fulfilling = self.fulfilling(part, Some(&docs))?;
                    docs.keep_common(&fulfilling);
                }
                Ok(docs)
            }
        }
    }

    fn leaf(&mut self, leaf: usize, within: Option<&Bits>) -> tantivy::Result<Bits> {
        let found = &self.prepared.leaves[leaf];
        let words = found.words.clone();
        let mut docs_of_words = Vec::with_capacity(words.len());
        for word in words.clone() {
            let sought = &self.prepared.words[word];
            let entries = self.segment.entries(sought)?;
            let docs = self.segment.docs(sought.key.as_deref(), &entries)?;
            self.n_with[word] = docs.count_common(&self.segment.alive);
            self.entries[word] = entries;
            docs_of_words.push(docs);
        }
        let mut candidates = candidates(found.pattern, &mut docs_of_words.into_iter());
        if let Pattern::Word(word) = found.pattern {
            if word.how == Match::Prefix && found.positive {
                self.leaves[leaf] = LeafHits::Flat(candidates.clone());
            }
            return Ok(candidates);
        }
        candidates.keep_common(within.unwrap_or(&self.segment.alive));
        let entries: Vec<&[TermInfo]> = self.entries[words.clone()]
            .iter()
            .map(Vec::as_slice)
            .collect();
        let key = self.prepared.words[words.start].key.as_deref();
        let sought = Sought {
            segment: self.segment,
            key,
            pattern: found.pattern,
            entries: &entries,
            candidates: &candidates,
        };
        let counted = sought.matches()?;
        let mut docs = Bits::none(self.segment.max_doc());
        counted.iter().for_each(|(doc, _)| docs.insert(*doc));
        if found.positive {
            self.leaves[leaf] = LeafHits::Counted(counted);
        }
        Ok(docs)
    }
}

/// The documents in which a pattern may match, given those of its words from left to right.
fn candidates(pattern: &Pattern, words: &mut impl Iterator<Item = Bits>) -> Bits {
    let mut next = || words.next().unwrap_or_else(|| Bits::none(0));
    match pattern {
        Pattern::Word(_) => next(),
        Pattern::Phrase(phrase) => {
            let mut docs = next();
            for _ in 1..phrase.len() {
                docs.keep_common(&next());
            }
            docs
        }
        Pattern::Any(patterns) => {
            let mut patterns = patterns.iter();
            let Some(first) = patterns.next() else {
                return Bits::none(0);
            };
            let mut docs = candidates(first, words);
            for pattern in patterns {
                docs.add_all(&candidates(pattern, words));
            }
            docs
        }
        Pattern::Near { left, right, .. } => {
            let mut docs = candidates(left, words);
            docs.keep_common(&candidates(right, words));
            docs
        }
    }
}
