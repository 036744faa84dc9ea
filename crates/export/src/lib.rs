//! Graphs of a case for other programs: GEXF 1.3 (Gephi) and GraphML.
//!
//! *Useful for:* writing entities and ties, with stance and dates on every tie, to anything that takes bytes.
//! *Not useful for:* choosing what to export: it takes rows and opens no case.
//!
//! What is protected is withheld from every format in one place, [`Graph::shown`], and each file says that
//! something was withheld. What is not established is left out unless asked for.

mod format;
mod gexf;
mod graphml;
mod rows;
mod shown;
mod xml;

pub use format::{FORMATS, Format};
pub use gexf::write_gexf;
pub use graphml::write_graphml;
pub use rows::{Edge, Graph, Node, Options, Quote};
pub use shown::{Shown, ShownEdge};
