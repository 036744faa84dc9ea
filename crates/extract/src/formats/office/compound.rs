//! Compound files: documents before 2007, Outlook messages, embedded objects ([MS-CFB]).

use std::borrow::Cow;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;
use onrecord_record::ProblemCode;

use super::{doc, embedded, msg, ole, ppt, property_set, xls};
use crate::content::{Content, ReadSeek};
use crate::event::Kind;
use crate::formats::{Format, ReadBy, unread, wrong_type};
use crate::item::{Hint, no_reader};
use crate::names;
use crate::reading::{Flow, Reading};

/// Longest stream that is held, in bytes.
const MAX_STREAM: u64 = 128 << 20;
/// Most entries of an object that is copied out.
const MAX_ENTRIES: usize = 20_000;

/// Compound files of every kind; which it is says its directory.
pub(in crate::formats) const FORMAT: Format = Format {
    name: "compound file",
    media_type: "application/x-ole-storage",
    extensions: &[],
    kind: Kind::Document,
    is_text: false,
    detect: |probe| probe.head.starts_with(SIGNATURE),
    read: ReadBy::Content(read),
};

const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What reads a storage of an open compound file.
type StorageReader = fn(&mut Reading<'_, '_>, &mut Compound<'_>, &Hint<'_>) -> Flow;

/// A kind of document that is a compound file, told by the name of one of its streams.
struct Kindred {
    stream: &'static str,
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    read: StorageReader,
}

/// The kinds, the more precise first.
static KINDS: &[Kindred] = &[
    Kindred {
        stream: "EncryptedPackage",
        name: "password-protected Office document",
        media_type: "application/x-ole-storage",
        extensions: &["docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm"],
        read: |reading, _, _| locked(reading),
    },
    Kindred {
        stream: "__properties_version1.0",
        name: "Outlook message",
        media_type: "application/vnd.ms-outlook",
        extensions: &["msg", "oft"],
        read: msg::read,
    },
    Kindred {
        stream: "WordDocument",
        name: "Word document (before 2007)",
        media_type: "application/msword",
        extensions: &["doc", "dot"],
        read: doc::read,
    },
    Kindred {
        stream: "Workbook",
        name: "Excel workbook (before 2007)",
        media_type: "application/vnd.ms-excel",
        extensions: &["xls", "xlt", "xla"],
        read: xls::read,
    },
    Kindred {
        stream: "Book",
        name: "Excel workbook (before 1997)",
        media_type: "application/vnd.ms-excel",
        extensions: &["xls", "xlt", "xla"],
        read: xls::read,
    },
    Kindred {
        stream: "PowerPoint Document",
        name: "PowerPoint presentation (before 2007)",
        media_type: "application/vnd.ms-powerpoint",
        extensions: &["ppt", "pps", "pot"],
        read: ppt::read,
    },
    Kindred {
        stream: "\u{1}Ole10Native",
        name: "embedded file",
        media_type: "application/x-ole-storage",
        extensions: &["bin"],
        read: ole::read_native,
    },
    Kindred {
        stream: "Package",
        name: "embedded document",
        media_type: "application/x-ole-storage",
        extensions: &["bin"],
        read: ole::read_package,
    },
    Kindred {
        stream: "CONTENTS",
        name: "embedded document",
        media_type: "application/x-ole-storage",
        extensions: &["bin"],
        read: ole::read_contents,
    },
];

/// The report of a document that needs a password.
pub(super) fn locked(reading: &mut Reading<'_, '_>) -> Flow {
    reading.end().kind = Kind::None;
    reading.problem(
        ProblemCode::Locked,
        "needs a password; office documents are not unlocked yet",
    )
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    if reading.is_too_deep() {
        let depth = reading.limits.depth;
        reading.end().kind = Kind::None;
        let message = format!("inside {depth} levels of others; it was not opened");
        return reading.problem(ProblemCode::TooDeep, message);
    }
    let is_whole = CompoundFile::open(source(content, 0)).is_ok();
    let length = if is_whole { 0 } else { stated_length(content) };
    let file = match CompoundFile::open(source(content, length)) {
        Ok(file) => file,
        Err(error) => return super::unreadable(reading, &names::reason(&error)),
    };
    let mut compound = Compound { file };
    let Some(kind) = KINDS.iter().find(|kind| compound.has(kind.stream)) else {
        drop(compound);
        return read_unknown(reading, content, hint);
    };
    reading.end().media_type = kind.media_type.to_owned();
    if let Some(extension) = hint.extension
        && !kind.extensions.contains(&extension)
        && let Some(promised) = crate::formats::promised(extension)
        && promised.name != kind.name
    {
        reading.problems([wrong_type(extension, promised.name, kind.name)])?;
    }
    property_set::tell(reading, &mut compound)?;
    (kind.read)(reading, &mut compound, hint)
}

