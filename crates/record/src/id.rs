//! Content ids: BLAKE3 digests, shown as lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
                serializer.serialize_str(&self.to_hex())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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
