//! Numbers as a spreadsheet shows them: its format codes applied to its values.
//!
//! Source: ECMA-376, part 1, 18.8.30 and 18.8.31. Names of months and days are English whatever the
//! locale of the code is, and fractions are shown as decimals.

use std::fmt::Write as _;

/// Formats by their built-in number.
const BUILT_IN: &[(u16, &str)] = &[
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (5, "$#,##0;-$#,##0"),
    (6, "$#,##0;-$#,##0"),
    (7, "$#,##0.00;-$#,##0.00"),
    (8, "$#,##0.00;-$#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (11, "0.00E+00"),
    (14, "yyyy-mm-dd"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "yyyy-mm-dd h:mm"),
    (37, "#,##0;(#,##0)"),
    (38, "#,##0;(#,##0)"),
    (39, "#,##0.00;(#,##0.00)"),
    (40, "#,##0.00;(#,##0.00)"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mm:ss.0"),
    (48, "##0.0E+0"),
    (49, "@"),
];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: &[&str] = &[
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
/// Days from the spreadsheet's day 0 to 1970-01-01.
const TO_UNIX: f64 = 25_569.0;
/// How much later the other calendar of spreadsheets begins, in days.
const LATER_START: f64 = 1_462.0;
/// The last day that spreadsheets know, 9999-12-31.
const LAST_DAY: f64 = 2_958_466.0;
/// Longest format code that is applied, in bytes.
const MAX_CODE: usize = 1_024;
/// Most decimals that are written.
const MAX_DECIMALS: usize = 30;

/// The code of a built-in format; `General` where the number stands for none.
pub(crate) fn built_in(number: u16) -> &'static str {
    let known = BUILT_IN.iter().find(|(known, _)| *known == number);
    known.map_or("General", |(_, code)| code)
}

/// A number as a cell with this format code shows it.
pub(crate) fn display(value: f64, code: &str, starts_1904: bool) -> String {
    if code.len() > MAX_CODE || code.is_empty() || !value.is_finite() {
        return general(value);
    }
    let sections: Vec<Vec<Token>> = sections(code);
    let Some((section, value)) = choose(&sections, value) else {
        return general(value);
    };
    let is_date = section
        .iter()
        .any(|token| matches!(token, Token::Date(..) | Token::Elapsed(..)));
    if is_date {
        let day = if starts_1904 {
            value + LATER_START
        } else {
            value
        };
        return date(day, section).unwrap_or_else(|| general(value));
    }
    number(value, section)
}

/// A number without format: 15 significant digits, as spreadsheets keep them.
pub(crate) fn general(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let size = rounded.abs();
    if size != 0.0 && !(1e-9..1e21).contains(&size) {
        return format!("{rounded:e}").replace('e', "E");
    }
    // Minus zero is zero.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`.
    Exponent,
    /// A run of y, m, d, h or s, in lower case.
    Date(char, usize),
    /// `[h]`, `[m]`, `[s]`.
    Elapsed(char),
    /// `AM/PM` or `A/P`.
    Noon,
    Text,
    General,
    Slash,
    Condition(String, f64),
}

fn sections(code: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if c == ';' {
            sections.push(Vec::new());
            rest = after;
            continue;
        }
        let (token, left) = token(c, rest, after);
        rest = left;
        if let (Some(token), Some(section)) = (token, sections.last_mut()) {
            section.push(token);
        }
    }
    sections
}

fn token<'c>(c: char, rest: &'c str, after: &'c str) -> (Option<Token>, &'c str) {
    let literal = |text: &str| Some(Token::Literal(text.to_owned()));
    let is = |word: &str| {
        rest.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    match c {
        '"' => {
            let (text, left) = after.split_once('"').unwrap_or((after, ""));
            (literal(text), left)
        }
        '\\' => {
            let length = after.chars().next().map_or(0, char::len_utf8);
            (literal(&after[..length]), &after[length..])
        }
        // Room as wide as a character, and a character that fills the cell.
        '_' | '*' => {
            let length = after.chars().next().map_or(0, char::len_utf8);
            (
                (c == '_').then(|| Token::Literal(" ".to_owned())),
                &after[length..],
            )
        }
        '[' => {
            let (inside, left) = after.split_once(']').unwrap_or((after, ""));
            (bracket(inside), left)
        }
        '0' | '#' | '?' => (Some(Token::Digit(c)), after),
        '.' => (Some(Token::Point), after),
        ',' => (Some(Token::Comma), after),
        '%' => (Some(Token::Percent), after),
        '@' => (Some(Token::Text), after),
        '/' => (Some(Token::Slash), after),
        _ if is("general") => (Some(Token::General), &rest["general".len()..]),
        _ if is("am/pm") => (Some(Token::Noon), &rest["am/pm".len()..]),
        _ if is("a/p") => (Some(Token::Noon), &rest["a/p".len()..]),
        _ if is("e+") || is("e-") => (Some(Token::Exponent), &rest[2..]),
        'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
            let n = rest
                .chars()
                .take_while(|next| next.eq_ignore_ascii_case(&c))
                .count();
            (Some(Token::Date(c.to_ascii_lowercase(), n)), &rest[n..])
        }
        c => (literal(c.encode_utf8(&mut [0; 4])), after),
    }
}

