//! The line of time, page by page.

use onrecord_case::{DatedLink, StoredLink};
use onrecord_record::{DateTime, EntityId, FORMAT_VERSION, PartialDate};
use serde::Serialize;

use crate::error::Error;
use crate::indexing::written;
use crate::links::{LinkLine, link_line};
use crate::open::Workbench;
use crate::quoting::{Named, Quote, Quoting};
use crate::statements::{Period, StatementLine};
use crate::timeline::{EventKind, TimelineFilter};

/// Before all dates.
const BEGINNING: i64 = i64::MIN / 2;

/// A page of the line of time, the earliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelinePage {
    /// Version of this object.
    pub format_version: u32,
    /// Whom the filter names.
    pub of: Option<Named>,
    /// What happened.
    pub moments: Vec<Moment>,
    /// What to ask for the next page with.
    pub after: Option<String>,
}

/// Something at a point of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// An ISO date, perhaps partial, or a moment with the offset in which it was stated.
    pub date: String,
    /// Whether the date is known to the month or year only, or is that of the document and not of what it
    /// tells.
    pub uncertain: bool,
    /// What kind of event it is.
    pub kind: EventKind,
    /// The tie that begins or ends.
    pub tie: Option<LinkLine>,
    /// The statement that was made.
    pub statement: Option<StatementLine>,
    /// The message that was sent.
    pub message: Option<SentView>,
}

/// A message on the line of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentView {
    /// The document.
    pub document: String,
    /// Its subject.
    pub subject: String,
    /// Who wrote.
    pub from: Vec<String>,
    /// To whom.
    pub to: Vec<String>,
}

/// A moment with the second by which it is sorted.
type Placed = (i64, Moment);

impl Workbench {
    /// A page of the line of time. What bears the date only of its document is said to be uncertain.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn timeline_page(
        &self,
        filter: &TimelineFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<TimelinePage, Error> {
        let of = self.named_entity(filter.of.as_deref())?;
        let id = of.as_ref().and_then(|of| of.id.parse().ok());
        let nonempty = |date: &Option<String>| date.clone().filter(|date| !date.trim().is_empty());
        let (since, until) = (nonempty(&filter.since), nonempty(&filter.until));
        let period = Period::of(since.as_deref(), until.as_deref())?;
        let (from, skip) = cursor(after).unwrap_or((period.from.unwrap_or(BEGINNING), 0));
        // One more than fits tells whether there is another page.
        let most = limit + skip + 1;
        let wants = |kind| filter.kinds.is_empty() || filter.kinds.contains(&kind);
        let mut placed = Vec::new();
        for (kind, ends) in [(EventKind::Begins, false), (EventKind::Ends, true)] {
            if wants(kind) {
                let links = self.reader.dated_links(id, ends, &least_text(from), most)?;
                self.place_ties(links, kind, &mut placed)?;
            }
        }
        if wants(EventKind::Statement) {
            self.place_statements_from(id, from, most, &mut placed)?;
        }
        if wants(EventKind::Message) {
            self.place_messages_from(id, from, most, &mut placed)?;
        }
        placed.retain(|(at, _)| *at >= from && period.holds(Some(*at)));
        placed.sort_by_key(|(at, moment)| (*at, moment.kind, moment.key()));
        let has_more = placed.len() > skip + limit;
        let shown: Vec<Placed> = placed.into_iter().skip(skip).take(limit).collect();
        let next = shown.last().map(|(at, _)| {
            let same = shown
                .iter()
                .rev()
                .take_while(|(other, _)| other == at)
                .count();
            let passed = if *at == from { skip } else { 0 };
            format!("{at}_{}", same + passed)
        });
        Ok(TimelinePage {
            format_version: FORMAT_VERSION,
            of,
            moments: shown.into_iter().map(|(_, moment)| moment).collect(),
            after: next.filter(|_| has_more),
        })
    }

    fn place_ties(
        &self,
        links: Vec<DatedLink>,
        kind: EventKind,
        placed: &mut Vec<Placed>,
    ) -> Result<(), Error> {
        let mut quoting = Quoting::new(&self.reader);
        for DatedLink { ends, link } in links {
            let Some((date, parsed)) = date_of(&link, ends) else {
                continue;
            };
            let Some(line) = link_line(&mut quoting, &link)? else {
                continue;
            };
            let mut moment = Moment::new(date, parsed.day.is_none(), kind);
            moment.tie = Some(line);
            placed.push((parsed.first_second(), moment));
        }
        Ok(())
    }

