//! Walks what a person named and lists every file, the ones that cannot be read included.
//!
//! Counting is the point: each name that the system lists ends up as exactly one [`Found`], or is
//! counted as excluded. Links are not followed, since a link in collected material may lead
//! anywhere on the machine that reads it.

use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use globset::{Glob, GlobSet, GlobSetBuilder};
use onrecord_record::{Problem, ProblemCode};

use crate::error::Error;
use crate::folder::CaseFolder;

/// Which files a person wants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

impl Selection {
    /// Globs over the path below what was named (`*.eml`, `drafts/**`); none means all.
    ///
    /// # Errors
    /// When a glob cannot be read.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, Error> {
        Ok(Self {
            include: glob_set(include)?,
            exclude: glob_set(exclude)?,
        })
    }

    fn excludes(&self, relative: &Path) -> bool {
        self.exclude
            .as_ref()
            .is_some_and(|globs| globs.is_match(relative))
    }

    fn takes_file(&self, relative: &Path) -> bool {
        self.include
            .as_ref()
            .is_none_or(|globs| globs.is_match(relative))
            && !self.excludes(relative)
    }
}

fn glob_set(globs: &[String]) -> Result<Option<GlobSet>, Error> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob)?);
    }
    Ok(Some(set.build()?))
}

/// One name that the system listed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// When it was last modified, in nanoseconds since 1970.
    pub modified_ns: Option<i64>,
    /// Why it will not be opened, where that is so.
    pub problem: Option<Problem>,
}

/// Lists everything below `root`, in the order of names, into `sink`; returns how many files the
/// person excluded. Stops early when `sink` returns `false`.
pub fn walk(
    root: &Path,
    own_case: &Path,
    selection: &Selection,
    sink: &mut dyn FnMut(Found) -> bool,
) -> u64 {
    let mut walker = Walker {
        root,
        own_case,
        selection,
        sink,
        excluded: 0,
        stopped: false,
    };
    walker.visit_root();
    walker.excluded
}

struct Walker<'a> {
    root: &'a Path,
    own_case: &'a Path,
    selection: &'a Selection,
    sink: &'a mut dyn FnMut(Found) -> bool,
    excluded: u64,
    stopped: bool,
}

impl Walker<'_> {
    fn visit_root(&mut self) {
        // What a person names is followed, even when it is a link.
        match fs::metadata(self.root) {
            Ok(metadata) if metadata.is_dir() => self.visit_tree(self.root.to_path_buf()),
            Ok(metadata) => self.emit_entry(self.root.to_path_buf(), &metadata),
            Err(error) => self.emit_failure(self.root.to_path_buf(), &error),
        }
    }

    /// Depth first without recursion: a folder tree may be deeper than the stack.
    fn visit_tree(&mut self, top: PathBuf) {
        let mut waiting = vec![top];
        while let Some(path) = waiting.pop() {
            if self.stopped {
                return;
            }
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() || path == self.root => {
                    self.visit_folder(&path, &mut waiting);
                }
                Ok(metadata) => self.visit_file(path, &metadata),
                Err(error) => self.emit_failure(path, &error),
            }
        }
    }

    fn visit_folder(&mut self, path: &Path, waiting: &mut Vec<PathBuf>) {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        if path == self.own_case || (path != self.root && self.selection.excludes(relative)) {
            self.excluded += count_files(path);
            return;
        }
        if CaseFolder::is_case(path) {
            let message = format!("{} is a case", path.display());
            self.emit_problem(path.to_path_buf(), ProblemCode::CaseFolder, message);
            return;
        }
        match read_folder(path) {
            Ok((mut entries, failures)) => {
                entries.sort_unstable_by(|a, b| b.cmp(a));
                waiting.append(&mut entries);
                for error in failures {
                    self.emit_failure(path.to_path_buf(), &error);
                }
            }
            Err(error) => self.emit_failure(path.to_path_buf(), &error),
        }
    }

    fn visit_file(&mut self, path: PathBuf, metadata: &Metadata) {
        let relative = path.strip_prefix(self.root).unwrap_or(&path);
        if self.selection.takes_file(relative) {
            self.emit_entry(path, metadata);
        } else {
            self.excluded += 1;
        }
    }

    fn emit_entry(&mut self, path: PathBuf, metadata: &Metadata) {
        let kind = metadata.file_type();
        if kind.is_symlink() {
            let message = describe_link(&path);
            self.emit_problem(path, ProblemCode::SymbolicLink, message);
        } else if kind.is_file() {
            self.emit(Found {
                size: metadata.len(),
                modified_ns: modified_ns(metadata),
                path,
                problem: None,
            });
        } else {
            let message = format!("{} is {}", path.display(), special_kind(kind));
            self.emit_problem(path, ProblemCode::SpecialFile, message);
        }
    }

    fn emit_failure(&mut self, path: PathBuf, error: &std::io::Error) {
        let problem = io_problem(&path, error);
        self.emit(Found {
            path,
            size: 0,
            modified_ns: None,
            problem: Some(problem),
        });
    }

    fn emit_problem(&mut self, path: PathBuf, code: ProblemCode, message: String) {
        let problem = Some(Problem::new(code, message));
        self.emit(Found {
            path,
            size: 0,
            modified_ns: None,
            problem,
        });
    }

    fn emit(&mut self, found: Found) {
        if !self.stopped && !(self.sink)(found) {
            self.stopped = true;
        }
    }
}

/// The problem that a failure of the file system is, worded for the ledger.
#[must_use]
pub fn io_problem(path: &Path, error: &std::io::Error) -> Problem {
    let code = match error.kind() {
        std::io::ErrorKind::PermissionDenied => ProblemCode::PermissionDenied,
        std::io::ErrorKind::NotFound => ProblemCode::Vanished,
        _ => ProblemCode::ReadFailed,
    };
    Problem::new(code, format!("{}: {error}", path.display()))
}

/// When a file was last modified, in nanoseconds since 1970.
#[must_use]
pub fn modified_ns(metadata: &Metadata) -> Option<i64> {
    let modified = metadata.modified().ok()?;
    match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos())
            .ok()
            .map(|ns| -ns),
    }
}

type Listing = (Vec<PathBuf>, Vec<std::io::Error>);

fn read_folder(path: &Path) -> std::io::Result<Listing> {
    let mut entries = Vec::new();
    let mut failures = Vec::new();
    for entry in fs::read_dir(path)? {
        match entry {
            Ok(entry) => entries.push(entry.path()),
            Err(error) => failures.push(error),
        }
    }
    Ok((entries, failures))
}

/// Files below a folder that is left out, so that the ledger can say how many.
fn count_files(top: &Path) -> u64 {
    let mut count = 0;
    let mut waiting = vec![top.to_path_buf()];
    while let Some(path) = waiting.pop() {
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => match read_folder(&path) {
                Ok((mut entries, _)) => waiting.append(&mut entries),
                Err(_) => count += 1,
            },
            _ => count += 1,
        }
    }
    count
}

fn describe_link(path: &Path) -> String {
    let target = fs::read_link(path).map_or_else(|_| "?".into(), |t| t.display().to_string());
    let state = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => "a folder",
        Ok(_) => "a file",
        Err(_) => "nothing that exists, or itself",
    };
    format!(
        "{} is a symbolic link to {target} ({state}); links are not followed",
        path.display()
    )
}

#[cfg(unix)]
fn special_kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "no ordinary file",
    }
}

#[cfg(not(unix))]
fn special_kind(_: FileType) -> &'static str {
    "no ordinary file"
}
