//! One segment: its dictionaries, postings and columns.

use std::sync::Arc;

use onrecord_record::DocumentId;
use tantivy::columnar::Column;
use tantivy::directory::CompositeFile;
use tantivy::index::{InvertedIndexReader, SegmentComponent};
use tantivy::positions::PositionReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{SegmentReader, TERMINATED, TantivyError};

use super::bits::Bits;
use super::plan::{Finder, SoughtWord};
use crate::levenshtein::KeyedFuzzy;
use crate::writer::halves;

/// A segment with its two dictionaries.
pub(super) struct Segment<'s> {
    pub(super) reader: &'s SegmentReader,
    text: Arc<InvertedIndexReader>,
    named: Arc<InvertedIndexReader>,
    /// The documents that are not deleted.
    pub(super) alive: Bits,
}

/// A block of postings: documents and how often each holds the word.
pub(super) struct Block<'b> {
    pub(super) docs: &'b [u32],
    pub(super) counts: &'b [u32],
}

impl<'s> Segment<'s> {
    pub(super) fn open(reader: &'s SegmentReader) -> tantivy::Result<Self> {
        let schema = reader.schema();
        let max_doc = reader.max_doc();
        let alive = match reader.alive_bitset() {
            None => Bits::every(max_doc),
            Some(alive) => {
                let mut bits = Bits::none(max_doc);
                alive.iter_alive().for_each(|doc| bits.insert(doc));
                bits
            }
        };
        Ok(Self {
            reader,
            text: reader.inverted_index(schema.get_field("text")?)?,
            named: reader.inverted_index(schema.get_field("named")?)?,
            alive,
        })
    }

    pub(super) fn max_doc(&self) -> u32 {
        self.reader.max_doc()
    }

    /// The postings that words behind this key lie in.
    pub(super) fn postings(&self, key: Option<&str>) -> &InvertedIndexReader {
        match key {
            None => &self.text,
            Some(_) => &self.named,
        }
    }

    /// The positions of an entry behind this key.
    pub(super) fn positions(
        &self,
        key: Option<&str>,
        entry: &TermInfo,
    ) -> tantivy::Result<PositionReader> {
        let name = if key.is_none() { "text" } else { "named" };
        let field = self.reader.schema().get_field(name)?;
        let file = self.reader.open_read(SegmentComponent::Positions)?;
        let positions = CompositeFile::open(&file)?.open_read(field);
        let positions = positions
            .ok_or_else(|| TantivyError::SchemaError(format!("no positions of {name}")))?;
        let bytes = positions.read_bytes_slice(entry.positions_range.clone())?;
        Ok(PositionReader::open(bytes)?)
    }

    /// The dictionary entries that a word matches, ascending.
    pub(super) fn entries(&self, sought: &SoughtWord) -> tantivy::Result<Vec<TermInfo>> {
        self.entries_behind(sought.key.as_deref(), sought)
    }

    /// As [`Segment::entries`], behind another key.
    pub(super) fn entries_behind(
        &self,
        key: Option<&str>,
        sought: &SoughtWord,
    ) -> tantivy::Result<Vec<TermInfo>> {
        let dictionary = self.postings(key).terms();
        let key = key.unwrap_or("");
        let token = &sought.token;
        match &sought.finder {
            Finder::Exact => Ok(dictionary
                .get(format!("{key}{token}"))?
                .into_iter()
                .collect()),
            Finder::Prefix => {
                let mut entries = self.beginning_with(key, token, |_| true)?;
                if let Some(opaque) = &sought.opaque {
                    entries.extend(self.beginning_with(key, opaque, |_| true)?);
                }
                Ok(entries)
            }
            Finder::Stem(same) => {
                self.beginning_with(key, same.common_prefix(), |token| same.matches(token))
            }
            Finder::Fuzzy(edits) => {
                let fuzzy = sought.fuzzy(*edits);
                let key = key.as_bytes();
                let mut stream = dictionary.search(KeyedFuzzy { key, fuzzy }).into_stream()?;
                let mut entries = Vec::new();
                while stream.advance() {
                    entries.push(stream.value().clone());
                }
                Ok(entries)
            }
        }
    }

    pub(super) fn beginning_with(
        &self,
        key: &str,
        start: &str,
        mut wanted: impl FnMut(&str) -> bool,
    ) -> tantivy::Result<Vec<TermInfo>> {
        let postings = if key.is_empty() {
            &self.text
        } else {
            &self.named
        };
        let whole = format!("{key}{start}");
        let mut stream = postings.terms().range().ge(&whole).into_stream()?;
        let mut entries = Vec::new();
        while stream.advance() && stream.key().starts_with(whole.as_bytes()) {
            let token = std::str::from_utf8(&stream.key()[key.len()..]);
            if token.is_ok_and(&mut wanted) {
                entries.push(stream.value().clone());
            }
        }
        Ok(entries)
    }

    /// The documents that hold any of these entries.
    pub(super) fn docs(&self, key: Option<&str>, entries: &[TermInfo]) -> tantivy::Result<Bits> {
        let mut bits = Bits::none(self.max_doc());
        for entry in entries {
            self.for_each_block(key, entry, false, |block| {
                block.docs.iter().for_each(|&doc| bits.insert(doc));
            })?;
        }
        Ok(bits)
    }

    /// Walks over an entry's postings block by block; counts are 1 unless asked for.
    pub(super) fn for_each_block(
        &self,
        key: Option<&str>,
        entry: &TermInfo,
        with_counts: bool,
        mut each: impl FnMut(Block<'_>),
    ) -> tantivy::Result<()> {
        let option = if with_counts {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::Basic
        };
        let postings = self.postings(key);
        let mut blocks = postings.read_block_postings_from_terminfo(entry, option)?;
        loop {
            let len = blocks.block_len();
            if len == 0 {
                return Ok(());
            }
            each(Block {
                docs: &blocks.docs()[..len],
                counts: if with_counts {
                    &blocks.freqs()[..len]
                } else {
                    &[]
                },
            });
            blocks.advance();
        }
    }

    /// The documents with a date in the period, both ends included.
    pub(super) fn dated(&self, first: i64, last: i64) -> tantivy::Result<Bits> {
        let mut bits = Bits::none(self.max_doc());
        let Some(column) = self.reader.fast_fields().column_opt::<i64>("date")? else {
            return Ok(bits);
        };
        // The column takes an end beyond its least or greatest value for that value.
        let (first, last) = (first.max(column.min_value()), last.min(column.max_value()));
        if first > last {
            return Ok(bits);
        }
        let mut docs = Vec::new();
        column.get_docids_for_value_range(first..=last, 0..self.max_doc(), &mut docs);
        docs.into_iter()
            .filter(|doc| *doc < TERMINATED)
            .for_each(|doc| bits.insert(doc));
        Ok(bits)
    }

    /// Those of some documents, given sorted, that are in this segment.
    pub(super) fn with_ids(&self, ids: &[DocumentId]) -> tantivy::Result<Bits> {
        let mut bits = Bits::none(self.max_doc());
        if ids.is_empty() {
            return Ok(bits);
        }
        let columns = self.reader.fast_fields();
        let high: Column<u64> = columns.u64("id_high")?;
        let low: Column<u64> = columns.u64("id_low")?;
        let sought: Vec<(u64, u64)> = ids.iter().map(|id| halves(*id)).collect();
        for doc in 0..self.max_doc() {
            let id = (high.first(doc).unwrap_or(0), low.first(doc).unwrap_or(0));
            if sought.binary_search(&id).is_ok() {
                bits.insert(doc);
            }
        }
        Ok(bits)
    }
}