/// The bytes of the content, followed by zeros up to a length.
fn source<'s>(content: &'s mut Content<'_>, length: u64) -> Box<dyn ReadSeek + 's> {
    let end = content.len();
    Box::new(Padded {
        file: content,
        end,
        length: length.max(end),
        at: 0,
    })
}

/// How long a compound file is by its own table of sectors: some programs leave out empty ones at
/// its end.
fn stated_length(content: &mut Content<'_>) -> u64 {
    let head = content.range(0, 48).unwrap_or_default();
    let shift = u16_at(&head, 30).unwrap_or(9).min(12);
    let n_tables = u64::from(u32_at(&head, 44).unwrap_or(0));
    let sector = 1_u64 << shift;
    // A table that is not in the file states nothing.
    if n_tables * sector > content.len() {
        return 0;
    }
    sector + n_tables * (sector / 4) * sector
}

/// A file with zeros behind its end.
struct Padded<'c, 'd> {
    file: &'c mut Content<'d>,
    end: u64,
    length: u64,
    at: u64,
}

impl Read for Padded<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = if self.at < self.end {
            self.file.read(buffer)?
        } else {
            let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
            let n = left.min(buffer.len());
            buffer[..n].fill(0);
            n
        };
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Padded<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = at.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        if at < self.end {
            self.file.seek(SeekFrom::Start(at))?;
        }
        self.at = at;
        Ok(at)
    }
}

fn read_unknown(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    reading.end().kind = Kind::None;
    unread::read(reading, content, hint)
}

/// An open compound file.
pub(super) struct Compound<'f> {
    file: CompoundFile<Box<dyn ReadSeek + 'f>>,
}

/// An entry of a storage.
#[derive(Debug, Clone)]
pub(super) struct StorageEntry {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) is_storage: bool,
}

impl Compound<'_> {
    /// Whether there is a stream at this path.
    pub(super) fn has(&self, path: impl AsRef<Path>) -> bool {
        self.file.is_stream(path)
    }

    /// The bytes of a stream, up to a limit; what comes before damage where it is damaged.
    pub(super) fn stream(&mut self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(path).ok()?;
        let mut bytes = Vec::new();
        // A chain of sectors that breaks off leaves what was read before.
        let _ = stream.take(MAX_STREAM).read_to_end(&mut bytes);
        Some(bytes)
    }

    /// The entries of a storage in the order of their names.
    pub(super) fn entries(&self, path: impl AsRef<Path>) -> Vec<StorageEntry> {
        let Ok(entries) = self.file.read_storage(path) else {
            return Vec::new();
        };
        let mut entries: Vec<StorageEntry> = entries
            .take(MAX_ENTRIES)
            .map(|entry| StorageEntry {
                name: entry.name().to_owned(),
                path: entry.path().to_owned(),
                is_storage: entry.is_storage(),
            })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// A storage as a compound file of its own, its streams changed by `change` by their names.
    pub(super) fn copy_out(
        &mut self,
        storage: &Path,
        change: impl Fn(&str, Vec<u8>) -> Vec<u8>,
    ) -> Option<Vec<u8>> {
        let mut copy = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
        let mut waiting = vec![(storage.to_owned(), PathBuf::from("/"))];
        let (mut n_entries, mut n_bytes) = (0, 0_u64);
        while let Some((from, to)) = waiting.pop() {
            for entry in self.entries(&from) {
                n_entries += 1;
                let target = to.join(&entry.name);
                if entry.is_storage {
                    copy.create_storage(&target).ok()?;
                    // The same storage gives the same bytes whenever it is copied.
                    let start = std::time::UNIX_EPOCH;
                    copy.set_created_time(&target, start).ok()?;
                    copy.set_modified_time(&target, start).ok()?;
                    waiting.push((entry.path, target));
                } else {
                    let bytes = self.stream(&entry.path)?;
                    let bytes = if to == Path::new("/") {
                        change(&entry.name, bytes)
                    } else {
                        bytes
                    };
                    n_bytes += bytes.len() as u64;
                    copy.create_stream(&target).ok()?.write_all(&bytes).ok()?;
                }
                if n_entries > MAX_ENTRIES || n_bytes > MAX_STREAM {
                    return None;
                }
            }
        }
        let start = std::time::UNIX_EPOCH;
        copy.set_modified_time("/", start).ok()?;
        copy.flush().ok()?;
        Some(copy.into_inner().into_inner())
    }

    /// Reads the objects inside a storage (`ObjectPool`, `MBD…`) as children of the open item.
    pub(super) fn read_objects(
        &mut self,
        reading: &mut Reading<'_, '_>,
        storage: &str,
        prefix: &str,
    ) -> Flow {
        let objects = self.entries(storage);
        let objects = objects
            .into_iter()
            .filter(|entry| entry.is_storage && entry.name.starts_with(prefix));
        for object in objects {
            if let Some((name, bytes)) = ole::object(self, &object) {
                embedded::read_bytes(reading, &name, bytes)?;
            } else {
                let child = crate::reading::Child::member(&object.name);
                reading.unread_child(&child, 0, no_reader("embedded object of unknown kind"))?;
            }
        }
        Flow::Continue(())
    }
}

