//! PDF: pages into running text, with where each line stands on its page.
//!
//! Two engines: pdfium, where its library was loaded ([`load_pdfium`]), and a second one in Rust
//! (feature `pdf-oxide`) where it was not, and for a file on which the first one failed. Both give
//! runs of letters with their boxes; what makes a text of them is the same for both.

mod date;
mod engine;
mod lines;
mod margins;
#[cfg(feature = "pdf-oxide")]
mod oxide;
mod pdfium;
mod picture;
mod text;

use std::collections::BTreeSet;

use onrecord_record::{Locator, Problem, ProblemCode};

use self::engine::{About, Document, OpenError, Page};
pub use self::pdfium::{PDFIUM_LIBRARIES, PdfiumLoadError, load_pdfium};
pub use self::picture::{PagePicture, RenderError, WordBox, render_page};
use super::{Format, Probe, ReadBy, zip};
use crate::content::Content;
use crate::event::{Kind, Level, Role, When};
use crate::item::{Hint, Input, no_reader};
use crate::names;
use crate::reading::{Child, Flow, Reading};
use crate::retry::Engine;

pub(super) const FORMAT: Format = Format {
    name: "PDF document",
    media_type: "application/pdf",
    extensions: &["pdf"],
    kind: Kind::Document,
    is_text: false,
    detect: is_pdf,
    read: ReadBy::Content(read),
};

/// Most bytes of a PDF: the engine needs all of it in memory.
const MAX_BYTES: u64 = 1 << 30;
/// Most pages that are read.
const MAX_PAGES: u32 = 20_000;
/// Most bytes of text that a PDF may give; beyond it there is no document that a person wrote.
const MAX_TEXT: usize = 256 << 20;
/// Most different links that are kept.
const MAX_LINKS: usize = 5_000;

/// A PDF may stand behind a few other bytes.
fn is_pdf(probe: &Probe<'_>) -> bool {
    let head = &probe.head[..probe.head.len().min(1_024)];
    head.starts_with(b"%PDF-")
        || !head.is_ascii() && memchr::memmem::find(head, b"%PDF-1.").is_some()
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    if content.len() > MAX_BYTES {
        reading.end().kind = Kind::None;
        return reading.problem(
            ProblemCode::TooLarge,
            "a PDF of more than 1 GiB; it was not opened",
        );
    }
    match content.head(usize::MAX) {
        Ok(bytes) => read_bytes(reading, &bytes)?,
        Err(error) => {
            reading.end().kind = Kind::None;
            let reason = names::reason(&error);
            reading.problem(
                ProblemCode::ReadFailed,
                format!("reading its bytes failed ({reason})"),
            )?;
        }
    }
    zip::read_behind(reading, content, FORMAT.name)
}

fn read_bytes(reading: &mut Reading<'_, '_>, bytes: &[u8]) -> Flow {
    match open(bytes, reading.passwords, reading.engine()) {
        Ok(document) => read_document(reading, &*document),
        Err(NotOpened::NoEngine) => {
            reading.end().kind = Kind::None;
            reading.problems([no_reader(
                "PDF documents here: the pdfium library is not installed",
            )])
        }
        Err(NotOpened::Failed(OpenError::Locked)) => {
            reading.end().kind = Kind::None;
            let n = reading.passwords.len();
            let tried = match n {
                0 => String::new(),
                n => format!("; none of the {n} known passwords opens it"),
            };
            reading.problem(
                ProblemCode::Locked,
                format!("the PDF is locked by a password{tried}"),
            )
        }
        Err(NotOpened::Failed(OpenError::Unreadable(reason))) => {
            reading.end().kind = Kind::None;
            reading.problem(
                ProblemCode::Unreadable,
                format!("the PDF could not be opened ({reason})"),
            )
        }
    }
}

enum NotOpened {
    NoEngine,
    Failed(OpenError),
}

type Opened<'b> = Box<dyn Document + 'b>;

