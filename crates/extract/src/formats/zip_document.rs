//! Documents that are zip archives inside: told by their members, and given to their readers.

use onrecord_record::Problem;
use zip::read::ZipFileEntry;

use super::{ContentReader, office, promised, wrong_type};
use crate::content::Content;
use crate::item::Hint;

/// A kind of document that is a zip archive inside.
pub(super) struct DocumentKind {
    pub(super) name: &'static str,
    pub(super) media_type: &'static str,
    extensions: &'static [&'static str],
    mark: Mark,
    /// What reads it, where there is a reader.
    pub(super) read: Option<ContentReader>,
}

/// What tells it.
enum Mark {
    /// The member `mimetype` begins with this.
    MediaType(&'static str),
    /// There is a member whose name begins with this.
    Member(&'static str),
}

/// The kinds, the more precise first.
pub(super) static KINDS: &[DocumentKind] = &[
    kind(
        "OpenDocument text",
        "application/vnd.oasis.opendocument.text",
        &["odt", "ott"],
        Mark::MediaType("application/vnd.oasis.opendocument.text"),
        Some(office::ODF),
    ),
    kind(
        "OpenDocument spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        &["ods", "ots"],
        Mark::MediaType("application/vnd.oasis.opendocument.spreadsheet"),
        Some(office::ODF),
    ),
    kind(
        "OpenDocument presentation",
        "application/vnd.oasis.opendocument.presentation",
        &["odp", "otp"],
        Mark::MediaType("application/vnd.oasis.opendocument.presentation"),
        Some(office::ODF),
    ),
    kind(
        "OpenDocument drawing",
        "application/vnd.oasis.opendocument.graphics",
        &["odg"],
        Mark::MediaType("application/vnd.oasis.opendocument.graphics"),
        Some(office::ODF),
    ),
    kind(
        "OpenDocument file",
        "application/vnd.oasis.opendocument",
        &["odf", "odb"],
        Mark::MediaType("application/vnd.oasis.opendocument"),
        Some(office::ODF),
    ),
    kind(
        "StarOffice document",
        "application/vnd.sun.xml.writer",
        &["sxw", "sxc", "sxi"],
        Mark::MediaType("application/vnd.sun.xml"),
        Some(office::ODF),
    ),
    kind(
        "EPUB book",
        "application/epub+zip",
        &["epub"],
        Mark::MediaType("application/epub+zip"),
        Some(office::EPUB),
    ),
    // Some packers squeeze the member that states the kind; these tell it all the same.
    kind(
        "EPUB book",
        "application/epub+zip",
        &["epub"],
        Mark::Member("META-INF/container.xml"),
        Some(office::EPUB),
    ),
    kind(
        "OpenDocument file",
        "application/vnd.oasis.opendocument",
        &[
            "odt", "ott", "ods", "ots", "odp", "otp", "odg", "odf", "odb", "sxw", "sxc", "sxi",
        ],
        Mark::Member("content.xml"),
        Some(office::ODF),
    ),
    kind(
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx", "docm", "dotx", "dotm"],
        Mark::Member("word/"),
        Some(office::OOXML),
    ),
    kind(
        "Excel workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx", "xlsm", "xltx", "xlsb"],
        Mark::Member("xl/"),
        Some(office::OOXML),
    ),
    kind(
        "PowerPoint presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx", "pptm", "ppsx", "potx"],
        Mark::Member("ppt/"),
        Some(office::OOXML),
    ),
    kind(
        "Visio drawing",
        "application/vnd.visio",
        &["vsdx"],
        Mark::Member("visio/"),
        None,
    ),
    kind(
        "Apple iWork document",
        "application/vnd.apple.iwork",
        &["pages", "numbers", "key"],
        Mark::Member("Index/Document.iwa"),
        None,
    ),
    kind(
        "Apple iWork document",
        "application/vnd.apple.iwork",
        &["pages", "numbers", "key"],
        Mark::Member("index.apxl"),
        None,
    ),
    kind(
        "Apple iWork document",
        "application/vnd.apple.iwork",
        &["pages", "numbers", "key"],
        Mark::Member("buildVersionHistory.plist"),
        None,
    ),
];

/// The member that every Office Open XML file has.
const CONTENT_TYPES: &[u8] = b"[Content_Types].xml";

const fn kind(
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    mark: Mark,
    read: Option<ContentReader>,
) -> DocumentKind {
    DocumentKind {
        name,
        media_type,
        extensions,
        mark,
        read,
    }
}

/// What the table of contents shows of the kind.
#[derive(Default)]
pub(super) struct Marks {
    has_content_types: bool,
    /// Which of [`KINDS`] has its member.
    seen: Vec<usize>,
    /// Where the member `mimetype` lies, when it is stored as it is, and its length.
    media_type: Option<(u64, usize)>,
}

impl Marks {
    pub(super) fn see(&mut self, entry: &ZipFileEntry<'_>) {
        let name = entry.name_raw();
        self.has_content_types |= name == CONTENT_TYPES;
        if name == b"mimetype" && entry.size() == entry.compressed_size() && entry.size() < 256 {
            self.media_type = Some((entry.header_start(), entry.size() as usize));
        }
        for (index, kind) in KINDS.iter().enumerate() {
            if let Mark::Member(prefix) = kind.mark
                && name.starts_with(prefix.as_bytes())
                && !self.seen.contains(&index)
            {
                self.seen.push(index);
            }
        }
    }
}

/// The kind of document, where the archive is one.
pub(super) fn tell(marks: &Marks, content: &mut Content<'_>) -> Option<&'static DocumentKind> {
    let stated = marks
        .media_type
        .and_then(|(at, length)| stated_media_type(content, at, length));
    KINDS.iter().enumerate().find_map(|(index, kind)| {
        let is_it = match kind.mark {
            Mark::MediaType(prefix) => stated
                .as_deref()
                .is_some_and(|stated| stated.starts_with(prefix)),
            // Folders of these names mean something only beside the list of content types.
            Mark::Member(prefix) => {
                marks.seen.contains(&index) && (marks.has_content_types || !prefix.ends_with('/'))
            }
        };
        is_it.then_some(kind)
    })
}

fn stated_media_type(content: &mut Content<'_>, header: u64, length: usize) -> Option<String> {
    let fixed = content.range(header, 30).ok()?;
    let field = |at: usize| {
        Some(u64::from(u16::from_le_bytes([
            *fixed.get(at)?,
            *fixed.get(at + 1)?,
        ])))
    };
    let start = header + 30 + field(26)? + field(28)?;
    String::from_utf8(content.range(start, length).ok()?).ok()
}

/// The name of the kind that an extension promises.
pub(super) fn promised_by(extension: &str) -> Option<&'static str> {
    let kind = KINDS
        .iter()
        .find(|kind| kind.extensions.contains(&extension));
    kind.map(|kind| kind.name)
}

/// What to report of a plain archive whose name promises a document.
pub(super) fn broken_promise(hint: &Hint<'_>) -> Option<Problem> {
    let extension = hint.extension?;
    promised_by(extension).map(|promised| wrong_type(extension, promised, "a plain zip archive"))
}

/// What to report when the name promises another kind.
pub(super) fn disagreement(kind: &DocumentKind, hint: &Hint<'_>) -> Option<Problem> {
    let extension = hint.extension?;
    let promised = promised(extension).filter(|promised| promised.name != kind.name)?;
    (!kind.extensions.contains(&extension) && extension != "zip")
        .then(|| wrong_type(extension, promised.name, kind.name))
}
