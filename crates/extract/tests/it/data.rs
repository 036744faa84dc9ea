//! The shared data: real files that are not part of the repository.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The folder of the shared data; `None`, and a word about it, where there is none.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("ONRECORD_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = named.or_else(|| beside.is_dir().then_some(beside));
    if found.is_none() {
        println!("skipped: no shared data (set ONRECORD_DATA to its folder)");
    }
    found
}

/// One of its archives, unpacked once into the build's temporary folder.
pub(crate) fn unpacked(archive: &str) -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().expect("no unpacking panics");
    let archive = folder()?.join(archive);
    let name = archive
        .file_name()?
        .to_string_lossy()
        .replace(".tar.zst", "");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if target.is_dir() {
        return Some(target);
    }
    let partial = target.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial).expect("the build's folder is writable");
    let tar = partial.join("archive.tar");
    let packed = File::open(&archive).expect("the archive is there");
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(io::BufReader::new(packed))
        .expect("it is Zstandard");
    io::copy(&mut decoder, &mut File::create(&tar).expect("a new file")).expect("it unpacks");
    let status = Command::new("tar")
        .arg("-xf")
        .arg(&tar)
        .arg("-C")
        .arg(&partial)
        .status();
    assert!(status.expect("tar is installed").success());
    fs::remove_file(&tar).expect("it was just written");
    fs::rename(&partial, &target).expect("nothing else unpacks here");
    Some(target)
}

/// All plain files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let entry = entry.expect("an entry can be read");
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// Runs a Python script and returns what it prints; `None` where there is no Python.
pub(crate) fn python(script: &str, arguments: &[&Path]) -> Option<String> {
    let Ok(output) = Command::new("python3")
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
    else {
        println!("skipped: no python3");
        return None;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).expect("Python prints UTF-8"))
}
