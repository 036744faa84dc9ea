//! Filters of the templates: numbers, dates and sizes as people read them.

use std::fmt::Display;

/// A number with its thousands apart.
#[askama::filter_fn]
pub(crate) fn grouped(number: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(apart(&number.to_string()))
}

/// The day of a time stamp.
#[askama::filter_fn]
pub(crate) fn day(time: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(time.to_string().chars().take(10).collect())
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
    use super::{apart, in_unit};

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(apart("1234567"), "1,234,567");
        assert_eq!(in_unit("999"), "999 bytes");
        assert_eq!(in_unit("1500"), "1.5 kB");
        assert_eq!(in_unit("72400000"), "72 MB");
    }
}
