//! Containers: every member once, in order, whatever its name; damage and locks told where they are.

use std::io::{Cursor, Write};

use onrecord_extract::{Kind, Level, Limits};
use onrecord_record::{Effect, Locator, ProblemCode};
use zip::unstable::write::FileOptionsExt;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::tree::{Item, job, read, run};

/// A member to write.
pub(crate) struct Entry<'e> {
    name: &'e str,
    data: &'e [u8],
    lock: Lock<'e>,
    method: CompressionMethod,
}

enum Lock<'e> {
    Open,
    Old(&'e str),
    Aes(&'e str),
}

impl<'e> Entry<'e> {
    pub(crate) fn plain(name: &'e str, data: &'e [u8]) -> Self {
        Self {
            name,
            data,
            lock: Lock::Open,
            method: CompressionMethod::Deflated,
        }
    }
}

pub(crate) fn zip(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default().compression_method(entry.method);
        let options = match entry.lock {
            Lock::Open => options,
            Lock::Old(password) => options
                .with_deprecated_encryption(password.as_bytes())
                .expect("a password"),
            Lock::Aes(password) => options.with_aes_encryption(AesMode::Aes256, password),
        };
        writer
            .start_file(entry.name, options)
            .expect("a new member");
        writer.write_all(entry.data).expect("memory has room");
    }
    writer.finish().expect("memory has room").into_inner()
}

/// A tar archive of names, type flags and data.
pub(crate) fn tar(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, flag, data) in entries {
        archive.extend(tar_header(name, *flag, data.len()));
        archive.extend_from_slice(data);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1_024, 0);
    archive
}

fn tar_header(name: &str, flag: u8, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[148..156].fill(b' ');
    header[156] = flag;
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).expect("memory has room");
    encoder.finish().expect("memory has room")
}

fn bzip2(data: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(data).expect("memory has room");
    encoder.finish().expect("memory has room")
}

fn zstd(data: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest)
}

/// `printf 'words\n' | xz` and `… | lzma`, since the decoder's crate is built without its encoder.
const XZ: &[u8] = include_bytes!("../../../../corpora/extract/line.txt.xz");
const LZMA: &[u8] = include_bytes!("../../../../corpora/extract/line.txt.lzma");

fn texts(item: &Item) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for item in item.all() {
        if !item.texts.is_empty() {
            texts.push((item.begin.name.clone(), item.text()));
        }
    }
    texts
}

#[test]
fn packed_files_are_containers_of_one() {
    for (name, bytes) in [
        ("note.txt.gz", gzip(b"words\n")),
        ("note.txt.bz2", bzip2(b"words\n")),
        ("note.txt.zst", zstd(b"words\n")),
        ("note.txt.xz", XZ.to_vec()),
        ("note.txt.lzma", LZMA.to_vec()),
    ] {
        let item = read(name, &bytes);
        assert_eq!(item.end.kind, Kind::Container, "{name}");
        assert_eq!(item.end.declared_members, Some(1));
        assert_eq!(item.outcome(), Effect::Note, "{}", item.show());
        assert_eq!(
            texts(&item),
            [("note.txt".to_owned(), "words\n".to_owned())]
        );
    }
}

#[test]
fn joined_streams_are_read_to_their_end() {
    for (name, one, two) in [
        ("a.txt.gz", gzip(b"one\n"), gzip(b"two\n")),
        ("a.txt.bz2", bzip2(b"one\n"), bzip2(b"two\n")),
        (
            "a.txt.zst",
            zstd(b"one\n"),
            [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(b"two\n")].concat(),
        ),
    ] {
        let item = read(name, &[one, two].concat());
        assert_eq!(item.named("a.txt").text(), "one\ntwo\n", "{}", item.show());
        assert_eq!(item.outcome(), Effect::Note);
    }
    let followed = read("a.txt.gz", &[gzip(b"one\n"), b"not gzip".to_vec()].concat());
    assert_eq!(followed.named("a.txt").text(), "one\n");
    assert_eq!(followed.codes(), [ProblemCode::Damaged]);
}

