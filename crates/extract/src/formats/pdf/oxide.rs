//! Pages by `pdf_oxide`, an engine in Rust: what stands in where pdfium is absent, or ended its process.
//!
//! It gives spans of text with their boxes. Forms, comments, links and attachments are the first
//! engine's; a document that this one reads says so in its metadata (`read-by`).

use onrecord_record::PageBox;
use pdf_oxide::PdfDocument;

use super::engine::{About, Attachment, Document, OpenError, Page, Run};

/// Said of a document that this engine reads.
const LACKING: &str = "second PDF engine: without forms, comments, links, attached files and dates";

/// A document opened by `pdf_oxide`.
pub(super) struct Opened {
    document: PdfDocument,
    n_pages: u32,
}

/// Opens a PDF, with the first of the passwords that fits where it is locked.
pub(super) fn open(bytes: &[u8], passwords: &[String]) -> Result<Opened, OpenError> {
    let unreadable = |error| OpenError::Unreadable(crate::names::reason(&error));
    let document = PdfDocument::from_bytes(bytes.to_vec()).map_err(unreadable)?;
    if document.is_encrypted() && !document.is_authenticated() {
        let fits = |password: &&String| document.authenticate(password.as_bytes()).unwrap_or(false);
        if !passwords.iter().any(|password| fits(&password)) {
            return Err(OpenError::Locked);
        }
    }
    let n_pages = document.page_count().map_err(unreadable)?;
    let n_pages = u32::try_from(n_pages).unwrap_or(u32::MAX);
    Ok(Opened { document, n_pages })
}

impl Document for Opened {
    fn about(&self) -> About {
        About {
            stated: vec![("read-by", LACKING.to_owned())],
            ..About::default()
        }
    }

    fn n_pages(&self) -> u32 {
        self.n_pages
    }

    fn page(&self, index: u32) -> Result<Page, String> {
        let index = index as usize;
        let reason = |error| crate::names::reason(&error);
        let (left, bottom, right, top) = self.document.get_page_media_box(index).map_err(reason)?;
        let (left, top) = (left.min(right), top.max(bottom));
        let mut spans = self.document.extract_spans(index).map_err(reason)?;
        spans.sort_by_key(|span| span.sequence);
        let runs = spans
            .into_iter()
            .filter(|span| !span.text.trim().is_empty());
        let runs = runs.map(|span| {
            let area = PageBox {
                left: span.bbox.x - left,
                top: top - span.bbox.y - span.bbox.height,
                right: span.bbox.x + span.bbox.width - left,
                bottom: top - span.bbox.y,
            };
            run(&span.text, area)
        });
        let runs: Vec<Run> = runs.collect();
        Ok(Page {
            is_painted: !runs.is_empty(),
            runs,
            ..Page::default()
        })
    }

    fn n_attachments(&self) -> u32 {
        0
    }

    fn attachment(&self, _: u32) -> Attachment {
        Attachment {
            name: String::new(),
            size: 0,
            bytes: Vec::new(),
        }
    }
}

fn run(text: &str, area: PageBox) -> Run {
    let is_text = |letter: &char| !letter.is_control();
    Run::boxed(text.chars().filter(is_text).collect(), area)
}
