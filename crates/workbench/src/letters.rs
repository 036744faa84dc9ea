//! Mail as the pages show it: gathered once from the whole case, given out a page at a time.

use std::collections::HashMap;

use onrecord_pipeline::network::mail::{correspondence, introductions};
use onrecord_record::{DocumentId, FORMAT_VERSION};
use serde::Serialize;

use crate::correspondence::{IntroductionLine, ParticipantLine};
use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::Named;
use crate::shelf::Gathered;
use crate::timeline::day;

/// Parts in which the writers of a case are taken.
const PARTS: u32 = 16;

/// Which part of who wrote to whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    /// Only of this entity or address: name, address or id.
    pub of: Option<String>,
    /// Lines to pass over.
    pub skip: usize,
    /// Lines on a page.
    pub limit: usize,
}

/// How often one wrote to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairLine {
    /// Who wrote.
    pub from: Named,
    /// Who received.
    pub to: Named,
    /// Messages addressed to them.
    pub n_to: u64,
    /// Messages of which they got a copy.
    pub n_cc: u64,
    /// Messages of which they got a hidden copy.
    pub n_bcc: u64,
    /// Conversations that they share in this way.
    pub n_threads: u64,
    /// Day of the earliest.
    pub first: Option<String>,
    /// Day of the latest.
    pub last: Option<String>,
    /// The earliest message.
    pub evidence: String,
}

/// A page of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterPage<T> {
    /// Version of this object.
    pub format_version: u32,
    /// Of whom, where somebody was asked for.
    pub of: Option<Named>,
    /// How many lines there are.
    pub total: u64,
    /// Newer mail is being taken in.
    pub is_behind: bool,
    /// The lines.
    pub lines: Vec<T>,
}

/// Who wrote to whom in the whole case.
pub(crate) struct Letters {
    people: Vec<ParticipantLine>,
    /// Place of each in `people`, by id.
    places: HashMap<String, u32>,
    /// Most messages first.
    pairs: Vec<Pair>,
    /// Oldest first.
    introductions: Vec<Introduced>,
}

/// As [`PairLine`], people by their places.
struct Pair {
    ends: [u32; 2],
    counts: [u64; 3],
    threads: u64,
    dates: [Option<i64>; 2],
    evidence: DocumentId,
}

struct Introduced {
    by: u32,
    between: [u32; 2],
    document: DocumentId,
    date: i64,
    followed_by: DocumentId,
}

impl Gathered for Letters {
    fn version(bench: &Workbench) -> Result<String, Error> {
        let (mail, ties) = (bench.reader.mail_version()?, bench.reader.ties_version()?);
        Ok(format!("{mail}@{ties}"))
    }

    fn gather(bench: &Workbench) -> Result<Self, Error> {
        let (known, rows) = bench.mail_rows()?;
        let people = known.participants(&rows);
        let ids = people.iter().map(|line| line.id.clone());
        let places: HashMap<String, u32> = ids.zip(0..).collect();
        let place = |id: &String| places.get(id).copied();
        let mut pairs: Vec<Pair> = Vec::new();
        // A part of the writers at a time: what is counted on the way takes far more memory than what stays.
        for part in 0..PARTS {
            let is_of_part = |from: &String| places.get(from).is_some_and(|at| at % PARTS == part);
            let rows = rows.iter().filter(|row| row.from.iter().any(is_of_part));
            let of_part: Vec<_> = rows.cloned().collect();
            let ties = correspondence(&of_part).into_iter();
            pairs.extend(ties.filter(|tie| is_of_part(&tie.from)).filter_map(|tie| {
                Some(Pair {
                    ends: [place(&tie.from)?, place(&tie.to)?],
                    counts: [tie.n_to, tie.n_cc, tie.n_bcc],
                    threads: tie.n_threads,
                    dates: [tie.first, tie.last],
                    evidence: tie.evidence,
                })
            }));
        }
        pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.messages()), pair.ends));
        let found = introductions(&rows, |one, other| known.are_colleagues(one, other));
        let introductions = found.into_iter().filter_map(|found| {
            Some(Introduced {
                by: place(&found.by)?,
                between: [place(&found.between[0])?, place(&found.between[1])?],
                document: found.document,
                date: found.date,
                followed_by: found.followed_by,
            })
        });
        Ok(Self {
            pairs,
            introductions: introductions.collect(),
            people,
            places,
        })
    }
}

