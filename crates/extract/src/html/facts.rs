//! What a page says of itself: title, author, date, site. Sources: JSON-LD (schema.org), Open Graph,
//! Dublin Core and plain `meta`, `time`.

use onrecord_record::{DateTime, PartialDate};
use serde_json::Value;

use super::entities;
use super::tokens::Tag;
use crate::event::When;

/// Longest fact that is kept, in characters.
const MAX_FACT: usize = 500;
/// Bytes of JSON-LD that are read.
const MAX_LINKED_DATA: usize = 256 << 10;
/// Objects of JSON-LD that are looked at.
const MAX_OBJECTS: usize = 200;

/// Where a fact comes from; the greater the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Weak,
    Fair,
    Strong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Title,
    Author,
    Date,
    Site,
    Description,
}

/// Names of `meta` elements, and what they say.
const METAS: &[(&str, Fact, Rank)] = &[
    ("og:title", Fact::Title, Rank::Strong),
    ("twitter:title", Fact::Title, Rank::Fair),
    ("dc.title", Fact::Title, Rank::Fair),
    ("author", Fact::Author, Rank::Fair),
    ("article:author", Fact::Author, Rank::Fair),
    ("dc.creator", Fact::Author, Rank::Fair),
    ("parsely-author", Fact::Author, Rank::Fair),
    ("sailthru.author", Fact::Author, Rank::Fair),
    ("byl", Fact::Author, Rank::Fair),
    ("article:published_time", Fact::Date, Rank::Strong),
    ("og:published_time", Fact::Date, Rank::Strong),
    ("datepublished", Fact::Date, Rank::Strong),
    ("dc.date.issued", Fact::Date, Rank::Fair),
    ("dc.date", Fact::Date, Rank::Fair),
    ("dcterms.date", Fact::Date, Rank::Fair),
    ("dcterms.created", Fact::Date, Rank::Fair),
    ("date", Fact::Date, Rank::Fair),
    ("pubdate", Fact::Date, Rank::Fair),
    ("publish-date", Fact::Date, Rank::Fair),
    ("sailthru.date", Fact::Date, Rank::Fair),
    ("parsely-pub-date", Fact::Date, Rank::Fair),
    ("article.published", Fact::Date, Rank::Fair),
    ("og:site_name", Fact::Site, Rank::Strong),
    ("application-name", Fact::Site, Rank::Fair),
    ("dc.publisher", Fact::Site, Rank::Fair),
    ("description", Fact::Description, Rank::Fair),
    ("og:description", Fact::Description, Rank::Weak),
];

/// What a page says of itself, the best source first.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    title: Option<(Rank, String)>,
    author: Option<(Rank, String)>,
    date: Option<(Rank, When)>,
    site: Option<(Rank, String)>,
    description: Option<(Rank, String)>,
    /// Bytes of linked data seen so far.
    linked_data: usize,
}

