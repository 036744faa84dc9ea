//! Graphs as other programs read them.
#![allow(clippy::disallowed_methods)] // reads and, asked to, writes the golden files

use std::collections::BTreeMap;

use onrecord_export::{Edge, Format, Graph, Node, Options, Quote, write_gexf, write_graphml};

fn node(id: &str, label: &str) -> Node {
    Node {
        id: id.to_owned(),
        label: label.to_owned(),
        kind: "person".to_owned(),
        names: vec![label.to_owned()],
        position: Some((1.5, -2.0)),
        ..Node::default()
    }
}

fn edge(id: &str, from: &str, to: &str) -> Edge {
    Edge {
        id: id.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        kind: "Payment".to_owned(),
        stance: "asserted by 1".to_owned(),
        established: true,
        independent_sources: (1, 1),
        weight: 0.5,
        ..Edge::default()
    }
}

/// Two payments (one denied), a protected giver and whatever hangs on her; awkward letters everywhere.
fn case() -> Graph {
    let mut giver = node("n4", "Mara Quill");
    giver.protected = true;
    giver.names.push("M. Quill".to_owned());
    let mut dated = edge("e1", "n1", "n2");
    dated.role = Some("\"fees\" & <costs>".to_owned());
    dated.since = Some("2023".to_owned());
    dated.until = Some("2024-02".to_owned());
    dated.amount = Some("10–15 million GBP".to_owned());
    let quote = |text: &str| Quote {
        document: "d1".to_owned(),
        text: text.to_owned(),
    };
    dated.quotes = vec![quote("A paid B.\nTwice."), quote("as m. quill says")];
    let mut denied = edge("e2", "n2", "n3");
    denied.stance = "denied by 1".to_owned();
    denied.established = false;
    let mut secret = edge("e4", "n1", "n2");
    secret.protected = true;
    Graph {
        nodes: vec![
            node("n3", "Tåström <Ltd>"),
            giver,
            node("n1", "A & B"),
            node("n2", "B\u{1}"),
            node("n5", "known to the giver alone"),
        ],
        edges: vec![
            denied,
            dated,
            edge("e3", "n4", "n1"),
            secret,
            edge("e5", "n4", "n5"),
            edge("e6", "n1", "nobody"),
        ],
    }
}

type WriteGraph = fn(&Graph, Options, &mut Vec<u8>) -> std::io::Result<()>;

const FORMATS: [(&str, WriteGraph); 2] = [("gexf", write_gexf), ("graphml", write_graphml)];

