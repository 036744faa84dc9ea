//! The network around somebody: the picture, and the same as a table.

use std::collections::BTreeMap;

use askama::Template;
use onrecord_workbench::{NetworkEdge, NetworkQuestion, NetworkView, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::connections::period;
use crate::assets::{self, Asset};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::picture::{Picture, of_network};
use crate::telling::{Choice, TieFilter, given, kind_choices, sources, stance_choices};

/// Entities in a picture, and the most that an address can ask for.
const ENTITIES: usize = 60;
const MOST_ENTITIES: usize = 2_000;
/// Ties for each entity in a picture.
const TIES_EACH: usize = 3;
/// Rows of the table.
const ROWS: usize = 50;
const MOST_DEPTH: u8 = 3;

/// Around whom, how far, along what.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub(crate) struct NetworkQuery {
    /// In the middle: name, address or id.
    #[serde(skip_serializing)]
    entity: String,
    /// Steps away, 1 to 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    depth: Option<u8>,
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
    /// Mail counts as a tie.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    mail: bool,
    /// Ties that are not established as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    all: bool,
    /// Most entities, 2000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most: Option<usize>,
    /// Rows of the table to pass over.
    #[serde(default, skip_serializing_if = "is_zero")]
    skip: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for it
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl NetworkQuery {
    fn filter(&self) -> TieFilter {
        TieFilter {
            kinds: self.kinds.clone(),
            stances: self.stances.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            mail: self.mail,
        }
    }

    /// Whether ties that are not established are asked for.
    pub(crate) fn shows_open(&self) -> bool {
        self.all
    }

    fn depth(&self) -> u8 {
        self.depth.unwrap_or(1).clamp(1, MOST_DEPTH)
    }

    pub(crate) fn question(&self) -> Result<NetworkQuestion, Fault> {
        let filter = self.filter();
        let most_entities = self.most.unwrap_or(ENTITIES).clamp(2, MOST_ENTITIES);
        Ok(NetworkQuestion {
            of: vec![self.entity.clone()],
            depth: self.depth(),
            types: filter.kinds(),
            stances: filter.stances()?,
            since: given(&self.since),
            until: given(&self.until),
            all: self.all,
            mail: self.mail,
            most_entities,
            most_ties: most_entities * TIES_EACH,
        })
    }

    fn parameters(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.skip = 0;
        change(&mut changed);
        serde_html_form::to_string(&changed).unwrap_or_default()
    }
}

/// The network around somebody.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct NetworkPage {
    view: NetworkView,
}

impl View for NetworkPage {
    type Query = NetworkQuery;

    fn look_up(bench: &Workbench, query: &NetworkQuery) -> Result<Self, Fault> {
        Ok(Self {
            view: bench.network_around(&query.question()?)?,
        })
    }

    fn html(&self, query: &NetworkQuery, frame: Frame) -> askama::Result<String> {
        let view = &self.view;
        let (id, name) = match view.of.first() {
            Some(middle) => (middle.id.as_str(), middle.name.as_str()),
            None => (query.entity.as_str(), query.entity.as_str()),
        };
        let rows = rows(view);
        let end = query.skip.saturating_add(ROWS);
        let page = |skip| {
            format!(
                "/network/{id}?{}#table",
                query.parameters(|q| q.skip = skip)
            )
        };
        NetworkHtml {
            frame,
            view,
            id,
            name,
            kinds: kind_choices(&query.filter()),
            stances: stance_choices(&query.filter()),
            parameters: query.parameters(|_| ()),
            with_open: query.parameters(|q| q.all = true),
            picture: of_network(view),
            before: (query.skip > 0).then(|| page(query.skip.saturating_sub(ROWS))),
            after: (end < rows.len()).then(|| page(end)),
            total: rows.len(),
            rows: rows.into_iter().skip(query.skip).take(ROWS).collect(),
            any_filter: query.filter() != TieFilter::default() || query.all,
            depths: [1, 2, 3].map(|depth| (depth, depth == query.depth())),
            query,
        }
        .render()
    }
}

/// A tie as a row of the table.
struct Row<'a> {
    edge: &'a NetworkEdge,
    from: &'a str,
    to: &'a str,
    sources: String,
    period: String,
    between: String,
}

/// Established ties first, then the strongest.
fn rows(view: &NetworkView) -> Vec<Row<'_>> {
    let names: BTreeMap<&str, &str> = view
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node.name.as_str()))
        .collect();
    let name = |id: &str| names.get(id).copied().unwrap_or_default();
    let row = |edge| {
        let edge: &NetworkEdge = edge;
        let ends = [("from", &edge.from), ("to", &edge.to)];
        Row {
            from: name(&edge.from),
            to: name(&edge.to),
            sources: sources(edge.independent_sources),
            period: period(edge.since.as_deref(), edge.until.as_deref()),
            between: serde_html_form::to_string(ends).unwrap_or_default(),
            edge,
        }
    };
    let mut rows: Vec<Row<'_>> = view.edges.iter().map(row).collect();
    rows.sort_by(|a, b| {
        let sure = b.edge.established.cmp(&a.edge.established);
        let strong = sure.then(b.edge.weight.total_cmp(&a.edge.weight));
        strong.then_with(|| (a.from, a.to, &a.edge.id).cmp(&(b.from, b.to, &b.edge.id)))
    });
    rows
}

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkHtml<'a> {
    frame: Frame,
    view: &'a NetworkView,
    query: &'a NetworkQuery,
    id: &'a str,
    name: &'a str,
    kinds: Vec<Choice>,
    stances: Vec<Choice>,
    parameters: String,
    with_open: String,
    picture: Picture,
    rows: Vec<Row<'a>>,
    total: usize,
    before: Option<String>,
    after: Option<String>,
    any_filter: bool,
    depths: [(u8, bool); 3],
}

impl NetworkHtml<'_> {
    fn network_script(&self) -> &'static str {
        assets::address(Asset::Network)
    }
}
