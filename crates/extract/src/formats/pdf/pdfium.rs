//! Pages by pdfium, the engine of Chromium: a C++ library, loaded at run time by the caller's path.

use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use onrecord_record::PageBox;
use pdfium_render::prelude::{
    PdfAction, PdfBitmapFormat, PdfDocument, PdfDocumentMetadataTagType, PdfFormField,
    PdfFormFieldCommon as _, PdfPage, PdfPageAnnotation, PdfPageAnnotationCommon,
    PdfPageAnnotationType, PdfPageObjectsCommon as _, PdfPageRenderRotation, PdfPageTextChar,
    PdfRect, PdfRenderConfig, Pdfium, PdfiumError, PdfiumInternalError,
};
use sha2::{Digest as _, Sha256};

use super::engine::{About, Attachment, Document, OpenError, Page, Run, RunBuilder, height};
use super::lines::TICK;
use super::picture::{Drawn, RenderError, WordBox};

/// SHA-256 of the libraries that are known to give the texts that are tested, with where they run.
///
/// They are `pypdfium2_raw/libpdfium.so` of the Python package `pypdfium2` 5.15.2 (pdfium 8149).
pub const PDFIUM_LIBRARIES: &[(&str, &str)] = &[
    (
        "x86_64-linux",
        "c76dc0f7839644bfa7c3e3107a6068df714e339c861bb7d4519907b821d427f9",
    ),
    (
        "aarch64-linux",
        "4378615ad9710397c96c112611be9018629bbfe38805d91a2663a534b99c28ca",
    ),
];

/// The library keeps state of its own for the whole process, and is set up once.
static LIBRARY: OnceLock<Pdfium> = OnceLock::new();

/// Why pdfium was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum PdfiumLoadError {
    /// The file cannot be read.
    #[error("{path}: cannot read the pdfium library ({reason}); get it with `cargo xtask pdfium`")]
    Unreadable {
        /// The library's path.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// It is another library than the one that was tested.
    #[error(
        "{path} has SHA-256 {found}, which is none of the known pdfium libraries; remove it and get it again with `cargo xtask pdfium`"
    )]
    Unknown {
        /// The library's path.
        path: String,
        /// Its hash.
        found: String,
    },
    /// The system does not load it.
    #[error(
        "{path}: the pdfium library does not load ({reason}); PDFs are read by the second engine"
    )]
    Refused {
        /// The library's path.
        path: String,
        /// What the system says.
        reason: String,
    },
}

/// Loads pdfium for this process from a file whose hash is one of [`PDFIUM_LIBRARIES`].
///
/// Call it before any file is read, and before a sandbox forbids opening it. The state is the
/// process's because the library's own is; a second call does nothing.
///
/// # Errors
/// When the file cannot be read, is another library, or does not load.
pub fn load_pdfium(path: &Path) -> Result<(), PdfiumLoadError> {
    if LIBRARY.get().is_some() {
        return Ok(());
    }
    let found = hash(path).map_err(|error| PdfiumLoadError::Unreadable {
        path: path.display().to_string(),
        reason: crate::names::reason(&error),
    })?;
    if !PDFIUM_LIBRARIES.iter().any(|(_, known)| *known == found) {
        return Err(PdfiumLoadError::Unknown {
            path: path.display().to_string(),
            found,
        });
    }
    match Pdfium::bind_to_library(path) {
        Ok(bindings) => {
            LIBRARY.get_or_init(|| Pdfium::new(bindings));
            Ok(())
        }
        // Another thread was faster.
        Err(PdfiumError::PdfiumLibraryBindingsAlreadyInitialized) => Ok(()),
        Err(error) => Err(PdfiumLoadError::Refused {
            path: path.display().to_string(),
            reason: crate::names::reason(&format!("{error:?}")),
        }),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "opens the one library that its caller names, to check it before it runs"
)]
fn hash(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            n => hasher.update(&chunk[..n]),
        }
    }
    Ok(crate::event::Sha256(hasher.finalize().into()).to_string())
}

/// Whether pdfium was loaded.
pub(super) fn is_loaded() -> bool {
    LIBRARY.get().is_some()
}

/// A document opened by pdfium.
pub(super) struct Opened<'b> {
    document: PdfDocument<'b>,
}

