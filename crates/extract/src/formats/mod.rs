//! The formats, one file each, and how they are told apart.
//!
//! The bytes decide; extension and declared type are hints where bytes leave a choice (text formats)
//! and are reported where they disagree. The first of [`FORMATS`] that knows the bytes reads them.

mod csv;
mod emlx;
mod html;
mod json;
mod mbox;
mod message;
mod office;
mod packed;
pub(crate) mod pdf;
mod picture;
mod seven_zip;
mod tar;
mod text;
pub(crate) mod unread;
mod xml;
mod zip;
mod zip_document;
mod zip_names;
mod zstd;

use std::cell::OnceCell;
use std::io::BufRead;

use onrecord_record::{Problem, ProblemCode};

use crate::charset;
use crate::content::Content;
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// How much of the start is looked at.
const PROBE_BYTES: usize = 64 << 10;

/// Reads an item from its first byte to its last.
pub(crate) type StreamReader = fn(&mut Reading<'_, '_>, &mut dyn BufRead, &Hint<'_>) -> Flow;
/// Reads an item with random access.
pub(crate) type ContentReader = fn(&mut Reading<'_, '_>, &mut Content<'_>, &Hint<'_>) -> Flow;

/// What a reader needs of its bytes.
#[derive(Clone, Copy)]
pub(crate) enum ReadBy {
    /// It never looks back, so that even a stream without end needs little memory.
    Stream(StreamReader),
    /// It needs all bytes at hand.
    Content(ContentReader),
    /// There is no reader; what it is gets named.
    Nothing,
}

/// One format.
pub(crate) struct Format {
    /// What it is, in a reporter's words, to be used after "a" or "no reader for".
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    /// Extensions that promise this format.
    pub(crate) extensions: &'static [&'static str],
    /// What an item of it is once read.
    pub(crate) kind: Kind,
    /// Whether it is written in characters, so that a text editor opens it.
    pub(crate) is_text: bool,
    pub(crate) detect: fn(&Probe<'_>) -> bool,
    pub(crate) read: ReadBy,
}

/// The formats, in the order in which they are tried: firm signs first, the catch-alls last.
static FORMATS: &[Format] = &[
    zip::FORMAT,
    packed::GZIP,
    packed::BZIP2,
    packed::XZ,
    packed::LZMA,
    packed::ZSTD,
    seven_zip::FORMAT,
    tar::FORMAT,
    pdf::FORMAT,
    office::compound::FORMAT,
    office::rtf_document::FORMAT,
    office::tnef::FORMAT,
    picture::FORMAT,
    unread::SIGNED,
    emlx::FORMAT,
    mbox::FORMAT,
    message::FORMAT,
    html::FORMAT,
    xml::FORMAT,
    json::FORMAT,
    json::LINES,
    csv::FORMAT,
    csv::TABS,
    text::MARKDOWN,
    text::FORMAT,
    unread::FORMAT,
];

/// The start of an item, and what is said of it.
pub(crate) struct Probe<'p> {
    /// The first 64 KiB.
    pub(crate) head: &'p [u8],
    pub(crate) hint: &'p Hint<'p>,
    is_text: OnceCell<bool>,
    readable: OnceCell<String>,
}

impl<'p> Probe<'p> {
    pub(crate) fn new(bytes: &'p [u8], hint: &'p Hint<'p>) -> Self {
        let head = &bytes[..bytes.len().min(PROBE_BYTES)];
        Self {
            head,
            hint,
            is_text: OnceCell::new(),
            readable: OnceCell::new(),
        }
    }

    /// Whether it is text in some character set.
    pub(crate) fn is_text(&self) -> bool {
        *self.is_text.get_or_init(|| charset::is_text(self.head))
    }

    /// Whether the name has one of these extensions.
    pub(crate) fn has_extension(&self, extensions: &[&str]) -> bool {
        self.hint
            .extension
            .is_some_and(|extension| extensions.contains(&extension))
    }

    /// Whether it is declared as one of these media types.
    pub(crate) fn is_declared(&self, media_types: &[&str]) -> bool {
        self.hint
            .media_type
            .is_some_and(|declared| media_types.contains(&declared))
    }

    /// The first 4 KiB as lower-case text without leading blanks, whatever the character set.
    pub(crate) fn readable(&self) -> &str {
        self.readable.get_or_init(|| {
            let head = &self.head[..self.head.len().min(4_096)];
            let mut text = String::new();
            let choice = charset::choose(head, false, None);
            let mut decoder = charset::TextDecoder::new(choice.charset);
            decoder.decode(
                &head[choice.mark_length.min(head.len())..],
                false,
                &mut text,
            );
            text.trim_start().to_ascii_lowercase()
        })
    }
}

/// The format of the bytes.
pub(crate) fn detect(probe: &Probe<'_>) -> &'static Format {
    FORMATS
        .iter()
        .find(|format| (format.detect)(probe))
        .unwrap_or(&FORMATS[FORMATS.len() - 1])
}

/// What to report when the name promises another format than the bytes hold.
pub(crate) fn disagreement(format: &Format, hint: &Hint<'_>) -> Option<Problem> {
    let extension = hint.extension?;
    // Formats without a reader compare the extension with what they are named as.
    // A compound file says itself which kind it is.
    let is_compound = format.name == office::compound::FORMAT.name;
    if format.extensions.contains(&extension)
        || matches!(format.read, ReadBy::Nothing)
        || is_compound
    {
        return None;
    }
    let promised = promised(extension)?;
    // Any text may be called a plain one, a mailbox may hold one message, and of zip archives their
    // own reader says more.
    let is_plain = format.is_text && text::FORMAT.name == promised.name;
    let is_mail = is_mail(promised.name) && is_mail(format.name);
    let is_zip = format.name == zip::FORMAT.name && promised.is_zip;
    let agrees = promised.name == format.name || is_plain || is_mail || is_zip;
    (!agrees).then(|| wrong_type(extension, promised.name, format.name))
}

fn is_mail(name: &str) -> bool {
    [mbox::FORMAT.name, message::FORMAT.name].contains(&name)
}

/// The report of an item that is not what its extension says.
pub(crate) fn wrong_type(extension: &str, promised: &str, found: &str) -> Problem {
    Problem::new(
        ProblemCode::WrongType,
        format!("named .{extension} ({promised}), but its bytes are {found}"),
    )
}

/// What an extension promises.
pub(crate) struct Promise {
    pub(crate) name: &'static str,
    /// Whether it is a document that is a zip archive inside.
    is_zip: bool,
}

pub(crate) fn promised(extension: &str) -> Option<Promise> {
    let format = FORMATS
        .iter()
        .find(|format| format.extensions.contains(&extension));
    let plain = format
        .map(|format| format.name)
        .or_else(|| office::compound::promised_by(extension))
        .or_else(|| unread::promised(extension));
    if let Some(name) = plain {
        return Some(Promise {
            name,
            is_zip: false,
        });
    }
    zip_document::promised_by(extension).map(|name| Promise { name, is_zip: true })
}
