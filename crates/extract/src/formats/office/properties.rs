//! What a document says of itself: author, dates, application. One list of keys for all formats.

use onrecord_record::{DateTime, PartialDate};

use crate::event::When;
use crate::reading::{Flow, Reading};

/// Properties in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    title: Option<String>,
    created: Option<When>,
    modified: Option<When>,
    said: Vec<(String, String)>,
}

/// Most properties of one document.
const MAX_PROPERTIES: usize = 1_000;

/// `(name in an XML part, key)`: the Dublin Core, Office and OpenDocument names of the same things.
const KEYS: &[(&str, &str)] = &[
    ("creator", "author"),
    ("initial-creator", "author"),
    ("lastModifiedBy", "last-modified-by"),
    ("Company", "company"),
    ("Manager", "manager"),
    ("Application", "application"),
    ("generator", "application"),
    ("subject", "subject"),
    ("description", "description"),
    ("keywords", "keywords"),
    ("keyword", "keywords"),
    ("category", "category"),
    ("contentStatus", "status"),
    ("revision", "revision"),
    ("editing-cycles", "revision"),
    ("Template", "template"),
    ("printed-by", "printed-by"),
    ("publisher", "publisher"),
    ("contributor", "contributor"),
    ("rights", "rights"),
    ("identifier", "identifier"),
    ("language", "language"),
    ("HyperlinkBase", "link-base"),
];

impl Properties {
    /// Takes a property of an XML part by the name that it has there; unknown ones are left.
    pub(crate) fn take_named(&mut self, name: &str, value: &str) {
        let value = value.trim();
        match name {
            "title" => self.set_title(value),
            "created" | "creation-date" => self.set_created(value),
            "modified" => self.set_modified(value),
            "lastPrinted" | "print-date" => self.say("last-printed", value),
            _ => {
                if let Some((_, key)) = KEYS.iter().find(|(known, _)| *known == name) {
                    self.say(key, value);
                }
            }
        }
    }

    pub(crate) fn set_title(&mut self, title: &str) {
        if self.title.is_none() && !title.trim().is_empty() {
            self.title = Some(title.trim().to_owned());
        }
    }

    /// When the document was begun, as it says.
    pub(crate) fn set_created(&mut self, value: &str) {
        self.created = self.created.or_else(|| when(value));
        self.say("created", value);
    }

    /// When the document was last changed, as it says.
    pub(crate) fn set_modified(&mut self, value: &str) {
        self.modified = self.modified.or_else(|| when(value));
        self.say("modified", value);
    }

    /// Says something under a key of the list.
    pub(crate) fn say(&mut self, key: &str, value: &str) {
        let value = value.trim();
        let is_new = !self
            .said
            .iter()
            .any(|(known, said)| known == key && said == value);
        if !value.is_empty() && is_new && self.said.len() < MAX_PROPERTIES {
            self.said.push((key.to_owned(), value.to_owned()));
        }
    }

    /// When what it holds was made: of a picture that counts before its last change.
    pub(crate) fn created(&self) -> Option<When> {
        self.created
    }

    /// Tells them of the open item.
    pub(crate) fn tell(self, reading: &mut Reading<'_, '_>) -> Flow {
        let end = reading.end();
        end.title = end.title.take().or(self.title);
        end.date = end.date.or(self.modified).or(self.created);
        for (key, value) in self.said {
            reading.metadata(&key, value)?;
        }
        Flow::Continue(())
    }
}

/// A moment or a day in the form of ISO 8601.
pub(crate) fn when(value: &str) -> Option<When> {
    let value = value.trim();
    if let Some(moment) = moment(value) {
        return Some(When::Moment(moment));
    }
    let day = value.get(..10).unwrap_or(value);
    day.parse::<PartialDate>().ok().map(When::Period)
}

fn moment(value: &str) -> Option<DateTime> {
    let (day, time) = value.split_once(['T', ' '])?;
    let day: PartialDate = day.parse().ok()?;
    let mut numbers = time.split(|c: char| !c.is_ascii_digit());
    let mut number = || numbers.next()?.parse::<i64>().ok();
    let (hour, minute) = (number()?, number()?);
    let second = number().unwrap_or(0);
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let offset_minutes = offset(time).unwrap_or(0);
    let local = day.first_second() + hour * 3_600 + minute * 60 + second;
    Some(DateTime {
        unix: local - i64::from(offset_minutes) * 60,
        offset_minutes,
    })
}

/// Minutes east of UTC at the end of a time.
fn offset(time: &str) -> Option<i16> {
    let at = time.rfind(['+', '-'])?;
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let minutes =
        hours.parse::<i16>().ok()?.checked_mul(60)? + minutes.get(..2)?.parse::<i16>().ok()?;
    (minutes < 24 * 60).then_some(if time[at..].starts_with('-') {
        -minutes
    } else {
        minutes
    })
}

/// A Windows file time (100 ns since 1601) as ISO 8601; `None` for zero and for what is out of range.
pub(crate) fn file_time(ticks: u64) -> Option<DateTime> {
    const TO_UNIX: i64 = 11_644_473_600;
    let seconds = i64::try_from(ticks / 10_000_000).ok()?;
    // Durations are written in the same form; a document of before 1970 is one.
    (seconds > TO_UNIX).then(|| DateTime::utc(seconds - TO_UNIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_days_are_read() {
        let Some(When::Moment(moment)) = when("2012-05-14T09:30:00Z") else {
            panic!("a moment");
        };
        assert_eq!(moment.to_string(), "2012-05-14T09:30:00Z");
        let Some(When::Moment(moment)) = when("2012-05-14T09:30:00+02:00") else {
            panic!("a moment");
        };
        assert_eq!(moment.to_string(), "2012-05-14T09:30:00+02:00");
        assert!(matches!(when("2012-05"), Some(When::Period(_))));
        assert_eq!(when("soon"), None);
    }

    #[test]
    fn file_times_are_moments() {
        let moment = file_time(129_815_046_000_000_000).expect("a moment");
        assert_eq!(moment.to_string(), "2012-05-14T21:30:00Z");
        assert_eq!(file_time(0), None);
    }
}