fn written(write: WriteGraph, graph: &Graph, options: Options) -> String {
    let mut bytes = Vec::new();
    write(graph, options, &mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("files are UTF-8")
}

const ALL: Options = Options {
    not_established: true,
    quotes: true,
};

#[test]
fn files_are_as_readers_were_shown_to_read_them() {
    for (format, write) in FORMATS {
        let text = written(write, &case(), ALL);
        let path = format!("{}/tests/golden/case.{format}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("ONRECORD_BLESS").is_some() {
            std::fs::write(&path, &text).expect("the golden file can be written");
        }
        let golden = std::fs::read_to_string(&path).expect("the golden file is there");
        assert_eq!(text, golden, "{path}; ONRECORD_BLESS=1 writes it again");
    }
}

#[test]
fn the_protected_are_withheld_and_the_file_says_so() {
    for (_, write) in FORMATS {
        let text = written(write, &case(), ALL);
        for trace in ["Quill", "quill", "n4", "e3", "e4", "e5", "n5", "giver"] {
            assert!(!text.contains(trace), "{trace} in {text}");
        }
        assert!(text.contains("Something was withheld"));
        let mut open = case();
        open.nodes.retain(|node| !node.protected);
        open.edges.retain(|edge| !edge.protected);
        assert!(!written(write, &open, ALL).contains("withheld"));
    }
}

#[test]
fn what_is_not_established_is_left_out_unless_asked_for() {
    for (_, write) in FORMATS {
        let text = written(write, &case(), Options::default());
        assert!(!text.contains("denied") && !text.contains("n3"));
        assert!(text.contains("Ties that are not established were left out."));
        assert!(written(write, &case(), ALL).contains("denied by 1"));
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut turned = case();
    turned.nodes.reverse();
    turned.edges.reverse();
    for (_, write) in FORMATS {
        assert_eq!(written(write, &case(), ALL), written(write, &turned, ALL));
    }
}

/// `(element, parents in which it may stand, attributes it must have, attributes it may have)`, after the
/// RELAX NG grammar of GEXF 1.3.
type Rule = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const GEXF: &[Rule] = &[
    ("gexf", "", &["version", "xmlns"], &["xmlns:viz"]),
    ("meta", "gexf", &[], &["lastmodifieddate"]),
    ("creator", "meta", &[], &[]),
    ("description", "meta", &[], &[]),
    (
        "graph",
        "gexf",
        &[],
        &[
            "defaultedgetype",
            "idtype",
            "mode",
            "timeformat",
            "timerepresentation",
        ],
    ),
    ("attributes", "graph", &["class"], &["mode"]),
    ("attribute", "attributes", &["id", "title", "type"], &[]),
    ("nodes", "graph", &[], &["count"]),
    ("node", "nodes", &["id"], &["label"]),
    ("edges", "graph", &[], &["count"]),
    (
        "edge",
        "edges",
        &["source", "target"],
        &["id", "type", "label", "weight", "kind", "start", "end"],
    ),
    ("attvalues", "node edge", &[], &[]),
    ("attvalue", "attvalues", &["for", "value"], &[]),
    ("viz:position", "node", &["x", "y"], &["z"]),
];

/// After the XML schema of GraphML 1.0.
const GRAPHML: &[Rule] = &[
    ("graphml", "", &["xmlns"], &[]),
    (
        "key",
        "graphml",
        &["id"],
        &["for", "attr.name", "attr.type"],
    ),
    ("graph", "graphml", &["edgedefault"], &["id"]),
    ("node", "graph", &["id"], &[]),
    ("edge", "graph", &["source", "target"], &["id"]),
    ("data", "graph node edge", &["key"], &[]),
];

#[test]
fn files_keep_to_their_grammar() {
    for ((_, write), rules) in FORMATS.into_iter().zip([GEXF, GRAPHML]) {
        check(&written(write, &case(), ALL), rules);
    }
}

/// Reads one tag a line, as the writer writes them.
fn check(text: &str, rules: &[Rule]) {
    let mut open: Vec<String> = Vec::new();
    for line in text.lines().skip(1).map(str::trim) {
        if let Some(name) = line.strip_prefix("</") {
            assert_eq!(open.pop().as_deref(), name.strip_suffix('>'));
            continue;
        }
        let (tag, rest) = line.split_once('>').expect("each line holds a tag");
        let (name, attributes) = attributes(tag);
        let (_, parents, must, may) = rules
            .iter()
            .find(|rule| rule.0 == name)
            .unwrap_or_else(|| panic!("no element {name}"));
        let parent = open.last().map_or("", String::as_str);
        assert!(
            parents.split(' ').any(|known| known == parent),
            "{name} in {parent}"
        );
        assert!(
            must.iter().all(|name| attributes.contains_key(*name)),
            "{line}"
        );
        let known = |name: &str| must.contains(&name) || may.contains(&name);
        assert!(attributes.keys().all(|name| known(name)), "{line}");
        if !tag.ends_with('/') && rest.is_empty() {
            open.push(name);
        }
    }
    assert!(open.is_empty());
}

fn attributes(tag: &str) -> (String, BTreeMap<String, String>) {
    let tag = tag.trim_start_matches('<').trim_end_matches('/');
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = BTreeMap::new();
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value ends");
        attributes.insert(key.trim().to_owned(), value.to_owned());
        rest = after;
    }
    (name.to_owned(), attributes)
}

#[test]
fn each_format_is_found_by_its_name_and_writes_what_it_says() {
    for format in onrecord_export::FORMATS {
        let found = Format::named(format.name).expect("a format of the list");
        let mut out = Vec::new();
        found
            .write(&case(), Options::default(), &mut out)
            .expect("a vector takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains(&format!("<{} ", format.extension)), "{text}");
        assert!(!text.contains("Mara Quill"));
    }
    assert!(Format::named("dot").is_none());
}
