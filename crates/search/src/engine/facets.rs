//! Counts of facet values over all hits.

use std::collections::BTreeMap;

use tantivy::SegmentReader;

use super::bits::Bits;
use crate::fields::Facet;
use crate::result::{FacetCount, FacetCounts};

/// Counts of one facet over the segments seen so far.
pub(super) struct Counter {
    facet: Facet,
    counts: BTreeMap<String, u64>,
}

impl Counter {
    pub(super) fn new(facet: Facet) -> Self {
        let counts = BTreeMap::new();
        Self { facet, counts }
    }

    pub(super) fn add(&mut self, reader: &SegmentReader, hits: &Bits) -> tantivy::Result<()> {
        let column = match self.facet {
            Facet::Type => "kind",
            Facet::From => "sender",
            Facet::Domain => "domain",
            Facet::Custodian => "custodian",
            Facet::Language => "language",
            Facet::Tag => "tag",
            Facet::Year => return self.add_years(reader, hits),
        };
        let Some(values) = reader.fast_fields().str(column)? else {
            return Ok(());
        };
        let mut counts = vec![0u64; values.num_terms()];
        let numbers = values.ords();
        for doc in hits.iter() {
            for number in numbers.values_for_doc(doc) {
                counts[number as usize] += 1;
            }
        }
        let used: Vec<u64> = (0..)
            .zip(&counts)
            .filter(|(_, n)| **n > 0)
            .map(|(number, _)| number)
            .collect();
        let mut n_used = used.iter();
        values.dictionary().sorted_ords_to_term_cb(&used, |value| {
            if let Some(number) = n_used.next() {
                let value = String::from_utf8_lossy(value).into_owned();
                *self.counts.entry(value).or_default() += counts[*number as usize];
            }
        })?;
        Ok(())
    }

    fn add_years(&mut self, reader: &SegmentReader, hits: &Bits) -> tantivy::Result<()> {
        let Some(dates) = reader.fast_fields().column_opt::<i64>("date")? else {
            return Ok(());
        };
        let mut years: BTreeMap<i64, u64> = BTreeMap::new();
        let mut last = (0, 0);
        for doc in hits.iter() {
            let Some(date) = dates.first(doc) else {
                continue;
            };
            let year = year_of(date);
            if year == last.0 {
                last.1 += 1;
                continue;
            }
            *years.entry(last.0).or_default() += last.1;
            last = (year, 1);
        }
        *years.entry(last.0).or_default() += last.1;
        for (year, count) in years.into_iter().filter(|(_, count)| *count > 0) {
            *self.counts.entry(format!("{year:04}")).or_default() += count;
        }
        Ok(())
    }

    /// Adds what another counter of the same facet counted.
    pub(super) fn join(&mut self, other: Self) {
        for (value, count) in other.counts {
            *self.counts.entry(value).or_default() += count;
        }
    }

    /// The values with the highest counts, at most `most` of them.
    pub(super) fn finish(self, most: usize) -> FacetCounts {
        let counts = self.counts.into_iter();
        let mut values: Vec<FacetCount> = counts
            .map(|(value, count)| FacetCount { value, count })
            .collect();
        values.sort_by(|one, other| {
            other
                .count
                .cmp(&one.count)
                .then_with(|| one.value.cmp(&other.value))
        });
        values.truncate(most);
        let facet = self.facet;
        FacetCounts { facet, values }
    }
}

/// The year in UTC of a moment in seconds since 1970, in the proleptic Gregorian calendar.
///
/// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn year_of(unix: i64) -> i64 {
    let days = unix.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let after_february = (5 * day_of_year + 2) / 153;
    era * 400 + year_of_era + i64::from(after_february >= 10)
}

#[cfg(test)]
mod tests {
    use onrecord_record::PartialDate;

    use super::*;

    #[test]
    fn years_begin_on_the_first_of_january() {
        for year in 1..=9999 {
            let date = PartialDate {
                year,
                month: None,
                day: None,
            };
            assert_eq!(year_of(date.first_second()), i64::from(year));
            assert_eq!(year_of(date.first_second() - 1), i64::from(year) - 1);
        }
    }
}
