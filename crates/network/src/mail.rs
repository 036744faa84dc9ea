//! Ties that mail shows: who wrote to whom, how often, and who brought whom together. They are kept
//! apart from ties that a text states: that two wrote to each other says nothing of what about.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::DocumentId;
use serde::Serialize;

/// A message, with its people as the caller names them: entities, or addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow<P> {
    /// The message.
    pub document: DocumentId,
    /// When it was sent, in seconds since 1970.
    pub date: Option<i64>,
    /// The month of that date: `2024-05`.
    pub month: Option<String>,
    /// Its conversation.
    pub thread: Option<DocumentId>,
    /// Who wrote it.
    pub from: Vec<P>,
    /// To whom.
    pub to: Vec<P>,
    /// Who received a copy.
    pub cc: Vec<P>,
    /// Who received one that the others do not see.
    pub bcc: Vec<P>,
}

/// How often one wrote to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correspondence<P> {
    /// Who wrote.
    pub from: P,
    /// Who received.
    pub to: P,
    /// Messages addressed to them.
    pub n_to: u64,
    /// Messages of which they got a copy.
    pub n_cc: u64,
    /// Messages of which they got a hidden copy.
    pub n_bcc: u64,
    /// The earliest of these messages, in seconds since 1970.
    pub first: Option<i64>,
    /// The latest.
    pub last: Option<i64>,
    /// Messages by month, oldest first; those without a date are not in it.
    pub months: BTreeMap<String, u64>,
    /// Conversations that these messages are in.
    pub n_threads: u64,
    /// The earliest message, by date and then by name.
    pub evidence: DocumentId,
}

/// Somebody wrote to two who had not written to each other, and then they did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Introduction<P> {
    /// Who brought them together.
    pub by: P,
    /// The two, the lesser first.
    pub between: [P; 2],
    /// The message to both.
    pub document: DocumentId,
    /// Its date, in seconds since 1970.
    pub date: i64,
    /// The first message of one of the two to the other.
    pub followed_by: DocumentId,
}

/// A message to more people introduces nobody.
const MOST_INTRODUCED: usize = 6;

/// Who wrote to whom, sorted by the two; a message to oneself counts for nothing.
#[must_use]
pub fn correspondence<P: Ord + Clone>(rows: &[MailRow<P>]) -> Vec<Correspondence<P>> {
    let mut tallies: BTreeMap<(&P, &P), Tally> = BTreeMap::new();
    for row in rows {
        for (field, receivers) in [&row.to, &row.cc, &row.bcc].into_iter().enumerate() {
            let distinct: BTreeSet<&P> = receivers.iter().collect();
            for from in row.from.iter().collect::<BTreeSet<_>>() {
                for &to in distinct.iter().filter(|to| **to != from) {
                    let tally = tallies.entry((from, to)).or_default();
                    tally.add(
                        field,
                        row.date,
                        row.month.as_deref(),
                        row.thread,
                        row.document,
                    );
                }
            }
        }
    }
    let ties = tallies
        .into_iter()
        .map(|((from, to), tally)| tally.tie(from.clone(), to.clone()));
    ties.collect()
}

#[derive(Default)]
struct Tally {
    by_field: [u64; 3],
    dates: Vec<i64>,
    months: BTreeMap<String, u64>,
    threads: BTreeSet<DocumentId>,
    /// The earliest message; one without a date comes after all others.
    earliest: Option<(i64, DocumentId)>,
}

impl Tally {
    fn add(
        &mut self,
        field: usize,
        date: Option<i64>,
        month: Option<&str>,
        thread: Option<DocumentId>,
        document: DocumentId,
    ) {
        self.by_field[field] += 1;
        self.dates.extend(date);
        if let Some(month) = month {
            *self.months.entry(month.to_owned()).or_default() += 1;
        }
        self.threads.extend(thread);
        let candidate = (date.unwrap_or(i64::MAX), document);
        self.earliest = Some(
            self.earliest
                .map_or(candidate, |known| known.min(candidate)),
        );
    }

    fn tie<P>(self, from: P, to: P) -> Correspondence<P> {
        let [n_to, n_cc, n_bcc] = self.by_field;
        Correspondence {
            from,
            to,
            n_to,
            n_cc,
            n_bcc,
            first: self.dates.iter().min().copied(),
            last: self.dates.iter().max().copied(),
            months: self.months,
            n_threads: self.threads.len() as u64,
            evidence: self
                .earliest
                .map_or(DocumentId([0; 16]), |(_, document)| document),
        }
    }
}

