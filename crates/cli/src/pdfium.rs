//! Where the pdfium library is kept, which reads PDF documents.

use std::path::{Path, PathBuf};

/// Loads the library into a worker, before it locks itself in; without it PDFs are listed as not
/// read, which the problems say. One that is there and does not load is named on stderr.
pub(crate) fn load(path: &Path) {
    if let Err(error) = onrecord_extract::load_pdfium(path) {
        eprintln!("onrecord: {error}");
    }
}

/// The library: the user's own, or the one beside the program. A worker is told it as an argument,
/// for it has no environment to find it by.
pub(crate) fn installed() -> Option<PathBuf> {
    let name = if cfg!(target_os = "macos") {
        "libpdfium.dylib"
    } else {
        "libpdfium.so"
    };
    let user = crate::models::user_folder().map(|models| models.with_file_name("pdfium"));
    let program = std::env::current_exe().ok();
    let beside = program.and_then(|program| Some(program.parent()?.join("pdfium")));
    let mut paths = [user, beside]
        .into_iter()
        .flatten()
        .map(|folder| folder.join(name));
    paths.find(|path| path.is_file())
}
