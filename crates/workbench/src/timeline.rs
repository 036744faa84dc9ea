//! Dated ties, statements and mail on one line of time.

use onrecord_case::Choice;
use onrecord_record::{DateTime, EntityId, FORMAT_VERSION, PartialDate};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::indexing::written;
use crate::links::link_line;
use crate::open::Workbench;
use crate::quoting::{Quote, Quoting};
use crate::statements::Period;

/// What of a case is laid on the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    /// Only what this entity takes part in: name or id.
    pub of: Option<String>,
    /// Only from this day on.
    pub since: Option<String>,
    /// Only to this day.
    pub until: Option<String>,
    /// Only these kinds; none for all.
    pub kinds: Vec<EventKind>,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A tie begins, as a text says.
    Begins,
    /// A tie ends, as a text says.
    Ends,
    /// A message was sent.
    Message,
    /// Somebody said something, by the date of the document that says so.
    Statement,
}

/// Something at a point of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineEvent {
    /// Version of this object.
    pub format_version: u32,
    /// An ISO date, perhaps partial, or a moment with its offset.
    pub date: String,
    /// Whether the date is known to the month or year only, or is that of the document and not of the event.
    pub uncertain: bool,
    /// What it is.
    pub kind: EventKind,
    /// In one line: who, what.
    pub what: String,
    /// How firmly it is stated; `null` for a message.
    pub stance: Option<String>,
    /// The document that shows it.
    pub document: String,
    /// What the document is called.
    pub title: String,
    /// The words that show it.
    pub evidence: Vec<Quote>,
}

/// An event with the second by which it is sorted.
struct Placed {
    at: i64,
    event: TimelineEvent,
}

