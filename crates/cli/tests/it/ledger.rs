//! The ledger against independent walks, on real material.

use std::path::Path;

use crate::support::{Bench, assert_adds_up, number, python, shared};

/// Counts files, archive members and mailbox messages with Python's own libraries. Archives are
/// looked into where Python can open them and at the first level only: that is what it can know.
const WALK: &str = r#"
import os, sys, json, zipfile, tarfile
files = 0
zips, tars = {}, {}
for folder, folders, names in os.walk(sys.argv[1]):
    folders[:] = [f for f in folders if not os.path.islink(os.path.join(folder, f))]
    for name in names:
        files += 1
        path = os.path.join(folder, name)
        if not os.path.isfile(path): continue
        try:
            with zipfile.ZipFile(path) as z:
                zips[path] = sum(not i.is_dir() for i in z.infolist())
            continue
        except Exception: pass
        if path.endswith('.tar'):
            try:
                with tarfile.open(path, 'r:') as t:
                    tars[path] = sum(not m.isdir() for m in t)
            except Exception: pass
print(json.dumps({"files": files, "zips": zips, "tars": tars}))
"#;

fn compare(folder: &Path) {
    let bench = Bench::new();
    bench.add(folder);
    let status = bench.status();
    assert_adds_up(&status);
    let Some(walk) = python(WALK, &[folder]) else {
        return;
    };
    assert_eq!(
        number(&status, "files", "found"),
        walk["files"].as_u64().expect("a number")
    );
    let lines = bench.json(&["files", "--inside"]);
    for list in ["zips", "tars"] {
        for (path, members) in walk[list].as_object().expect("a map") {
            let is_archive = lines.iter().any(|line| {
                line["path"].as_str() == Some(path)
                    && matches!(
                        line["media_type"].as_str(),
                        Some("application/zip" | "application/x-tar")
                    )
            });
            // Office files are zip archives too, and documents to us.
            if !is_archive {
                continue;
            }
            let inside = format!("{path}/");
            let found = lines
                .iter()
                .filter(|line| line["level"] == "member")
                .filter_map(|line| line["path"].as_str()?.strip_prefix(&inside))
                .count() as u64;
            assert!(
                found >= members.as_u64().expect("a number"),
                "{path}: {found} of {members}"
            );
        }
    }
}

#[test]
fn real_mail_is_accounted_for() {
    for archive in [
        "mail/sa-easy1-hard1-spam1.tar.zst",
        "mail/mail-formats.tar.zst",
    ] {
        if let Some(folder) = shared(archive) {
            compare(&folder);
        }
    }
}

#[test]
fn real_documents_are_accounted_for() {
    if let Some(folder) = shared("documents/documents.tar.zst") {
        compare(&folder);
    }
}

#[test]
fn the_messages_of_a_mailbox_are_counted_as_python_counts_them() {
    let Some(folder) = shared("mail/usrp-users-1500.tar.zst") else {
        return;
    };
    let bench = Bench::new();
    let script = r#"
import mailbox, os, sys, json
box = mailbox.mbox(sys.argv[2])
for name in sorted(os.listdir(sys.argv[1]))[:300]:
    with open(os.path.join(sys.argv[1], name), 'rb') as f:
        box.add(mailbox.mboxMessage(f.read()))
box.flush()
print(json.dumps(len(box)))
"#;
    std::fs::create_dir_all(bench.material()).expect("a folder");
    let mailbox = bench.material().join("list.mbox");
    let Some(number_of_messages) = python(script, &[&folder, &mailbox]) else {
        return;
    };
    bench.add(&bench.material());
    let status = bench.status();
    assert_adds_up(&status);
    let messages = bench
        .json(&["files", "--inside"])
        .iter()
        .filter(|line| {
            line["path"].as_str().is_some_and(|path| {
                path.rsplit_once('/').is_some_and(|(holder, name)| {
                    holder.ends_with("list.mbox") && name.starts_with("message ")
                })
            })
        })
        .count();
    assert_eq!(
        messages as u64,
        number_of_messages.as_u64().expect("a number")
    );
}