/// Opens a PDF with pdfium, or with the second engine where that one is wanted or the only one.
fn open<'b>(
    bytes: &'b [u8],
    passwords: &'b [String],
    engine: Engine,
) -> Result<Opened<'b>, NotOpened> {
    let wants_second = engine == Engine::Second || !pdfium::is_loaded();
    if let Some(opened) = wants_second
        .then(|| open_second(bytes, passwords))
        .flatten()
    {
        return opened;
    }
    if pdfium::is_loaded() {
        let opened = pdfium::open(bytes, passwords).map_err(NotOpened::Failed)?;
        return Ok(Box::new(opened));
    }
    Err(NotOpened::NoEngine)
}

/// The second engine, where this build has it.
#[cfg(feature = "pdf-oxide")]
fn open_second<'b>(bytes: &[u8], passwords: &[String]) -> Option<Result<Opened<'b>, NotOpened>> {
    let opened = oxide::open(bytes, passwords).map_err(NotOpened::Failed);
    Some(opened.map(|opened| Box::new(opened) as Opened<'b>))
}

/// The second engine, where this build has it.
#[cfg(not(feature = "pdf-oxide"))]
fn open_second<'b>(_: &[u8], _: &[String]) -> Option<Result<Opened<'b>, NotOpened>> {
    None
}

fn read_document(reading: &mut Reading<'_, '_>, document: &dyn Document) -> Flow {
    tell_about(reading, document.about())?;
    read_pages(reading, document)?;
    read_attachments(reading, document)
}

fn tell_about(reading: &mut Reading<'_, '_>, about: About) -> Flow {
    let created = about.created.as_deref().and_then(date::parse);
    let end = reading.end();
    end.title = about.title;
    end.date = created.map(When::Moment);
    for (key, value) in about.stated {
        reading.metadata(key, value)?;
    }
    let modified = about.modified.as_deref().and_then(date::parse);
    if let Some(modified) = modified.filter(|modified| Some(*modified) != created) {
        reading.metadata("modified", modified.to_rfc3339().unwrap_or_default())?;
    }
    reading.metadata("outline", about.outline.join("\n"))
}

/// What is gathered over the pages.
#[derive(Default)]
struct Gathered {
    lines: Vec<Vec<lines::Line>>,
    n_bytes: usize,
    links: BTreeSet<String>,
    commenters: BTreeSet<String>,
    /// Pages that show something and hold no letter, from 1.
    silent: Vec<u32>,
    /// Pages that the engine could not read, from 1, and what it says of the first.
    broken: Vec<u32>,
    reason: Option<String>,
}

fn read_pages(reading: &mut Reading<'_, '_>, document: &dyn Document) -> Flow {
    let n_pages = document.n_pages();
    let mut gathered = Gathered::default();
    let mut stopped = None;
    for index in 0..n_pages {
        stopped = stop(reading, index, n_pages, &gathered);
        if stopped.is_some() {
            break;
        }
        gathered.take(index + 1, document.page(index));
    }
    reading.metadata("pages", n_pages.to_string())?;
    for link in &gathered.links {
        reading.metadata("link", link.as_str())?;
    }
    for name in &gathered.commenters {
        reading.metadata("commented-by", name.as_str())?;
    }
    let problems = gathered.problems();
    let composed = text::compose(margins::divide(gathered.lines));
    reading.problems(stopped)?;
    reading.problems(problems)?;
    reading.placed_text(Role::Main, composed.text, composed.places)
}

/// Why no further page is read.
fn stop(
    reading: &Reading<'_, '_>,
    index: u32,
    n_pages: u32,
    gathered: &Gathered,
) -> Option<Problem> {
    if reading.budget.is_late() {
        return Some(reading.budget.late());
    }
    (index >= MAX_PAGES || gathered.n_bytes > MAX_TEXT).then(|| {
        Problem::new(
            ProblemCode::TooLarge,
            format!("more text than the limit; {index} of {n_pages} pages were read"),
        )
    })
}

impl Gathered {
    fn take(&mut self, number: u32, page: Result<Page, String>) {
        let mut page = match page {
            Ok(page) => page,
            Err(reason) => {
                self.broken.push(number);
                self.reason.get_or_insert(reason);
                self.lines.push(Vec::new());
                return;
            }
        };
        if self.links.len() < MAX_LINKS {
            self.links.extend(page.links.drain(..));
        }
        let mut lines = lines::lines(&mut page);
        if lines.is_empty() && page.is_painted {
            self.silent.push(number);
        }
        for (comment, name) in page.comments.drain(..) {
            self.commenters.extend(name.filter(|name| !name.is_empty()));
            lines.extend(lines::comment(comment));
        }
        self.n_bytes += lines.iter().map(|line| line.text.len()).sum::<usize>();
        self.lines.push(lines);
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let n_pages = self.lines.len();
        if !self.broken.is_empty() {
            let pages = numbers(&self.broken);
            let reason = self
                .reason
                .as_deref()
                .unwrap_or("the engine does not say why");
            let message = format!("{pages} of {n_pages} could not be read ({reason})");
            problems.push(Problem::new(ProblemCode::Damaged, message));
        }
        let has_text = self.lines.iter().any(|lines| !lines.is_empty());
        if self.silent.is_empty() {
            if !has_text && problems.is_empty() {
                let message = format!("its {n_pages} pages show nothing");
                problems.push(Problem::new(ProblemCode::Empty, message));
            }
            return problems;
        }
        problems.push(if has_text {
            let pages = numbers(&self.silent);
            let message = format!("{pages} of {n_pages}: scan, no text");
            Problem::new(ProblemCode::PagesWithoutText, message)
        } else {
            Problem::new(
                ProblemCode::ScanWithoutText,
                format!("scan of {n_pages} pages, no text"),
            )
        });
        problems
    }
}

/// Most stretches of pages that are named.
const MAX_STRETCHES: usize = 12;

/// "pages 3, 5–9", of numbers in order.
fn numbers(pages: &[u32]) -> String {
    let mut stretches: Vec<(u32, u32)> = Vec::new();
    for &page in pages {
        match stretches.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => stretches.push((page, page)),
        }
    }
    let word = if pages.len() == 1 { "page" } else { "pages" };
    let named: Vec<String> = stretches
        .iter()
        .take(MAX_STRETCHES)
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}–{last}"),
        })
        .collect();
    let more = if stretches.len() > MAX_STRETCHES {
        ", …"
    } else {
        ""
    };
    format!("{word} {}{more}", named.join(", "))
}

