//! A page as a picture with its words, for a browser that never sees the file itself.

use onrecord_record::PageBox;

use super::pdfium;

/// Widest and highest picture, in pixels.
const MAX_SIDE: u32 = 4_096;
/// Most words of a page that are told.
const MAX_WORDS: usize = 50_000;

/// A page drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PagePicture {
    /// The picture, as PNG.
    pub png: Vec<u8>,
    /// Width of the picture in pixels.
    pub width_px: u32,
    /// Height of the picture in pixels.
    pub height_px: u32,
    /// Width of the page in points, as it is shown.
    pub width: f32,
    /// Height of the page in points, as it is shown.
    pub height: f32,
    /// Its words in the order in which it paints them, at most 50,000.
    pub words: Vec<WordBox>,
}

/// A word of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct WordBox {
    /// The word, without spaces.
    pub text: String,
    /// Where it stands, in points from the upper left corner: times `width_px / width` in pixels.
    pub area: PageBox,
}

/// Why a page could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The library that draws was not loaded.
    #[error(
        "pages cannot be drawn: the pdfium library is not installed; get it with `cargo xtask pdfium`"
    )]
    NoEngine,
    /// None of the passwords opens it.
    #[error("the PDF is locked by a password")]
    Locked,
    /// The engine cannot open the file, or not draw the page.
    #[error("page {page} could not be drawn ({reason})")]
    Failed {
        /// Number of the page, from 1.
        page: u32,
        /// What the engine says.
        reason: String,
    },
}

/// Draws a page of a PDF, and tells where its words stand.
///
/// `page` counts from 1, `width` is in pixels; both sides of the picture are at most 4,096, and the
/// page keeps its proportions. Notes and filled-in forms are drawn as well. Nothing that the file
/// names is opened, and its scripts do not run. Call it in a worker process only.
///
/// # Errors
/// When pdfium is not loaded, no password fits, or the page cannot be drawn.
pub fn render_page(
    bytes: &[u8],
    passwords: &[String],
    page: u32,
    width: u32,
) -> Result<PagePicture, RenderError> {
    let width = width.clamp(1, MAX_SIDE);
    let drawn = pdfium::draw(bytes, passwords, page, width, MAX_SIDE)?;
    let png = encode(&drawn.rgba, drawn.width_px, drawn.height_px).map_err(|error| {
        let reason = crate::names::reason(&error);
        RenderError::Failed { page, reason }
    })?;
    let mut words = drawn.words;
    words.truncate(MAX_WORDS);
    Ok(PagePicture {
        png,
        width_px: drawn.width_px,
        height_px: drawn.height_px,
        width: drawn.width,
        height: drawn.height,
        words,
    })
}

/// A page as its engine draws it.
pub(super) struct Drawn {
    pub(super) rgba: Vec<u8>,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) words: Vec<WordBox>,
}

/// Paper is opaque, so that three colors are enough.
fn encode(rgba: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let rgb: Vec<u8> = rgba
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(bytes)
}
