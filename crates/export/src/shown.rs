//! What of a graph may be written.

use std::collections::BTreeSet;

use crate::rows::{Edge, Graph, Node, Options};

/// Stands where words would name somebody who is withheld.
const WITHHELD: &str = "[withheld]";

/// A tie as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownEdge<'g> {
    /// The tie.
    pub edge: &'g Edge,
    /// Its role, unless that names somebody who is withheld.
    pub role: Option<&'g str>,
    /// Its evidence, "document: words" each.
    pub quotes: Vec<String>,
}

/// What may be written, sorted by id, so that the same graph gives the same file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown<'g> {
    /// Entities.
    pub nodes: Vec<&'g Node>,
    /// Ties.
    pub edges: Vec<ShownEdge<'g>>,
    /// Something was withheld; how much is not said.
    pub withheld: bool,
    /// Ties that are not established were left out.
    pub left_out: bool,
}

impl Graph {
    /// What of the graph `options` ask for and protection allows.
    #[must_use]
    pub fn shown(&self, options: Options) -> Shown<'_> {
        let secret = Secret::of(self);
        let open: BTreeSet<&str> = self
            .nodes
            .iter()
            .filter(|node| !node.protected)
            .map(|node| node.id.as_str())
            .collect();
        let mut shown = Shown {
            withheld: self.nodes.iter().any(|node| node.protected),
            ..Shown::default()
        };
        let (mut tied, mut still_tied) = (BTreeSet::new(), BTreeSet::new());
        for edge in &self.edges {
            let ends = [edge.from.as_str(), edge.to.as_str()];
            tied.extend(ends);
            if edge.protected {
                shown.withheld = true;
            } else if !ends.iter().all(|end| open.contains(end)) {
                // An end is withheld, or not among the entities.
            } else if !edge.established && !options.not_established {
                shown.left_out = true;
            } else {
                still_tied.extend(ends);
                let edge = secret.shown_edge(edge, options, &mut shown.withheld);
                shown.edges.push(edge);
            }
        }
        // An entity that only hangs on what is not shown is not shown either.
        let stays = |node: &&Node| {
            let id = node.id.as_str();
            open.contains(id) && (still_tied.contains(id) || !tied.contains(id))
        };
        shown.nodes = self.nodes.iter().filter(stays).collect();
        shown.nodes.sort_by(|a, b| a.id.cmp(&b.id));
        shown.edges.sort_by(|a, b| a.edge.id.cmp(&b.edge.id));
        shown
    }
}

impl Shown<'_> {
    /// What a reader of the file has to know.
    pub(crate) fn description(&self) -> String {
        let mut text = "Ties as sources state them, with the stance of whoever says so. \
             A machine's reading, until a person has checked it."
            .to_owned();
        if self.left_out {
            text.push_str(" Ties that are not established were left out.");
        }
        if self.withheld {
            text.push_str(" Something was withheld to protect a person.");
        }
        text
    }
}

/// Names that may be read nowhere in a file.
struct Secret(Vec<String>);

impl Secret {
    fn of(graph: &Graph) -> Self {
        let protected = graph.nodes.iter().filter(|node| node.protected);
        let names = protected.flat_map(|node| node.names.iter().chain([&node.label]));
        let mut names: Vec<String> = names.map(|name| name.trim().to_lowercase()).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        Self(names)
    }

    fn names(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().any(|name| holds_word(&text, name))
    }

    fn shown_edge<'g>(
        &self,
        edge: &'g Edge,
        options: Options,
        withheld: &mut bool,
    ) -> ShownEdge<'g> {
        let role = edge.role.as_deref().filter(|role| !self.names(role));
        *withheld |= role.is_none() && edge.role.is_some();
        let quotes = edge.quotes.iter().filter(|_| options.quotes);
        let quotes = quotes.map(|quote| {
            let names = self.names(&quote.text);
            *withheld |= names;
            let words = if names { WITHHELD } else { &quote.text };
            format!("{}: {words}", quote.document)
        });
        ShownEdge {
            edge,
            role,
            quotes: quotes.collect(),
        }
    }
}

/// Whether `name` stands in `text` and no letter or digit touches it.
fn holds_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
