//! Single compressed streams: gzip, bzip2, xz, lzma, Zstandard. Each is a container with one member.

use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
use onrecord_record::{Problem, ProblemCode};

use super::zstd::ZstdFrames;
use super::{Format, Probe, ReadBy};
use crate::budget::{Flawed, Metered};
use crate::event::Kind;
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

/// Memory that a decoder's window may take: that of `xz -9` and `zstd --ultra -22`.
const WINDOW_KIB: u32 = 129 << 10;

macro_rules! packed {
    ($(#[$doc:meta])* $name:ident, $words:literal, $media_type:literal, $extensions:expr, $detect:expr, $read:expr) => {
        $(#[$doc])*
        pub(super) const $name: Format = Format {
            name: $words,
            media_type: $media_type,
            extensions: $extensions,
            kind: Kind::Container,
            is_text: false,
            detect: $detect,
            read: ReadBy::Stream($read),
        };
    };
}

packed!(
    GZIP,
    "gzip file",
    "application/gzip",
    &["gz", "tgz", "gzip"],
    |probe| probe.head.starts_with(b"\x1f\x8b\x08"),
    read_gzip
);
packed!(
    BZIP2,
    "bzip2 file",
    "application/x-bzip2",
    &["bz2", "tbz", "tbz2", "bz"],
    is_bzip2,
    read_bzip2
);
packed!(
    XZ,
    "xz file",
    "application/x-xz",
    &["xz", "txz"],
    |probe| probe.head.starts_with(b"\xfd7zXZ\0"),
    read_xz
);
packed!(
    LZMA,
    "lzma file",
    "application/x-lzma",
    &["lzma", "tlz"],
    is_lzma,
    read_lzma
);
packed!(
    ZSTD,
    "Zstandard file",
    "application/zstd",
    &["zst", "tzst", "zstd"],
    is_zstd,
    read_zstd
);

/// Extensions that stand for a packed tar archive.
const TAR_EXTENSIONS: &[&str] = &["tgz", "tbz", "tbz2", "txz", "tlz", "tzst"];

fn is_bzip2(probe: &Probe<'_>) -> bool {
    let block = probe.head.get(4..10);
    let begins =
        probe.head.starts_with(b"BZh") && probe.head.get(3).is_some_and(u8::is_ascii_digit);
    begins && block.is_none_or(|magic| magic == b"1AY&SY" || magic == b"\x17\x72\x45\x38\x50\x90")
}

/// The old format has no signature: properties that `lzma` writes, and a name that says so.
fn is_lzma(probe: &Probe<'_>) -> bool {
    let header = probe.head.get(..13);
    let is_named = probe.has_extension(&["lzma", "tlz", "xz"]);
    is_named
        && header
            .is_some_and(|header| header[0] < 225 && (header[12] == 0 || header[5..] == [0xff; 8]))
}

fn is_zstd(probe: &Probe<'_>) -> bool {
    let is_skippable =
        |head: &[u8]| head.len() > 3 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18];
    probe.head.starts_with(b"\x28\xb5\x2f\xfd") || is_skippable(probe.head)
}

fn read_gzip(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let first = GzDecoder::new(from);
    let stored = first.header().and_then(|header| header.filename());
    let stored = stored.map(|name| encoding_rs::mem::decode_latin1(name).into_owned());
    read_single(
        reading,
        hint,
        stored,
        GzipMembers {
            member: Some(first),
        },
    )
}

fn read_bzip2(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    read_single(
        reading,
        hint,
        None,
        bzip2::bufread::MultiBzDecoder::new(from),
    )
}

fn read_xz(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    read_single(
        reading,
        hint,
        None,
        lzma_rust2::XzReader::new_mem_limit(from, true, WINDOW_KIB),
    )
}

fn read_lzma(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    match lzma_rust2::LzmaReader::new_mem_limit(from, WINDOW_KIB, None) {
        Ok(decoder) => read_single(reading, hint, None, decoder),
        Err(error) => {
            reading.end().kind = Kind::None;
            let code = if error.kind() == io::ErrorKind::OutOfMemory {
                ProblemCode::TooLarge
            } else {
                ProblemCode::Unreadable
            };
            reading.problem(
                code,
                format!(
                    "not an lzma file that can be opened ({})",
                    names::reason(&error)
                ),
            )
        }
    }
}

fn read_zstd(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    read_single(
        reading,
        hint,
        None,
        ZstdFrames::new(from, u64::from(WINDOW_KIB) << 10),
    )
}

fn read_single(
    reading: &mut Reading<'_, '_>,
    hint: &Hint<'_>,
    stored: Option<String>,
    decoder: impl Read,
) -> Flow {
    reading.end().declared_members = Some(1);
    if !reading.budget.take_member() {
        reading.end().unreached = 1;
        return reading.problem(
            ProblemCode::TooMany,
            "the limit of members was reached before it",
        );
    }
    let name = stored
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| inner_name(hint));
    let extension = names::extension(&name);
    let inside = Hint {
        extension: extension.as_deref(),
        name: Some(&name),
        ..Hint::default()
    };
    let budget = Rc::clone(&reading.budget);
    let mut stream = Noted {
        inner: Metered::expanding(decoder, &budget),
        flaw: None,
    };
    reading.child(&Child::member(&name), &inside, Input::Stream(&mut stream))?;
    // The member is the whole of the file, so that what it lacks the file lacks.
    reading.problems(stream.flaw)
}

/// The name of what is inside, made from the file's own.
fn inner_name(hint: &Hint<'_>) -> String {
    let name = hint.name.unwrap_or_default();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    match file.rsplit_once('.') {
        Some((stem, extension)) if TAR_EXTENSIONS.contains(&extension.to_lowercase().as_str()) => {
            format!("{stem}.tar")
        }
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => "content".to_owned(),
    }
}

/// Keeps a copy of the flaw that its item reports.
struct Noted<R> {
    inner: Metered<R>,
    flaw: Option<Problem>,
}

impl<R: Read> Read for Noted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: Read> Flawed for Noted<R> {
    fn flaw(&mut self) -> Option<Problem> {
        let flaw = self.inner.flaw();
        if flaw.is_some() {
            self.flaw.clone_from(&flaw);
        }
        flaw
    }
}

/// The members of a gzip file, one after the other (RFC 1952, 2.2), and what follows them.
struct GzipMembers<R> {
    /// The open member; `None` after the last.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let n = member.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                self.member = Some(member);
                return Ok(n);
            }
            let mut rest = member.into_inner();
            match after_member(&mut rest)? {
                Some(0x1f) => self.member = Some(GzDecoder::new(rest)),
                Some(_) => return Err(io::Error::other("bytes follow that are no gzip data")),
                None => {}
            }
        }
        Ok(0)
    }
}

/// The first byte after the zeros that tapes pad with.
fn after_member(rest: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let available = rest.fill_buf()?;
        if available.is_empty() {
            return Ok(None);
        }
        match available.iter().position(|byte| *byte != 0) {
            Some(at) => {
                let byte = available[at];
                rest.consume(at);
                return Ok(Some(byte));
            }
            None => {
                let n = available.len();
                rest.consume(n);
            }
        }
    }
}