#[test]
fn broken_streams_keep_what_could_be_read() {
    let text = "A line that repeats itself.\n".repeat(9_000);
    for (name, mut bytes) in [
        ("a.txt.gz", gzip(text.as_bytes())),
        ("a.txt.bz2", bzip2(text.as_bytes())),
        ("a.txt.zst", zstd(text.as_bytes())),
    ] {
        bytes.truncate(bytes.len() - 6);
        let item = read(name, &bytes);
        assert_eq!(
            item.codes(),
            [ProblemCode::Damaged],
            "{name}: {}",
            item.show()
        );
        assert_eq!(item.children[0].codes(), [ProblemCode::Damaged], "{name}");
    }
    let mut wrong_sum = gzip(b"words\n");
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let item = read("a.txt.gz", &wrong_sum);
    assert_eq!(
        item.named("a.txt").text(),
        "words\n",
        "a wrong checksum takes nothing away"
    );
    assert_eq!(item.outcome(), Effect::Partly);
}

#[test]
fn archives_inside_archives_are_opened_in_any_order() {
    let inner = zip(&[Entry::plain("deep/note.txt", b"found\n")]);
    let packed = gzip(&tar(&[
        ("folder/", b'5', b""),
        ("folder/inner.zip", b'0', &inner),
    ]));
    let item = read("leak.zip", &zip(&[Entry::plain("all.tar.gz", &packed)]));
    insta::assert_snapshot!(item.show());
}

#[test]
fn every_method_of_zip_is_read() {
    let methods = [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Bzip2,
        CompressionMethod::Zstd,
        CompressionMethod::Lzma,
        CompressionMethod::Xz,
    ];
    for method in methods {
        let entry = Entry {
            method,
            ..Entry::plain("a.txt", b"words words words\n")
        };
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method);
        // Not every method can be written by this crate's features.
        if writer.start_file(entry.name, options).is_err() {
            continue;
        }
        let item = read("a.zip", &zip(&[entry]));
        assert_eq!(
            item.named("a.txt").text(),
            "words words words\n",
            "{method:?}: {}",
            item.show()
        );
    }
}

#[test]
fn passwords_are_tried_in_order_and_their_lack_is_told() {
    let bytes = zip(&[
        Entry::plain("open.txt", b"open\n"),
        Entry {
            lock: Lock::Aes("blue heron"),
            ..Entry::plain("new.txt", b"locked with AES\n")
        },
        Entry {
            lock: Lock::Old("blue heron"),
            ..Entry::plain("old.txt", b"locked with the old cipher\n")
        },
    ]);
    let locked = read("a.zip", &bytes);
    assert_eq!(locked.named("open.txt").text(), "open\n");
    for name in ["new.txt", "old.txt"] {
        assert_eq!(
            (locked.named(name).codes(), locked.named(name).outcome()),
            (vec![ProblemCode::Locked], Effect::Unread)
        );
    }
    let mut with_passwords = job("a.zip");
    // Enough wrong ones that the old cipher's one-byte test lets some through.
    with_passwords.passwords = (0..600).map(|n| format!("wrong {n}")).collect();
    let still_locked = run(&with_passwords, &mut Cursor::new(&bytes));
    assert_eq!(still_locked.named("old.txt").codes(), [ProblemCode::Locked]);
    with_passwords.passwords.push("blue heron".to_owned());
    let opened = run(&with_passwords, &mut Cursor::new(&bytes));
    assert_eq!(opened.named("new.txt").text(), "locked with AES\n");
    assert_eq!(
        opened.named("old.txt").text(),
        "locked with the old cipher\n"
    );
}

#[test]
fn a_zip_without_its_table_of_contents_is_read_as_far_as_it_goes() {
    let mut bytes = zip(&[
        Entry::plain("a.txt", b"first\n"),
        Entry::plain("b.txt", b"second\n"),
    ]);
    let table = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("a table of contents");
    bytes.truncate(table);
    let item = read("a.zip", &bytes);
    assert_eq!(item.named("a.txt").text(), "first\n");
    assert_eq!(item.named("b.txt").text(), "second\n");
    assert_eq!(item.codes(), [ProblemCode::Damaged]);
}

