//! Ranks: BM25 over the documents that match, in which all forms of a word count as one word.
//!
//! Everything it rests on is counted over the documents that are alive, so that ranks do not depend on how
//! the index is cut into segments.

use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Searcher};

use super::bits::Bits;
use super::plan::{Prepared, SoughtWord};
use super::segment::Segment;
use super::{LeafHits, SegmentHits};
use crate::fields::Field;
use crate::query::Scope;
use crate::schema::field_key;

const K1: f32 = 1.2;
const B: f32 = 0.75;
/// What a word in the title is worth, beside its occurrence there, in parts of its weight.
const TITLE_BONUS: f32 = 0.5;

/// Mean number of words of a document, kept until the next commit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MeanLength {
    generation: Option<u64>,
    mean: f32,
}

impl MeanLength {
    /// The mean over the documents alive, counted anew when the searcher is another one.
    pub(super) fn update(&mut self, searcher: &Searcher) -> tantivy::Result<f32> {
        let generation = searcher.generation().generation_id();
        if self.generation == Some(generation) {
            return Ok(self.mean);
        }
        let (mut words, mut docs) = (0u64, 0u64);
        let text = searcher.schema().get_field("text")?;
        for reader in searcher.segment_readers() {
            let lengths = reader.get_fieldnorms_reader(text)?;
            for doc in reader.doc_ids_alive() {
                words += u64::from(lengths.fieldnorm(doc));
                docs += 1;
            }
        }
        self.mean = (words as f64 / docs.max(1) as f64) as f32;
        self.generation = Some(generation);
        Ok(self.mean)
    }
}

/// What is the same for all segments.
pub(super) struct Ranking<'q> {
    pub(super) prepared: &'q Prepared<'q>,
    /// The weight of each word.
    pub(super) weights: Vec<f32>,
    /// For each code of a document's length, what the count of a word is damped by.
    pub(super) damping: Vec<f32>,
}

impl<'q> Ranking<'q> {
    /// `n_with` is the number of documents with each word, `n_docs` of all.
    pub(super) fn new(prepared: &'q Prepared<'q>, n_with: &[u64], n_docs: u64, mean: f32) -> Self {
        let weights = n_with.iter().map(|&n_with| {
            let (n_with, n_docs) = (n_with as f32, n_docs as f32);
            (1.0 + (n_docs - n_with + 0.5).max(0.0) / (n_with + 0.5)).ln()
        });
        let damping = (0..=u8::MAX).map(|code| {
            let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(code) as f32;
            K1 * (1.0 - B + B * length / mean.max(1.0))
        });
        Self {
            prepared,
            weights: weights.collect(),
            damping: damping.collect(),
        }
    }

    /// The scores of the segment's documents; only those of its hits mean anything.
    pub(super) fn scores(
        &self,
        segment: &Segment<'_>,
        hits: &SegmentHits,
    ) -> tantivy::Result<Vec<f32>> {
        let text = segment.reader.schema().get_field("text")?;
        let lengths = segment.reader.get_fieldnorms_reader(text)?;
        let mut tally = Tally {
            scores: vec![0.0; segment.max_doc() as usize],
            counts: Vec::new(),
            touched: Vec::new(),
        };
        let leaves = self.prepared.leaves.iter().zip(&hits.leaves);
        for (leaf, found) in leaves.filter(|(leaf, _)| leaf.positive) {
            let weight: f32 = self.weights[leaf.words.clone()].iter().sum();
            let everywhere = *leaf.scope == Scope::Everywhere;
            let damping = |doc: u32| match everywhere {
                true => self.damping[usize::from(lengths.fieldnorm_id(doc))],
                false => K1,
            };
            let score = |doc: u32, count: u32| {
                let count = count as f32;
                weight * (K1 + 1.0) * count / (count + damping(doc))
            };
            match found {
                LeafHits::Counted(counts) => {
                    for &(doc, count) in counts {
                        tally.scores[doc as usize] += score(doc, count);
                    }
                }
                LeafHits::Flat(docs) => {
                    for doc in hits.docs.iter().filter(|doc| docs.contains(*doc)) {
                        tally.scores[doc as usize] += weight;
                    }
                }
                LeafHits::Word => {
                    let word = leaf.words.start;
                    let sought = &self.prepared.words[word];
                    let key = sought.key.as_deref();
                    tally.add_word(segment, key, &hits.entries[word], &hits.docs, score)?;
                    if everywhere {
                        let bonus = |_, _| weight * TITLE_BONUS;
                        tally.add_title(segment, sought, &hits.docs, bonus)?;
                    }
                }
            }
        }
        Ok(tally.scores)
    }
}

struct Tally {
    scores: Vec<f32>,
    /// Occurrences of the word at hand in each document, all its forms together; zero between words.
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Tally {
    fn add_title(
        &mut self,
        segment: &Segment<'_>,
        sought: &SoughtWord,
        hits: &Bits,
        score: impl Fn(u32, u32) -> f32,
    ) -> tantivy::Result<()> {
        let key = field_key(Field::Subject);
        let entries = segment.entries_behind(Some(&key), sought)?;
        self.add_word(segment, Some(&key), &entries, hits, score)
    }

    fn add_word(
        &mut self,
        segment: &Segment<'_>,
        key: Option<&str>,
        entries: &[TermInfo],
        hits: &Bits,
        score: impl Fn(u32, u32) -> f32,
    ) -> tantivy::Result<()> {
        if let [entry] = entries {
            let scores = &mut self.scores;
            return for_each_hit(segment, key, entry, hits, |doc, count| {
                scores[doc as usize] += score(doc, count);
            });
        }
        if !entries.is_empty() {
            self.counts.resize(self.scores.len(), 0);
        }
        for entry in entries {
            let (counts, touched) = (&mut self.counts, &mut self.touched);
            for_each_hit(segment, key, entry, hits, |doc, count| {
                let so_far = &mut counts[doc as usize];
                if *so_far == 0 {
                    touched.push(doc);
                }
                *so_far = so_far.saturating_add(count);
            })?;
        }
        for doc in self.touched.drain(..) {
            let count = std::mem::take(&mut self.counts[doc as usize]);
            self.scores[doc as usize] += score(doc, count);
        }
        Ok(())
    }
}

/// Calls `each` with the hits among an entry's documents, and how often each holds the entry.
fn for_each_hit(
    segment: &Segment<'_>,
    key: Option<&str>,
    entry: &TermInfo,
    hits: &Bits,
    mut each: impl FnMut(u32, u32),
) -> tantivy::Result<()> {
    let n_hits = hits.count();
    if n_hits.saturating_mul(16) < entry.doc_freq {
        let postings = segment.postings(key);
        let option = IndexRecordOption::WithFreqs;
        let mut postings = postings.read_postings_from_terminfo(entry, option)?;
        for doc in hits.iter() {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                each(doc, postings.term_freq());
            }
        }
        return Ok(());
    }
    segment.for_each_block(key, entry, true, |block| {
        for (&doc, &count) in block.docs.iter().zip(block.counts) {
            if hits.contains(doc) {
                each(doc, count);
            }
        }
    })
}
