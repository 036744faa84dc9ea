//! What stands inside the text of old mail: uuencoded and yEnc files, armored OpenPGP.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::WINDOWS_1252;
use memchr::memmem;
use onrecord_record::{Problem, ProblemCode};

use crate::fields::line_end;
use crate::message::{Content, Disposition, Part};
use crate::transfer::uuencode;

/// Files found in one text; more than any mail has.
const MAX_FILES: usize = 1_000;

/// A file found inside a text.
struct Found {
    name: String,
    bytes: Vec<u8>,
    problem: Option<Problem>,
    range: Range<usize>,
}

/// Whether a text holds an armored OpenPGP message that is encrypted.
pub(crate) fn has_encrypted_armor(text: &str) -> bool {
    starts_line(text.as_bytes(), b"-----BEGIN PGP MESSAGE-----")
}

fn starts_line(text: &[u8], line: &[u8]) -> bool {
    memmem::find_iter(text, line).any(|at| at == 0 || text[at - 1] == b'\n')
}

/// The files inside the text of `part`, as parts of their own; the text stays whole.
pub(crate) fn files<'a>(part: &Part<'a>) -> Vec<Part<'a>> {
    let Content::Text(text) = &part.content else {
        return Vec::new();
    };
    let text = text.as_bytes();
    let mut found = uuencoded(text);
    found.extend(yenc(text));
    found.sort_by_key(|file| file.range.start);
    let parts = found.into_iter().enumerate().map(|(index, file)| Part {
        path: format!("{}.u{}", part.path, index + 1),
        media_type: "application/octet-stream".to_owned(),
        declared_charset: None,
        charset: None,
        file_name: Some(file.name).filter(|name| !name.is_empty()),
        disposition: Disposition::Attachment,
        content_id: None,
        body: None,
        flowed: false,
        content: Content::Bytes(Cow::Owned(file.bytes)),
        raw: 0..0,
        problems: file.problem.into_iter().collect(),
    });
    parts.collect()
}

fn uuencoded(text: &[u8]) -> Vec<Found> {
    let mut files = Vec::new();
    let mut from = 0;
    while files.len() < MAX_FILES
        && let Some(found) = memmem::find(&text[from..], b"begin ")
    {
        let at = from + found;
        from = at + 6;
        if at > 0 && text[at - 1] != b'\n' {
            continue;
        }
        let end = line_end(text, at, text.len());
        let Some(name) = uuencode_name(&text[from..end]) else {
            continue;
        };
        let (bytes, read) = uuencode(&text[end..]);
        if bytes.is_empty() {
            continue;
        }
        let after = end + read;
        let is_ended = text[after..].starts_with(b"end");
        let problem = (!is_ended).then(|| {
            Problem::new(
                ProblemCode::Damaged,
                format!("the uuencoded file \"{name}\" breaks off"),
            )
        });
        files.push(Found {
            name,
            bytes,
            problem,
            range: at..after,
        });
        from = after.max(from);
    }
    files
}

/// The name in `644 name`; `None` when the line is a sentence.
fn uuencode_name(line: &[u8]) -> Option<String> {
    let line = line.trim_ascii();
    let space = line.iter().position(|byte| *byte == b' ')?;
    let (mode, name) = line.split_at(space);
    let is_mode =
        (3..=4).contains(&mode.len()) && mode.iter().all(|digit| (b'0'..=b'7').contains(digit));
    let name = name.trim_ascii();
    (is_mode && !name.is_empty() && name.len() <= 255)
        .then(|| String::from_utf8_lossy(name).into_owned())
}

/// yEnc (<http://www.yenc.org/yenc-draft.1.3.txt>). Its bytes are 8-bit, so a text that was decoded from
/// another character set than ISO 8859-1 has lost them: then the file is named, and is damaged.
fn yenc(text: &[u8]) -> Vec<Found> {
    let mut files = Vec::new();
    for at in memmem::find_iter(text, b"=ybegin ").take(MAX_FILES) {
        if at > 0 && text[at - 1] != b'\n' {
            continue;
        }
        let start = line_end(text, at, text.len());
        let header = String::from_utf8_lossy(&text[at..start]);
        let Some((_, name)) = header.split_once(" name=") else {
            continue;
        };
        let end = memmem::find(&text[start..], b"\n=yend").map(|end| start + end);
        let data = &text[start..end.unwrap_or(text.len())];
        let Ok(data) = std::str::from_utf8(data) else {
            continue;
        };
        let (bytes, n_lost) = yenc_bytes(data);
        let problem = (n_lost > 0 || end.is_none()).then(|| {
            let message = format!(
                "the yEnc file \"{}\" is damaged: {n_lost} bytes were lost",
                name.trim()
            );
            Problem::new(ProblemCode::Damaged, message)
        });
        files.push(Found {
            name: name.trim().to_owned(),
            bytes,
            problem,
            range: at..start + data.len(),
        });
    }
    files
}

fn yenc_bytes(data: &str) -> (Vec<u8>, usize) {
    let mut bytes = Vec::with_capacity(data.len());
    let mut n_lost = 0;
    for line in data.lines().filter(|line| !line.starts_with("=ypart")) {
        let mut is_escaped = false;
        for letter in line.chars() {
            let Some(byte) = original_byte(letter) else {
                n_lost += 1;
                continue;
            };
            if byte == b'=' && !is_escaped {
                is_escaped = true;
                continue;
            }
            let shift: u8 = if is_escaped { 42 + 64 } else { 42 };
            bytes.push(byte.wrapping_sub(shift));
            is_escaped = false;
        }
    }
    (bytes, n_lost)
}

/// The byte that a character was, in a text read as ISO 8859-1 or Windows-1252.
fn original_byte(letter: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(letter)) {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    let (bytes, _, is_unmappable) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
    bytes.first().copied().filter(|_| !is_unmappable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_no_file() {
        assert!(uuencoded(b"begin 644 of the list\nof things").is_empty());
        assert!(uuencoded(b"we begin 644 a.txt\n$06YN80``\n`\nend\n").is_empty());
        let files =
            uuencoded(b"Text\nbegin 644 a.txt\n$06YN80``\n`\nend\nbegin 644 b.txt\n$06YN80``\n");
        assert_eq!(files.len(), 2);
        assert!(files[0].problem.is_none() && files[1].problem.is_some());
        assert_eq!(files[1].bytes, b"Anna");
    }

    #[test]
    fn yenc_takes_42_off() {
        let encoded: String = "Anna"
            .bytes()
            .map(|byte| char::from(byte.wrapping_add(42)))
            .collect();
        assert_eq!(yenc_bytes(&encoded), (b"Anna".to_vec(), 0));
    }
}
