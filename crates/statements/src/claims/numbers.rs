//! Numbers, amounts and dates in the words of a statement.

use super::vocabulary::Vocabulary;

/// A number, or a stretch between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) unit: Unit,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Count,
    Percent,
    Money(u8),
}

/// A date as far as it is given; 0 where a part is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DatePart {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A word of the quote with what stands right before and behind it.
#[derive(Debug, Clone)]
pub(crate) struct Word<'a> {
    pub(crate) text: String,
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
    pub(crate) is_capital: bool,
}

/// Numbers and dates of a run of words; marks in `used` the words that they are made of.
pub(crate) fn numbers_and_dates(
    words: &[Word<'_>],
    vocabulary: &Vocabulary,
    used: &mut [bool],
) -> (Vec<Number>, Vec<DatePart>) {
    let dates = dates(words, vocabulary, used);
    let mut numbers: Vec<(usize, Number)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if used[at] {
            at += 1;
            continue;
        }
        match number(words, at, vocabulary) {
            Some((number, length)) => {
                used[at..at + length].fill(true);
                numbers.push((at, number));
                at += length;
            }
            None => at += 1,
        }
    }
    (joined(words, numbers), dates)
}

/// "between 55,000 and 65,000" is one number.
fn joined(words: &[Word<'_>], numbers: Vec<(usize, Number)>) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut open = false;
    for (at, number) in numbers {
        let before = |back: usize| at.checked_sub(back).map(|at| words[at].text.as_str());
        let continues = open && before(1) == Some("and");
        match found.last_mut() {
            Some(last) if continues && last.low <= number.high => {
                last.high = number.high;
                last.unit = last.unit.max(number.unit);
            }
            _ => found.push(number),
        }
        open = before(1) == Some("between");
    }
    found
}

fn number(words: &[Word<'_>], at: usize, vocabulary: &Vocabulary) -> Option<(Number, usize)> {
    let word = &words[at];
    let digits = word.text.starts_with(|char: char| char.is_ascii_digit());
    let mut value = if digits {
        digits_of(&word.text)?
    } else {
        *vocabulary.numbers.get(&word.text)?
    };
    let mut length = 1;
    while let Some(times) = words
        .get(at + length)
        .and_then(|next| vocabulary.multipliers.get(&next.text))
    {
        value *= times;
        length += 1;
        if length > 3 {
            break;
        }
    }
    let mut unit = Unit::Count;
    if let Some(money) = word
        .before
        .chars()
        .next_back()
        .and_then(|sign| vocabulary.money.get(sign.encode_utf8(&mut [0; 4]) as &str))
    {
        unit = Unit::Money(*money);
    } else if let Some(next) = words.get(at + length) {
        if let Some(money) = vocabulary.money.get(&next.text) {
            unit = Unit::Money(*money);
            length += 1;
        } else if vocabulary.percent.contains(&next.text) {
            unit = Unit::Percent;
            length += 1;
        }
    }
    if words[at].after.starts_with('%') {
        unit = Unit::Percent;
    }
    value.is_finite().then_some((
        Number {
            low: value,
            high: value,
            unit,
        },
        length,
    ))
}

/// `300,000`, `46.5`, `2m`.
fn digits_of(text: &str) -> Option<f64> {
    let end = text
        .find(|char: char| !char.is_ascii_digit() && !matches!(char, ',' | '.'))
        .unwrap_or(text.len());
    let times = match &text[end..] {
        "" | "st" | "nd" | "rd" | "th" => 1.0,
        "k" => 1e3,
        "m" => 1e6,
        "bn" => 1e9,
        _ => return None,
    };
    let plain: String = text[..end].chars().filter(|&char| char != ',').collect();
    plain.parse::<f64>().ok().map(|value| value * times)
}

fn dates(words: &[Word<'_>], vocabulary: &Vocabulary, used: &mut [bool]) -> Vec<DatePart> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        let Some(&month) = vocabulary
            .months
            .get(&words[at].text)
            .filter(|_| words[at].is_capital)
        else {
            continue;
        };
        let mut date = DatePart {
            year: 0,
            month,
            day: 0,
        };
        let mut take = |place: Option<usize>, date: &mut DatePart| {
            let Some(place) = place.filter(|&place| place < words.len() && !used[place]) else {
                return;
            };
            let text = words[place]
                .text
                .trim_end_matches(|char: char| char.is_ascii_alphabetic());
            match text.parse::<u16>() {
                Ok(day @ 1..=31) if date.day == 0 => date.day = day as u8,
                Ok(year @ 1900..=2099) if date.year == 0 => date.year = year,
                _ => return,
            }
            used[place] = true;
        };
        take(at.checked_sub(1), &mut date);
        take(Some(at + 1), &mut date);
        take(Some(at + 2), &mut date);
        // "may" alone is a verb at the head of a sentence; the month has a number or "in" beside it.
        let said = date.day > 0
            || date.year > 0
            || at > 0 && words[at - 1].text == "in"
            || words[at].text != "may";
        if said {
            used[at] = true;
            found.push(date);
        }
    }
    for at in 0..words.len() {
        let year = words[at]
            .text
            .parse::<u16>()
            .ok()
            .filter(|year| (1900..=2099).contains(year));
        let led = at > 0
            && matches!(
                words[at - 1].text.as_str(),
                "in" | "since" | "of" | "until" | "by"
            );
        if let Some(year) = year.filter(|_| led && !used[at]) {
            used[at] = true;
            found.push(DatePart {
                year,
                month: 0,
                day: 0,
            });
        }
    }
    found
}

impl Number {
    /// Whether both can be meant: the same up to rounding, or within one another.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        const ROUNDING: f64 = 0.005;
        let slack = ROUNDING * self.high.abs().max(other.high.abs());
        self.unit == other.unit && self.low <= other.high + slack && other.low <= self.high + slack
    }

    /// Whether the number alone tells what is spoken of: five digits that are not all noughts behind the third.
    pub(crate) fn is_precise(&self) -> bool {
        self.low == self.high && self.low >= 10_000.0 && self.low % 1_000.0 != 0.0
    }
}

impl DatePart {
    /// Whether no part that both give differs.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        let same = |a: u16, b: u16| a == 0 || b == 0 || a == b;
        same(self.year, other.year)
            && same(self.month.into(), other.month.into())
            && same(self.day.into(), other.day.into())
    }
}
