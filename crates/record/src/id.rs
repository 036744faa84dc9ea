//! Content ids: BLAKE3 digests, shown as lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Span;

/// A text that is no id: wrong length, or a character that is not hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an id of {1} hexadecimal digits")]
pub struct InvalidId(pub String, pub usize);

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl $name {
            /// Number of bytes; the written form has twice as many hexadecimal digits.
            pub const BYTES: usize = $bytes;

            /// Reads the id from bytes as a store keeps them; `None` when the length is wrong.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The raw bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The id in lower-case hexadecimal.
            #[must_use]
            pub fn to_hex(self) -> String {
                let mut hex = String::with_capacity($bytes * 2);
                for byte in self.0 {
                    hex.push(hex_digit(byte >> 4));
                    hex.push(hex_digit(byte & 15));
                }
                hex
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.to_hex())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let digits = text.as_bytes();
                if digits.len() != $bytes * 2 {
                    return Err(InvalidId(text.to_owned(), $bytes * 2));
                }
                let mut bytes = [0; $bytes];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    let (Some(high), Some(low)) = (nibble(pair[0]), nibble(pair[1])) else {
                        return Err(InvalidId(text.to_owned(), $bytes * 2));
                    };
                    *byte = high << 4 | low;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(&self.to_hex())
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return <[u8; $bytes]>::deserialize(deserializer).map(Self);
                }
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

fn hex_digit(nibble: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(nibble & 15)])
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

hex_id!(
    /// BLAKE3 of bytes as they came.
    Digest,
    32
);
hex_id!(
    /// Names a stored text: BLAKE3 of its UTF-8 bytes.
    TextId,
    32
);
hex_id!(
    /// Names a document: the first 16 bytes of a keyed BLAKE3 of its content key.
    ///
    /// The content key of a file is its bytes; of a message, what its sender wrote
    /// (so that the same message in two mailboxes is one document).
    DocumentId,
    16
);
hex_id!(
    /// Names a place where somebody is spoken of: the first 8 bytes of its document, then the first
    /// byte and one past the last byte of the place in the document's main text (big-endian), so
    /// that mentions sort by document and place, and lead back to both without a table.
    MentionId,
    16
);
hex_id!(
    /// Names a statement: the first 16 bytes of a BLAKE3 of its document and its cue, or its content.
    StatementId,
    16
);
hex_id!(
    /// Names a claim: the least id of its statements.
    ClaimId,
    16
);
hex_id!(
    /// Names a tie in one document: the first 16 bytes of a BLAKE3 of its ends, type and evidence.
    LinkId,
    16
);

impl MentionId {
    /// The mention of `span` in the main text of a document.
    #[must_use]
    pub fn in_text(document: DocumentId, span: Span) -> Self {
        Self::new(document, span.start, span.end)
    }

    /// The `number`th party of a document's header, which its text need not name.
    #[must_use]
    pub fn in_header(document: DocumentId, number: u32) -> Self {
        Self::new(document, u32::MAX, number)
    }

    fn new(document: DocumentId, first: u32, second: u32) -> Self {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&document.0[..8]);
        id[8..12].copy_from_slice(&first.to_be_bytes());
        id[12..].copy_from_slice(&second.to_be_bytes());
        Self(id)
    }

    /// The least and the greatest mention id of a document.
    #[must_use]
    pub fn range_of(document: DocumentId) -> (Self, Self) {
        (
            Self::new(document, 0, 0),
            Self::new(document, u32::MAX, u32::MAX),
        )
    }

    /// The first bytes of the document's id.
    #[must_use]
    pub fn document_prefix(&self) -> &[u8] {
        &self.0[..8]
    }

    /// Where it stands in the main text; `None` for a party of the header.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        let number = |at: usize| {
            let bytes = self.0.get(at..at + 4).and_then(|b| b.try_into().ok());
            bytes.map_or(0, u32::from_be_bytes)
        };
        let (start, end) = (number(8), number(12));
        (start != u32::MAX && start <= end).then(|| Span::new(start, end))
    }
}

impl From<MentionId> for EntityId {
    /// An entity is named by its least mention; whoever has another mention of it looks up which.
    fn from(mention: MentionId) -> Self {
        Self(mention.0)
    }
}

impl From<EntityId> for MentionId {
    fn from(entity: EntityId) -> Self {
        Self(entity.0)
    }
}

impl StatementId {
    /// The statement whose cue (or, without one, content) stands in these spans.
    #[must_use]
    pub fn of(document: DocumentId, place: &[Span], number: u32) -> Self {
        Self(hash_of(
            b"statement",
            document,
            place,
            &number.to_le_bytes(),
        ))
    }
}

impl LinkId {
    /// The tie of this type between two mentions, with these words as its evidence.
    #[must_use]
    pub fn of(document: DocumentId, ends: [MentionId; 2], kind: &str, evidence: &[Span]) -> Self {
        let mut detail = ends[0].0.to_vec();
        detail.extend(ends[1].0);
        detail.extend(kind.as_bytes());
        Self(hash_of(b"link", document, evidence, &detail))
    }
}

fn hash_of(what: &[u8], document: DocumentId, spans: &[Span], detail: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(what).update(&document.0);
    for span in spans {
        hasher.update(&span.start.to_le_bytes());
        hasher.update(&span.end.to_le_bytes());
    }
    hasher.update(detail);
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    id
}

hex_id!(
    /// Names an entity of a case: the least id of its mentions.
    EntityId,
    16
);
hex_id!(
    /// Names a tie of a case: the first 16 bytes of a keyed BLAKE3 of its ends, its type and what tells it from others.
    TieId,
    16
);

impl TieId {
    /// The tie with this content key; the key's form is the network crate's.
    #[must_use]
    pub fn of_key(content_key: &[u8]) -> Self {
        let wide = blake3::derive_key("onrecord 2026 tie by content key", content_key);
        let mut bytes = [0; Self::BYTES];
        bytes.copy_from_slice(&wide[..Self::BYTES]);
        Self(bytes)
    }
}

impl Digest {
    /// Hashes bytes as they came.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl TextId {
    /// Names `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

impl DocumentId {
    /// The document whose content is these bytes, given by their digest.
    #[must_use]
    pub fn of_content(digest: &Digest) -> Self {
        Self::derive("onrecord 2026 document by content", digest.as_bytes())
    }

    /// The message with this content key; the key's form is the mail crate's.
    #[must_use]
    pub fn of_message(content_key: &[u8]) -> Self {
        Self::derive("onrecord 2026 message by content key", content_key)
    }

    fn derive(context: &str, material: &[u8]) -> Self {
        let wide = blake3::derive_key(context, material);
        let mut bytes = [0; Self::BYTES];
        bytes.copy_from_slice(&wide[..Self::BYTES]);
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_their_written_form() {
        let id = DocumentId::of_content(&Digest::of(b"ledger"));
        assert_eq!(id.to_hex().parse(), Ok(id));
        assert_eq!(id.to_hex().to_uppercase().parse(), Ok(id));
        assert!("abc".parse::<DocumentId>().is_err());
        assert!("zz".repeat(16).parse::<DocumentId>().is_err());
    }

    #[test]
    fn a_file_and_a_message_of_the_same_bytes_have_different_names() {
        let digest = Digest::of(b"x");
        assert_ne!(
            DocumentId::of_content(&digest),
            DocumentId::of_message(digest.as_bytes())
        );
    }
}