impl Facts {
    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_ref().map(|(_, title)| title.as_str())
    }

    pub(crate) fn author(&self) -> Option<&str> {
        self.author.as_ref().map(|(_, author)| author.as_str())
    }

    pub(crate) fn date(&self) -> Option<When> {
        self.date.map(|(_, date)| date)
    }

    pub(crate) fn site(&self) -> Option<&str> {
        self.site.as_ref().map(|(_, site)| site.as_str())
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.description
            .as_ref()
            .map(|(_, description)| description.as_str())
    }

    pub(super) fn see_tag(&mut self, tag: &Tag<'_>) {
        if tag.name().eq_ignore_ascii_case("meta") {
            self.see_meta(tag);
        } else if tag.name().eq_ignore_ascii_case("time") {
            let is_published = tag.attribute("pubdate").is_some()
                || tag
                    .attribute("itemprop")
                    .is_some_and(|property| property.eq_ignore_ascii_case("datePublished"));
            let rank = if is_published {
                Rank::Strong
            } else {
                Rank::Weak
            };
            if let Some(stated) = tag.attribute("datetime") {
                self.set(Fact::Date, rank, &stated);
            }
        }
    }

    fn see_meta(&mut self, tag: &Tag<'_>) {
        let named = ["property", "name", "itemprop"]
            .into_iter()
            .find_map(|key| tag.attribute(key));
        let Some(name) = named.map(|name| name.trim().to_ascii_lowercase()) else {
            return;
        };
        if let Some((_, fact, rank)) = METAS.iter().find(|(known, ..)| *known == name)
            && let Some(content) = tag.attribute("content")
        {
            self.set(*fact, *rank, &content);
        }
    }

    pub(super) fn see_raw(&mut self, element: &str, content: &str) {
        match element {
            "title" => self.set(Fact::Title, Rank::Fair, &entities::decode(content)),
            // A script is linked data when it is a JSON object that names a schema.
            "script"
                if content.contains("schema.org")
                    && content.trim_start().starts_with(['{', '[']) =>
            {
                self.linked_data += content.len();
                if self.linked_data <= MAX_LINKED_DATA {
                    self.see_linked_data(content);
                }
            }
            _ => {}
        }
    }

    pub(super) fn finish(&mut self) {
        // An author's page is no author.
        self.author
            .take_if(|(_, author)| author.starts_with("http"));
    }

    fn see_linked_data(&mut self, content: &str) {
        // The parser refuses nesting beyond 128 levels, so that the walk below is shallow.
        let Ok(root) = serde_json::from_str::<Value>(content) else {
            return;
        };
        let mut open = vec![&root];
        let mut n_seen = 0;
        while let Some(value) = open.pop() {
            n_seen += 1;
            if n_seen > MAX_OBJECTS {
                return;
            }
            match value {
                Value::Array(values) => open.extend(values.iter().rev()),
                Value::Object(object) => {
                    open.extend(object.get("@graph"));
                    open.extend(object.get("mainEntity"));
                    if is_article(object.get("@type")) {
                        self.see_article(value);
                    }
                }
                _ => {}
            }
        }
    }

    fn see_article(&mut self, article: &Value) {
        let text = |key: &str| article.get(key).and_then(Value::as_str);
        if let Some(headline) = text("headline") {
            self.set(Fact::Title, Rank::Fair, &entities::decode(headline));
        }
        if let Some(date) = text("datePublished") {
            self.set(Fact::Date, Rank::Strong, date);
        }
        let authors = names(article.get("author"));
        if !authors.is_empty() {
            self.set(Fact::Author, Rank::Strong, &authors.join("; "));
        }
        if let Some(publisher) = names(article.get("publisher")).first() {
            self.set(Fact::Site, Rank::Fair, publisher);
        }
    }

    /// Keeps a fact unless one from a better source, or an earlier one from as good a source, is known.
    fn set(&mut self, fact: Fact, rank: Rank, value: &str) {
        let words: Vec<&str> = value.split_whitespace().collect();
        let value: String = words.join(" ").chars().take(MAX_FACT).collect();
        if value.is_empty() {
            return;
        }
        let slot = match fact {
            Fact::Date => {
                if let Some(date) = parse_when(&value)
                    && self.date.is_none_or(|(known, _)| known < rank)
                {
                    self.date = Some((rank, date));
                }
                return;
            }
            Fact::Title => &mut self.title,
            Fact::Author => &mut self.author,
            Fact::Site => &mut self.site,
            Fact::Description => &mut self.description,
        };
        if slot.as_ref().is_none_or(|(known, _)| *known < rank) {
            *slot = Some((rank, value));
        }
    }
}

fn is_article(kind: Option<&Value>) -> bool {
    let is_one = |kind: &str| {
        kind.ends_with("Article")
            || kind.ends_with("Posting")
            || kind == "Report"
            || kind == "WebPage"
    };
    match kind {
        Some(Value::String(kind)) => is_one(kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_one),
        _ => false,
    }
}

