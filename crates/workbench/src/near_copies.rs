//! Documents that hold the words of others, with what was kept, cut, added and changed.

use onrecord_case::StoredCopy;
use onrecord_pipeline::statements::copies::{Change, CopyKind, differences};
use onrecord_record::{DocumentId, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::path::DocumentView;
use crate::quoting::main_text;

/// A document and those that hold its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearCopyPage {
    /// Version of this object.
    pub format_version: u32,
    /// The earliest of them, as far as dates tell.
    pub original: DocumentView,
    /// The others.
    pub copies: Vec<NearCopyView>,
}

/// A near-copy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearCopyView {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentView,
    /// How the two hang together.
    pub kind: CopyKind,
    /// Share of all their words' shingles that they have in common, 0 to 1.
    pub resemblance: f64,
    /// Share of the smaller one's that the other holds, 0 to 1.
    pub containment: f64,
    /// Whether the copy holds much besides, so that the two are no versions of one text.
    pub held: bool,
    /// Sentences of the original that the copy lacks; differences are told of versions only.
    pub cut: Vec<String>,
    /// Sentences of the copy that the original lacks.
    pub added: Vec<String>,
    /// Sentences in both with other words in them: as it was, as it is.
    pub changed: Vec<[String; 2]>,
}

/// Another document with words of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearCopyLine {
    /// The other.
    #[serde(flatten)]
    pub document: DocumentView,
    /// How the two hang together.
    pub kind: CopyKind,
    /// Whether the other is the earlier one, as far as dates tell.
    pub is_original: bool,
    /// Share of the smaller one's words that the other holds, 0 to 1.
    pub containment: f64,
    /// Whether the later one holds much besides.
    pub held: bool,
}

/// Most near-copies that a document's page lists.
const MOST_LINES: usize = 100;

impl Workbench {
    /// Documents with words of this one. Answers that quote what they answer are left out.
    pub(crate) fn near_copy_lines(&self, id: DocumentId) -> Result<Vec<NearCopyLine>, Error> {
        let mut copies = self.reader.near_copies_of(id)?;
        copies.retain(|copy| copy.pair.kind != CopyKind::QuotedBlock);
        copies.truncate(MOST_LINES);
        let line = |copy: &StoredCopy| {
            let is_original = copy.pair.copy == id;
            let other = if is_original {
                copy.pair.original
            } else {
                copy.pair.copy
            };
            Ok(NearCopyLine {
                document: self.document_view(other)?,
                kind: copy.pair.kind,
                is_original,
                containment: copy.pair.containment,
                held: copy.held,
            })
        };
        copies.iter().map(line).collect()
    }

    /// Near-copies by their original; of one document only, where one is named. Answers that quote
    /// what they answer are left out unless they are asked for.
    ///
    /// # Errors
    /// When there is no such document, or the store cannot be read.
    pub fn near_copies(
        &self,
        of: Option<&str>,
        with_quotes: bool,
    ) -> Result<Vec<NearCopyPage>, Error> {
        let of = match of {
            Some(prefix) => Some(self.reader.find_document(prefix)?),
            None => None,
        };
        let mut copies = self.reader.near_copies()?;
        copies.retain(|copy| with_quotes || copy.pair.kind != CopyKind::QuotedBlock);
        copies.sort_by_key(|copy| (copy.pair.original, copy.held, copy.pair.copy));
        let mut pages = Vec::new();
        for of_one in copies.chunk_by(|a, b| a.pair.original == b.pair.original) {
            let original = of_one[0].pair.original;
            let concerns = |id| original == id || of_one.iter().any(|copy| copy.pair.copy == id);
            if of.is_none_or(concerns) {
                pages.push(self.near_copy_page(original, of_one)?);
            }
        }
        pages.sort_by(|a, b| {
            let key =
                |page: &NearCopyPage| (page.original.date.clone(), page.original.document.clone());
            key(a).cmp(&key(b))
        });
        Ok(pages)
    }

    pub(crate) fn near_copy_page(
        &self,
        original: DocumentId,
        copies: &[StoredCopy],
    ) -> Result<NearCopyPage, Error> {
        let text = main_text(&self.reader, original)?;
        let mut views = Vec::new();
        for copy in copies {
            views.push(self.near_copy_view(&text, copy)?);
        }
        Ok(NearCopyPage {
            format_version: FORMAT_VERSION,
            original: self.document_view(original)?,
            copies: views,
        })
    }

    fn near_copy_view(&self, original: &str, copy: &StoredCopy) -> Result<NearCopyView, Error> {
        let text = main_text(&self.reader, copy.pair.copy)?;
        // Of two that are no versions of one text almost every sentence differs.
        let original = if copy.held { text.as_str() } else { original };
        let found = differences(original, &text);
        let (mut cut, mut added, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for change in &found.changes {
            match change {
                Change::Kept { .. } => {}
                Change::Cut { from } => cut.push(original[from.clone()].to_owned()),
                Change::Added { to } => added.push(text[to.clone()].to_owned()),
                Change::Changed { from, to } => {
                    changed.push([
                        original[from.clone()].to_owned(),
                        text[to.clone()].to_owned(),
                    ]);
                }
            }
        }
        Ok(NearCopyView {
            document: self.document_view(copy.pair.copy)?,
            kind: copy.pair.kind,
            resemblance: copy.pair.resemblance,
            containment: copy.pair.containment,
            held: copy.held,
            cut,
            added,
            changed,
        })
    }

    pub(crate) fn document_view(&self, id: DocumentId) -> Result<DocumentView, Error> {
        let document = self.reader.document(id)?;
        Ok(DocumentView {
            document: id.to_hex(),
            date: document.shown_date(),
            title: document.title,
        })
    }
}