/// Opens a PDF, with the first of the passwords that fits where it is locked.
pub(super) fn open<'b>(bytes: &'b [u8], passwords: &'b [String]) -> Result<Opened<'b>, OpenError> {
    let library = LIBRARY
        .get()
        .ok_or_else(|| OpenError::Unreadable("pdfium is not loaded".to_owned()))?;
    let attempts = [None].into_iter().chain(passwords.iter().map(Some));
    for password in attempts {
        match library.load_pdf_from_byte_slice(bytes, password.map(String::as_str)) {
            Ok(document) => return Ok(Opened { document }),
            Err(PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::PasswordError)) => {}
            Err(error) => return Err(OpenError::Unreadable(words(&error))),
        }
    }
    Err(OpenError::Locked)
}

fn words(error: &PdfiumError) -> String {
    use PdfiumInternalError as Internal;
    let known = match error {
        PdfiumError::PdfiumLibraryInternalError(Internal::FormatError) => "its structure is broken",
        PdfiumError::PdfiumLibraryInternalError(Internal::SecurityError) => {
            "it is encrypted in a way that is not known"
        }
        PdfiumError::PdfiumLibraryInternalError(Internal::PageError) => "the page is broken",
        _ => "the engine does not say why",
    };
    known.to_owned()
}

/// Most titles of an outline that are kept.
const MAX_OUTLINE: usize = 2_000;
/// Most links, fields and comments of a page that are kept.
const MAX_ON_PAGE: usize = 2_000;

impl Document for Opened<'_> {
    fn about(&self) -> About {
        use PdfDocumentMetadataTagType as Tag;
        let metadata = self.document.metadata();
        let get = |tag| {
            let value = metadata.get(tag)?.value().trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let stated = [
            ("author", Tag::Author),
            ("subject", Tag::Subject),
            ("keywords", Tag::Keywords),
            ("creator", Tag::Creator),
            ("producer", Tag::Producer),
        ];
        About {
            title: get(Tag::Title),
            created: get(Tag::CreationDate),
            modified: get(Tag::ModificationDate),
            stated: stated
                .into_iter()
                .filter_map(|(key, tag)| Some((key, get(tag)?)))
                .collect(),
            outline: self
                .document
                .bookmarks()
                .iter()
                .take(MAX_OUTLINE)
                .filter_map(|bookmark| bookmark.title())
                .collect(),
        }
    }

    fn n_pages(&self) -> u32 {
        u32::try_from(self.document.pages().len()).unwrap_or(0)
    }

    fn page(&self, index: u32) -> Result<Page, String> {
        let page = self.load(index)?;
        let frame = Frame::of(&page);
        let mut read = Page {
            runs: runs(&page, &frame, RunBuilder::default())?,
            links: links(&page),
            ..Page::default()
        };
        let annotations = page.annotations();
        for annotation in annotations.iter().take(MAX_ON_PAGE) {
            read_annotation(&annotation, &frame, &mut read);
        }
        read.is_painted = !read.runs.is_empty() || !page.objects().is_empty();
        Ok(read)
    }

    fn n_attachments(&self) -> u32 {
        u32::from(self.document.attachments().len())
    }

    fn attachment(&self, index: u32) -> Attachment {
        let attachments = self.document.attachments();
        let found = u16::try_from(index)
            .ok()
            .and_then(|index| attachments.get(index).ok());
        let Some(found) = found else {
            return Attachment {
                name: String::new(),
                size: 0,
                bytes: Vec::new(),
            };
        };
        Attachment {
            name: found.name(),
            size: found.len() as u64,
            bytes: found.save_to_bytes().unwrap_or_default(),
        }
    }
}

impl Opened<'_> {
    fn load(&self, index: u32) -> Result<PdfPage<'_>, String> {
        let index = i32::try_from(index).map_err(|_| "there is no such page".to_owned())?;
        self.document
            .pages()
            .get(index)
            .map_err(|error| words(&error))
    }
}

/// How a page lies on the screen: its visible part, turned as it says.
///
/// Boxes of letters come in the page's own space, whose origin is anywhere and whose y grows upwards.
struct Frame {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    quarter_turns: u8,
}