#[test]
fn documents_that_are_archives_are_told_from_plain_ones() {
    let drawing = zip(&[
        Entry::plain("[Content_Types].xml", b"<Types/>"),
        Entry::plain("visio/document.xml", b"<w/>"),
    ]);
    let item = read("a.vsdx", &drawing);
    assert_eq!((item.end.kind, item.children.len()), (Kind::None, 0));
    assert_eq!(item.problems[0].message, "no reader for Visio drawing");
    let plain = read("a.docx", &zip(&[Entry::plain("word/a.txt", b"plain\n")]));
    assert_eq!(plain.codes(), [ProblemCode::WrongType]);
    assert_eq!(plain.named("word/a.txt").text(), "plain\n");
}

#[test]
fn long_names_extended_headers_and_holes_of_tar() {
    let long = format!("{}/note.txt", "folder".repeat(40));
    let pax = |text: &str| format!("{} {text}\n", text.len() + 4).into_bytes();
    let (global, local) = (pax("comment=kept for all"), pax("path=Žižkov.txt"));
    let map = b"2\n0\n3\n8\n2\n".to_vec();
    let mut sparse = map.clone();
    sparse.resize(512, 0);
    sparse.extend_from_slice(b"abcde");
    let sparse_pax = [
        pax("GNU.sparse.major=1"),
        pax("GNU.sparse.minor=0"),
        pax("GNU.sparse.name=holes.bin"),
        pax("GNU.sparse.realsize=10"),
    ]
    .concat();
    let bytes = tar(&[
        ("././@LongLink", b'L', long.as_bytes()),
        ("short", b'0', b"long name\n"),
        ("pax_global_header", b'g', &global),
        ("pax", b'x', &local),
        ("plain", b'0', "extended header\n".as_bytes()),
        ("pax", b'x', &sparse_pax),
        ("GNUSparseFile.0/holes.bin", b'0', &sparse),
        ("last.txt", b'0', b"last\n"),
    ]);
    let item = read("a.tar", &bytes);
    assert_eq!(item.named(&long).text(), "long name\n");
    assert_eq!(item.named("Žižkov.txt").text(), "extended header\n");
    assert_eq!(item.named("holes.bin").end.size, 10);
    assert_eq!(item.named("last.txt").text(), "last\n", "{}", item.show());
}

#[test]
fn damage_in_a_tar_is_passed_over() {
    let mut bytes = tar(&[
        ("a.txt", b'0', b"one\n"),
        ("b.txt", b'0', b"two\n"),
        ("c.txt", b'0', b"three\n"),
    ]);
    bytes[1_024..1_100].fill(b'#');
    let item = read("a.tar", &bytes);
    assert_eq!(item.codes(), [ProblemCode::Damaged]);
    assert_eq!(texts(&item).len(), 2);
    bytes.truncate(2_048 + 515);
    let cut = read("a.tar", &bytes);
    assert_eq!(cut.named("c.txt").text(), "thr");
    assert_eq!(cut.named("c.txt").codes(), [ProblemCode::Damaged]);
}

#[test]
fn limits_of_members_are_counted_over_all_levels() {
    let inner = zip(&[
        Entry::plain("1", b"a"),
        Entry::plain("2", b"b"),
        Entry::plain("3", b"c"),
    ]);
    let outer = zip(&[Entry::plain("x.zip", &inner), Entry::plain("y.zip", &inner)]);
    let mut small = job("outer.zip");
    small.limits = Limits {
        members: 5,
        ..Limits::default()
    };
    let item = run(&small, &mut Cursor::new(&outer));
    assert_eq!(item.named("x.zip").end.found_children, 3);
    assert_eq!(
        item.named("y.zip").end.found_children + item.named("y.zip").end.unreached,
        3
    );
    assert_eq!(item.named("y.zip").codes(), [ProblemCode::TooMany]);
}

#[test]
fn members_are_named_by_where_they_lie() {
    let item = read("a.zip", &zip(&[Entry::plain("b/note.txt", b"x\n")]));
    let member = &item.children[0];
    assert_eq!(member.begin.level, Level::Member);
    assert_eq!(
        member.begin.locator,
        Locator::Member("b/note.txt".to_owned())
    );
    assert_eq!(item.ledger().values().sum::<usize>(), 2);
}