/// What stands in brackets: a currency, elapsed time, a condition; colors are left out.
fn bracket(inside: &str) -> Option<Token> {
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        return (!symbol.is_empty()).then(|| Token::Literal(symbol.to_owned()));
    }
    let first = inside.chars().next()?.to_ascii_lowercase();
    if matches!(first, 'h' | 'm' | 's') && inside.chars().all(|c| c.eq_ignore_ascii_case(&first)) {
        return Some(Token::Elapsed(first));
    }
    let at = inside.find(|c| !matches!(c, '<' | '>' | '='))?;
    let limit = inside[at..].trim().parse().ok()?;
    (at > 0).then(|| Token::Condition(inside[..at].to_owned(), limit))
}

/// The section for a value, and the value as it is to be shown there.
fn choose(sections: &[Vec<Token>], value: f64) -> Option<(&[Token], f64)> {
    let holds = |section: &Vec<Token>| {
        section.iter().find_map(|token| match token {
            Token::Condition(sign, limit) => Some(match sign.as_str() {
                "<" => value < *limit,
                "<=" => value <= *limit,
                ">" => value > *limit,
                ">=" => value >= *limit,
                "<>" => value != *limit,
                _ => value == *limit,
            }),
            _ => None,
        })
    };
    if sections.iter().any(|section| holds(section).is_some()) {
        let found = sections
            .iter()
            .find(|section| holds(section).unwrap_or(true));
        return found.map(|section| (section.as_slice(), value));
    }
    match sections {
        [only] | [only, _] | [only, _, ..] if value > 0.0 => Some((only, value)),
        [_, negative, ..] if value < 0.0 => Some((negative, -value)),
        [_, _, zero, ..] if value == 0.0 => Some((zero, value)),
        [first, ..] => Some((first, value)),
        [] => None,
    }
}

