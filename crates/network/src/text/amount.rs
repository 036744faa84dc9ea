//! Amounts of money and shares in a stretch of text.

use std::ops::Range;

use super::lexicon::{MoneyWords, lexicon};
use crate::Amount;

/// Amounts that are kept of one sentence.
const MOST_AMOUNTS: usize = 64;
/// What a share is counted in.
pub(crate) const PERCENT: &str = "%";

/// An amount and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundAmount {
    /// Bytes of the text that was searched.
    pub(crate) bytes: Range<usize>,
    pub(crate) amount: Amount,
}

/// A run of digits, a word, or a sign.
#[derive(Debug, Clone, PartialEq)]
enum Piece<'a> {
    Number(f64),
    Word(&'a str),
    Sign(&'a str),
}

/// Finds the amounts of a text, in order.
pub(crate) fn amounts(text: &str) -> Vec<FoundAmount> {
    let words = &lexicon().money;
    let pieces = pieces(text, words);
    let mut found = Vec::new();
    let mut at = 0;
    while at < pieces.len() && found.len() < MOST_AMOUNTS {
        match Reader::new(&pieces, words, text, at).amount() {
            Some((amount, end)) => {
                let bytes = pieces[at].1.start..pieces[end - 1].1.end;
                found.push(FoundAmount { bytes, amount });
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a text can hold an amount at all, found at the speed of a scan.
pub(crate) fn may_hold_amount(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "percent", "per cent", "%", "dollar", "euro", "pound", "half", "quarter", "third", "stake",
        "wholly", "yen", "yuan", "ruble", "rouble", "rupee",
    ];
    text.contains(['$', '€', '£', '¥', '₹', '₽', '₩', '%'])
        || WORDS.iter().any(|word| text.contains(word))
        || text.contains("EUR")
        || text.contains("USD")
        || text.contains("GBP")
}

fn pieces<'a>(text: &'a str, words: &MoneyWords) -> Vec<(Piece<'a>, Range<usize>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let symbol = |length: usize| {
            rest.get(..length)
                .filter(|s| words.symbols.contains_key(*s))
        };
        let length = if first.is_ascii_digit() {
            number_length(rest)
        } else if let Some(symbol) = (1..=4).rev().find_map(symbol) {
            symbol.len()
        } else if first.is_alphabetic() {
            let is_part = |c: char| c.is_alphabetic();
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, tail) = rest.split_at(length);
        rest = tail;
        if first.is_whitespace() {
            continue;
        }
        let read = if first.is_ascii_digit() {
            piece
                .replace(',', "")
                .parse()
                .map_or(Piece::Sign(piece), Piece::Number)
        } else if first.is_alphabetic() {
            Piece::Word(piece)
        } else {
            Piece::Sign(piece)
        };
        found.push((read, start..start + length));
    }
    found
}

/// Length of a number with its commas and decimal point.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let next_is_digit = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_digit() || matches!(byte, b',' | b'.') && next_is_digit) {
            break;
        }
        end += 1;
    }
    end
}

/// Reads one amount from its first piece.
struct Reader<'a> {
    pieces: &'a [(Piece<'a>, Range<usize>)],
    words: &'a MoneyWords,
    text: &'a str,
    at: usize,
    start: usize,
}

