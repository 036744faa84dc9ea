//! The list of formats: whoever offers them (help, menu, API) goes by it.

use std::io::{self, Write};

use crate::rows::{Graph, Options};
use crate::{write_gexf, write_graphml};

/// A format in which a graph can be written.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// What it is called on the command line and in addresses.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Ending of a file, without the dot.
    pub extension: &'static str,
    /// Media type.
    pub media_type: &'static str,
    write: fn(&Graph, Options, &mut dyn Write) -> io::Result<()>,
}

/// All formats of graphs.
pub const FORMATS: &[Format] = &[
    Format {
        name: "gexf",
        title: "GEXF 1.3, for Gephi: dates and stance on every tie, positions",
        extension: "gexf",
        media_type: "application/gexf+xml",
        write: |graph, options, mut out| write_gexf(graph, options, &mut out),
    },
    Format {
        name: "graphml",
        title: "GraphML, for yEd, Cytoscape, igraph, networkx",
        extension: "graphml",
        media_type: "application/graphml+xml",
        write: |graph, options, mut out| write_graphml(graph, options, &mut out),
    },
];

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Writes what of the graph may be shown.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write(&self, graph: &Graph, options: Options, out: &mut dyn Write) -> io::Result<()> {
        (self.write)(graph, options, out)
    }
}
