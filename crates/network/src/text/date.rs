//! Dates in a stretch of text, as exact as it says, those that count from the day of the document included.

use std::ops::Range;

use onrecord_record::{DateTime, PartialDate};
use onrecord_statements::entities::Facts;

/// Dates that are kept of one sentence.
const MOST_DATES: usize = 64;
const DAY: i64 = 86_400;

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// What a date says of the time of a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    At,
    Since,
    Until,
}

/// A date and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// Bytes of the text that was searched.
    pub(crate) bytes: Range<usize>,
    pub(crate) side: Side,
    pub(crate) date: PartialDate,
}

/// Reads dates as a document of a certain day means them.
pub(crate) struct Calendar {
    today: Option<PartialDate>,
}

impl Calendar {
    pub(crate) fn new(facts: &Facts) -> Self {
        Self { today: facts.date }
    }

    /// The dates of a text, in order. `ahead`: what it tells of is yet to come.
    pub(crate) fn dates(&self, text: &str, ahead: bool) -> Vec<FoundDate> {
        let words = words(text);
        let mut found: Vec<FoundDate> = Vec::new();
        let mut at = 0;
        while at < words.len() && found.len() < MOST_DATES {
            let Some((date, end)) = self.date(&words, at, ahead) else {
                at += 1;
                continue;
            };
            let side = side(&words, at, &found);
            let bytes = words[at].1.start..words[end - 1].1.end;
            found.push(FoundDate { bytes, side, date });
            at = end;
        }
        found
    }

    fn date(&self, words: &[Word], at: usize, ahead: bool) -> Option<(PartialDate, usize)> {
        let word = |ahead: usize| words.get(at + ahead).map(|(word, ..)| word.as_str());
        let first = word(0)?;
        if is_vague(words, at) {
            return None;
        }
        if let Some(date) = iso(words, at) {
            return Some((date, at + 5));
        }
        if let (Some(day), Some(month)) = (day_number(first), word(1).and_then(month)) {
            return self.with_year(words, at + 2, month, Some(day), ahead);
        }
        if let Some(number) = month(first).filter(|_| words[at].2) {
            let day = word(1).and_then(day_number);
            let next = at + 1 + usize::from(day.is_some());
            return self.with_year(words, next, number, day, ahead);
        }
        if let Some(year) = year(first) {
            return is_year(words, at).then_some((
                PartialDate {
                    year,
                    month: None,
                    day: None,
                },
                at + 1,
            ));
        }
        self.relative(first, word(1), at, ahead)
    }

    /// "March 2016", "3 March, 2016"; without a year the nearest one on the right side of today.
    fn with_year(
        &self,
        words: &[Word],
        next: usize,
        month: u8,
        day: Option<u8>,
        ahead: bool,
    ) -> Option<(PartialDate, usize)> {
        let skip = usize::from(
            words
                .get(next)
                .is_some_and(|(word, ..)| word == "," || word == "of"),
        );
        let named = words.get(next + skip).and_then(|(word, ..)| year(word));
        if let Some(year) = named {
            return valid(year, Some(month), day).map(|date| (date, next + skip + 1));
        }
        let today = self.today?;
        let this_month = (today.month?, today.day.unwrap_or(31));
        let then = (month, day.unwrap_or(if ahead { 31 } else { 1 }));
        let year = match ahead {
            false if then > this_month => today.year - 1,
            true if then < this_month => today.year + 1,
            _ => today.year,
        };
        valid(year, Some(month), day).map(|date| (date, next))
    }

