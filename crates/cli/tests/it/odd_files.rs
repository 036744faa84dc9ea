//! What file systems hold besides files.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::support::{Bench, assert_adds_up, number};

fn codes(bench: &Bench) -> Vec<(String, String)> {
    bench
        .json(&["problems"])
        .iter()
        .map(|line| {
            let name = line["path"]
                .as_str()
                .expect("a path")
                .rsplit('/')
                .next()
                .unwrap_or_default();
            (
                name.to_owned(),
                line["code"].as_str().expect("a code").to_owned(),
            )
        })
        .collect()
}

#[test]
fn pipes_sockets_links_and_foreign_names_are_a_problem_each_and_the_rest_goes_on() {
    let bench = Bench::new();
    bench.write("a.txt", "a plain file about the harbor");
    let material = bench.material();
    let made = Command::new("mkfifo")
        .arg(material.join("pipe"))
        .status()
        .expect("mkfifo");
    assert!(made.success());
    let _socket = UnixListener::bind(material.join("socket")).expect("a socket");
    symlink(".", material.join("loop")).expect("a link");
    symlink("/etc/passwd", material.join("outside")).expect("a link");
    symlink("nowhere", material.join("dangling")).expect("a link");
    let foreign = material.join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    std::fs::write(&foreign, "a name in Latin-1").expect("a file");
    bench.add(&material);
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(number(&status, "files", "found"), 7);
    assert_eq!(number(&status, "files", "unread"), 5);
    let codes = codes(&bench);
    for (name, code) in [
        ("pipe", "special-file"),
        ("socket", "special-file"),
        ("loop", "symbolic-link"),
        ("outside", "symbolic-link"),
        ("dangling", "symbolic-link"),
        ("caf\u{fffd}.txt", "name-not-utf8"),
    ] {
        assert!(
            codes.contains(&(name.into(), code.into())),
            "{name}: {codes:?}"
        );
    }
    assert_eq!(bench.json(&["search", "harbor"])[0]["total"], 1);
    assert_eq!(bench.json(&["search", "latin"])[0]["total"], 1);
}

#[test]
fn what_may_not_be_read_is_listed_and_read_when_it_may() {
    if std::fs::File::open("/proc/1/mem").is_ok() || is_root() {
        eprintln!("skipped: the superuser may read everything");
        return;
    }
    let bench = Bench::new();
    let file = bench.write("secret.txt", "the harbor again");
    let folder = bench
        .write("closed/inside.txt", "not seen")
        .parent()
        .expect("a folder")
        .to_path_buf();
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    set(&file, 0);
    set(&folder, 0);
    bench.add(&bench.material());
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(
        (
            number(&status, "files", "found"),
            number(&status, "files", "unread")
        ),
        (2, 2)
    );
    set(&file, 0o600);
    set(&folder, 0o700);
    bench.add(&bench.material());
    assert_eq!(bench.json(&["search", "harbor"])[0]["total"], 1);
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout.trim_ascii() == b"0"
}

#[test]
fn a_case_is_private_and_never_imports_a_case() {
    let bench = Bench::new();
    bench.write("a.txt", "one file");
    let inner = bench.material().join("inner.case");
    let added = crate::support::program()
        .args(["--case", &inner.to_string_lossy(), "add", "--quiet"])
        .arg(bench.material())
        .status()
        .expect("the program starts");
    assert!(added.success());
    let mode = std::fs::metadata(&inner)
        .expect("a case")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    bench.add(&bench.material());
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(number(&status, "files", "found"), 2);
    assert!(codes(&bench).contains(&("inner.case".into(), "case-folder".into())));
}

#[test]
fn a_full_disk_stops_with_a_message_and_the_next_run_goes_on() {
    let bench = Bench::new();
    for number in 0..300 {
        let words: String = (0..400)
            .map(|word| format!("w{}x{number} ", word * 7919 % 10_007))
            .collect();
        bench.write(&format!("{number}.txt"), words);
    }
    let material = bench.material();
    // A limit on the size of any one file is what a full disk looks like from inside.
    let limited = Command::new("bash")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 250; exec \"$0\" --case \"$1\" add --quiet \"$2\"",
        ])
        .arg(env!("CARGO_BIN_EXE_onrecord"))
        .args([bench.case(), material.clone()])
        .output()
        .expect("bash starts");
    assert_eq!(
        limited.status.code(),
        Some(2),
        "{}",
        String::from_utf8_lossy(&limited.stderr)
    );
    assert!(!limited.stderr.is_empty());
    bench.add(&material);
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(number(&status, "files", "read"), 300);
    assert_eq!(
        bench.json(&["search", "path:txt", "--limit", "0"])[0]["total"],
        300
    );
}

#[test]
fn include_and_exclude_choose_and_what_is_left_out_is_counted_apart() {
    let bench = Bench::new();
    for name in ["keep/a.txt", "keep/b.csv", "skip/c.txt", "skip/deep/d.txt"] {
        bench.write(name, name);
    }
    let material = bench.material();
    bench.ok(&[
        "add",
        "--quiet",
        "--exclude",
        "skip",
        "--include",
        "**/*.txt",
        &material.to_string_lossy(),
    ]);
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(
        (
            number(&status, "files", "found"),
            number(&status, "files", "excluded")
        ),
        (1, 3)
    );
}
