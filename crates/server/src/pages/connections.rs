//! How are two connected? Ways in sentences first, then the picture of them.

use askama::Template;
use onrecord_workbench::{ConnectionsPage, EndView, HopView, PathQuestion, PathView, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::assets::{self, Asset};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::picture::{Picture, of_ways};
use crate::telling::{
    Candidate, Choice, EvidenceLine, TieFilter, candidate, evidence_line, given, kind_choices,
    sources, stance_choices,
};

/// Ways of each kind on a page, and the most that an address can ask for.
const WAYS: usize = 5;
const MOST_WAYS: usize = 20;
/// Steps of a way, and the most that an address can ask for.
const HOPS: u8 = 4;
const MOST_HOPS: u8 = 8;

/// Who, and along what.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct ConnectionsQuery {
    /// One end: name, address or id.
    #[serde(default)]
    from: String,
    /// The other end.
    #[serde(default)]
    to: String,
    /// Only ties of these types; all where none is given.
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<String>,
    /// Only ties to which somebody takes one of these stances.
    #[serde(default, rename = "stance", skip_serializing_if = "Vec::is_empty")]
    stances: Vec<String>,
    /// Only ties that held or happened on this day, month or year, or later.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    since: String,
    /// Only ties that held or happened then or earlier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    until: String,
    /// Every way passes these; three at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    via: Vec<String>,
    /// No way touches these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    avoid: Vec<String>,
    /// Most steps of a way, 8 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hops: Option<u8>,
    /// How many ways of each kind, 20 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ways: Option<usize>,
    /// Mail counts as a tie.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    mail: bool,
}

impl ConnectionsQuery {
    fn filter(&self) -> TieFilter {
        TieFilter {
            kinds: self.kinds.clone(),
            stances: self.stances.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            mail: self.mail,
        }
    }

    fn hops(&self) -> u8 {
        self.hops.unwrap_or(HOPS).clamp(1, MOST_HOPS)
    }

    /// This question, changed.
    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/connections?{parameters}")
    }

    fn question(&self) -> Result<PathQuestion, Fault> {
        let filter = self.filter();
        let names = |names: &[String]| names.iter().filter_map(|name| given(name)).collect();
        Ok(PathQuestion {
            from: self.from.clone(),
            to: self.to.clone(),
            k: self.ways.unwrap_or(WAYS).clamp(1, MOST_WAYS),
            max_hops: self.hops(),
            types: filter.kinds(),
            stances: filter.stances()?,
            since: given(&self.since),
            until: given(&self.until),
            via: names(&self.via),
            avoid: names(&self.avoid),
            all: false,
            mail: self.mail,
        })
    }
}

/// How two are connected.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ConnectionsView {
    page: ConnectionsPage,
}

impl View for ConnectionsView {
    type Query = ConnectionsQuery;

    fn look_up(bench: &Workbench, query: &ConnectionsQuery) -> Result<Self, Fault> {
        let page = bench.connections(&query.question()?)?;
        Ok(Self { page })
    }

    fn html(&self, query: &ConnectionsQuery, frame: Frame) -> askama::Result<String> {
        let page = &self.page;
        let ways = page
            .answer
            .iter()
            .flat_map(|answer| answer.established.iter().chain(&answer.not_established));
        let (established, open) = match &page.answer {
            Some(answer) => (
                way_lines(&answer.established),
                way_lines(&answer.not_established),
            ),
            None => (Vec::new(), Vec::new()),
        };
        let any = !established.is_empty() || !open.is_empty();
        ConnectionsHtml {
            frame,
            page,
            from_candidates: candidates(&page.from, |id| query.href(|q| q.from = id)),
            to_candidates: candidates(&page.to, |id| query.href(|q| q.to = id)),
            from_shown: shown(&page.from),
            to_shown: shown(&page.to),
            kinds: kind_choices(&query.filter()),
            stances: stance_choices(&query.filter()),
            swapped: query.href(|q| std::mem::swap(&mut q.from, &mut q.to)),
            longer: (query.hops() < MOST_HOPS)
                .then(|| query.href(|q| q.hops = Some(query.hops() + 1))),
            with_mail: query.href(|q| q.mail = true),
            any_filter: query.filter() != TieFilter::default()
                || !query.via.is_empty()
                || !query.avoid.is_empty()
                || query.hops.is_some(),
            hops: query.hops(),
            picture: any.then(|| of_ways(ways)),
            established,
            open,
            query,
        }
        .render()
    }
}

/// What stands in the box of an end: its name where that is known.
fn shown(end: &EndView) -> &str {
    let is_id = end.given.len() == 32 && end.given.bytes().all(|byte| byte.is_ascii_hexdigit());
    match &end.entity {
        Some(entity) if is_id => &entity.name,
        _ => &end.given,
    }
}

fn candidates(end: &EndView, href: impl Fn(String) -> String) -> Vec<Candidate<'_>> {
    let lines = end.candidates.iter();
    lines
        .map(|line| candidate(line, href(line.id.clone())))
        .collect()
}

/// A way with what only its page needs.
struct WayLine<'a> {
    way: &'a PathView,
    sources: String,
    hops: Vec<HopLine<'a>>,
}

/// A step with its evidence.
struct HopLine<'a> {
    hop: &'a HopView,
    sources: String,
    period: String,
    evidence: Vec<EvidenceLine<'a>>,
    between: String,
}

fn way_lines<'a>(ways: &'a [PathView]) -> Vec<WayLine<'a>> {
    let line = |way: &'a PathView| WayLine {
        sources: sources(way.independent_sources),
        hops: way.hops.iter().map(hop_line).collect(),
        way,
    };
    ways.iter().map(line).collect()
}

fn hop_line(hop: &HopView) -> HopLine<'_> {
    let ends = [("from", &hop.from), ("to", &hop.to)];
    let parameters = serde_html_form::to_string(ends).unwrap_or_default();
    HopLine {
        sources: sources(hop.independent_sources),
        period: period(hop.since.as_deref(), hop.until.as_deref()),
        evidence: hop.evidence.iter().map(evidence_line).collect(),
        between: format!("/between?{parameters}"),
        hop,
    }
}

/// When a tie held, in words; empty where nothing says so.
pub(super) fn period(since: Option<&str>, until: Option<&str>) -> String {
    match (since, until) {
        (None, None) => String::new(),
        (Some(since), None) => format!("since or on {since}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(since), Some(until)) if since == until => since.to_owned(),
        (Some(since), Some(until)) => format!("{since} to {until}"),
    }
}

#[derive(Template)]
#[template(path = "connections.html")]
struct ConnectionsHtml<'a> {
    frame: Frame,
    page: &'a ConnectionsPage,
    query: &'a ConnectionsQuery,
    from_candidates: Vec<Candidate<'a>>,
    to_candidates: Vec<Candidate<'a>>,
    from_shown: &'a str,
    to_shown: &'a str,
    kinds: Vec<Choice>,
    stances: Vec<Choice>,
    swapped: String,
    longer: Option<String>,
    with_mail: String,
    any_filter: bool,
    hops: u8,
    picture: Option<Picture>,
    established: Vec<WayLine<'a>>,
    open: Vec<WayLine<'a>>,
}

impl ConnectionsHtml<'_> {
    fn names_script(&self) -> &'static str {
        assets::address(Asset::Names)
    }

    /// Names to pass or avoid, with room for one more.
    fn boxes<'b>(&self, names: &'b [String]) -> Vec<&'b str> {
        let names = names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.trim().is_empty());
        names.chain([""]).collect()
    }
}