    /// "yesterday", "last March", "on Tuesday", "this month".
    fn relative(
        &self,
        first: &str,
        second: Option<&str>,
        at: usize,
        ahead: bool,
    ) -> Option<(PartialDate, usize)> {
        let today = self.today?;
        let shifted =
            |days: i64, n_words: usize| day_from(today, days).map(|date| (date, at + n_words));
        match (first, second) {
            ("today" | "tonight", _) => shifted(0, 1),
            ("yesterday", _) => shifted(-1, 1),
            ("tomorrow", _) => shifted(1, 1),
            ("last" | "next" | "this", Some(unit)) => {
                self.unit(first, unit).map(|date| (date, at + 2))
            }
            (word, _) => {
                let weekday = WEEKDAYS.iter().position(|name| *name == word)?;
                day_from(today, days_to_weekday(today, weekday, ahead)?).map(|date| (date, at + 1))
            }
        }
    }

    fn unit(&self, which: &str, unit: &str) -> Option<PartialDate> {
        let today = self.today?;
        let step = match which {
            "last" => -1,
            "next" => 1,
            _ => 0,
        };
        match unit {
            "year" => Some(PartialDate {
                year: today.year + step,
                month: None,
                day: None,
            }),
            "month" => {
                let months =
                    i32::from(today.year) * 12 + i32::from(today.month?) - 1 + i32::from(step);
                let month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
                Some(PartialDate {
                    year: i16::try_from(months.div_euclid(12)).ok()?,
                    month: Some(month),
                    day: None,
                })
            }
            name => {
                let number = month(name)?;
                let this = today.month?;
                let year = match which {
                    "last" if number >= this => today.year - 1,
                    "next" if number <= this => today.year + 1,
                    _ => today.year,
                };
                Some(PartialDate {
                    year,
                    month: Some(number),
                    day: None,
                })
            }
        }
    }
}

/// A word in lower case, where it stands, and whether it is written with a capital.
type Word = (String, Range<usize>, bool);

fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    let add = |found: &mut Vec<Word>, range: Range<usize>| {
        let word = &text[range.clone()];
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        found.push((word.to_lowercase(), range, capital));
    };
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                add(&mut found, from..at);
                start = None;
            }
            _ => {}
        }
        if matches!(c, ',' | '-' | '–' | '(') {
            found.push((c.to_string(), at..at + c.len_utf8(), false));
        }
    }
    if let Some(from) = start {
        add(&mut found, from..text.len());
    }
    found
}

/// "2016-03-12", whose parts touch.
fn iso(words: &[Word], at: usize) -> Option<PartialDate> {
    let parts = words.get(at..at + 5)?;
    let (start, end) = (parts[0].1.start, parts[4].1.end);
    let text: String = parts.iter().map(|(word, ..)| word.as_str()).collect();
    (end - start == 10 && text.len() == 10)
        .then(|| text.parse().ok())
        .flatten()
}

fn month(word: &str) -> Option<u8> {
    let found = MONTHS.iter().position(|name| {
        *name == word
            || word.len() == 3 && word != "may" && name.starts_with(word)
            || word == "sept" && name.starts_with(word)
    });
    found.and_then(|at| u8::try_from(at + 1).ok())
}

fn day_number(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    if !matches!(suffix, "" | "st" | "nd" | "rd" | "th") || digits.len() > 2 {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4)
        .then(|| word.parse().ok())
        .flatten()
        .filter(|year| (1700..2100).contains(year))
}

/// A bare number is a year only where a word of time stands before it.
fn is_year(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| words[before].0.as_str());
    matches!(
        before,
        Some(
            "in" | "since"
                | "until"
                | "till"
                | "by"
                | "from"
                | "of"
                | "to"
                | "during"
                | "and"
                | "between"
                | "early"
                | "late"
                | "mid"
                | "-"
                | "–"
                | "("
                | ","
                | "year"
                | "spring"
                | "summer"
                | "autumn"
                | "fall"
                | "winter"
        )
    )
}

/// "around 2015", "before March", "after 2010": said to be unsure, so no date is given.
fn is_vague(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| words[before].0.as_str());
    matches!(
        before,
        Some(
            "around"
                | "about"
                | "circa"
                | "roughly"
                | "before"
                | "after"
                | "every"
                | "approximately"
        )
    )
}

