//! GraphML 1.0: <http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd>.

use std::io::{self, Write};

use crate::gexf::values;
use crate::rows::{Graph, Node, Options};
use crate::shown::{Shown, ShownEdge};
use crate::xml::Writer;

/// `(id, element, name, type)` of what entities and ties bear. The ids of a tie's values are those of GEXF.
const KEYS: &[(&str, &str, &str, &str)] = &[
    ("description", "graph", "description", "string"),
    ("label", "node", "label", "string"),
    ("node_kind", "node", "kind", "string"),
    ("x", "node", "x", "double"),
    ("y", "node", "y", "double"),
    ("kind", "edge", "kind", "string"),
    ("weight", "edge", "weight", "double"),
    ("stance", "edge", "stance", "string"),
    ("established", "edge", "established", "boolean"),
    ("symmetric", "edge", "symmetric", "boolean"),
    ("role", "edge", "role", "string"),
    ("since", "edge", "since", "string"),
    ("until", "edge", "until", "string"),
    ("amount", "edge", "amount", "string"),
    ("sources_min", "edge", "sources_min", "int"),
    ("sources_max", "edge", "sources_max", "int"),
    ("evidence", "edge", "evidence", "string"),
];

/// Writes what of the graph may be shown as GraphML.
///
/// # Errors
/// When `out` fails.
pub fn write_graphml<W: Write>(graph: &Graph, options: Options, out: &mut W) -> io::Result<()> {
    let shown = graph.shown(options);
    let mut xml = Writer::begin(out)?;
    xml.open(
        "graphml",
        &[("xmlns", "http://graphml.graphdrawing.org/xmlns")],
    )?;
    for (id, element, name, kind) in KEYS {
        let attributes = [
            ("id", *id),
            ("for", element),
            ("attr.name", name),
            ("attr.type", kind),
        ];
        xml.empty("key", &attributes)?;
    }
    xml.open("graph", &[("id", "case"), ("edgedefault", "directed")])?;
    write_content(&mut xml, &shown)?;
    xml.close()?;
    xml.close()
}

fn write_content<W: Write>(xml: &mut Writer<'_, W>, shown: &Shown<'_>) -> io::Result<()> {
    data(xml, "description", &shown.description())?;
    for node in &shown.nodes {
        write_node(xml, node)?;
    }
    for edge in &shown.edges {
        write_edge(xml, edge)?;
    }
    Ok(())
}

fn write_node<W: Write>(xml: &mut Writer<'_, W>, node: &Node) -> io::Result<()> {
    xml.open("node", &[("id", &node.id)])?;
    data(xml, "label", &node.label)?;
    data(xml, "node_kind", &node.kind)?;
    if let Some((x, y)) = node
        .position
        .filter(|(x, y)| x.is_finite() && y.is_finite())
    {
        data(xml, "x", &format!("{x:.3}"))?;
        data(xml, "y", &format!("{y:.3}"))?;
    }
    xml.close()
}

fn write_edge<W: Write>(xml: &mut Writer<'_, W>, shown: &ShownEdge<'_>) -> io::Result<()> {
    let edge = shown.edge;
    xml.open(
        "edge",
        &[
            ("id", &edge.id),
            ("source", &edge.from),
            ("target", &edge.to),
        ],
    )?;
    data(xml, "kind", &edge.kind)?;
    data(xml, "weight", &edge.weight.to_string())?;
    for (id, value) in values(shown) {
        data(xml, id, &value)?;
    }
    xml.close()
}

fn data<W: Write>(xml: &mut Writer<'_, W>, key: &str, text: &str) -> io::Result<()> {
    xml.text("data", &[("key", key)], text)
}
