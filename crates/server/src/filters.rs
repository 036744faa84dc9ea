//! Filters of the templates: numbers, dates and sizes as people read them.

use std::fmt::Display;

/// A number with its thousands apart.
#[askama::filter_fn]
pub(crate) fn grouped(number: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(apart(&number.to_string()))
}

/// A measured number without its fraction.
#[askama::filter_fn]
pub(crate) fn rounded(number: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    let number: f64 = number.to_string().parse().unwrap_or(0.0);
    Ok(apart(&format!("{:.0}", number.max(0.0))))
}

/// The day of a time stamp.
#[askama::filter_fn]
pub(crate) fn day(time: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(time.to_string().chars().take(10).collect())
}

/// What kind of entity it is, in a word.
#[askama::filter_fn]
pub(crate) fn kind_word(
    kind: &onrecord_workbench::EntityKind,
    _: &dyn askama::Values,
) -> askama::Result<String> {
    Ok(code_of(kind))
}

/// How firmly a tie is stated.
#[askama::filter_fn]
pub(crate) fn tie_word(
    stance: &onrecord_workbench::LinkStance,
    _: &dyn askama::Values,
) -> askama::Result<&'static str> {
    Ok(crate::words::tie(*stance))
}

/// A title that can be clicked.
#[askama::filter_fn]
pub(crate) fn titled(title: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(crate::cards::titled(&title.to_string()).to_owned())
}

/// Why a part of an entity was joined, after the number of documents.
#[askama::filter_fn]
pub(crate) fn joined_word(reason: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(crate::words::joined(reason).to_owned())
}

/// A value of a closed list as it is written in JSON, its hyphens as blanks.
#[askama::filter_fn]
pub(crate) fn code_word(
    value: &impl serde::Serialize,
    _: &dyn askama::Values,
) -> askama::Result<String> {
    Ok(code_of(value))
}

/// The first names of a list.
#[askama::filter_fn]
pub(crate) fn names(names: &[String], _: &dyn askama::Values) -> askama::Result<String> {
    let first: Vec<&str> = names.iter().take(4).map(String::as_str).collect();
    Ok(first.join(", "))
}

/// The beginning of a longer text.
#[askama::filter_fn]
pub(crate) fn short(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(beginning(&text.to_string(), 200))
}

fn code_of(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('-', " ")
}

/// A time stamp to the minute, with the offset that it states.
#[askama::filter_fn]
pub(crate) fn moment(time: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(to_the_minute(&time.to_string()))
}

/// Bytes in the unit that fits.
#[askama::filter_fn]
pub(crate) fn size(bytes: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(in_unit(&bytes.to_string()))
}

/// A code of the program in words: `no-reader` is "no reader".
#[askama::filter_fn]
pub(crate) fn words(code: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(code.to_string().replace(['-', '_'], " "))
}

/// `2024-05-01T10:00:09.5Z` is "2024-05-01 10:00 UTC"; a day stays a day.
fn to_the_minute(time: &str) -> String {
    let Some((day, clock)) = time.split_once('T') else {
        return time.to_owned();
    };
    let minute: String = clock.chars().take(5).collect();
    let zone = match clock.rfind(['+', '-']) {
        Some(at) => format!("UTC{}", &clock[at..]),
        None => "UTC".to_owned(),
    };
    format!("{day} {minute} {zone}")
}

/// At most so many letters, cut between words.
fn beginning(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = words.char_indices().nth(most) else {
        return words;
    };
    let cut = words[..end].rfind(' ').unwrap_or(end);
    format!("{} …", &words[..cut])
}

pub(crate) fn apart(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn in_unit(bytes: &str) -> String {
    let mut value: f64 = bytes.parse().unwrap_or(0.0);
    let mut unit = "bytes";
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if unit == "bytes" || value >= 9.95 {
        format!("{value:.0} {unit}")
    } else {
        format!("{value:.1} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::{apart, beginning, in_unit, to_the_minute};

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(
            to_the_minute("2024-05-01T10:00:09.5Z"),
            "2024-05-01 10:00 UTC"
        );
        assert_eq!(
            to_the_minute("2024-05-01T10:00:09+02:00"),
            "2024-05-01 10:00 UTC+02:00"
        );
        assert_eq!(apart("1234567"), "1,234,567");
        assert_eq!(in_unit("999"), "999 bytes");
        assert_eq!(in_unit("1500"), "1.5 kB");
        assert_eq!(in_unit("72400000"), "72 MB");
        assert_eq!(to_the_minute("2020-03"), "2020-03");
        assert_eq!(beginning("one two  three", 8), "one two …");
        assert_eq!(beginning("ü", 8), "ü");
    }
}