fn side(words: &[Word], at: usize, found: &[FoundDate]) -> Side {
    let word = |back: usize| at.checked_sub(back).map_or("", |at| words[at].0.as_str());
    let follows = found.last().is_some_and(|last| {
        last.side == Side::Since && words[at].1.start.saturating_sub(last.bytes.end) < 8
    });
    match word(1) {
        "since" => Side::Since,
        "until" | "till" | "through" => Side::Until,
        "from" => Side::Since,
        "between" => Side::Since,
        "(" => {
            if matches!(
                words.get(at + 1).map(|(word, ..)| word.as_str()),
                Some("-" | "–")
            ) {
                Side::Since
            } else {
                Side::At
            }
        }
        "to" | "and" | "-" | "–" if follows => Side::Until,
        "early" | "late" | "mid" | "on" if word(2) == "since" => Side::Since,
        _ => Side::At,
    }
}

fn valid(year: i16, month: Option<u8>, day: Option<u8>) -> Option<PartialDate> {
    let date = PartialDate { year, month, day };
    // A day that the month does not have reads back as the first second of nothing.
    (day.is_none() || date.first_second() != 0).then_some(date)
}

fn day_from(today: PartialDate, days: i64) -> Option<PartialDate> {
    today.day?;
    DateTime::utc(today.first_second() + days * DAY).day()
}

/// Days from today to the nearest such weekday, today itself included.
fn days_to_weekday(today: PartialDate, weekday: usize, ahead: bool) -> Option<i64> {
    today.day?;
    // 1 January 1970 was a Thursday.
    let now = (today.first_second().div_euclid(DAY) + 3).rem_euclid(7);
    let forward = (i64::try_from(weekday).ok()? - now).rem_euclid(7);
    Some(if ahead || forward == 0 {
        forward
    } else {
        forward - 7
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ahead: bool) -> Vec<String> {
        let facts = Facts {
            date: "2024-07-03".parse().ok(),
            ..Facts::default()
        };
        let found = Calendar::new(&facts).dates(text, ahead);
        let shown = found.iter().map(|found| {
            let mark = match found.side {
                Side::At => "",
                Side::Since => "since ",
                Side::Until => "until ",
            };
            let PartialDate { year, month, day } = found.date;
            let part =
                |number: Option<u8>| number.map_or(String::new(), |number| format!("-{number:02}"));
            format!("{mark}{year}{}{}", part(month), part(day))
        });
        shown.collect()
    }

    #[test]
    fn dates_partial_relative_and_with_sides() {
        assert_eq!(read("resigned on Tuesday", false), ["2024-07-02"]);
        assert_eq!(read("will meet on Tuesday", true), ["2024-07-09"]);
        assert_eq!(read("director since July 2022", false), ["since 2022-07"]);
        assert_eq!(read("since 2016", false), ["since 2016"]);
        assert_eq!(read("until 2 July", false), ["until 2024-07-02"]);
        assert_eq!(
            read("from 2010 to 2014", false),
            ["since 2010", "until 2014"]
        );
        assert_eq!(
            read("chairman (2010–2014)", false),
            ["since 2010", "until 2014"]
        );
        assert_eq!(read("last March", false), ["2024-03"]);
        assert_eq!(read("last month", false), ["2024-06"]);
        assert_eq!(read("in December", false), ["2023-12"]);
        assert_eq!(read("on March 3, 2016, he", false), ["2016-03-03"]);
        assert_eq!(read("2 Feb 2015", false), ["2015-02-02"]);
        assert_eq!(read("on 2019-09-12.", false), ["2019-09-12"]);
        assert_eq!(read("yesterday", false), ["2024-07-02"]);
    }

    #[test]
    fn what_is_unsure_is_left_out() {
        for text in [
            "around 2015",
            "he may go",
            "march on",
            "2000 men",
            "this winter",
        ] {
            assert_eq!(read(text, false), [] as [String; 0], "{text}");
        }
    }
}
