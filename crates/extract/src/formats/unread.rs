//! What has no reader: it is named in words, so that the ledger says what the material holds.

use file_format::{FileFormat, Kind as FileKind};
use onrecord_record::{Problem, ProblemCode};

use super::{Format, Probe, ReadBy, wrong_type, zip};
use crate::content::Content;
use crate::event::Kind;
use crate::item::{Hint, no_reader};
use crate::reading::{Flow, Reading};

/// Kinds with a signature that comes before any look at whether the bytes are text.
pub(super) const SIGNED: Format = Format {
    detect: |probe| known(probe.head).is_some(),
    ..FORMAT
};

/// Everything else.
pub(super) const FORMAT: Format = Format {
    name: "unknown kind of file",
    media_type: "application/octet-stream",
    extensions: &[],
    kind: Kind::None,
    is_text: false,
    detect: |_: &Probe<'_>| true,
    read: ReadBy::Nothing,
};

/// A kind without a reader.
struct Known {
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    code: ProblemCode,
    sign: Sign,
}

enum Sign {
    /// These bytes at this offset.
    At(usize, &'static [u8]),
    /// Something only a function can tell.
    Told(fn(&[u8]) -> bool),
    /// A compound file with a directory entry of this name.
    Compound(&'static str),
}

macro_rules! known {
    ($($name:literal $media_type:literal $extensions:expr, $code:ident, $sign:expr;)*) => {
        /// The kinds, the more precise first.
        static KNOWN: &[Known] = &[$(Known {
            name: $name, media_type: $media_type, extensions: &$extensions, code: ProblemCode::$code, sign: $sign,
        },)*];
    };
}

known! {
    "PostScript document" "application/postscript" ["ps", "eps"], NoReader, Sign::At(0, b"%!PS");
    "Visio drawing (before 2013)" "application/vnd.visio" ["vsd"], NoReader, Sign::Compound("VisioDocument");
    "compound file of unknown kind" "application/x-ole-storage" ["mpp", "pub"], NoReader, Sign::At(0, COMPOUND);
    "Outlook mail store" "application/vnd.ms-outlook-pst" ["pst", "ost"], MailStore, Sign::At(0, b"!BDN");
    "Outlook Express mail store" "application/x-dbx" ["dbx"], MailStore, Sign::At(0, b"\xcf\xad\x12\xfe");
    "Lotus Notes database" "application/vnd.lotus-notes" ["nsf"], MailStore, Sign::At(0, b"\x1a\0\0\x04\0\0");
    "Exchange database" "application/x-ese-database" ["edb"], MailStore, Sign::At(4, b"\xef\xcd\xab\x89");
    "PGP-encrypted file" "application/pgp-encrypted" ["pgp", "gpg"], Encrypted, Sign::Told(is_pgp_message);
    "S/MIME-encrypted file" "application/pkcs7-mime" ["p7m"], Encrypted, Sign::Told(is_enveloped);
    "age-encrypted file" "application/x-age" ["age"], Encrypted, Sign::At(0, b"age-encryption.org/");
    "OpenSSL-encrypted file" "application/x-openssl-encrypted" [], Encrypted, Sign::At(0, b"Salted__");
    "KeePass database" "application/x-keepass" ["kdbx", "kdb"], Encrypted, Sign::At(0, b"\x03\xd9\xa2\x9a");
    "LUKS-encrypted disk" "application/x-luks" [], Encrypted, Sign::At(0, b"LUKS\xba\xbe");
    "RAR archive" "application/vnd.rar" ["rar"], NoReader, Sign::At(0, b"Rar!\x1a\x07");
    "compress (.Z) file" "application/x-compress" ["z"], NoReader, Sign::At(0, b"\x1f\x9d");
    "LZ4 file" "application/x-lz4" ["lz4"], NoReader, Sign::At(0, b"\x04\x22\x4d\x18");
    "lzip file" "application/x-lzip" ["lz"], NoReader, Sign::At(0, b"LZIP");
    "Windows cabinet" "application/vnd.ms-cab-compressed" ["cab"], NoReader, Sign::At(0, b"MSCF");
    "SQLite database" "application/vnd.sqlite3" ["sqlite", "sqlite3", "db"], NoReader, Sign::At(0, b"SQLite format 3\0");
}

const UNKNOWN_COMPOUND: &str = "compound file of unknown kind";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// How much of a compound file is searched for its directory.
const COMPOUND_SEARCH: usize = 4 << 20;
/// Object identifier of PKCS #7 enveloped data, in DER.
const ENVELOPED: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
/// Public-key algorithms of OpenPGP that encrypt.
const PGP_ALGORITHMS: &[u8] = &[1, 2, 16, 18, 25, 26];

/// An armored message, or a session key packet (RFC 9580, 5.1 and 5.3).
fn is_pgp_message(head: &[u8]) -> bool {
    if head
        .trim_ascii_start()
        .starts_with(b"-----BEGIN PGP MESSAGE-----")
    {
        return true;
    }
    let (packet, body) = match head {
        [0x84 | 0xc1, length, body @ ..] if *length < 192 => (1, body),
        [0x85, _, _, body @ ..] | [0xc1, 192..=223, _, body @ ..] => (1, body),
        [0x8c | 0xc3, length, body @ ..] if *length < 192 => (3, body),
        _ => return false,
    };
    match packet {
        1 => {
            body.first() == Some(&3)
                && body
                    .get(9)
                    .is_some_and(|algorithm| PGP_ALGORITHMS.contains(algorithm))
        }
        _ => {
            body.first() == Some(&4)
                && body.get(1).is_some_and(|cipher| (1..=13).contains(cipher))
                && body.get(2).is_some_and(|s2k| *s2k <= 4)
        }
    }
}

fn is_enveloped(head: &[u8]) -> bool {
    head.first() == Some(&0x30)
        && memchr::memmem::find(&head[..head.len().min(40)], ENVELOPED).is_some()
}

fn known(head: &[u8]) -> Option<&'static Known> {
    KNOWN.iter().find(|known| match known.sign {
        Sign::At(offset, bytes) => head
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(bytes)),
        Sign::Told(is_it) => is_it(head),
        Sign::Compound(_) => false,
    })
}

