//! Dates of PDF: `D:20131205120311+01'00'` (ISO 32000-1, 7.9.4); everything after the year may be absent.

use onrecord_record::{DateTime, PartialDate};

/// The moment that a date names; `None` where it is none.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let text = text.strip_prefix("D:").unwrap_or(text);
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = text.split_at(n_digits.min(14));
    let field = |at: usize, len: usize, absent: i64| match digits.get(at..at + len) {
        Some(field) => field.parse().ok(),
        None => Some(absent),
    };
    let (year, month, day) = (field(0, 4, -1)?, field(4, 2, 1)?, field(6, 2, 1)?);
    let (hour, minute, second) = (field(8, 2, 0)?, field(10, 2, 0)?, field(12, 2, 0)?);
    if year < 1 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let date: PartialDate = format!("{year:04}-{month:02}-{day:02}").parse().ok()?;
    let offset = offset_minutes(zone);
    let seconds = hour * 3_600 + minute * 60 + second;
    Some(DateTime {
        unix: date.first_second() + seconds - i64::from(offset) * 60,
        offset_minutes: offset,
    })
}

/// `+01'00'`, `-0500`, `Z`: minutes east of UTC; 0 where none is stated.
fn offset_minutes(zone: &str) -> i16 {
    let sign = match zone.bytes().next() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return 0,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).take(4).collect();
    let part =
        |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i16>().ok());
    let (hours, minutes) = (part(0..2).unwrap_or(0), part(2..4).unwrap_or(0));
    if hours > 23 || minutes > 59 {
        0
    } else {
        sign * (hours * 60 + minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        let shown = |text| parse(text).and_then(onrecord_record::DateTime::to_rfc3339);
        assert_eq!(
            shown("D:20131205120311+01'00'").as_deref(),
            Some("2013-12-05T12:03:11+01:00")
        );
        assert_eq!(
            shown("D:20131205120311Z").as_deref(),
            Some("2013-12-05T12:03:11Z")
        );
        assert_eq!(shown("20131205").as_deref(), Some("2013-12-05T00:00:00Z"));
        assert_eq!(shown("D:2013").as_deref(), Some("2013-01-01T00:00:00Z"));
        for bad in ["", "D:", "yesterday", "D:20131399", "D:20131205990000"] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }
}