/// Who brought whom together, oldest first. Messages without a date are left out: what came first
/// cannot be told of them. Two that `acquainted` holds to know each other anyway, as colleagues do,
/// are left out too: the mail at hand need not be all that they wrote.
#[must_use]
pub fn introductions<P: Ord + Clone>(
    rows: &[MailRow<P>],
    acquainted: impl Fn(&P, &P) -> bool,
) -> Vec<Introduction<P>> {
    let mut dated: Vec<(i64, &MailRow<P>)> = rows
        .iter()
        .filter_map(|row| row.date.map(|date| (date, row)))
        .collect();
    dated.sort_by_key(|&(date, row)| (date, row.document));
    let mut wrote: BTreeSet<[&P; 2]> = BTreeSet::new();
    let mut open: BTreeMap<[&P; 2], (&P, DocumentId, i64)> = BTreeMap::new();
    let mut found = Vec::new();
    for (date, row) in dated {
        let people: BTreeSet<&P> = row.to.iter().chain(&row.cc).collect();
        for from in &row.from {
            for &to in people.iter().filter(|to| **to != from) {
                let pair = ordered(from, to);
                if let Some((by, document, date)) = open.remove(&pair) {
                    found.push(Introduction {
                        by: by.clone(),
                        between: pair.map(Clone::clone),
                        document,
                        date,
                        followed_by: row.document,
                    });
                }
                wrote.insert(pair);
            }
            if people.len() <= MOST_INTRODUCED {
                note_pairs(from, &people, &wrote, (row.document, date), &mut open);
            }
        }
    }
    found.retain(|one: &Introduction<P>| !acquainted(&one.between[0], &one.between[1]));
    found.sort_by(|a, b| (a.date, a.document, &a.between).cmp(&(b.date, b.document, &b.between)));
    found
}

/// Remembers the first message to two who have not written to each other.
fn note_pairs<'a, P: Ord>(
    from: &'a P,
    people: &BTreeSet<&'a P>,
    wrote: &BTreeSet<[&'a P; 2]>,
    (document, date): (DocumentId, i64),
    open: &mut BTreeMap<[&'a P; 2], (&'a P, DocumentId, i64)>,
) {
    for &one in people.iter().filter(|one| **one != from) {
        for &other in people
            .iter()
            .filter(|other| **other > one && **other != from)
        {
            let pair = [one, other];
            if !wrote.contains(&pair) {
                open.entry(pair).or_insert((from, document, date));
            }
        }
    }
}

fn ordered<'a, P: Ord>(one: &'a P, other: &'a P) -> [&'a P; 2] {
    if one <= other {
        [one, other]
    } else {
        [other, one]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(
        number: u8,
        date: i64,
        from: &'static str,
        to: &[&'static str],
        cc: &[&'static str],
    ) -> MailRow<&'static str> {
        MailRow {
            document: DocumentId([number; 16]),
            date: Some(date),
            month: Some("2024-05".to_owned()),
            thread: Some(DocumentId([9; 16])),
            from: vec![from],
            to: to.to_vec(),
            cc: cc.to_vec(),
            bcc: Vec::new(),
        }
    }

    #[test]
    fn to_and_copies_are_counted_apart() {
        let rows = [
            row(1, 5, "ann", &["bob", "ann"], &["cy"]),
            row(2, 3, "ann", &["cy"], &["bob"]),
        ];
        let ties = correspondence(&rows);
        assert_eq!(ties.len(), 2, "a message to oneself is no tie");
        let bob = &ties[0];
        assert_eq!((bob.to, bob.n_to, bob.n_cc), ("bob", 1, 1));
        assert_eq!((bob.first, bob.last, bob.n_threads), (Some(3), Some(5), 1));
        assert_eq!(bob.evidence, DocumentId([2; 16]));
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let mut rows = vec![
            row(1, 5, "ann", &["bob"], &["cy"]),
            row(2, 6, "cy", &["bob"], &[]),
            row(3, 7, "bob", &["ann"], &[]),
        ];
        let (ties, brought) = (correspondence(&rows), introductions(&rows, |_, _| false));
        rows.reverse();
        assert_eq!(ties, correspondence(&rows));
        assert_eq!(brought, introductions(&rows, |_, _| false));
    }

    #[test]
    fn two_are_introduced_when_they_then_write_and_had_not_before() {
        let introduced = [
            row(1, 1, "ann", &["bob", "cy"], &[]),
            row(2, 2, "cy", &["bob"], &[]),
        ];
        let found = introductions(&introduced, |_, _| false);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].by, found[0].between), ("ann", ["bob", "cy"]));
        let acquainted = [
            row(1, 0, "bob", &["cy"], &[]),
            row(2, 1, "ann", &["bob", "cy"], &[]),
            row(3, 2, "cy", &["bob"], &[]),
        ];
        assert!(introductions(&acquainted, |_, _| false).is_empty());
        let never = [row(1, 1, "ann", &["bob", "cy"], &[])];
        assert!(introductions(&never, |_, _| false).is_empty());
        assert!(
            introductions(&introduced, |_, _| true).is_empty(),
            "colleagues know each other"
        );
    }
}