    fn place_statements_from(
        &self,
        of: Option<EntityId>,
        from: i64,
        most: usize,
        placed: &mut Vec<Placed>,
    ) -> Result<(), Error> {
        let mut quoting = Quoting::new(&self.reader);
        // A document without a date stands on no line of time.
        for statement in self
            .reader
            .dated_statements(of, from.max(FIRST_DAY), most)?
        {
            let line = self.statement_line(&mut quoting, &statement)?;
            let Some(at) = quoting.context(statement.document)?.document.date else {
                continue;
            };
            let date = line.date.clone().unwrap_or_default();
            let mut moment = Moment::new(date, true, EventKind::Statement);
            moment.statement = Some(line);
            placed.push((at, moment));
        }
        Ok(())
    }

    fn place_messages_from(
        &self,
        of: Option<EntityId>,
        from: i64,
        most: usize,
        placed: &mut Vec<Placed>,
    ) -> Result<(), Error> {
        for id in self.reader.dated_messages(of, from.max(FIRST_DAY), most)? {
            let document = self.reader.document(id)?;
            let Some((at, info)) = document.date.zip(self.reader.message(id)?) else {
                continue;
            };
            let date = document.shown_date().unwrap_or_default();
            let mut moment = Moment::new(date, false, EventKind::Message);
            moment.message = Some(SentView {
                document: id.to_hex(),
                subject: document.title,
                from: info.from.iter().map(written).collect(),
                to: info.to.iter().map(written).collect(),
            });
            placed.push((at, moment));
        }
        Ok(())
    }
}

/// After the dates of documents that have none.
const FIRST_DAY: i64 = -99_999_999_998;

impl Moment {
    fn new(date: String, uncertain: bool, kind: EventKind) -> Self {
        Self {
            date,
            uncertain,
            kind,
            tie: None,
            statement: None,
            message: None,
        }
    }

    fn key(&self) -> String {
        let tie = self.tie.as_ref().map(|tie| &tie.id);
        let statement = self.statement.as_ref().map(|statement| &statement.id);
        let message = self.message.as_ref().map(|message| &message.document);
        let key = tie.or(statement).or(message);
        key.cloned().unwrap_or_default()
    }

    /// The words that show it.
    #[must_use]
    pub fn evidence(&self) -> &[Quote] {
        match (&self.tie, &self.statement) {
            (Some(tie), _) => &tie.evidence,
            (None, Some(statement)) => &statement.content,
            (None, None) => &[],
        }
    }
}

fn date_of(link: &StoredLink, ends: bool) -> Option<(String, PartialDate)> {
    let date = if ends {
        &link.detail.until
    } else {
        &link.detail.since
    };
    let date = date.clone()?;
    let parsed = date.parse().ok()?;
    Some((date, parsed))
}

/// Second and number of moments of that second to pass over.
fn cursor(after: Option<&str>) -> Option<(i64, usize)> {
    let (at, skip) = after?.split_once('_')?;
    let skip: usize = skip.parse().ok()?;
    Some((at.parse().ok()?, skip.min(10_000)))
}

/// The least text of a partial date whose first second is `from` or later.
fn least_text(from: i64) -> String {
    let Some(day) = DateTime::utc(from).day() else {
        return String::new();
    };
    match (day.month, day.day) {
        (Some(1), Some(1)) => format!("{:04}", day.year),
        (Some(month), Some(1)) => format!("{:04}-{month:02}", day.year),
        _ => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{cursor, least_text};

    #[test]
    fn a_year_begins_before_its_first_day() {
        assert_eq!(least_text(1_704_067_200), "2024");
        assert_eq!(least_text(1_706_745_600), "2024-02");
        assert_eq!(least_text(1_706_832_000), "2024-02-02");
        assert_eq!(cursor(Some("-5_2")), Some((-5, 2)));
        assert_eq!(cursor(Some("nonsense")), None);
    }
}
