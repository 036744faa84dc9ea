//! Where the pdfium library is kept, which reads PDF documents.

use std::path::PathBuf;

/// Loads the library where it is installed; without it PDFs are listed as not read, which the
/// problems say. One that is there and does not load is named on stderr.
///
/// Call it before any file is read, and in a worker before it locks itself in.
pub(crate) fn load() {
    let Some(path) = installed() else {
        return;
    };
    if let Err(error) = onrecord_extract::load_pdfium(&path) {
        eprintln!("onrecord: {error}");
    }
}

/// The library: the user's own, or the one beside the program.
fn installed() -> Option<PathBuf> {
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
