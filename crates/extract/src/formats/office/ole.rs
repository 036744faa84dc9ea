//! Objects embedded in documents ([MS-OLEDS]): the file inside, with the name that it had.

use super::compound::{Compound, StorageEntry, in_code_page, u16_at, u32_at};
use super::embedded;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Longest name of a packed file, in bytes.
const MAX_NAME: usize = 4_096;

/// A file that an object holds.
pub(super) struct Native {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The file of an `Ole10Native` stream: a packed file with its name, or the bare bytes of another
/// program's object.
pub(super) fn native(stream: &[u8]) -> Option<Native> {
    let length = u32_at(stream, 0)? as usize;
    let body = stream.get(4..)?;
    let body = &body[..length.min(body.len())];
    Some(packed(body).unwrap_or_else(|| Native {
        name: String::new(),
        bytes: body.to_vec(),
    }))
}

/// What the Windows packager writes: label, path, temporary path, bytes.
fn packed(body: &[u8]) -> Option<Native> {
    if u16_at(body, 0)? != 2 {
        return None;
    }
    let (label, at) = text(body, 2)?;
    let (path, at) = text(body, at)?;
    let n_temporary = u32_at(body, at + 4)? as usize;
    let at = (at + 8).checked_add(n_temporary)?;
    let length = u32_at(body, at)? as usize;
    let bytes = body.get(at + 4..(at + 4).checked_add(length)?)?;
    let name = if label.is_empty() { path } else { label };
    let name = name
        .rsplit(['\\', '/'])
        .next()
        .unwrap_or_default()
        .to_owned();
    Some(Native {
        name,
        bytes: bytes.to_vec(),
    })
}

/// A text that ends with a zero, and where the next field begins.
fn text(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let rest = bytes.get(at..)?;
    let length = memchr::memchr(0, &rest[..rest.len().min(MAX_NAME)])?;
    Some((
        in_code_page(&rest[..length], 1252).into_owned(),
        at + length + 1,
    ))
}

/// The name and bytes of an object in a storage.
pub(super) fn object(
    compound: &mut Compound<'_>,
    entry: &StorageEntry,
) -> Option<(String, Vec<u8>)> {
    let stream = |compound: &mut Compound<'_>, name: &str| {
        let path = entry.path.join(name);
        compound
            .has(&path)
            .then(|| compound.stream(&path))
            .flatten()
    };
    if let Some(bytes) = stream(compound, "\u{1}Ole10Native") {
        let native = native(&bytes)?;
        let name = if native.name.is_empty() {
            entry.name.clone()
        } else {
            native.name
        };
        return Some((name, native.bytes));
    }
    for name in ["Package", "CONTENTS"] {
        if let Some(bytes) = stream(compound, name) {
            return Some((entry.name.clone(), bytes));
        }
    }
    let copy = compound.copy_out(&entry.path, |_, bytes| bytes)?;
    Some((entry.name.clone(), copy))
}

/// Reads the open item as the wrapping of a packed file.
pub(super) fn read_native(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let native = compound
        .stream("\u{1}Ole10Native")
        .and_then(|bytes| native(&bytes));
    match native {
        Some(native) => embedded::read_bytes(reading, named(&native.name), native.bytes),
        None => super::unreadable(reading, "the embedded file is damaged"),
    }
}

/// Reads the open item as the wrapping of a document since 2007.
pub(super) fn read_package(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let bytes = compound.stream("Package").unwrap_or_default();
    embedded::read_bytes(reading, "Package", bytes)
}

/// Reads the open item as the wrapping of another program's document, a PDF mostly.
pub(super) fn read_contents(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let bytes = compound.stream("CONTENTS").unwrap_or_default();
    embedded::read_bytes(reading, "CONTENTS", bytes)
}

fn named(name: &str) -> &str {
    if name.is_empty() {
        "embedded file"
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_files_keep_their_names() {
        let mut body = b"\x02\0note.txt\0C:\\a\\note.txt\0\0\0\x03\0".to_vec();
        body.extend(4_u32.to_le_bytes());
        body.extend(b"tmp\0");
        body.extend(5_u32.to_le_bytes());
        body.extend(b"words");
        let mut stream = (body.len() as u32).to_le_bytes().to_vec();
        stream.extend(body);
        let native = native(&stream).expect("a packed file");
        assert_eq!(
            (native.name.as_str(), &native.bytes[..]),
            ("note.txt", &b"words"[..])
        );
    }
}
