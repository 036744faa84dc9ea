//! A document: what it is, where it came from, its text.

use askama::Template;
use onrecord_workbench::{DocumentPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Bytes of text on a page; a longer text has several.
const PAGE_BYTES: usize = 200_000;

/// Which document, and what of it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DocumentQuery {
    /// Its id, or the beginning of it.
    id: String,
    /// Byte of the text at which the page begins.
    #[serde(default)]
    from: usize,
    /// The search that led here.
    q: Option<String>,
}

/// A document.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct DocumentView {
    page: DocumentPage,
}

/// A stretch of text between empty lines.
struct Paragraph<'a> {
    /// Its first byte in the text, which names it in addresses.
    start: usize,
    text: &'a str,
}

impl View for DocumentView {
    type Query = DocumentQuery;

    fn look_up(bench: &Workbench, query: &DocumentQuery) -> Result<Self, Fault> {
        Ok(Self {
            page: bench.document(&query.id)?,
        })
    }

    fn html(&self, query: &DocumentQuery, mut frame: Frame) -> askama::Result<String> {
        frame.q = query.q.clone().unwrap_or_default();
        let text = self.page.texts.first().map_or("", |text| &text.text);
        let from = text.floor_char_boundary(query.from);
        let to = page_end(text, from);
        DocumentHtml {
            frame,
            view: &self.page,
            paragraphs: paragraphs(text, from, to),
            before: (from > 0).then(|| from.saturating_sub(PAGE_BYTES)),
            after: (to < text.len()).then_some(to),
        }
        .render()
    }
}

/// Where a page of text ends: at the end of a line, where there is one.
fn page_end(text: &str, from: usize) -> usize {
    let end = text.floor_char_boundary(from.saturating_add(PAGE_BYTES));
    if end == text.len() {
        return end;
    }
    let line = text[from..end].rfind('\n');
    line.map_or(end, |at| from + at + 1)
}

fn paragraphs(text: &str, from: usize, to: usize) -> Vec<Paragraph<'_>> {
    let mut start = from;
    let mut found = Vec::new();
    for piece in text[from..to].split("\n\n") {
        let shown = piece.trim_matches(['\n', '\r']);
        if !shown.trim().is_empty() {
            found.push(Paragraph { start, text: shown });
        }
        start += piece.len() + 2;
    }
    found
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentHtml<'a> {
    frame: Frame,
    view: &'a DocumentPage,
    paragraphs: Vec<Paragraph<'a>>,
    before: Option<usize>,
    after: Option<usize>,
}

impl DocumentHtml<'_> {
    /// `(label, people)` of a message, as far as there are any.
    fn people(&self) -> Vec<(&'static str, &[String])> {
        let fields = [
            ("From", &self.view.from),
            ("To", &self.view.to),
            ("Copy", &self.view.cc),
            ("Blind copy", &self.view.bcc),
        ];
        let fields = fields.map(|(label, people)| (label, people.as_slice()));
        let mut fields = fields.to_vec();
        fields.retain(|(_, people)| !people.is_empty());
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE_BYTES, page_end, paragraphs};

    #[test]
    fn a_paragraph_is_named_by_its_first_byte() {
        let text = "One.\n\nTwo\nlines.\n\n\n\nÜber.";
        let found = paragraphs(text, 0, text.len());
        let found: Vec<_> = found.iter().map(|p| (p.start, p.text)).collect();
        assert_eq!(found, [(0, "One."), (6, "Two\nlines."), (20, "Über.")]);
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let text = "ü".repeat(PAGE_BYTES);
        let end = page_end(&text, 0);
        assert!(end <= PAGE_BYTES && text.is_char_boundary(end));
        assert_eq!(page_end(&text, end), text.len());
    }
}
