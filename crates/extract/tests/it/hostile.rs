//! Files made to harm: `make_hostile.py` of the shared data says what must hold of each.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use onrecord_extract::{Kind, Level};
use onrecord_record::ProblemCode;

use crate::data;
use crate::tree::{Item, job, run};

fn made() -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().expect("making them does not panic");
    let script = data::folder()?.join("documents/make_hostile.py");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    if !target.join("EXPECT.json").is_file() {
        let status = Command::new("python3")
            .arg("-W")
            .arg("ignore")
            .arg(&script)
            .arg(&target)
            .status();
        if !status.is_ok_and(|status| status.success()) {
            println!("skipped: no python3");
            return None;
        }
    }
    Some(target)
}

/// Files on which pdfium never ends: only a process of its own can be ended for it.
const ENDLESS: [&str; 2] = ["pdf_form_laughs_10^29.pdf", "pdf_form_recursion.pdf"];

fn read(folder: &Path, name: &str) -> Item {
    run(
        &job(name),
        &mut File::open(folder.join(name)).expect("it was made"),
    )
}

#[test]
fn every_hostile_file_is_accounted_for() {
    let Some(folder) = made() else { return };
    for path in data::files(&folder) {
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        if ENDLESS.contains(&name.as_str()) {
            continue;
        }
        let item = read(&folder, &name);
        assert!(
            !item
                .all()
                .iter()
                .any(|item| item.codes().contains(&ProblemCode::ReaderFailed)),
            "{}",
            item.show()
        );
        assert!(
            item.all().iter().all(|item| item.texts.len() <= 8),
            "{name}"
        );
    }
    for name in ["/tmp/onrecord_pwned", "/tmp/onrecord_pwned2"] {
        assert!(
            fs::metadata(name).is_err(),
            "nothing is written where a member's name points"
        );
    }
}

#[test]
fn each_breach_of_a_limit_is_told() {
    let Some(folder) = made() else { return };
    for (name, code) in [
        ("bomb_flat_2GiB.zip", ProblemCode::TooLarge),
        ("bomb_nested_2.zip", ProblemCode::TooLarge),
        ("bomb_1GiB.gz", ProblemCode::TooLarge),
        ("bomb_doubly.gz.gz", ProblemCode::TooLarge),
        ("bomb_512MiB.xz", ProblemCode::TooLarge),
        ("bomb_512MiB.bz2", ProblemCode::TooLarge),
        ("bomb_overlap_1TiB.zip", ProblemCode::Overlapping),
        ("nested_200_deep.zip", ProblemCode::TooDeep),
        ("eml_nested_300.eml", ProblemCode::TooDeep),
        ("tar_size_lie.tar", ProblemCode::Damaged),
        ("tarslip_links_devices.tar", ProblemCode::MemberNotAFile),
        ("zipslip.zip", ProblemCode::UnsafeName),
        ("zip_password_flag.zip", ProblemCode::Locked),
        ("utf16_lone_surrogates.txt", ProblemCode::ReplacedBytes),
        ("utf16_odd.txt", ProblemCode::ReplacedBytes),
        ("utf8_bom_mixed.txt", ProblemCode::ReplacedBytes),
        ("invalid_utf8.txt", ProblemCode::NoReader),
        ("pdf_named.docx", ProblemCode::WrongType),
        ("polyglot.pdf", ProblemCode::WrongType),
        ("empty.pdf", ProblemCode::Empty),
        ("only_magic.7z", ProblemCode::Unreadable),
        ("xz_bigdict.xz", ProblemCode::Unreadable),
        ("rar_garbage.rar", ProblemCode::NoReader),
    ] {
        let item = read(&folder, name);
        assert!(
            item.all().iter().any(|item| item.codes().contains(&code)),
            "{name}: {}",
            item.show()
        );
    }
}

#[test]
fn what_lies_beside_the_harm_is_read() {
    let Some(folder) = made() else { return };
    let tar = read(&folder, "tarslip_links_devices.tar");
    assert_eq!(tar.named("ok.txt").text(), "fine text");
    let zip = read(&folder, "zipslip.zip");
    assert_eq!(zip.children.len(), 11);
    assert_eq!(
        zip.children
            .iter()
            .filter(|item| item.begin.name == "dup")
            .count(),
        2
    );
    assert!(zip.children.iter().all(|item| item.text() == "pwned"));
    assert_eq!(
        read(&folder, "polyglot.pdf").named("in.txt").text(),
        "hidden text"
    );
    assert_eq!(
        read(&folder, "bomb_many_100k_entries.zip").children.len(),
        100_000
    );
    assert_eq!(read(&folder, "deep_html_1M.html").text(), "text\n");
    assert_eq!(read(&folder, "one_line_64MB.txt").text().len(), 67_108_865);
    let laughs = read(&folder, "billion_laughs.xml");
    assert!(laughs.text().contains("&j;"), "entities stay as they stand");
    let overlap = read(&folder, "bomb_overlap_1TiB.zip");
    assert_eq!(
        (overlap.end.declared_members, overlap.children.len()),
        (Some(4_000), 4_000)
    );
    assert!(
        overlap
            .children
            .iter()
            .all(|item| item.end.kind == Kind::None && item.begin.level == Level::Member)
    );
}