fn number(value: f64, section: &[Token]) -> String {
    let is_plain = |token: &Token| matches!(token, Token::General | Token::Text | Token::Slash);
    let has_digits = section.iter().any(|token| matches!(token, Token::Digit(_)));
    if section.iter().any(is_plain) && (has_digits || section.len() == 1) {
        return general(value);
    }
    let shape = Shape::of(section);
    let scaled = value * 100_f64.powi(shape.n_percents) / 1_000_f64.powi(shape.n_thousands);
    let (digits, exponent) = if shape.has_exponent {
        scientific(scaled.abs(), &shape)
    } else {
        (fixed(scaled.abs(), &shape), String::new())
    };
    let is_zero = digits.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
    let mut out = String::new();
    if value < 0.0 && !is_zero {
        out.push('-');
    }
    let mut is_written = false;
    for token in section {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::Percent => out.push('%'),
            Token::Text | Token::General => out.push_str(&general(value)),
            Token::Digit(_) | Token::Point if !is_written => {
                out.push_str(&digits);
                out.push_str(&exponent);
                is_written = true;
            }
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// What a section says of its digits.
#[derive(Default)]
struct Shape {
    n_whole: usize,
    n_decimals: usize,
    n_needed_decimals: usize,
    n_percents: i32,
    /// Commas behind the last digit divide by a thousand each.
    n_thousands: i32,
    is_grouped: bool,
    has_exponent: bool,
    n_exponent: usize,
}

impl Shape {
    fn of(section: &[Token]) -> Self {
        let mut shape = Self::default();
        let (mut is_behind_point, mut n_commas) = (false, 0);
        for token in section {
            match token {
                Token::Digit(digit) => {
                    if n_commas > 0 && !is_behind_point {
                        shape.is_grouped = true;
                    }
                    n_commas = 0;
                    shape.digit(*digit, is_behind_point);
                }
                Token::Point => is_behind_point = true,
                Token::Comma => n_commas += 1,
                Token::Percent => shape.n_percents = (shape.n_percents + 1).min(3),
                Token::Exponent => shape.has_exponent = true,
                _ => {}
            }
        }
        shape.n_thousands = n_commas.min(6);
        shape
    }

    fn digit(&mut self, digit: char, is_behind_point: bool) {
        if self.has_exponent {
            self.n_exponent += 1;
        } else if is_behind_point {
            self.n_decimals = (self.n_decimals + 1).min(MAX_DECIMALS);
            if digit == '0' {
                self.n_needed_decimals = self.n_decimals;
            }
        } else if digit == '0' {
            self.n_whole += 1;
        }
    }
}

fn fixed(value: f64, shape: &Shape) -> String {
    let digits = format!("{value:.*}", shape.n_decimals);
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let whole = format!("{whole:0>width$}", width = shape.n_whole.min(MAX_DECIMALS));
    let whole = if shape.n_whole == 0 && whole == "0" && !decimals.is_empty() {
        "0".to_owned()
    } else {
        whole
    };
    let mut out = if shape.is_grouped {
        grouped(&whole)
    } else {
        whole
    };
    let mut decimals = decimals.to_owned();
    while decimals.len() > shape.n_needed_decimals && decimals.ends_with('0') {
        decimals.pop();
    }
    if !decimals.is_empty() {
        let _ = write!(out, ".{decimals}");
    }
    out
}

fn scientific(value: f64, shape: &Shape) -> (String, String) {
    let written = format!("{value:.*e}", shape.n_decimals);
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (sign, exponent) = exponent
        .strip_prefix('-')
        .map_or(('+', exponent), |rest| ('-', rest));
    let exponent = format!(
        "E{sign}{exponent:0>width$}",
        width = shape.n_exponent.min(4)
    );
    (digits.to_owned(), exponent)
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn date(day: f64, section: &[Token]) -> Option<String> {
    if !(0.0..LAST_DAY).contains(&day) {
        return None;
    }
    let n_decimals = section
        .iter()
        .rev()
        .take_while(|token| matches!(token, Token::Digit('0')))
        .count();
    let has_decimals = n_decimals > 0 && section.contains(&Token::Point);
    let seconds = day * 86_400.0;
    let total = if has_decimals {
        seconds.floor()
    } else {
        seconds.round()
    };
    let moment = Moment::of(total, seconds - total);
    let has_noon = section.contains(&Token::Noon);
    let mut out = String::new();
    for (at, token) in section.iter().enumerate() {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::Slash => out.push('/'),
            Token::Comma => out.push(','),
            Token::Noon => out.push_str(if moment.hour < 12 { "AM" } else { "PM" }),
            Token::Elapsed(unit) => moment.elapsed(*unit, &mut out),
            Token::Date('m', n) if *n <= 2 && is_minute(section, at) => {
                two(moment.minute, *n, &mut out)
            }
            Token::Date('h', n) if has_noon => two((moment.hour + 11) % 12 + 1, *n, &mut out),
            Token::Date(unit, n) => moment.write(*unit, *n, &mut out),
            Token::Point if has_decimals => {
                let decimals = format!(
                    "{:.*}",
                    n_decimals.min(3),
                    moment.fraction.clamp(0.0, 0.999)
                );
                out.push_str(decimals.trim_start_matches('0'));
            }
            Token::Point => out.push('.'),
            _ => {}
        }
    }
    Some(out.trim().to_owned())
}

/// Whether an `m` means minutes: it comes right after hours or right before seconds.
fn is_minute(section: &[Token], at: usize) -> bool {
    let unit = |token: &Token| match token {
        Token::Date(unit, _) | Token::Elapsed(unit) => Some(*unit),
        _ => None,
    };
    let before = section[..at].iter().rev().find_map(unit);
    let after = section[at + 1..].iter().find_map(unit);
    before == Some('h') || after == Some('s')
}

struct Moment {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Seconds since day 0.
    total: i64,
    fraction: f64,
}

impl Moment {
    fn of(total: f64, fraction: f64) -> Self {
        let total = total as i64;
        let (mut days, seconds) = (total.div_euclid(86_400), total.rem_euclid(86_400));
        // The first spreadsheets took 1900 for a leap year, and all others count like them.
        if days < 60 {
            days += 1;
        }
        let days = days - TO_UNIX as i64;
        let (year, month, day) = civil(days);
        Self {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7),
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            total,
            fraction,
        }
    }

    fn elapsed(&self, unit: char, out: &mut String) {
        let per = match unit {
            'h' => 3_600,
            'm' => 60,
            _ => 1,
        };
        let _ = write!(out, "{}", self.total / per);
    }

    fn write(&self, unit: char, n: usize, out: &mut String) {
        let name = |names: &[&str], at: i64, is_whole: bool| {
            let name = usize::try_from(at)
                .ok()
                .and_then(|at| names.get(at).copied());
            let name = name.unwrap_or_default();
            if is_whole {
                name.to_owned()
            } else {
                name.chars().take(3).collect()
            }
        };
        match (unit, n) {
            ('y', ..=2) => two(self.year % 100, 2, out),
            ('y', _) => two(self.year, 4, out),
            ('m', ..=2) => two(self.month, n, out),
            ('m', 5) => out.extend(name(MONTHS, self.month - 1, true).chars().take(1)),
            ('m', n) => out.push_str(&name(MONTHS, self.month - 1, n > 3)),
            ('d', ..=2) => two(self.day, n, out),
            ('d', n) => out.push_str(&name(DAYS, self.weekday, n > 3)),
            ('h', n) => two(self.hour, n, out),
            (_, n) => two(self.second, n, out),
        }
    }
}

fn two(value: i64, n: usize, out: &mut String) {
    let _ = write!(out, "{value:0width$}", width = n.min(4));
}

/// Year, month and day of a day counted from 1970-01-01 (H. Hinnant, "chrono-compatible low-level
/// date algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, code, shown) in [
            (0.1 + 0.2, "General", "0.3"),
            (1_234_567.891, "#,##0.00", "1,234,567.89"),
            (0.256, "0%", "26%"),
            (-5.0, "#,##0;(#,##0)", "(5)"),
            (-5.5, "0.0", "-5.5"),
            (12_345.0, "0.00E+00", "1.23E+04"),
            (7.0, "0000", "0007"),
            (1_500_000.0, "#,##0,", "1,500"),
            (3.5, "[$€-407] #,##0.00", "€ 3.50"),
            (3.0, "\"No. \"0", "No. 3"),
            (0.0, "0;-0;\"none\"", "none"),
            (150.0, "[>=100]\"big\";\"small\"", "big"),
            (2.5, "# ?/?", "2.5"),
            (1e22, "General", "1E22"),
            (-0.001, "0.0", "0.0"),
        ] {
            assert_eq!(display(value, code, false), shown, "{code}");
        }
    }

    #[test]
    fn dates_are_shown_as_their_format_says() {
        for (value, code, shown) in [
            (43_599.0, "yyyy-mm-dd", "2019-05-14"),
            (43_599.0, "d-mmm-yy", "14-May-19"),
            (43_599.0, "dddd, mmmm d", "Tuesday, May 14"),
            (43_599.75, "h:mm AM/PM", "6:00 PM"),
            (43_599.751_4, "yyyy-mm-dd hh:mm:ss", "2019-05-14 18:02:01"),
            (1.5, "[h]:mm", "36:00"),
            (1.0, "yyyy-mm-dd", "1900-01-01"),
            (43_599.0, "[$-409]m/d/yy h:mm AM/PM;@", "5/14/19 12:00 AM"),
            (-1.0, "yyyy", "-1"),
        ] {
            assert_eq!(display(value, code, false), shown, "{code}");
        }
        assert_eq!(display(42_137.0, "yyyy-mm-dd", true), "2019-05-14");
    }
}
