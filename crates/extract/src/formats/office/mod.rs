//! Office documents, books, Outlook messages: what is in their containers, read without any of the
//! programs that wrote them.
//!
//! No parser of a whole document is linked: those that exist hold it in memory as a tree and leave
//! out just what an investigation looks for (embedded files, comments, tracked changes, what is
//! hidden). Parts are streamed, and every list has its limit.

pub(super) mod compound;
mod doc;
mod docx;
mod embedded;
mod epub;
mod lists;
mod mapi;
mod msg;
mod number_format;
mod odf;
mod ole;
mod ooxml;
mod package;
mod ppt;
mod pptx;
pub(super) mod properties;
mod property_set;
mod prose;
mod rtf;
pub(super) mod rtf_document;
mod sheet;
mod story;
pub(super) mod tnef;
mod xls;
mod xlsx;
pub(super) mod xml;

use onrecord_record::ProblemCode;

use crate::event::Kind;
use crate::reading::{Flow, Reading};

use super::ContentReader;

/// Word, Excel and PowerPoint documents since 2007.
pub(super) const OOXML: ContentReader = ooxml::read;

/// OpenDocument texts, sheets, presentations and drawings.
pub(super) const ODF: ContentReader = odf::read;

/// EPUB books.
pub(super) const EPUB: ContentReader = epub::read;

/// Nothing of the open item can be read.
fn unreadable(reading: &mut Reading<'_, '_>, reason: &str) -> Flow {
    reading.end().kind = Kind::None;
    reading.problem(
        ProblemCode::Unreadable,
        format!("the document could not be opened ({reason})"),
    )
}
