//! The shared data, which is no part of the repository; tests that need it say so when it is not there.

use std::io::Read;
use std::path::PathBuf;

/// Files of an archive of the shared data whose path begins with `prefix`, sorted by path; `None`, and
/// a line on standard error, where the data is not there.
pub fn files(archive: &str, prefix: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let path = folder().join("mail").join(archive);
    #[expect(clippy::disallowed_methods, reason = "a test reads data from disk")]
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("skipped: {archive} is not there; set ONRECORD_DATA to the shared data");
        return None;
    };
    let plain = ruzstd::decoding::StreamingDecoder::new(std::io::BufReader::new(file))
        .expect("a zstd archive");
    let mut files = Vec::new();
    for entry in tar::Archive::new(plain).entries().expect("a tar archive") {
        let mut entry = entry.expect("a sound member");
        let name = entry.path().expect("a name").to_string_lossy().into_owned();
        if entry.header().entry_type().is_file() && name.contains(prefix) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("a sound member");
            files.push((name, bytes));
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{archive} holds nothing below {prefix}");
    Some(files)
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the data lies is said by the environment"
)]
fn folder() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("ONRECORD_DATA").map_or_else(default, PathBuf::from)
}

/// The same bytes without carriage returns.
pub fn without_cr(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect()
}

/// A text with its runs of white space made single spaces.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
