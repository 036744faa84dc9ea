//! S/MIME (RFC 8551): what is enveloped is locked; what is only signed is unwrapped.
//!
//! Only as much of CMS (RFC 5652) and BER is read as leads to the signed content. No signature is
//! checked here.

use crate::message::{Content, Part};

const PKCS7_TYPES: &[&str] = &["application/pkcs7-mime", "application/x-pkcs7-mime"];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// More levels than the way to the content has.
const MAX_DEPTH: usize = 16;

/// Whether a part is encrypted S/MIME.
pub(crate) fn is_enveloped(part: &Part<'_>) -> bool {
    pkcs7(part).is_some_and(|bytes| content_type(bytes).is_some_and(|kind| kind != SIGNED_DATA))
}

/// The MIME entity inside an opaquely signed part.
pub(crate) fn signed_content(part: &Part<'_>) -> Option<Vec<u8>> {
    let bytes = pkcs7(part)?;
    if content_type(bytes)? != SIGNED_DATA {
        return None;
    }
    // ContentInfo { oid, [0] SignedData { version, digests, ContentInfo { oid, [0] OCTET STRING } } }
    let info = children(element(bytes)?.0);
    let signed = children(children(info.get(1)?.content).first()?.content);
    let inner = children(signed.get(2)?.content);
    let mut content = Vec::new();
    octets(children(inner.get(1)?.content).first()?, 0, &mut content);
    Some(content).filter(|content| !content.is_empty())
}

fn pkcs7<'p>(part: &'p Part<'_>) -> Option<&'p [u8]> {
    match &part.content {
        Content::Bytes(bytes) if PKCS7_TYPES.contains(&part.media_type.as_str()) => Some(bytes),
        _ => None,
    }
}

fn content_type(bytes: &[u8]) -> Option<&[u8]> {
    let info = element(bytes)?.0;
    let oid = element(info.content)?.0;
    (info.tag == 0x30 && oid.tag == 0x06).then_some(oid.content)
}

/// One element of BER.
#[derive(Clone, Copy)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// Reads the first element; returns it and its whole length.
fn element(bytes: &[u8]) -> Option<(Element<'_>, usize)> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if tag & 0x1F == 0x1F {
        return None;
    }
    if first == 0x80 {
        let length = indefinite_length(rest)?;
        return Some((
            Element {
                tag,
                content: &rest[..length],
            },
            2 + length + 2,
        ));
    }
    let (n_more, length) = if first < 0x80 {
        (0, usize::from(first))
    } else {
        let n_more = usize::from(first & 0x7F);
        let digits = rest.get(..n_more).filter(|_| n_more <= 4)?;
        (
            n_more,
            digits
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    };
    let content = rest.get(n_more..)?;
    // A file that breaks off is read as far as it goes.
    let content = &content[..length.min(content.len())];
    Some((Element { tag, content }, 2 + n_more + content.len()))
}

/// Length of the content of an element that ends with two zero bytes, found without recursion.
fn indefinite_length(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut n_open) = (0, 1);
    while at < bytes.len() {
        match bytes[at..] {
            [0, 0, ..] => {
                n_open -= 1;
                if n_open == 0 {
                    return Some(at);
                }
                at += 2;
            }
            [_, 0x80, ..] => {
                n_open += 1;
                at += 2;
            }
            _ => at += definite_length(&bytes[at..])?,
        }
    }
    None
}

fn definite_length(bytes: &[u8]) -> Option<usize> {
    element(bytes)
        .filter(|_| bytes.get(1) != Some(&0x80))
        .map(|(_, length)| length)
}

fn children<'a>(content: impl Into<&'a [u8]>) -> Vec<Element<'a>> {
    let mut rest = content.into();
    let mut found = Vec::new();
    while let Some((child, length)) = element(rest).filter(|_| found.len() < 64) {
        found.push(child);
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// Appends the bytes of an octet string, which may be made of pieces.
fn octets(element: &Element<'_>, depth: usize, to: &mut Vec<u8>) {
    if element.tag & 0x20 == 0 {
        to.extend_from_slice(element.content);
        return;
    }
    let mut rest = element.content;
    while depth < MAX_DEPTH
        && let Some((piece, length)) = self::element(rest)
    {
        octets(&piece, depth + 1, to);
        rest = rest.get(length..).unwrap_or_default();
    }
}

impl<'a> From<Element<'a>> for &'a [u8] {
    fn from(element: Element<'a>) -> Self {
        element.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, content.len() as u8], content].concat()
    }

    fn part(bytes: Vec<u8>) -> Part<'static> {
        Part {
            path: "1".to_owned(),
            media_type: PKCS7_TYPES[0].to_owned(),
            declared_charset: None,
            charset: None,
            file_name: None,
            disposition: crate::Disposition::Unstated,
            content_id: None,
            body: None,
            flowed: false,
            content: Content::Bytes(bytes.into()),
            raw: 0..0,
            problems: Vec::new(),
        }
    }

    #[test]
    fn signed_content_is_found_and_enveloped_is_locked() {
        let content = wrap(
            0x30,
            &[wrap(6, &[1]), wrap(0xA0, &wrap(4, b"A: 1\n\nText"))].concat(),
        );
        let signed = wrap(0x30, &[wrap(2, &[1]), wrap(0x31, &[]), content].concat());
        let info = wrap(0x30, &[wrap(6, SIGNED_DATA), wrap(0xA0, &signed)].concat());
        assert_eq!(
            signed_content(&part(info.clone())).as_deref(),
            Some(b"A: 1\n\nText".as_slice())
        );
        assert!(!is_enveloped(&part(info)));
        let mut oid = SIGNED_DATA.to_vec();
        oid[8] = 3;
        assert!(is_enveloped(&part(wrap(0x30, &wrap(6, &oid)))));
    }

    #[test]
    fn indefinite_lengths_are_followed() {
        let string = [0x24, 0x80, 4, 2, b'A', b'n', 4, 2, b'n', b'a', 0, 0];
        let mut bytes = Vec::new();
        octets(&element(&string).expect("an element").0, 0, &mut bytes);
        assert_eq!(bytes, b"Anna");
    }
}