impl Workbench {
    /// What happened when, the earliest first.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn timeline(&self, filter: &TimelineFilter) -> Result<Vec<TimelineEvent>, Error> {
        let of = self.entity_id(filter.of.as_deref())?;
        let period = Period::of(filter.since.as_deref(), filter.until.as_deref())?;
        let mut placed = Vec::new();
        let wants = |kind| filter.kinds.is_empty() || filter.kinds.contains(&kind);
        if wants(EventKind::Begins) || wants(EventKind::Ends) {
            self.place_links(of, &mut placed)?;
        }
        if wants(EventKind::Statement) {
            self.place_statements(of, &mut placed)?;
        }
        if wants(EventKind::Message) {
            self.place_messages(of, &mut placed)?;
        }
        placed.retain(|placed| wants(placed.event.kind) && period.holds(Some(placed.at)));
        placed.sort_by(|a, b| {
            (a.at, a.event.kind, &a.event.document, &a.event.what).cmp(&(
                b.at,
                b.event.kind,
                &b.event.document,
                &b.event.what,
            ))
        });
        Ok(placed.into_iter().map(|placed| placed.event).collect())
    }

    fn place_links(&self, of: Option<EntityId>, placed: &mut Vec<Placed>) -> Result<(), Error> {
        let mut quoting = Quoting::new(&self.reader);
        let mut lines = Vec::new();
        let mut failure = None;
        self.reader
            .links(of.map_or(Choice::All, Choice::Of), &mut |link| {
                if link.detail.since.is_none() && link.detail.until.is_none() {
                    return Ok(true);
                }
                match link_line(&mut quoting, &link) {
                    Ok(line) => lines.extend(line),
                    Err(error) => failure = Some(error),
                }
                Ok(failure.is_none())
            })?;
        if let Some(error) = failure {
            return Err(error);
        }
        for line in lines {
            let what = format!("{} -> {}: {}", line.from_name, line.to_name, line.kind);
            let what = match &line.role {
                Some(role) => format!("{what} ({role})"),
                None => what,
            };
            for (kind, date) in [
                (EventKind::Begins, &line.since),
                (EventKind::Ends, &line.until),
            ] {
                let parsed = date
                    .as_deref()
                    .and_then(|date| date.parse::<PartialDate>().ok());
                let Some((date, parsed)) = date.clone().zip(parsed) else {
                    continue;
                };
                placed.push(Placed {
                    at: parsed.first_second(),
                    event: TimelineEvent {
                        format_version: FORMAT_VERSION,
                        date,
                        uncertain: parsed.day.is_none(),
                        kind,
                        what: what.clone(),
                        stance: word(&line.stance),
                        document: line.document.clone(),
                        title: line.title.clone(),
                        evidence: line.evidence.clone(),
                    },
                });
            }
        }
        Ok(())
    }

    fn place_statements(
        &self,
        of: Option<EntityId>,
        placed: &mut Vec<Placed>,
    ) -> Result<(), Error> {
        let choices = match of {
            Some(of) => vec![Choice::By(of), Choice::Of(of)],
            None => vec![Choice::All],
        };
        let mut quoting = Quoting::new(&self.reader);
        let mut seen = std::collections::BTreeSet::new();
        for choice in choices {
            let mut failure = None;
            self.reader.statements(choice, &mut |statement| {
                let line = if seen.insert(statement.id) {
                    self.statement_line(&mut quoting, &statement).map(Some)
                } else {
                    Ok(None)
                };
                let dated = line.and_then(|line| {
                    let date = quoting.context(statement.document)?.document.date;
                    Ok(line.zip(date))
                });
                match dated {
                    Ok(Some((line, at))) => placed.push(Placed {
                        at,
                        event: said(line),
                    }),
                    Ok(None) => {}
                    Err(error) => failure = Some(error),
                }
                Ok(failure.is_none())
            })?;
            if let Some(error) = failure {
                return Err(error);
            }
        }
        Ok(())
    }

    fn place_messages(&self, of: Option<EntityId>, placed: &mut Vec<Placed>) -> Result<(), Error> {
        let addresses = match of {
            Some(of) => Some(self.reader.entity(of)?.addresses),
            None => None,
        };
        self.reader.messages(&mut |document, info| {
            let parties = [&info.from, &info.to, &info.cc, &info.bcc];
            let mut present = parties
                .into_iter()
                .flatten()
                .filter_map(|mailbox| mailbox.address.as_deref().map(str::to_lowercase));
            let takes_part = addresses
                .as_ref()
                .is_none_or(|known| present.any(|address| known.contains(&address)));
            let Some(date) = info.date.filter(|_| takes_part) else {
                return Ok(());
            };
            let names = |list: &[onrecord_pipeline::Mailbox]| {
                list.iter().map(written).collect::<Vec<_>>().join(", ")
            };
            let subject = info.subject.clone().unwrap_or_default();
            placed.push(Placed {
                at: date.unix,
                event: TimelineEvent {
                    format_version: FORMAT_VERSION,
                    date: date.to_string(),
                    uncertain: false,
                    kind: EventKind::Message,
                    what: format!("{} to {}: {subject}", names(&info.from), names(&info.to)),
                    stance: None,
                    document: document.to_hex(),
                    title: subject,
                    evidence: Vec::new(),
                },
            });
            Ok::<(), Error>(())
        })
    }
}

pub(crate) fn said(line: crate::statements::StatementLine) -> TimelineEvent {
    let words = |quotes: &[Quote]| {
        let words = quotes.iter().map(|quote| quote.quote.as_str());
        words.collect::<Vec<_>>().join(" … ")
    };
    let source = match &line.source_entity {
        Some(named) => named.name.clone(),
        None => words(&line.source),
    };
    TimelineEvent {
        format_version: FORMAT_VERSION,
        date: line.date.unwrap_or_default(),
        uncertain: true,
        kind: EventKind::Statement,
        what: format!("{source}: {}", words(&line.content)),
        stance: word(&line.stance),
        document: line.document,
        title: line.title,
        evidence: line.content,
    }
}

/// The JSON name of a unit variant.
pub(crate) fn word(value: &impl Serialize) -> Option<String> {
    let value = serde_json::to_value(value).ok()?;
    value.as_str().map(str::to_owned)
}

/// The day of a moment, in UTC.
pub(crate) fn day(unix: Option<i64>) -> Option<String> {
    let day = unix.and_then(|unix| DateTime::utc(unix).day());
    day.map(|day| day.to_string())
}