impl Frame {
    fn of(page: &PdfPage<'_>) -> Self {
        let bounds = page.boundaries().bounding().map(|found| found.bounds);
        let bounds = bounds.unwrap_or_else(|_| page.page_size());
        let quarter_turns = match page.rotation() {
            Ok(PdfPageRenderRotation::Degrees90) => 1,
            Ok(PdfPageRenderRotation::Degrees180) => 2,
            Ok(PdfPageRenderRotation::Degrees270) => 3,
            _ => 0,
        };
        Self {
            left: bounds.left().value,
            top: bounds.top().value,
            width: bounds.width().value,
            height: bounds.height().value,
            quarter_turns,
        }
    }

    /// A box in points from the upper left corner of the page as it is shown.
    fn shown(&self, rect: &PdfRect) -> PageBox {
        let (left, right) = (
            rect.left().value - self.left,
            rect.right().value - self.left,
        );
        let (top, bottom) = (self.top - rect.top().value, self.top - rect.bottom().value);
        let (left, top, right, bottom) = match self.quarter_turns {
            1 => (self.height - bottom, left, self.height - top, right),
            2 => (
                self.width - right,
                self.height - bottom,
                self.width - left,
                self.height - top,
            ),
            3 => (top, self.width - right, bottom, self.width - left),
            _ => (left, top, right, bottom),
        };
        PageBox {
            left,
            top,
            right,
            bottom,
        }
    }

    /// Width and height of the page as it is shown.
    fn size(&self) -> (f32, f32) {
        if self.quarter_turns.is_multiple_of(2) {
            (self.width, self.height)
        } else {
            (self.height, self.width)
        }
    }
}

/// What pdfium puts where a hyphen divides a word at the end of a line.
const HYPHEN_MARKS: [u32; 2] = [0x02, 0xfffe];

fn runs(page: &PdfPage<'_>, frame: &Frame, mut builder: RunBuilder) -> Result<Vec<Run>, String> {
    let text = page.text().map_err(|error| words(&error))?;
    let letters = text.chars();
    for letter in letters.iter() {
        let code = letter.unicode_value();
        match char::from_u32(code) {
            Some('\n' | '\r') => builder.end(),
            Some(' ' | '\u{a0}' | '\t') => match letter.is_generated() {
                Ok(true) => builder.guessed_space(),
                _ => builder.space(),
            },
            _ if HYPHEN_MARKS.contains(&code) => {
                if let Some(area) = area(&letter, frame) {
                    builder.hyphen(area);
                }
            }
            Some(known) => {
                if let Some(area) = area(&letter, frame) {
                    let is_prime = known == '0' && is_prime(&letter, &area, &builder);
                    builder.letter(if is_prime { '′' } else { known }, area);
                }
            }
            None => {}
        }
    }
    Ok(builder.finish())
}

/// Whether a zero is the prime of TeX's symbol font, whose names of letters pdfium does not know.
///
/// It stands high and small behind a letter, as an exponent does; only then is its font looked up.
fn is_prime(letter: &PdfPageTextChar<'_>, area: &PageBox, builder: &RunBuilder) -> bool {
    let is_small = builder
        .last_height()
        .is_some_and(|before| height(area) < 0.9 * before);
    is_small && letter.font_name().contains("CMSY")
}

fn area(letter: &PdfPageTextChar<'_>, frame: &Frame) -> Option<PageBox> {
    let bounds = letter.loose_bounds().ok()?;
    let shown = frame.shown(&bounds);
    let is_finite = [shown.left, shown.top, shown.right, shown.bottom]
        .iter()
        .all(|edge| edge.is_finite());
    is_finite.then_some(shown)
}

fn links(page: &PdfPage<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for link in page.links().iter().take(MAX_ON_PAGE) {
        if let Some(PdfAction::Uri(action)) = link.action()
            && let Ok(uri) = action.uri()
            && found.last() != Some(&uri)
        {
            found.push(uri);
        }
    }
    found
}

