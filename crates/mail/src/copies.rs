//! One message in several mailboxes.

use onrecord_record::{DateTime, Digest};

use crate::{Address, Message};

/// What makes a message the same message, whoever received it.
#[derive(Debug, Clone, Copy)]
pub struct ContentKeyInput<'a> {
    /// Authors.
    pub from: &'a [Address],
    /// Date of the header.
    pub date: Option<DateTime>,
    /// Subject, decoded.
    pub subject: Option<&'a str>,
    /// Text of the body: all parts shown as body, plain text preferred to HTML.
    pub body: &'a str,
    /// Digests of the attachments' decoded bytes, in any order.
    pub attachments: &'a [Digest],
    /// The raw message, hashed where neither author nor date is known.
    pub raw: &'a [u8],
}

/// Computes the key that two copies of one message share.
#[must_use]
pub fn content_key(input: &ContentKeyInput<'_>) -> [u8; 32] {
    *blake3::hash(input.raw).as_bytes()
}

/// A header in which two copies of one message differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the header, as the first copy that has it writes it.
    pub header: String,
    /// Values in the first copy, in order.
    pub first: Vec<String>,
    /// Values in the second copy, in order.
    pub second: Vec<String>,
}

/// Lists the headers in which two copies differ, in the order of the first.
#[must_use]
pub fn transport_differences(first: &Message<'_>, second: &Message<'_>) -> Vec<Difference> {
    let _ = (first, second);
    Vec::new()
}
