//! What a document offers to the index: plain values, borrowed for the time of one call.

use onrecord_record::DocumentId;

/// One document as the index sees it. Nothing of it is stored: texts live in the case.
///
/// Texts are any UTF-8 of any length. Values that a document lacks are empty slices or `None`.
#[derive(Debug, Clone, Copy)]
pub struct IndexDocument<'a> {
    /// The document's id; a document with the same id is replaced.
    pub id: DocumentId,
    /// What a reader calls it: `email`, `article`, `table`, `file` … (facet `type`, field `type:`).
    pub kind: &'a str,
    /// Media type, as `text/html` (field `type:`).
    pub media_type: Option<&'a str>,
    /// Extension of the file name without its dot (field `type:`).
    pub extension: Option<&'a str>,
    /// Subject of a message, title of a page, name of an attached file (field `subject:`, and bare words).
    pub title: &'a str,
    /// The texts with their roles (`main`, `full`, `ocr` …), searched by bare words.
    pub texts: &'a [(&'a str, &'a str)],
    /// Senders as written: names with addresses.
    pub from: &'a [&'a str],
    /// Recipients as written.
    pub to: &'a [&'a str],
    /// Recipients of copies as written.
    pub cc: &'a [&'a str],
    /// Recipients of blind copies as written.
    pub bcc: &'a [&'a str],
    /// Every header with its decoded value, in the order of the message (field `header.NAME:`).
    pub headers: &'a [(&'a str, &'a str)],
    /// Seconds since 1970-01-01T00:00:00Z.
    pub date: Option<i64>,
    /// Where it was found, one path an origin, inner paths of containers included (field `path:`).
    pub paths: &'a [&'a str],
    /// Whose mailbox or folder it came from, one an origin (field `custodian:`).
    pub custodians: &'a [&'a str],
    /// Whether anything is attached (field `has:attachment`).
    pub has_attachment: bool,
    /// Language of the main text as a code of two letters (field `lang:`).
    pub language: Option<&'a str>,
    /// Tags that people gave it (field `tag:`).
    pub tags: &'a [&'a str],
}

impl<'a> IndexDocument<'a> {
    /// A document that has nothing but an id and a kind.
    #[must_use]
    pub fn new(id: DocumentId, kind: &'a str) -> Self {
        Self {
            id,
            kind,
            media_type: None,
            extension: None,
            title: "",
            texts: &[],
            from: &[],
            to: &[],
            cc: &[],
            bcc: &[],
            headers: &[],
            date: None,
            paths: &[],
            custodians: &[],
            has_attachment: false,
            language: None,
            tags: &[],
        }
    }
}
