//! Real files of other people's test corpora: all accounted for, counts as Python counts them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use onrecord_extract::{Kind, Level};
use onrecord_record::{Effect, ProblemCode};

use crate::data;
use crate::tree::{Item, job, run};

fn read(path: &Path) -> Item {
    let name = path
        .file_name()
        .expect("a file")
        .to_string_lossy()
        .into_owned();
    run(&job(&name), &mut File::open(path).expect("it is there"))
}

fn below(archive: &str, folders: &[&str]) -> Vec<PathBuf> {
    let Some(root) = data::unpacked(archive) else {
        return Vec::new();
    };
    let is_wanted = |path: &PathBuf| {
        let inside = path
            .strip_prefix(&root)
            .expect("below the root")
            .to_string_lossy()
            .into_owned();
        folders.iter().any(|folder| inside.contains(folder))
    };
    let found: Vec<PathBuf> = data::files(&root).into_iter().filter(is_wanted).collect();
    assert!(!found.is_empty(), "the archive holds {folders:?}");
    found
}

fn account(files: &[PathBuf]) {
    let mut ledger: BTreeMap<(Level, Effect), usize> = BTreeMap::new();
    for path in files {
        let item = read(path);
        let failed = item
            .all()
            .into_iter()
            .find(|item| item.codes().contains(&ProblemCode::ReaderFailed));
        assert!(failed.is_none(), "{}: {}", path.display(), item.show());
        for (key, n) in item.ledger() {
            *ledger.entry(key).or_default() += n;
        }
    }
    let n_files: usize = ledger
        .iter()
        .filter(|((level, _), _)| *level == Level::File)
        .map(|(_, n)| n)
        .sum();
    assert_eq!(n_files, files.len(), "each file once");
    println!("{ledger:?}");
}

#[test]
fn documents_are_accounted_for() {
    account(&below(
        "documents/documents.tar.zst",
        &["archive/", "text/", "mail/"],
    ));
}

#[test]
fn odd_mail_is_accounted_for() {
    account(&below("mail/mail-formats.tar.zst", &["formats/"]));
}

#[test]
fn real_messages_are_messages() {
    for archive in [
        "mail/usrp-users-1500.tar.zst",
        "mail/sa-easy1-hard1-spam1.tar.zst",
    ] {
        for path in below(archive, &[""]) {
            let item = read(&path);
            assert_eq!(item.end.kind, Kind::Message, "{}", path.display());
        }
    }
}

const COUNT: &str = r"
import sys, zipfile, tarfile, mailbox
for path in sys.argv[1:]:
    try:
        if zipfile.is_zipfile(path):
            n = sum(not info.filename.endswith('/') for info in zipfile.ZipFile(path).infolist())
        elif tarfile.is_tarfile(path):
            n = sum(not info.isdir() for info in tarfile.open(path))
        elif path.endswith('.mbox'):
            n = len(mailbox.mbox(path, create=False))
        else:
            n = -1
    except Exception:
        n = -1
    print(n)
";

#[test]
fn containers_hold_what_python_finds_in_them() {
    let files = below("documents/documents.tar.zst", &["archive/", "mail/"]);
    let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let Some(counts) = data::python(COUNT, &paths) else {
        return;
    };
    let mut n_compared = 0;
    for (path, count) in files.iter().zip(counts.lines()) {
        let count: i64 = count.parse().expect("a number");
        let item = read(path);
        // Python opens a packed tar in one step; here it is a member, whose members they are.
        let archive = item
            .all()
            .into_iter()
            .rfind(|inner| inner.end.media_type == "application/x-tar");
        let item = archive.unwrap_or(&item);
        if count < 0 || item.end.kind != Kind::Container {
            continue;
        }
        n_compared += 1;
        assert_eq!(item.end.found_children as i64, count, "{}", path.display());
    }
    assert!(
        n_compared >= 15 || files.is_empty(),
        "{n_compared} compared"
    );
}
