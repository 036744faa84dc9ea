//! Dated ties, statements and mail on one line of time.

use askama::Template;
use onrecord_workbench::{EventKind, Moment, TimelineFilter, TimelinePage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::statements::given;
use crate::cards::{Card, span_href};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// Moments on a page, and the most that an address can ask for.
const LINES: usize = 50;
const MOST_LINES: usize = 200;

/// `(kind in addresses, label)`.
const KINDS: &[(&str, &str)] = &[
    ("begins", "Ties that begin"),
    ("ends", "Ties that end"),
    ("message", "Mail"),
    ("statement", "Statements"),
];

/// What is laid on the line.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct TimelineQuery {
    /// Only what this entity takes part in: name or id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    of: String,
    /// Only from this day, month or year on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    since: String,
    /// Only to this day, month or year.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    until: String,
    /// Only these kinds: `begins`, `ends`, `message`, `statement`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kind: Vec<String>,
    /// What the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Moments on the page, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

impl TimelineQuery {
    fn has_kind(&self, kind: &str) -> bool {
        self.kind.iter().any(|given| given == kind)
    }
}

/// A page of the line of time.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct TimelineView(TimelinePage);

/// Moments of one day, or of one uncertain date.
struct Day<'a> {
    date: &'a str,
    moments: Vec<Mark<'a>>,
}

/// A moment as it is drawn.
struct Mark<'a> {
    moment: &'a Moment,
    card: Option<Card<'a>>,
    href: String,
}

impl View for TimelineView {
    type Query = TimelineQuery;

    fn look_up(bench: &Workbench, query: &TimelineQuery) -> Result<Self, Fault> {
        let kinds = query.kind.iter().filter(|kind| !kind.is_empty());
        let kinds = kinds.map(|kind| {
            serde_json::from_value(kind.clone().into())
                .map_err(|_| Fault::bad(format!("\"{kind}\" is nothing on the line of time")))
        });
        let filter = TimelineFilter {
            of: given(&query.of),
            since: given(&query.since),
            until: given(&query.until),
            kinds: kinds.collect::<Result<Vec<EventKind>, _>>()?,
        };
        let limit = query.limit.unwrap_or(LINES).clamp(1, MOST_LINES);
        Ok(Self(bench.timeline_page(
            &filter,
            query.after.as_deref(),
            limit,
        )?))
    }

    fn html(&self, query: &TimelineQuery, frame: Frame) -> askama::Result<String> {
        let next = self.0.after.clone().map(|after| {
            let next = TimelineQuery {
                after: Some(after),
                ..query.clone()
            };
            let parameters = serde_html_form::to_string(&next).unwrap_or_default();
            format!("/timeline?{parameters}")
        });
        TimelineHtml {
            frame,
            view: &self.0,
            query,
            days: days(&self.0.moments),
            kinds: KINDS,
            next,
        }
        .render()
    }
}

fn days(moments: &[Moment]) -> Vec<Day<'_>> {
    let mut days: Vec<Day<'_>> = Vec::new();
    for moment in moments {
        let date = moment.date.get(..10).unwrap_or(&moment.date);
        let mark = Mark::of(moment);
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.moments.push(mark),
            None => days.push(Day {
                date,
                moments: vec![mark],
            }),
        }
    }
    days
}

impl<'a> Mark<'a> {
    fn of(moment: &'a Moment) -> Self {
        let document = match (&moment.tie, &moment.message) {
            (Some(tie), _) => tie.document.as_str(),
            (None, Some(message)) => message.document.as_str(),
            (None, None) => "",
        };
        let (start, end) = moment
            .evidence()
            .first()
            .map_or((0, 0), |quote| (quote.start, quote.end));
        Self {
            card: moment.statement.as_ref().map(Card::of),
            href: span_href(document, start, end),
            moment,
        }
    }

    /// The clock of a message, with its time zone.
    fn clock(&self) -> Option<String> {
        let (_, clock) = self.moment.date.split_once('T')?;
        let minute: String = clock.chars().take(5).collect();
        let zone = clock.rfind(['+', '-']).map_or("", |at| &clock[at..]);
        Some(format!("{minute} UTC{zone}"))
    }

    /// Whether somebody asserts or alleges the tie.
    fn is_established(&self) -> bool {
        let tie = self.moment.tie.as_ref();
        tie.is_none_or(|tie| words::is_established(tie.stance))
    }
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct TimelineHtml<'a> {
    frame: Frame,
    view: &'a TimelinePage,
    query: &'a TimelineQuery,
    days: Vec<Day<'a>>,
    kinds: &'static [(&'static str, &'static str)],
    next: Option<String>,
}
