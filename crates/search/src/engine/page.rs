//! Pages of hits: the best of all that come after a cursor.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use onrecord_record::DocumentId;
use tantivy::fastfield::Column;

use super::segment::Segment;
use crate::result::{Hit, Sort};

/// Where a hit stands: greater comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    first: i64,
    second: i64,
    /// The lesser id comes first.
    id: Reverse<(u64, u64)>,
}

impl Rank {
    /// The written form, which holds the order it belongs to.
    pub(super) fn to_cursor(self, sort: Sort) -> String {
        let Reverse((high, low)) = self.id;
        let (letter, first, second) = (letter(sort), self.first, self.second);
        format!("{letter}{first:016x}{second:016x}{high:016x}{low:016x}")
    }

    /// Reads what [`Rank::to_cursor`] wrote for the same order.
    pub(super) fn from_cursor(cursor: &str, sort: Sort) -> Option<Self> {
        let digits = cursor.strip_prefix(letter(sort))?;
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = |index: usize| u64::from_str_radix(&digits[index * 16..][..16], 16).ok();
        Some(Self {
            first: number(0)?.cast_signed(),
            second: number(1)?.cast_signed(),
            id: Reverse((number(2)?, number(3)?)),
        })
    }

    fn hit(self, sort: Sort) -> Hit {
        let Reverse((high, low)) = self.id;
        let score = match sort {
            Sort::Relevance => f32::from_bits(u32::try_from(self.first).unwrap_or(0)),
            Sort::DateAscending | Sort::DateDescending => 0.0,
        };
        let wide = u128::from(high) << 64 | u128::from(low);
        let id = DocumentId(wide.to_be_bytes());
        Hit { id, score }
    }
}

fn letter(sort: Sort) -> char {
    match sort {
        Sort::Relevance => 'r',
        Sort::DateAscending => 'a',
        Sort::DateDescending => 'd',
    }
}

/// Gathers the first `limit` hits after a cursor.
pub(super) struct Page {
    sort: Sort,
    limit: usize,
    after: Option<Rank>,
    /// The hits so far, the last of them on top.
    heap: BinaryHeap<Reverse<Rank>>,
    /// Whether there are more than the page holds.
    more: bool,
}

impl Page {
    pub(super) fn new(sort: Sort, limit: usize, after: Option<Rank>) -> Self {
        Self {
            sort,
            limit,
            after,
            heap: BinaryHeap::new(),
            more: false,
        }
    }

    /// Takes the hits of a segment; `scores` has one for each of its documents.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        hits: impl Iterator<Item = u32>,
        scores: &[f32],
    ) -> tantivy::Result<()> {
        if self.limit == 0 {
            return Ok(());
        }
        let columns = segment.reader.fast_fields();
        let dates: Option<Column<i64>> = columns.column_opt("date")?;
        let high: Column<u64> = columns.u64("id_high")?;
        let low: Column<u64> = columns.u64("id_low")?;
        for doc in hits {
            let date = || dates.as_ref().and_then(|dates| dates.first(doc));
            let score = || i64::from(scores[doc as usize].to_bits());
            let first = match self.sort {
                Sort::Relevance => score(),
                Sort::DateDescending => date().unwrap_or(i64::MIN),
                Sort::DateAscending => date().map_or(i64::MIN, i64::saturating_neg),
            };
            if !self.may_enter(first) {
                self.more = true;
                continue;
            }
            let second = match self.sort {
                Sort::Relevance => date().unwrap_or(i64::MIN),
                _ => 0,
            };
            let id = (high.first(doc).unwrap_or(0), low.first(doc).unwrap_or(0));
            self.offer(Rank {
                first,
                second,
                id: Reverse(id),
            });
        }
        Ok(())
    }

    /// Whether a hit of this rank can be on the page, as far as the first key tells; if not, it comes after.
    fn may_enter(&self, first: i64) -> bool {
        self.heap.len() < self.limit
            || self
                .heap
                .peek()
                .is_some_and(|Reverse(last)| first >= last.first)
    }

    fn offer(&mut self, rank: Rank) {
        if self.limit == 0 || self.after.is_some_and(|after| rank >= after) {
            return;
        }
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(rank));
            return;
        }
        self.more = true;
        if let Some(mut last) = self.heap.peek_mut()
            && rank > last.0
        {
            last.0 = rank;
        }
    }

    /// Adds what another page of the same search gathered.
    pub(super) fn join(&mut self, other: Self) {
        self.more |= other.more;
        for Reverse(rank) in other.heap {
            self.offer(rank);
        }
    }

    /// The hits in order, and the cursor of the next page.
    pub(super) fn finish(self) -> (Vec<Hit>, Option<String>) {
        let mut ranks: Vec<Rank> = self.heap.into_iter().map(|Reverse(rank)| rank).collect();
        ranks.sort_unstable_by(|one, other| other.cmp(one));
        let last = ranks.last().filter(|_| self.more);
        let cursor = last.map(|last| last.to_cursor(self.sort));
        let hits = ranks.iter().map(|rank| rank.hit(self.sort)).collect();
        (hits, cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_their_written_form() {
        let rank = Rank {
            first: -5,
            second: i64::MIN,
            id: Reverse((u64::MAX, 7)),
        };
        let cursor = rank.to_cursor(Sort::DateAscending);
        assert_eq!(Rank::from_cursor(&cursor, Sort::DateAscending), Some(rank));
        assert_eq!(Rank::from_cursor(&cursor, Sort::Relevance), None);
        for wrong in ["", "a", "aé", &cursor[..64], &format!("{cursor}0"), "a+0"] {
            assert_eq!(
                Rank::from_cursor(wrong, Sort::DateAscending),
                None,
                "{wrong}"
            );
        }
    }
}
