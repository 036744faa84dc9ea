//! `onrecord add`

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use onrecord_workbench::{ImportOptions, ImportReport, exposure, import};

use crate::args::Shared;
use crate::models::{self, HOW_TO_GET_ONE};
use crate::out::{Found, count, size};
use crate::progress::Shown;
use crate::worker;

/// Import files and folders; run it again to go on, or to pick up what is new or changed.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Files and folders; none goes on with an import that was stopped
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Whose material it is
    #[arg(long, value_name = "NAME")]
    custodian: Option<String>,
    /// Keep the originals' bytes in the case (recommended for removable disks)
    #[arg(long)]
    copy: bool,
    /// Only read and index; leave threads and what else is derived for later
    #[arg(long)]
    no_derive: bool,
    /// Readers at a time; default one a core
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    workers: usize,
    /// Take only files that match, below each PATH
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Leave out files and folders that match, below each PATH
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl Add {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let folder = shared.folder();
        if self.paths.is_empty() && !folder.exists() {
            anyhow::bail!("name the files or folders to import: `onrecord add PATH...`");
        }
        if !self.quiet {
            self.warn(shared);
        }
        let options = ImportOptions {
            paths: self.paths.clone(),
            custodian: self.custodian.clone(),
            copy: self.copy,
            workers: self.workers,
            no_derive: self.no_derive,
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            passwords: Vec::new(),
            worker: worker::program(),
            annotate: if self.no_derive {
                None
            } else {
                models::english()?
            },
        };
        if !self.quiet && !self.no_derive && options.annotate.is_none() {
            eprintln!("note: {HOW_TO_GET_ONE}");
        }
        let stop = stop_on_interrupt()?;
        let mut shown = Shown::fitting(shared.json, self.quiet);
        let report = import(&folder, &options, &stop, &mut shown)?;
        finish(&report, shared, self.quiet, "onrecord add")
    }

    fn warn(&self, shared: &Shared) {
        let case = std::path::absolute(&shared.case).unwrap_or_else(|_| shared.case.clone());
        if let Some((folder, owner)) = exposure(&case) {
            eprintln!(
                "warning: the case lies in {} ({owner}), which may carry it to other machines; \
                 put it elsewhere with --case",
                folder.display()
            );
        }
        if !self.copy && self.paths.iter().any(|path| is_removable(path)) {
            eprintln!(
                "note: the material seems to lie on a removable disk; --copy keeps the originals in the case"
            );
        }
        if cfg!(not(target_os = "linux")) {
            eprintln!(
                "note: on this system the readers of files are not locked in; read material that may be hostile on a machine made for that"
            );
        }
    }
}

/// Whether a path lies where systems mount removable disks.
fn is_removable(path: &std::path::Path) -> bool {
    const MOUNTS: [&str; 4] = ["/media/", "/run/media/", "/mnt/", "/Volumes/"];
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let shown = full.to_string_lossy().into_owned();
    MOUNTS.iter().any(|mount| shown.starts_with(mount))
}

/// Set by the first Ctrl-C; the second one ends the process at once.
pub(super) fn stop_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = stop.clone();
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(2);
        }
        eprintln!("\nstopping: what was read is kept");
    })?;
    Ok(stop)
}

/// Says what was done, and how to go on.
pub(super) fn finish(
    report: &ImportReport,
    shared: &Shared,
    quiet: bool,
    go_on: &str,
) -> anyhow::Result<Found> {
    if report.stopped {
        anyhow::bail!("stopped; run `{go_on}` again to go on where it was");
    }
    if !shared.json && !quiet {
        eprintln!(
            "read {} ({}), {} unchanged, {} excluded: {}, {}",
            count(report.new_files, "new file", "new files"),
            size(report.bytes),
            report.unchanged,
            report.excluded,
            count(report.documents, "document", "documents"),
            count(report.problems, "problem", "problems"),
        );
        if report.problems > 0 {
            eprintln!("`onrecord status` says what was not read, `onrecord problems` says why");
        }
    }
    Ok(Found::Something)
}
