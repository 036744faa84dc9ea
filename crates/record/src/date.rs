//! Moments and partial dates, without a clock and without a time zone database.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is no date of the form `2001`, `2001-05` or `2001-05-14`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date; write 2001, 2001-05 or 2001-05-14")]
pub struct InvalidDate(pub String);

/// A moment, and the offset from UTC in which its writer stated it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DateTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// Minutes east of UTC, within a day; 0 where the writer stated none.
    pub offset_minutes: i16,
}

impl DateTime {
    /// A moment stated in UTC.
    #[must_use]
    pub fn utc(unix: i64) -> Self {
        Self {
            unix,
            offset_minutes: 0,
        }
    }

    /// The moment as RFC 3339 text in its own offset; `None` beyond the years −9999 to 9999.
    #[must_use]
    pub fn to_rfc3339(self) -> Option<String> {
        let zoned = self.zoned()?;
        let stamp = zoned.datetime();
        let (sign, minutes) = match self.offset_minutes {
            0 => return Some(format!("{stamp}Z")),
            east @ 1.. => ('+', east),
            west => ('-', -west),
        };
        Some(format!(
            "{stamp}{sign}{:02}:{:02}",
            minutes / 60,
            minutes % 60
        ))
    }

    /// The calendar day in the writer's own offset.
    #[must_use]
    pub fn day(self) -> Option<PartialDate> {
        let date = self.zoned()?.date();
        Some(PartialDate {
            year: date.year(),
            month: Some(date.month().unsigned_abs()),
            day: Some(date.day().unsigned_abs()),
        })
    }

    fn zoned(self) -> Option<jiff::Zoned> {
        let offset = Offset::from_seconds(i32::from(self.offset_minutes) * 60).ok()?;
        let stamp = jiff::Timestamp::from_second(self.unix).ok()?;
        Some(stamp.to_zoned(TimeZone::fixed(offset)))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_rfc3339() {
            Some(text) => f.write_str(&text),
            None => write!(f, "@{}", self.unix),
        }
    }
}

/// A date known to the year, the month or the day; written as an ISO 8601 prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year.
    pub year: i16,
    /// Month, 1–12, where known.
    pub month: Option<u8>,
    /// Day, 1–31, where known; never without a month.
    pub day: Option<u8>,
}

impl PartialDate {
    /// First second of the period in UTC.
    #[must_use]
    pub fn first_second(self) -> i64 {
        day_start(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// First second after the period in UTC.
    #[must_use]
    pub fn end_second(self) -> i64 {
        match (self.month, self.day) {
            (Some(month), Some(day)) => day_start(self.year, month, day) + 86_400,
            (Some(12), None) | (None, _) => day_start(self.year + 1, 1, 1),
            (Some(month), None) => day_start(self.year, month + 1, 1),
        }
    }
}

fn day_start(year: i16, month: u8, day: u8) -> i64 {
    let known = |part: u8| i8::try_from(part).ok();
    known(month)
        .zip(known(day))
        .and_then(|(month, day)| Date::new(year, month, day).ok())
        .and_then(|date| date.to_zoned(TimeZone::UTC).ok())
        .map_or(0, |zoned| zoned.timestamp().as_second())
}

impl FromStr for PartialDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(text.to_owned());
        let mut parts = text.splitn(3, '-');
        let year = parts
            .next()
            .filter(|year| year.len() == 4)
            .ok_or_else(invalid)?;
        let year = year.parse::<i16>().map_err(|_| invalid())?;
        let mut number = || match parts.next() {
            None => Ok(None),
            Some(digits) if (1..=2).contains(&digits.len()) => {
                digits.parse::<u8>().map(Some).map_err(|_| invalid())
            }
            Some(_) => Err(invalid()),
        };
        let (month, day) = (number()?, number()?);
        let whole = |part: Option<u8>| i8::try_from(part.unwrap_or(1)).unwrap_or(0);
        Date::new(year, whole(month), whole(day)).map_err(|_| invalid())?;
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_its_own_offset() {
        let moment = DateTime {
            unix: 989_883_540,
            offset_minutes: -420,
        };
        assert_eq!(
            moment.to_rfc3339().as_deref(),
            Some("2001-05-14T16:39:00-07:00")
        );
        assert_eq!(
            DateTime::utc(0).to_rfc3339().as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
        assert_eq!(
            moment.day().map(|day| day.to_string()).as_deref(),
            Some("2001-05-14")
        );
        assert_eq!(DateTime::utc(i64::MAX).to_rfc3339(), None);
    }

    #[test]
    fn partial_dates_cover_their_period() {
        let february: PartialDate = "2004-02".parse().expect("a month");
        assert_eq!(february.end_second() - february.first_second(), 29 * 86_400);
        let year: PartialDate = "2001".parse().expect("a year");
        assert_eq!(year.end_second() - year.first_second(), 365 * 86_400);
        for wrong in ["", "01", "2001-13", "2001-02-30", "2001-1-1-1", "year"] {
            assert!(wrong.parse::<PartialDate>().is_err(), "{wrong}");
        }
    }
}