fn read_attachments(reading: &mut Reading<'_, '_>, document: &dyn Document) -> Flow {
    let n = document.n_attachments();
    for index in 0..n {
        if reading.is_too_deep() {
            reading.end().unreached += u64::from(n - index);
            let depth = reading.limits.depth;
            return reading.problem(
                ProblemCode::TooDeep,
                format!("{n} attached files inside {depth} levels of others; they were not opened"),
            );
        }
        if !reading.budget.take_member() {
            reading.end().unreached += u64::from(n - index);
            return reading.problem(
                ProblemCode::TooMany,
                format!("more attached files than the limit; {index} of {n} were read"),
            );
        }
        read_attachment(reading, document, index)?;
    }
    Flow::Continue(())
}

fn read_attachment(reading: &mut Reading<'_, '_>, document: &dyn Document, index: u32) -> Flow {
    let attachment = document.attachment(index);
    let child = Child {
        level: Level::Member,
        name: &attachment.name,
        locator: Some(Locator::Member(attachment.name.clone())),
    };
    if attachment.size > reading.budget.left() {
        let message = "expands to more than the limit of its file";
        let problem = Problem::new(ProblemCode::TooLarge, message);
        return reading.unread_child(&child, attachment.size, problem);
    }
    reading.budget.expand(attachment.size);
    let extension = names::extension(&attachment.name);
    let hint = Hint {
        name: Some(&attachment.name),
        extension: extension.as_deref(),
        ..Hint::default()
    };
    let input = Input::Bytes {
        bytes: attachment.bytes.into(),
        blake3: None,
    };
    reading.child(&child, &hint, input)
}