/// The compound file's kind, by the UTF-16 names in its directory.
fn compound(bytes: &[u8]) -> Option<&'static Known> {
    KNOWN.iter().find(|known| match known.sign {
        Sign::Compound(entry) => {
            // The root's name and the entry's are each ended by a zero character.
            let name: Vec<u8> = entry
                .encode_utf16()
                .chain([0])
                .flat_map(u16::to_le_bytes)
                .collect();
            memchr::memmem::find(bytes, &name).is_some()
        }
        _ => false,
    })
}

/// The name of the kind that an extension promises.
pub(super) fn promised(extension: &str) -> Option<&'static str> {
    let known = KNOWN
        .iter()
        .find(|known| known.extensions.contains(&extension));
    known.map(|known| known.name)
}

/// Names what the open item is.
pub(crate) fn read(
    reading: &mut Reading<'_, '_>,
    content: &mut Content<'_>,
    hint: &Hint<'_>,
) -> Flow {
    let head = content.head(COMPOUND_SEARCH).unwrap_or_default();
    let mut known = known(&head);
    if head.starts_with(COMPOUND) {
        known = compound(&head).or(known);
    }
    let name = match known {
        Some(known) => known.name.to_owned(),
        None => {
            let format = FileFormat::from_bytes(&head);
            reading.end().media_type = format.media_type().to_owned();
            words(format, hint)
        }
    };
    drop(head);
    if let Some(known) = known {
        reading.end().media_type = known.media_type.to_owned();
        let extension = hint.extension;
        reading.problems(extension.and_then(|extension| disagreement(known, extension)))?;
    }
    reading.problems([known.map_or_else(|| no_reader(&name), report)])?;
    zip::read_behind(reading, content, &name)
}

fn report(known: &Known) -> Problem {
    match known.code {
        ProblemCode::NoReader => no_reader(known.name),
        code => Problem::new(code, known.name),
    }
}

fn disagreement(known: &Known, extension: &str) -> Option<Problem> {
    let promised = super::promised(extension)?;
    let is_promised = known.extensions.is_empty() || known.extensions.contains(&extension);
    // A compound file may be damaged just where it says what it is; armor often stands in a text file.
    let is_vague = known.name == UNKNOWN_COMPOUND || known.code == ProblemCode::Encrypted;
    (!is_promised && !is_vague).then(|| wrong_type(extension, promised.name, known.name))
}

/// What it is, in words.
fn words(format: FileFormat, hint: &Hint<'_>) -> String {
    let sort = match format.kind() {
        FileKind::Image => "image",
        FileKind::Audio => "sound",
        FileKind::Video => "video",
        FileKind::Archive | FileKind::Compressed | FileKind::Package => "archive",
        FileKind::Executable => "program",
        FileKind::Font => "font",
        FileKind::Disk => "disk image",
        FileKind::Database => "database",
        FileKind::Spreadsheet => "spreadsheet",
        FileKind::Presentation => "presentation",
        FileKind::Document | FileKind::Ebook => "document",
        _ => "file",
    };
    if format == FileFormat::ArbitraryBinaryData || format == FileFormat::Empty {
        return match hint.extension {
            Some(extension) => format!("binary data of unknown kind (named .{extension})"),
            None => "binary data of unknown kind".to_owned(),
        };
    }
    match format.short_name() {
        Some(short) => format!("{short} {sort}"),
        None => format!("{} ({sort})", format.name()),
    }
}
