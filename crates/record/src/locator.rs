//! Where something lies in the original, as a person would look it up there.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Span;

/// A rectangle on a page, in PDF points from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageBox {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// A place in an original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locator {
    /// The whole file.
    Whole,
    /// A MIME part of a message, numbered as in IMAP: `1`, `2.1`.
    Part(String),
    /// A member of a container, by its name there; a label, never a path to open.
    Member(String),
    /// The n-th message of a mailbox, from 1, and its first byte there.
    Message {
        /// Number in the mailbox, from 1.
        number: u32,
        /// First byte of the message in the mailbox.
        offset: u64,
    },
    /// A page, from 1, and where on it.
    Page {
        /// Page number, from 1.
        page: u32,
        /// The rectangle, where the page's geometry is known.
        area: Option<PageBox>,
    },
    /// A row, from 1, and cell, from 1, of a table.
    Cell {
        /// Sheet name, where the table has one.
        sheet: Option<String>,
        /// Row, from 1.
        row: u32,
        /// Column, from 1; `None` for the whole row.
        column: Option<u32>,
    },
    /// A range of bytes of the original, where its encoding allows one.
    Bytes {
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
}

/// Which stretch of a text lies at which place of the original: a page, a row, a cell.
///
/// Spans of one text may lie inside one another (a line inside its page); an outer one comes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedSpan {
    /// UTF-8 bytes, half-open, into the text (or part of a text) that it comes with.
    pub span: Span,
    /// Where those bytes lie.
    pub locator: Locator,
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Locator::Whole => f.write_str("whole file"),
            Locator::Part(part) => write!(f, "part {part}"),
            Locator::Member(name) => write!(f, "member {name}"),
            Locator::Message { number, .. } => write!(f, "message {number}"),
            Locator::Page { page, .. } => write!(f, "page {page}"),
            Locator::Cell { sheet, row, column } => {
                if let Some(sheet) = sheet {
                    write!(f, "sheet {sheet}, ")?;
                }
                write!(f, "row {row}")?;
                column.map_or(Ok(()), |column| write!(f, ", column {column}"))
            }
            Locator::Bytes { start, end } => write!(f, "bytes {start}–{end}"),
        }
    }
}