/// What an extension promises among the kinds that are compound files.
pub(in crate::formats) fn promised_by(extension: &str) -> Option<&'static str> {
    let kind = KINDS
        .iter()
        .skip(1)
        .find(|kind| kind.extensions.contains(&extension) && extension != "bin");
    kind.map(|kind| kind.name)
}

/// A number in little-endian order at an offset.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let end = at.checked_add(2)?;
    Some(u16::from_le_bytes(bytes.get(at..end)?.try_into().ok()?))
}

/// A number in little-endian order at an offset.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let end = at.checked_add(4)?;
    Some(u32::from_le_bytes(bytes.get(at..end)?.try_into().ok()?))
}

/// A number in little-endian order at an offset.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let end = at.checked_add(8)?;
    Some(u64::from_le_bytes(bytes.get(at..end)?.try_into().ok()?))
}

/// UTF-16 text in little-endian order.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes);
    text.into_owned()
}

/// Text in a Windows code page by its number.
pub(super) fn in_code_page(bytes: &[u8], code_page: u32) -> Cow<'_, str> {
    let encoding = encoding(code_page);
    encoding.decode_without_bom_handling(bytes).0
}

/// The encoding of a Windows code page; the Western European one where the number says nothing.
pub(super) fn encoding(code_page: u32) -> &'static encoding_rs::Encoding {
    use encoding_rs as e;
    match code_page {
        1200 => e::UTF_16LE,
        65001 => e::UTF_8,
        874 => e::WINDOWS_874,
        932 | 10001 => e::SHIFT_JIS,
        936 | 10008 => e::GBK,
        949 | 1361 | 10003 => e::EUC_KR,
        950 | 10002 => e::BIG5,
        866 => e::IBM866,
        1250 | 10029 => e::WINDOWS_1250,
        1251 => e::WINDOWS_1251,
        10007 => e::X_MAC_CYRILLIC,
        1253 => e::WINDOWS_1253,
        1254 => e::WINDOWS_1254,
        1255 => e::WINDOWS_1255,
        1256 => e::WINDOWS_1256,
        1257 => e::WINDOWS_1257,
        1258 => e::WINDOWS_1258,
        10000 => e::MACINTOSH,
        20866 => e::KOI8_R,
        21866 => e::KOI8_U,
        28592 => e::ISO_8859_2,
        28595 => e::ISO_8859_5,
        50220..=50222 => e::ISO_2022_JP,
        51932 => e::EUC_JP,
        51949 => e::EUC_KR,
        54936 => e::GB18030,
        _ => e::WINDOWS_1252,
    }
}
