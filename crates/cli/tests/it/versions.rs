//! Files that change, are touched, or go away between two imports; checking, backing up, deleting.

use std::time::{Duration, SystemTime};

use crate::support::{Bench, assert_adds_up, number, program};

fn touch(path: &std::path::Path, seconds_ago: u64) {
    let time = SystemTime::now() - Duration::from_secs(seconds_ago);
    let file = std::fs::File::options()
        .write(true)
        .open(path)
        .expect("a file");
    file.set_modified(time).expect("a time");
}

#[test]
fn a_changed_file_is_a_new_version_and_the_old_text_stays() {
    let bench = Bench::new();
    let file = bench.write("memo.txt", "the minister approved the ferry");
    touch(&file, 1_000);
    bench.add(&bench.material());
    std::fs::write(&file, "the minister rejected the bridge").expect("a file");
    bench.add(&bench.material());
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(
        number(&status, "files", "found"),
        1,
        "one file, in two versions"
    );
    let states: Vec<_> = bench
        .json(&["files"])
        .iter()
        .map(|line| (line["version"].clone(), line["state"].clone()))
        .collect();
    assert_eq!(
        states,
        [
            (1.into(), "superseded".into()),
            (2.into(), serde_json::Value::Null)
        ]
    );
    assert_eq!(bench.json(&["search", "ferry"])[0]["total"], 1);
    assert_eq!(bench.json(&["search", "bridge"])[0]["total"], 1);
}

#[test]
fn a_touched_file_is_no_new_version() {
    let bench = Bench::new();
    let file = bench.write("memo.txt", "the minister approved the ferry");
    touch(&file, 1_000);
    bench.add(&bench.material());
    touch(&file, 10);
    bench.add(&bench.material());
    let lines = bench.json(&["files"]);
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["version"], &lines[0]["state"]),
        (&1.into(), &serde_json::Value::Null)
    );
    assert_adds_up(&bench.status());
}

#[test]
fn with_copy_the_bytes_of_every_version_stay() {
    let bench = Bench::new();
    let file = bench.write("memo.txt", "first");
    touch(&file, 1_000);
    let material = bench.material();
    bench.ok(&["add", "--quiet", "--copy", &material.to_string_lossy()]);
    std::fs::write(&file, "second").expect("a file");
    bench.ok(&["add", "--quiet", "--copy", &material.to_string_lossy()]);
    let mut kept = Vec::new();
    for folder in std::fs::read_dir(bench.case().join("blobs"))
        .expect("blobs")
        .flatten()
    {
        for blob in std::fs::read_dir(folder.path())
            .expect("a folder")
            .flatten()
        {
            kept.push(std::fs::read_to_string(blob.path()).expect("a blob"));
        }
    }
    kept.sort();
    assert_eq!(kept, ["first", "second"]);
}

#[test]
fn check_finds_what_was_altered_and_what_is_gone() {
    let bench = Bench::new();
    let altered = bench.write("altered.txt", "one text");
    let gone = bench.write("gone.txt", "another text");
    bench.write("same.txt", "a third text");
    bench.add(&bench.material());
    let sound = bench.run(&["check"]);
    assert_eq!(
        sound.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&sound.stdout)
    );
    std::fs::write(&altered, "one lie!").expect("a file");
    std::fs::remove_file(&gone).expect("a file");
    let report = bench.json(&["check"]).remove(0);
    assert_eq!(report["same"], 1);
    assert!(
        report["altered"][0]
            .as_str()
            .is_some_and(|path| path.ends_with("altered.txt"))
    );
    assert!(
        report["vanished"][0]
            .as_str()
            .is_some_and(|path| path.ends_with("gone.txt"))
    );
    let line = bench.json(&["files", "gone.txt"]).remove(0);
    assert_eq!(line["state"], "vanished");
    assert_eq!(
        bench.json(&["search", "another"])[0]["total"],
        1,
        "what was read stays"
    );
}

#[test]
fn a_backup_is_a_case_again() {
    let bench = Bench::new();
    bench.write("memo.txt", "the minister approved the ferry");
    bench.add(&bench.material());
    let backup = bench.path("backup.db");
    bench.ok(&["backup", &backup.to_string_lossy()]);
    let again = bench.run(&["backup", &backup.to_string_lossy()]);
    assert_eq!(again.status.code(), Some(2), "a backup never overwrites");
    let restored = bench.path("restored.case");
    std::fs::create_dir(&restored).expect("a folder");
    std::fs::copy(&backup, restored.join("case.db")).expect("a file");
    let restored = restored.to_string_lossy().into_owned();
    let add = program()
        .args(["--case", &restored, "add", "--quiet"])
        .output()
        .expect("starts");
    assert!(
        add.status.success(),
        "{}",
        String::from_utf8_lossy(&add.stderr)
    );
    let search = program()
        .args(["--case", &restored, "search", "ferry"])
        .output()
        .expect("starts");
    assert_eq!(search.status.code(), Some(0));
}

#[test]
fn deleting_removes_the_case_and_leaves_the_originals() {
    let bench = Bench::new();
    let file = bench.write("memo.txt", "the minister approved the ferry");
    bench.add(&bench.material());
    assert_eq!(
        bench.run(&["delete"]).status.code(),
        Some(2),
        "it asks first"
    );
    assert!(bench.case().exists());
    let said = bench.ok(&["delete", "--yes"]);
    assert!(said.contains("not guaranteed"));
    assert!(!bench.case().exists() && file.exists());
}
