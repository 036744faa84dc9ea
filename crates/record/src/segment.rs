//! Stretches of a text that are analyzed alike, and places in them.

use serde::{Deserialize, Serialize};

use crate::Span;

/// What a stretch of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SegmentKind {
    /// Running text of the document's author.
    Prose,
    /// Running text of somebody else, quoted.
    Quote,
    /// The header of a forwarded or answered message, or the line that announces a quote.
    Header,
    /// A signature.
    Signature,
    /// A cell of a table.
    Cell,
}

/// A place in an analyzed document: bytes of a segment's view, half-open. It never leaves the
/// analysis of that document; what is kept is the span of the stored text that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// Bytes of its view.
    pub span: Span,
}
