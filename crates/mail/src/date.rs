//! The Date header, in the form it should have and in those it has.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use onrecord_record::DateTime;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Offsets of the zone names of RFC 5322 §4.3, in hours.
const ZONES: &[(&str, i32)] = &[
    ("gmt", 0),
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
    ("bst", 1),
    ("met", 1),
    ("mest", 2),
    ("msk", 3),
    ("jst", 9),
];

/// Reads a date; `None` when it is none that can be understood.
///
/// First the form of RFC 5322, then the forms met in old mail: month before day, no zone, words of
/// any kind between, ISO 8601.
pub(crate) fn parse(value: &str) -> Option<DateTime> {
    let value = value.trim();
    let line = format!("{value}\n");
    let strict = match MessageStream::new(line.as_bytes()).parse_date() {
        HeaderValue::DateTime(date) => checked(&date),
        _ => None,
    };
    strict
        .or_else(|| mail_parser::DateTime::parse_rfc3339(value).and_then(|date| checked(&date)))
        .or_else(|| loose(value))
}

fn checked(date: &mail_parser::DateTime) -> Option<DateTime> {
    let mut date = *date;
    // A leap second is a moment of the next minute here.
    date.second = date.second.min(59);
    if !date.is_valid() {
        return None;
    }
    let minutes = i16::from(date.tz_hour) * 60 + i16::from(date.tz_minute);
    let offset_minutes = if date.tz_before_gmt {
        -minutes
    } else {
        minutes
    };
    Some(DateTime {
        unix: date.to_timestamp(),
        offset_minutes,
    })
}

/// Reads the parts of a date wherever they stand.
fn loose(value: &str) -> Option<DateTime> {
    let (mut day, mut month, mut year, mut time, mut zone) = (None, None, None, None, None);
    let words =
        value.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '(' | ')'));
    for word in words.filter(|word| !word.is_empty()).take(32) {
        let lower = word.to_ascii_lowercase();
        if time.is_none() && word.contains(':') {
            time = Some(clock(word)?);
        } else if month.is_none()
            && let Some(found) = month_number(&lower)
        {
            month = Some(found);
        } else if let Some(found) = zone_minutes(&lower) {
            zone = zone.or(Some(found));
        } else if let Ok(number) = word.parse::<u16>() {
            match (word.len(), day) {
                (1 | 2, None) => day = u8::try_from(number).ok(),
                (4, _) if year.is_none() => year = Some(number),
                (2, Some(_)) if year.is_none() => {
                    year = Some(if number < 70 { 2000 } else { 1900 } + number)
                }
                _ => return None,
            }
        }
    }
    let (hour, minute, second) = time?;
    let zone: i32 = zone.unwrap_or(0);
    checked(&mail_parser::DateTime {
        year: year?,
        month: month?,
        day: day?,
        hour,
        minute,
        second,
        tz_before_gmt: zone < 0,
        tz_hour: u8::try_from(zone.abs() / 60).ok()?,
        tz_minute: u8::try_from(zone.abs() % 60).ok()?,
    })
}

fn month_number(word: &str) -> Option<u8> {
    let index = MONTHS.iter().position(|month| word.starts_with(month))?;
    u8::try_from(index + 1).ok()
}

fn clock(word: &str) -> Option<(u8, u8, u8)> {
    let mut fields = word.split(':').map(str::parse::<u8>);
    let (hour, minute) = (fields.next()?.ok()?, fields.next()?.ok()?);
    let second = fields.next().unwrap_or(Ok(0)).ok()?;
    Some((hour, minute, second))
}

/// Minutes east of UTC of `+0200`, `gmt+0200` or a zone's name.
fn zone_minutes(word: &str) -> Option<i32> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(hours * 60);
    }
    let signed = word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let (sign, digits) = match signed.as_bytes().first()? {
        b'+' => (1, &signed[1..]),
        b'-' => (-1, &signed[1..]),
        _ => return None,
    };
    let number: i32 = Some(digits)
        .filter(|digits| digits.len() == 4)?
        .parse()
        .ok()?;
    Some(sign * (number / 100 * 60 + number % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_all_their_forms() {
        for (value, expected) in [
            (
                "Mon, 14 May 2001 16:39:00 -0700 (PDT)",
                "2001-05-14T16:39:00-07:00",
            ),
            ("14 May 2001 16:39:00 +0200", "2001-05-14T16:39:00+02:00"),
            ("Mon, 14 May 2001 16:39 GMT", "2001-05-14T16:39:00Z"),
            ("14 May 01 16:39:00 EST", "2001-05-14T16:39:00-05:00"),
            ("Mon May 14 16:39:00 2001", "2001-05-14T16:39:00Z"),
            ("Mon, 14 May 2001 16:39:00", "2001-05-14T16:39:00Z"),
            (
                "Monday, May 14, 2001 16:39 +0200",
                "2001-05-14T16:39:00+02:00",
            ),
            ("2001-05-14T16:39:00+02:00", "2001-05-14T16:39:00+02:00"),
        ] {
            let date = parse(value).unwrap_or_else(|| panic!("{value}"));
            assert_eq!(date.to_string(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for value in [
            "",
            "yesterday",
            "Mon, 14 May 2001",
            "99 May 2001 16:39:00",
            "14 May 2001 29:39:00 +0000",
        ] {
            assert_eq!(parse(value), None, "{value}");
        }
    }
}
