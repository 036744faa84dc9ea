//! How two near-copies hang together.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::DocumentRow;
use super::compare::Likeness;
use super::differences::differences;

/// What makes two documents near-copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyKind {
    /// The same words.
    Identical,
    /// Printed again, whole or with cuts: wire copy, syndication.
    Reprint,
    /// A later version by the same publisher.
    Updated,
    /// A later version by the same publisher, which says that it corrects something.
    Corrected,
    /// Sent on.
    Forward,
    /// Quoted in an answer.
    QuotedBlock,
    /// A part of it, pasted into other text: a press release, a digest.
    PastedIn,
}

/// Phrases that mark a forward, an answer or a correction, in lower case.
#[derive(Debug, Deserialize)]
struct Marks {
    forward: Vec<String>,
    answer: Vec<String>,
    correction: Vec<String>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/claims/marks.toml"))
        .expect("the table ships with the crate")
});

/// Decides from what the documents are, and from what was added.
pub(crate) fn kind(original: &DocumentRow, copy: &DocumentRow, likeness: &Likeness) -> CopyKind {
    if likeness.resemblance >= 1.0 && original.text.trim() == copy.text.trim() {
        return CopyKind::Identical;
    }
    if (copy.is_message || original.is_message)
        && let Some(kind) = message_kind(original, copy)
    {
        return kind;
    }
    if !likeness.is_version() {
        return CopyKind::PastedIn;
    }
    let one_publisher = original.publisher.is_some() && original.publisher == copy.publisher;
    if one_publisher {
        return if corrects(original, copy) {
            CopyKind::Corrected
        } else {
            CopyKind::Updated
        };
    }
    if same_words(original, copy) {
        CopyKind::Identical
    } else {
        CopyKind::Reprint
    }
}

fn same_words(original: &DocumentRow, copy: &DocumentRow) -> bool {
    let words = |text: &str| {
        crate::words::words(text)
            .map(|(_, word)| word)
            .collect::<Vec<_>>()
    };
    words(&original.text) == words(&copy.text)
}

/// By the marks of the longer one; a quotation inside a forward makes it a quotation.
fn message_kind(original: &DocumentRow, copy: &DocumentRow) -> Option<CopyKind> {
    let longer = if copy.text.len() >= original.text.len() {
        copy
    } else {
        original
    };
    let lower = longer.text.to_lowercase();
    let has = |marks: &[String]| marks.iter().any(|mark| lower.contains(mark));
    if longer
        .text
        .lines()
        .any(|line| line.trim_start().starts_with('>'))
    {
        return Some(CopyKind::QuotedBlock);
    }
    if has(&MARKS.forward) {
        return Some(CopyKind::Forward);
    }
    has(&MARKS.answer).then_some(CopyKind::QuotedBlock)
}

/// Whether what was added says that something was wrong.
fn corrects(original: &DocumentRow, copy: &DocumentRow) -> bool {
    let differences = differences(&original.text, &copy.text);
    differences.new_sentences().any(says_that_it_corrects)
}

/// Whether words say that something was wrong before.
pub(crate) fn says_that_it_corrects(words: &str) -> bool {
    let lower = words.to_lowercase();
    MARKS.correction.iter().any(|mark| lower.contains(mark))
}
