//! What pages show of statements, wherever they stand.

use onrecord_workbench::{Named, StatementLine};

use crate::words;

/// A statement as a card.
pub(crate) struct Card<'a> {
    pub(crate) line: &'a StatementLine,
    /// Who says it, in words.
    pub(crate) speaker: String,
    /// Whether the source has no name in the text.
    pub(crate) is_unnamed: bool,
    /// What the speaker does.
    pub(crate) says: &'static str,
    /// Whether the speaker puts it forward as so.
    pub(crate) is_put_forward: bool,
    /// The line around it, what is said marked.
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The exact sentence.
    pub(crate) href: String,
    /// The document, in words.
    pub(crate) title: &'a str,
    /// What the log calls it.
    pub(crate) on: String,
}

/// A stretch of a line.
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_match: bool,
}

impl<'a> Card<'a> {
    pub(crate) fn of(line: &'a StatementLine) -> Self {
        let speaker = line.speaker();
        let kind = serde_json::to_value(line.source_kind).unwrap_or_default();
        let (start, end) = line.place();
        Self {
            is_unnamed: kind == "unnamed",
            speaker: match (speaker.is_empty(), kind.as_str()) {
                (false, _) => speaker,
                (true, Some("self")) => "The writer".to_owned(),
                (true, Some("document")) => "The document".to_owned(),
                (true, _) => "Somebody (it is not told who)".to_owned(),
            },
            says: words::said(line.stance),
            is_put_forward: words::is_put_forward(line.stance),
            pieces: pieces(line),
            href: span_href(&line.document, start, end),
            title: titled(&line.title),
            on: format!("statement:{}", line.id),
            line,
        }
    }

    /// All of some lines.
    pub(crate) fn all(lines: &'a [StatementLine]) -> Vec<Self> {
        lines.iter().map(Self::of).collect()
    }

    /// The speaker as an entity with a page; an unnamed one has none that would tell more.
    pub(crate) fn named(&self) -> Option<&Named> {
        let named = self.line.source_entity.as_ref();
        named.filter(|_| !self.is_unnamed)
    }
}

/// The address of the exact words.
pub(crate) fn span_href(document: &str, start: u32, end: u32) -> String {
    if end > start {
        format!("/documents/{document}?span={start}-{end}#span")
    } else {
        format!("/documents/{document}")
    }
}

/// A title that can be clicked.
pub(crate) fn titled(title: &str) -> &str {
    if title.trim().is_empty() {
        "Untitled"
    } else {
        title
    }
}

/// The line around a statement, what is said in it marked; the words alone where they are not in it.
fn pieces(line: &StatementLine) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = line.context.as_str();
    for quote in &line.content {
        if let Some((before, after)) = rest.split_once(quote.quote.as_str())
            && !quote.quote.is_empty()
        {
            pieces.push(plain(before));
            pieces.push(Piece {
                text: &quote.quote,
                is_match: true,
            });
            rest = after;
        }
    }
    if pieces.is_empty() && !line.content.is_empty() {
        let words = line.content.iter().map(|quote| Piece {
            text: quote.quote.as_str(),
            is_match: true,
        });
        return words.collect();
    }
    pieces.push(plain(rest));
    pieces
}

fn plain(text: &str) -> Piece<'_> {
    Piece {
        text,
        is_match: false,
    }
}