/// Names of a person or organization, or of several.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(name)) => vec![entities::decode(name).into_owned()],
        Some(Value::Array(values)) => values
            .iter()
            .take(20)
            .flat_map(|value| names(Some(value)))
            .collect(),
        Some(Value::Object(object)) => match object.get("name") {
            Some(name @ (Value::String(_) | Value::Array(_))) => names(Some(name)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The first year that a page can be of: systems that know no date write the year 1.
const FIRST_YEAR: i32 = 1000;

/// Reads an ISO 8601 date, with or without a time.
fn parse_when(text: &str) -> Option<When> {
    let text = text.trim();
    let is_possible = |day: &PartialDate| i32::from(day.year) >= FIRST_YEAR;
    let day: PartialDate = match text.get(..10).and_then(|day| day.parse().ok()) {
        Some(day) => Some(day).filter(is_possible)?,
        None => return text.parse().ok().filter(is_possible).map(When::Period),
    };
    let Some(time) = text[10..].strip_prefix(['T', 't', ' ']) else {
        return Some(When::Period(day));
    };
    let moment = parse_time(time).map(|(seconds, offset)| {
        let unix = day.first_second() + seconds - i64::from(offset) * 60;
        When::Moment(DateTime {
            unix,
            offset_minutes: offset,
        })
    });
    moment.or(Some(When::Period(day)))
}

/// Seconds of the day, and minutes east of UTC; a time without a zone is no moment.
fn parse_time(text: &str) -> Option<(i64, i16)> {
    let two = |at: usize| text.get(at..at + 2)?.parse::<u8>().ok();
    let (hour, minute) = (two(0)?, two(3)?);
    let has_seconds = text.as_bytes().get(5) == Some(&b':');
    let second = if has_seconds { two(6)? } else { 0 };
    let after = text.get(if has_seconds { 8 } else { 5 }..)?;
    let after = after.strip_prefix(['.', ',']).map_or(after, |fraction| {
        fraction.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let offset = parse_offset(after.trim())?;
    let is_valid = hour < 24 && minute < 60 && second <= 60;
    is_valid.then(|| {
        (
            i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second),
            offset,
        )
    })
}

fn parse_offset(text: &str) -> Option<i16> {
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number = digits
        .parse::<i16>()
        .ok()
        .filter(|_| matches!(digits.len(), 2 | 4))?;
    let (hours, minutes) = if digits.len() == 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::super::{Style, convert};
    use super::*;

    fn facts(html: &str) -> Facts {
        convert(html, Style::Page).facts
    }

    #[test]
    fn linked_data_is_believed_first() {
        let facts = facts(
            r#"<title>Site | T</title><meta name="author" content="Desk"><meta property="og:title" content="T">
            <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",
            "headline":"H","datePublished":"2019-05-14T16:39:00+02:00","author":[{"name":"Anna Berg"},{"name":"Jo Moss"}],
            "publisher":{"name":"The Herald"}}]}</script><time datetime="2001-01-01">"#,
        );
        assert_eq!(facts.title(), Some("T"));
        assert_eq!(facts.author(), Some("Anna Berg; Jo Moss"));
        assert_eq!(facts.site(), Some("The Herald"));
        let moment = DateTime {
            unix: 1_557_844_740,
            offset_minutes: 120,
        };
        assert_eq!(facts.date(), Some(When::Moment(moment)));
    }

    #[test]
    fn dates_are_as_precise_as_stated() {
        let day = |text: &str| When::Period(text.parse().expect("a date"));
        assert_eq!(parse_when("2019-05"), Some(day("2019-05")));
        assert_eq!(parse_when("2019-05-14T25:00"), Some(day("2019-05-14")));
        assert_eq!(parse_when("2019-05-14 10:00"), Some(day("2019-05-14")));
        assert_eq!(
            parse_when("1970-01-01T00:00:01.5Z"),
            Some(When::Moment(DateTime::utc(1)))
        );
        assert_eq!(parse_when("yesterday"), None);
        assert_eq!(parse_when("0001-01-01T00:00:00Z"), None);
    }
}