fn read_annotation(annotation: &PdfPageAnnotation<'_>, frame: &Frame, page: &mut Page) {
    let Ok(area) = annotation.bounds().map(|bounds| frame.shown(&bounds)) else {
        return;
    };
    if let Some(field) = annotation.as_form_field() {
        page.fields
            .extend(field_value(field).map(|value| Run::boxed(value, area)));
        return;
    }
    let is_words = !matches!(
        annotation.annotation_type(),
        PdfPageAnnotationType::Link | PdfPageAnnotationType::Widget | PdfPageAnnotationType::Popup
    );
    let Some(contents) = annotation.contents().filter(|_| is_words) else {
        return;
    };
    let contents = clean(&contents);
    if contents.is_empty() {
        return;
    }
    let run = Run::boxed(contents, area);
    if annotation.annotation_type() == PdfPageAnnotationType::FreeText {
        page.fields.push(run);
    } else {
        page.comments
            .push((run, annotation.creator().map(|name| clean(&name))));
    }
}

/// What somebody filled in; what is ticked is an "X", as it is on paper.
fn field_value(field: &PdfFormField<'_>) -> Option<String> {
    let value = match field {
        PdfFormField::Text(field) => field.value(),
        PdfFormField::ComboBox(field) => field.value(),
        PdfFormField::ListBox(field) => field.value(),
        PdfFormField::Checkbox(field) => ticked(field.appearance_stream()),
        PdfFormField::RadioButton(field) => ticked(field.appearance_stream()),
        _ => None,
    };
    value
        .map(|value| clean(&value))
        .filter(|value| !value.is_empty())
}

/// What the page shows of a box decides: the name of its appearance, where that is not `Off`.
fn ticked(appearance: Option<String>) -> Option<String> {
    let is_ticked = appearance.is_some_and(|name| !matches!(name.as_str(), "" | "Off" | "/Off"));
    is_ticked.then(|| TICK.to_owned())
}

/// Text of an annotation: its line ends are its reader's, and NUL is nobody's.
fn clean(text: &str) -> String {
    let lines = text
        .split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let lines: Vec<String> = lines
        .map(|line| line.chars().filter(|letter| !letter.is_control()).collect())
        .collect();
    lines.join("\n")
}

/// Draws the page with this number, from 1, at most `max_side` pixels wide and high.
pub(super) fn draw(
    bytes: &[u8],
    passwords: &[String],
    number: u32,
    width: u32,
    max_side: u32,
) -> Result<Drawn, RenderError> {
    if !is_loaded() {
        return Err(RenderError::NoEngine);
    }
    let failed = |reason| RenderError::Failed {
        page: number,
        reason,
    };
    let opened = open(bytes, passwords).map_err(|error| match error {
        OpenError::Locked => RenderError::Locked,
        OpenError::Unreadable(reason) => failed(reason),
    })?;
    let index = number
        .checked_sub(1)
        .ok_or_else(|| failed("pages count from 1".to_owned()))?;
    let page = opened.load(index).map_err(failed)?;
    let frame = Frame::of(&page);
    let (page_width, page_height) = frame.size();
    let sides = pixels(page_width, page_height, width, max_side);
    let (width_px, height_px) = sides.ok_or_else(|| failed("the page has no size".to_owned()))?;
    let config = PdfRenderConfig::new()
        .set_fixed_size(width_px as i32, height_px as i32)
        .set_format(PdfBitmapFormat::BGRA)
        .render_annotations(true)
        .render_form_data(true);
    let bitmap = page
        .render_with_config(&config)
        .map_err(|error| failed(words(&error)))?;
    Ok(Drawn {
        rgba: bitmap.as_rgba_bytes(),
        width_px,
        height_px,
        width: page_width,
        height: page_height,
        words: word_boxes(&page, &frame),
    })
}

fn word_boxes(page: &PdfPage<'_>, frame: &Frame) -> Vec<WordBox> {
    let words = runs(page, frame, RunBuilder::of_words()).unwrap_or_default();
    let boxed = words.into_iter().map(|word| WordBox {
        text: word.text,
        area: word.area,
    });
    boxed.collect()
}

/// Sides of the picture: as wide as asked, no side longer than allowed, none without a pixel.
fn pixels(width: f32, height: f32, wanted: u32, max_side: u32) -> Option<(u32, u32)> {
    let has_size = width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0;
    let scale = (wanted as f32 / width).min(max_side as f32 / height);
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, max_side);
    has_size.then(|| (side(width), side(height)))
}
