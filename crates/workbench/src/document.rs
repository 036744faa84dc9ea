//! One document: its texts, where it came from, what people decided about it.

use onrecord_case::{Standing, StoredOrigin};
use onrecord_pipeline::{Mailbox, MessageInfo};
use onrecord_record::{DocumentId, FORMAT_VERSION, PlacedSpan};
use serde::Serialize;

use crate::error::Error;
use crate::indexing::{origin_path, written};
use crate::open::Workbench;

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentPage {
    /// Version of this object.
    pub format_version: u32,
    /// Its id.
    pub document: String,
    /// Title or subject.
    pub title: String,
    /// What a person calls it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Media type.
    pub media_type: String,
    /// Its date.
    pub date: Option<String>,
    /// Its language, as a code of two letters.
    pub language: Option<String>,
    /// Authors of a message.
    pub from: Vec<String>,
    /// Recipients.
    pub to: Vec<String>,
    /// Recipients of copies.
    pub cc: Vec<String>,
    /// Hidden recipients.
    pub bcc: Vec<String>,
    /// Message-ID.
    pub message_id: Option<String>,
    /// Its conversation.
    pub thread: Option<String>,
    /// What it says of itself.
    pub metadata: Vec<(String, String)>,
    /// Its texts; the first is the one to read.
    pub texts: Vec<TextView>,
    /// Attachments and attached messages.
    pub attachments: Vec<AttachmentView>,
    /// The document that holds this one.
    pub part_of: Option<String>,
    /// Where it was found; the first stands for it, the others are copies.
    pub origins: Vec<OriginView>,
    /// Copies of a message that differ, and in what.
    pub copies: Vec<CopyView>,
    /// All headers of the copy that is shown.
    pub headers: Vec<HeaderView>,
    /// Tags, notes, and who checked or protected it.
    pub judgements: Standing,
}

/// A text of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TextView {
    /// `main`, `full`, `html`.
    pub role: String,
    /// Its id.
    pub id: String,
    /// The text.
    pub text: String,
    /// Where stretches of it lie in the original: pages, rows; absent for one running text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlacedSpan>,
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentView {
    /// Its id.
    pub document: String,
    /// Its name in the message.
    pub name: String,
}

/// Where a document was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OriginView {
    /// Path of the file and names down to the item.
    pub path: String,
    /// Place in what holds it.
    pub locator: serde_json::Value,
    /// Whose material it is.
    pub custodian: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// BLAKE3 of its bytes.
    pub blake3: Option<String>,
    /// Version of the file, from 1.
    pub version: u32,
    /// `superseded`, `vanished` or `altered`, where it is.
    pub state: Option<&'static str>,
}

/// A copy of a message that differs from the one that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyView {
    /// BLAKE3 of the copy as it came.
    pub blake3: String,
    /// Headers that only the copy has.
    pub only_here: Vec<HeaderView>,
    /// Headers that only the shown one has.
    pub only_in_shown: Vec<HeaderView>,
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct HeaderView {
    /// Name as written.
    pub name: String,
    /// Value, decoded.
    pub value: String,
}

impl Workbench {
    /// The document whose id begins with `prefix`.
    ///
    /// # Errors
    /// When nothing, or more than one thing, has such an id.
    pub fn document(&self, prefix: &str) -> Result<DocumentPage, Error> {
        let id = self.reader.find_document(prefix)?;
        let mut page = self.document_facts(id)?;
        page.texts = self.texts(id)?;
        Ok(page)
    }

    /// A document without its texts.
    pub(crate) fn document_facts(&self, id: DocumentId) -> Result<DocumentPage, Error> {
        let stored = self.reader.document(id)?;
        let message = self.reader.message(id)?;
        let message = message.as_ref();
        let copies = self.reader.message_copies(id)?;
        let located = stored.continues.map_or(id, |(first, _)| first);
        let origins = self.reader.origins(located)?;
        let people = |field: fn(&MessageInfo) -> &Vec<Mailbox>| -> Vec<String> {
            message
                .map(|message| field(message).iter().map(written).collect())
                .unwrap_or_default()
        };
        let part_of = match origins.first() {
            Some(origin) => self.reader.holder(origin)?,
            None => None,
        };
        Ok(DocumentPage {
            format_version: FORMAT_VERSION,
            document: id.to_hex(),
            date: stored.shown_date(),
            title: stored.title,
            kind: stored.kind,
            media_type: stored.media_type,
            language: stored.language,
            from: people(|message| &message.from),
            to: people(|message| &message.to),
            cc: people(|message| &message.cc),
            bcc: people(|message| &message.bcc),
            message_id: message.and_then(|message| message.message_id.clone()),
            thread: self.reader.thread_of(id)?.map(DocumentId::to_hex),
            metadata: stored.metadata,
            texts: Vec::new(),
            attachments: self.attachments(id)?,
            part_of: part_of.map(DocumentId::to_hex),
            origins: origins.iter().map(origin_view).collect(),
            headers: copies
                .first()
                .map(|(_, headers)| header_views(headers))
                .unwrap_or_default(),
            copies: copy_views(&copies),
            judgements: self.reader.standing(&format!("document:{id}"))?,
        })
    }

    pub(crate) fn texts(&self, id: DocumentId) -> Result<Vec<TextView>, Error> {
        let texts = self.reader.texts(id)?;
        Ok(texts
            .into_iter()
            .map(|text| TextView {
                role: text.role,
                id: text.id.to_hex(),
                text: text.text,
                places: text.places,
            })
            .collect())
    }

    pub(crate) fn attachments(&self, id: DocumentId) -> Result<Vec<AttachmentView>, Error> {
        let children = self.reader.children(id)?;
        Ok(children
            .into_iter()
            .map(|(id, name)| AttachmentView {
                document: id.to_hex(),
                name,
            })
            .collect())
    }
}

fn origin_view(origin: &StoredOrigin) -> OriginView {
    let state = match (origin.current, origin.vanished, origin.altered) {
        (false, _, _) => Some("superseded"),
        (_, true, _) => Some("vanished"),
        (_, _, true) => Some("altered"),
        _ => None,
    };
    OriginView {
        path: origin_path(&origin.shown, &origin.trail),
        locator: serde_json::from_str(&origin.locator).unwrap_or_default(),
        custodian: origin.custodian.clone(),
        size: origin.size,
        sha256: origin.sha256.map(|hash| hash.to_hex()),
        blake3: origin.blake3.map(|hash| hash.to_hex()),
        version: origin.version,
        state,
    }
}

type Copies = [(onrecord_record::Digest, Vec<onrecord_pipeline::HeaderField>)];

fn copy_views(copies: &Copies) -> Vec<CopyView> {
    let Some((_, shown)) = copies.first() else {
        return Vec::new();
    };
    let shown = header_views(shown);
    copies
        .iter()
        .skip(1)
        .map(|(raw, headers)| {
            let headers = header_views(headers);
            CopyView {
                blake3: raw.to_hex(),
                only_here: without(&headers, &shown),
                only_in_shown: without(&shown, &headers),
            }
        })
        .collect()
}

fn without(headers: &[HeaderView], others: &[HeaderView]) -> Vec<HeaderView> {
    headers
        .iter()
        .filter(|header| !others.contains(header))
        .cloned()
        .collect()
}

fn header_views(headers: &[onrecord_pipeline::HeaderField]) -> Vec<HeaderView> {
    headers
        .iter()
        .map(|header| HeaderView {
            name: header.name.clone(),
            value: header.value.clone(),
        })
        .collect()
}
