//! Office documents, books, Outlook messages: what is in their containers, read without any of the
//! programs that wrote them.
//!
//! No parser of a whole document is linked: those that exist hold it in memory as a tree and leave
//! out just what an investigation looks for (embedded files, comments, tracked changes, what is
//! hidden). Parts are streamed, and every list has its limit.

mod docx;
mod embedded;
mod lists;
mod number_format;
mod ooxml;
mod package;
mod pptx;
mod properties;
mod prose;
mod sheet;
mod story;
mod xlsx;
mod xml;

use onrecord_record::ProblemCode;

use crate::event::Kind;
use crate::reading::{Flow, Reading};

use super::ContentReader;

/// Word, Excel and PowerPoint documents since 2007.
pub(super) const OOXML: ContentReader = ooxml::read;

/// Nothing of the open item can be read.
fn unreadable(reading: &mut Reading<'_, '_>, reason: &str) -> Flow {
    reading.end().kind = Kind::None;
    reading.problem(
        ProblemCode::Unreadable,
        format!("the document could not be opened ({reason})"),
    )
}
