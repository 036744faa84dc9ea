//! GEXF 1.3, as Gephi reads it: <https://gexf.net/1.3/gexf.rnc>.

use std::io::{self, Write};

use onrecord_record::PartialDate;

use crate::rows::{Graph, Node, Options};
use crate::shown::{Shown, ShownEdge};
use crate::xml::Writer;

/// `(id, title, type)` of what every tie bears beyond its ends, type, weight and dates.
const EDGE_ATTRIBUTES: &[(&str, &str, &str)] = &[
    ("stance", "stance", "string"),
    ("established", "established", "boolean"),
    ("symmetric", "symmetric", "boolean"),
    ("role", "role", "string"),
    ("since", "since, as stated", "string"),
    ("until", "until, as stated", "string"),
    ("amount", "amount", "string"),
    ("sources_min", "independent sources, least", "integer"),
    ("sources_max", "independent sources, most", "integer"),
    ("evidence", "evidence", "string"),
];

/// Writes what of the graph may be shown as GEXF 1.3, with the dates of ties.
///
/// Every tie is written as directed, with an attribute that says whether its ends may be exchanged: readers
/// refuse a file that mixes both kinds.
///
/// # Errors
/// When `out` fails.
pub fn write_gexf<W: Write>(graph: &Graph, options: Options, out: &mut W) -> io::Result<()> {
    let shown = graph.shown(options);
    let mut xml = Writer::begin(out)?;
    xml.open(
        "gexf",
        &[
            ("xmlns", "http://gexf.net/1.3"),
            ("xmlns:viz", "http://gexf.net/1.3/viz"),
            ("version", "1.3"),
        ],
    )?;
    xml.open("meta", &[])?;
    xml.text("creator", &[], "OnRecord")?;
    xml.text("description", &[], &shown.description())?;
    xml.close()?;
    xml.open(
        "graph",
        &[
            ("defaultedgetype", "directed"),
            ("idtype", "string"),
            ("mode", "dynamic"),
            ("timeformat", "date"),
            ("timerepresentation", "interval"),
        ],
    )?;
    write_attributes(&mut xml)?;
    write_nodes(&mut xml, &shown)?;
    write_edges(&mut xml, &shown)?;
    xml.close()?;
    xml.close()
}

fn write_attributes<W: Write>(xml: &mut Writer<'_, W>) -> io::Result<()> {
    xml.open("attributes", &[("class", "node")])?;
    let kind = [("id", "kind"), ("title", "kind"), ("type", "string")];
    xml.empty("attribute", &kind)?;
    xml.close()?;
    xml.open("attributes", &[("class", "edge")])?;
    for (id, title, kind) in EDGE_ATTRIBUTES {
        xml.empty("attribute", &[("id", id), ("title", title), ("type", kind)])?;
    }
    xml.close()
}

fn write_nodes<W: Write>(xml: &mut Writer<'_, W>, shown: &Shown<'_>) -> io::Result<()> {
    let count = shown.nodes.len().to_string();
    xml.open("nodes", &[("count", &count)])?;
    for node in &shown.nodes {
        write_node(xml, node)?;
    }
    xml.close()
}

fn write_node<W: Write>(xml: &mut Writer<'_, W>, node: &Node) -> io::Result<()> {
    xml.open("node", &[("id", &node.id), ("label", &node.label)])?;
    xml.open("attvalues", &[])?;
    xml.empty("attvalue", &[("for", "kind"), ("value", &node.kind)])?;
    xml.close()?;
    if let Some((x, y)) = node
        .position
        .filter(|(x, y)| x.is_finite() && y.is_finite())
    {
        let (x, y) = (format!("{x:.3}"), format!("{y:.3}"));
        xml.empty("viz:position", &[("x", &x), ("y", &y)])?;
    }
    xml.close()
}

fn write_edges<W: Write>(xml: &mut Writer<'_, W>, shown: &Shown<'_>) -> io::Result<()> {
    let count = shown.edges.len().to_string();
    xml.open("edges", &[("count", &count)])?;
    for shown in &shown.edges {
        write_edge(xml, shown)?;
    }
    xml.close()
}

fn write_edge<W: Write>(xml: &mut Writer<'_, W>, shown: &ShownEdge<'_>) -> io::Result<()> {
    let edge = shown.edge;
    let weight = edge.weight.to_string();
    let start = edge.since.as_deref().and_then(first_day);
    let end = edge.until.as_deref().and_then(last_day);
    let mut attributes = vec![
        ("id", edge.id.as_str()),
        ("source", &edge.from),
        ("target", &edge.to),
        ("kind", &edge.kind),
        ("label", &edge.kind),
        ("weight", &weight),
    ];
    attributes.extend(start.as_deref().map(|day| ("start", day)));
    attributes.extend(end.as_deref().map(|day| ("end", day)));
    xml.open("edge", &attributes)?;
    xml.open("attvalues", &[])?;
    for (id, value) in values(shown) {
        xml.empty("attvalue", &[("for", id), ("value", &value)])?;
    }
    xml.close()?;
    xml.close()
}

/// Values of [`EDGE_ATTRIBUTES`] that a tie has.
pub(crate) fn values(shown: &ShownEdge<'_>) -> Vec<(&'static str, String)> {
    let edge = shown.edge;
    let (least, most) = edge.independent_sources;
    let quotes = (!shown.quotes.is_empty()).then(|| shown.quotes.join("\n"));
    let stated = [
        ("stance", Some(edge.stance.clone())),
        ("established", Some(edge.established.to_string())),
        ("symmetric", Some(edge.symmetric.to_string())),
        ("role", shown.role.map(str::to_owned)),
        ("since", edge.since.clone()),
        ("until", edge.until.clone()),
        ("amount", edge.amount.clone()),
        ("sources_min", Some(least.to_string())),
        ("sources_max", Some(most.to_string())),
        ("evidence", quotes),
    ];
    let has = stated.into_iter();
    has.filter_map(|(id, value)| Some((id, value?))).collect()
}

/// First day of a partial date: a reader of GEXF takes whole days only.
fn first_day(date: &str) -> Option<String> {
    let date: PartialDate = date.parse().ok()?;
    Some(format!(
        "{:04}-{:02}-{:02}",
        date.year,
        date.month.unwrap_or(1),
        date.day.unwrap_or(1)
    ))
}

/// Last day of a partial date.
fn last_day(date: &str) -> Option<String> {
    let date: PartialDate = date.parse().ok()?;
    let last = onrecord_record::DateTime::utc(date.end_second() - 1);
    last.day().map(|day| day.to_string())
}