impl<'a> Reader<'a> {
    fn new(
        pieces: &'a [(Piece<'a>, Range<usize>)],
        words: &'a MoneyWords,
        text: &'a str,
        at: usize,
    ) -> Self {
        Self {
            pieces,
            words,
            text,
            at,
            start: at,
        }
    }

    fn amount(mut self) -> Option<(Amount, usize)> {
        if let Some(share) = self.share() {
            return Some((share, self.at));
        }
        let before = self.currency();
        let (low, low_scale) = self.number()?;
        let high = self.upper_end();
        let scale = high.and_then(|(_, scale)| scale).or(low_scale);
        let after = before.clone().or_else(|| self.currency());
        let currency = after?;
        // "10m" without a currency is meters; with one it is millions.
        let low = low
            * low_scale
                .or(if high.is_some() { scale } else { None })
                .unwrap_or(1.0);
        let high = high.map_or(low, |(value, own)| value * own.or(scale).unwrap_or(1.0));
        Some((self.bounded(low, high, currency), self.at))
    }

    fn peek(&self, ahead: usize) -> Option<&'a Piece<'a>> {
        self.pieces.get(self.at + ahead).map(|(piece, _)| piece)
    }

    fn word(&self, ahead: usize) -> Option<String> {
        match self.peek(ahead)? {
            Piece::Word(word) => Some(word.to_lowercase()),
            _ => None,
        }
    }

    fn currency(&mut self) -> Option<String> {
        let (found, n_pieces) = match self.peek(0)? {
            Piece::Sign(sign) => (
                self.words
                    .symbols
                    .get(*sign)
                    .or_else(|| self.words.words.get(*sign)),
                1,
            ),
            Piece::Word(word) if self.words.symbols.contains_key(*word) => {
                (self.words.symbols.get(*word), 1)
            }
            Piece::Word("per") if self.word(1).as_deref() == Some("cent") => {
                (self.words.words.get(PERCENT), 2)
            }
            Piece::Word(word) => (self.words.words.get(&word.to_lowercase()), 1),
            Piece::Number(_) => (None, 0),
        };
        let found = found?.clone();
        self.at += n_pieces;
        Some(found)
    }

    /// A number and its scale, each as far as it is there: "3", "3 million", "twenty-five thousand".
    fn number(&mut self) -> Option<(f64, Option<f64>)> {
        let value = match self.peek(0)? {
            Piece::Number(value) => {
                self.at += 1;
                *value
            }
            Piece::Word(_) => self.number_words()?,
            Piece::Sign(_) => return None,
        };
        Some((value, self.scale()))
    }

    fn number_words(&mut self) -> Option<f64> {
        let one =
            |word: Option<String>| word.and_then(|word| self.words.numbers.get(&word).copied());
        if matches!(self.word(0).as_deref(), Some("a" | "an")) {
            let scale = self
                .word(1)
                .and_then(|word| self.words.scales.get(&word).copied());
            return scale.filter(|&scale| scale > 99.0).map(|_| {
                self.at += 1;
                1.0
            });
        }
        if self.word(0).as_deref() == Some("half") && self.word(1).as_deref() == Some("a") {
            self.at += 2;
            return Some(0.5);
        }
        let tens = one(self.word(0))?;
        let is_hyphen = matches!(self.peek(1), Some(Piece::Sign("-")));
        let units = if is_hyphen { one(self.word(2)) } else { None };
        match units.filter(|&units| tens >= 20.0 && units < 10.0) {
            Some(units) => {
                self.at += 3;
                Some(tens + units)
            }
            None => {
                self.at += 1;
                Some(tens)
            }
        }
    }

    fn scale(&mut self) -> Option<f64> {
        let word = self.word(0)?;
        let scale = *self.words.scales.get(&word)?;
        self.at += 1;
        Some(scale)
    }

    /// "-15m", "to 15", "and three million" after "between".
    fn upper_end(&mut self) -> Option<(f64, Option<f64>)> {
        let joins = match self.peek(0)? {
            Piece::Sign(sign) => matches!(*sign, "-" | "–" | "—"),
            Piece::Word(word) => *word == "to" || *word == "and" && self.is_after("between"),
            Piece::Number(_) => false,
        };
        if !joins {
            return None;
        }
        let before = self.at;
        self.at += 1;
        self.currency();
        let found = self.number();
        if found.is_none() {
            self.at = before;
        }
        found
    }

    /// Whether the text before the amount ends so.
    fn is_after(&self, words: &str) -> bool {
        let before = self.text[..self.pieces[self.start].1.start].trim_end();
        let tail = before
            .len()
            .checked_sub(words.len())
            .and_then(|at| before.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(words))
    }

    fn bounded(&self, low: f64, high: f64, currency: String) -> Amount {
        let any = |list: &[String]| list.iter().any(|words| self.is_after(words));
        let (min, max) = if any(&self.words.bounds.at_most) {
            (None, Some(high))
        } else if any(&self.words.bounds.at_least) {
            (Some(low), None)
        } else {
            (Some(low.min(high)), Some(low.max(high)))
        };
        Amount {
            min,
            max,
            currency: Some(currency),
        }
    }

    /// "a quarter of", "half of": only where what is shared follows, or nothing else can be meant.
    fn share(&mut self) -> Option<Amount> {
        let (first, second) = (self.word(0)?, self.word(1));
        let two = second.map(|second| format!("{first} {second}"));
        let (value, n_pieces) = match two.and_then(|two| self.words.shares.get(&two)) {
            Some(value) => (*value, 2),
            None if first == "half" => (*self.words.shares.get(&first)?, 1),
            None if first == "quarter" && self.is_after("other") => {
                (*self.words.shares.get(&first)?, 1)
            }
            None => return None,
        };
        let follows = match self.pieces.get(self.at + n_pieces) {
            Some((Piece::Word(word), _)) => matches!(*word, "of" | "stake" | "share" | "interest"),
            Some((Piece::Sign(sign), _)) => matches!(*sign, "." | ";"),
            _ => true,
        };
        if !follows {
            return None;
        }
        self.at += n_pieces;
        Some(self.bounded(value, value, PERCENT.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Option<f64>, Option<f64>, String)> {
        let found = amounts(text).into_iter().map(|found| found.amount);
        found
            .map(|amount| (amount.min, amount.max, amount.currency.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn amounts_with_ranges_currencies_and_bounds() {
        let one = |low: f64, high: f64, currency: &str| {
            vec![(Some(low), Some(high), currency.to_owned())]
        };
        assert_eq!(read("paid €300,000 to the party"), one(3e5, 3e5, "EUR"));
        assert_eq!(
            read("between two and three million pounds"),
            one(2e6, 3e6, "GBP")
        );
        assert_eq!(read("worth $10-15m in all"), one(1e7, 1.5e7, "USD"));
        assert_eq!(read("a deal of €3bn"), one(3e9, 3e9, "EUR"));
        assert_eq!(read("a 20 % stake"), one(20.0, 20.0, "%"));
        assert_eq!(
            read("62 percent, or 62 per cent"),
            [one(62.0, 62.0, "%"), one(62.0, 62.0, "%")].concat()
        );
        assert_eq!(read("US$1.5 million"), one(1.5e6, 1.5e6, "USD"));
        assert_eq!(read("fined 90,000 euros on Tuesday"), one(9e4, 9e4, "EUR"));
        assert_eq!(read("twenty-five thousand dollars"), one(25e3, 25e3, "USD"));
        assert_eq!(read("half a million dollars"), one(5e5, 5e5, "USD"));
        assert_eq!(read("a million euros"), one(1e6, 1e6, "EUR"));
        assert_eq!(
            read("up to €250,000"),
            [(None, Some(25e4), "EUR".to_owned())]
        );
        assert_eq!(
            read("more than 5 percent"),
            [(Some(5.0), None, "%".to_owned())]
        );
        assert_eq!(
            read("almost half of it"),
            [(None, Some(50.0), "%".to_owned())]
        );
    }

    #[test]
    fn what_is_no_amount() {
        for text in [
            "10m away",
            "in 2016",
            "a quarter to three",
            "two men and three million",
            "",
            "$",
            "1,2,",
            "half an hour",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