impl Pair {
    fn messages(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Rows of somebody, or all.
type Chosen<'a, R> = Box<dyn Iterator<Item = &'a R> + 'a>;

impl Letters {
    fn pairs_of(&self, of: Option<u32>) -> Chosen<'_, Pair> {
        let pairs = self.pairs.iter();
        Box::new(pairs.filter(move |pair| of.is_none_or(|of| pair.ends.contains(&of))))
    }

    fn people_of(&self, of: Option<u32>) -> Chosen<'_, ParticipantLine> {
        match of {
            Some(of) => Box::new(self.people.get(of as usize).into_iter()),
            None => Box::new(self.people.iter()),
        }
    }

    fn introductions_of(&self, of: Option<u32>) -> Chosen<'_, Introduced> {
        let is_of = move |found: &&Introduced| {
            of.is_none_or(|of| found.by == of || found.between.contains(&of))
        };
        Box::new(self.introductions.iter().filter(is_of))
    }

    fn named(&self, place: u32) -> Named {
        let line = &self.people[place as usize];
        Named {
            id: line.id.clone(),
            name: line.name.clone(),
        }
    }

    fn pair_line(&self, pair: &Pair) -> PairLine {
        let [n_to, n_cc, n_bcc] = pair.counts;
        PairLine {
            from: self.named(pair.ends[0]),
            to: self.named(pair.ends[1]),
            n_to,
            n_cc,
            n_bcc,
            n_threads: pair.threads,
            first: day(pair.dates[0]),
            last: day(pair.dates[1]),
            evidence: pair.evidence.to_hex(),
        }
    }

    fn introduction_line(&self, found: &Introduced) -> IntroductionLine {
        IntroductionLine {
            format_version: FORMAT_VERSION,
            by: self.named(found.by),
            between: found.between.map(|place| self.named(place)),
            document: found.document.to_hex(),
            date: day(Some(found.date)),
            followed_by: found.followed_by.to_hex(),
        }
    }
}

impl Workbench {
    /// Who wrote to whom, most messages first.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn letter_pairs(&self, filter: &LetterFilter) -> Result<LetterPage<PairLine>, Error> {
        self.letter_page(filter, Letters::pairs_of, Letters::pair_line)
    }

    /// Everybody who wrote or received mail, those with most messages first.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn letter_people(
        &self,
        filter: &LetterFilter,
    ) -> Result<LetterPage<ParticipantLine>, Error> {
        self.letter_page(filter, Letters::people_of, |_, line| line.clone())
    }

    /// Who brought whom together, oldest first.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn letter_introductions(
        &self,
        filter: &LetterFilter,
    ) -> Result<LetterPage<IntroductionLine>, Error> {
        let line = Letters::introduction_line;
        self.letter_page(filter, Letters::introductions_of, line)
    }

    fn letter_page<R: 'static, T>(
        &self,
        filter: &LetterFilter,
        choose: for<'a> fn(&'a Letters, Option<u32>) -> Chosen<'a, R>,
        line: fn(&Letters, &R) -> T,
    ) -> Result<LetterPage<T>, Error> {
        let held = self.shelf().letters(self)?;
        let letters = &*held.value;
        let of = filter
            .of
            .as_deref()
            .map(str::trim)
            .filter(|of| !of.is_empty());
        let of = of.map(|of| self.correspondent(letters, of)).transpose()?;
        // Somebody who is in the case and wrote nothing has no lines.
        let place_of = |id| letters.places.get(id).copied().unwrap_or(u32::MAX);
        let place = of.as_ref().map(|named| place_of(&named.id));
        let (mut total, mut lines) = (0, Vec::new());
        for row in choose(letters, place) {
            if total >= filter.skip as u64 && lines.len() < filter.limit {
                lines.push(line(letters, row));
            }
            total += 1;
        }
        Ok(LetterPage {
            format_version: FORMAT_VERSION,
            of,
            total,
            is_behind: held.is_behind,
            lines,
        })
    }

    fn correspondent(&self, letters: &Letters, given: &str) -> Result<Named, Error> {
        if let Some(place) = letters.places.get(&given.to_lowercase()) {
            return Ok(letters.named(*place));
        }
        let entity = self.find_entity(given)?;
        Ok(Named {
            id: entity.id.to_hex(),
            name: entity.name,
        })
    }
}
