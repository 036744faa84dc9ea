//! The rows that stages hand on and that `case`, `search` and `export` take.
//!
//! A row holds what was found, named by content; where and in which order it is kept is the store's
//! affair, so no row has a number that a database gave it.

use onrecord_extract::{Kind, Level, MessageInfo, Sha256, When};
use onrecord_record::{Digest, DocumentId, Effect, Locator, PlacedSpan, Problem, TextId};
use serde::{Deserialize, Serialize};

/// How an item ended; copies are found by the store, which alone sees the other origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemOutcome {
    /// Read in full.
    Read,
    /// Read, save what its problems say.
    Partly,
    /// Not read, for the reason its problems say.
    Unread,
}

impl ItemOutcome {
    /// The outcome that `problems` leave: the worst of their effects.
    pub fn of(problems: &[Problem]) -> Self {
        match problems.iter().map(Problem::effect).max() {
            None | Some(Effect::Note) => ItemOutcome::Read,
            Some(Effect::Partly) => ItemOutcome::Partly,
            Some(Effect::Unread) => ItemOutcome::Unread,
        }
    }
}

/// One file, member or part, as it was found; `sequence` and `parent` number items within a file
/// in the order in which they begin, so that reading the file again gives the same numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Number within the file, from 0 for the file itself.
    pub sequence: u32,
    /// The item that holds this one; `None` for the file itself.
    pub parent: Option<u32>,
    /// Level of the ledger.
    pub level: Level,
    /// Name in its container, or file name: a label.
    pub name: String,
    /// Names from the file down to this item, joined by `/`; empty for the file itself.
    pub trail: String,
    /// Where it lies in what holds it.
    pub locator: Locator,
    /// What it is.
    pub kind: Kind,
    /// How it ended.
    pub outcome: ItemOutcome,
    /// Its media type, detected from its bytes.
    pub media_type: Option<String>,
    /// Its character set, where it is text.
    pub charset: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, for comparison with other programs' records.
    pub sha256: Option<Sha256>,
    /// BLAKE3 of its bytes.
    pub blake3: Option<Digest>,
    /// The document it is an origin of; for a container, the name of its content.
    pub content: Option<DocumentId>,
    /// Children that the reader met, counted by the reader.
    pub found_children: u64,
    /// Children that the container lists and that were never reached.
    pub unreached: u64,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A document as one of its origins gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    /// Its name.
    pub id: DocumentId,
    /// The item it was read from, within the file.
    pub sequence: u32,
    /// Level of that item.
    pub level: Level,
    /// Names from the file down to that item.
    pub trail: String,
    /// What a person calls it: `message`, `article`, `table`, `text`, `data`.
    pub kind: String,
    /// Media type.
    pub media_type: String,
    /// Title, subject, or file name.
    pub title: String,
    /// When it was written, as it says itself.
    pub date: Option<When>,
    /// ISO 639-3 code of its language, where it could be told.
    pub language: Option<String>,
    /// Its texts, in reading order.
    pub texts: Vec<TextRow>,
    /// What it says of itself: author, site, column names.
    pub metadata: Vec<(String, String)>,
    /// The document whose text this one goes on with, and the number of this part, from 2.
    pub continues: Option<(DocumentId, u32)>,
    /// The message, where it is one.
    pub message: Option<Box<MessageInfo>>,
}

/// A text of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRow {
    /// Which of the document's texts: `main`, `full`, `html`.
    pub role: String,
    /// Its name.
    pub id: TextId,
    /// Its length in bytes.
    pub length: u64,
    /// The text; `None` when it was handed on before, as a row of its own.
    pub text: Option<String>,
    /// Where stretches of it lie in the original; empty for one running text.
    pub places: Vec<PlacedSpan>,
}

impl TextRow {
    /// Names a text and keeps it, with where its stretches lie in the original.
    #[must_use]
    pub fn placed(role: &str, text: String, places: Vec<PlacedSpan>) -> Self {
        Self {
            places,
            role: role.to_owned(),
            id: TextId::of(&text),
            length: text.len() as u64,
            text: Some(text),
        }
    }
}
