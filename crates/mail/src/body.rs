//! The structure of a body: who wrote which lines.

use onrecord_record::{Rejoined, Span};

/// Who wrote a quoted block, and when, as the line above it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Name of the author.
    pub author: Option<String>,
    /// Address of the author.
    pub address: Option<String>,
    /// Date as written.
    pub date: Option<String>,
    /// The line or lines that say so.
    pub span: Span,
}

/// One field of a header that stands in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardField {
    /// Which field it is.
    pub kind: FieldKind,
    /// The value in the text.
    pub value: Span,
}

/// Which field of a header that stands in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// The author.
    From,
    /// When it was sent.
    Date,
    /// Recipients.
    To,
    /// Recipients of a copy.
    Cc,
    /// Subject.
    Subject,
    /// Anything else: Reply-To, Attachments, Importance.
    Other,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// Written by the sender of the message.
    Prose,
    /// Taken from another message.
    Quote {
        /// How many messages back: 1 for the one answered.
        level: u32,
        /// Who wrote it, where the text says so.
        attribution: Option<Attribution>,
    },
    /// "On … Anna Berg wrote:"
    AttributionLine,
    /// The header of a forwarded or answered message within the text.
    ForwardHeader(Vec<ForwardField>),
    /// The sender's signature.
    Signature,
    /// A legal notice.
    Disclaimer,
    /// What a mailing list adds.
    ListFooter,
    /// Columns.
    Table,
    /// Source code or terminal output.
    Code,
}

/// Consecutive lines of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Where it stands in the text, line ends included.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// Divides a body into blocks that follow one another without a gap.
#[must_use]
pub fn structure(text: &str) -> Vec<Block> {
    let _ = text;
    Vec::new()
}

/// Re-joins the wrapped lines of each block that holds running text; `flowed` for `format=flowed`.
#[must_use]
pub fn rejoin(text: &str, blocks: &[Block], flowed: bool) -> Vec<(usize, Rejoined)> {
    let _ = (text, blocks, flowed);
    Vec::new()
}
