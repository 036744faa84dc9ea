//! The case folder: made private, held by one writer at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The file by which a folder is known as a case.
pub const DATABASE: &str = "case.db";
const LOCK: &str = "writer.lock";

/// Paths inside a case folder.
#[derive(Debug, Clone)]
pub struct CaseFolder {
    path: PathBuf,
}

impl CaseFolder {
    /// A case at `path`, whether it exists or not.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The truth.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The search index; derived.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.path.join("index")
    }

    /// Originals by content hash, kept with `--copy`.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.path.join("blobs")
    }

    /// Room for unpacking; emptied when a writer opens the case.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.path.join("spool")
    }

    /// Whether a case lies here.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.database().is_file()
    }

    /// Whether a folder is a case, this one or another.
    #[must_use]
    pub fn is_case(folder: &Path) -> bool {
        folder.join(DATABASE).is_file() && folder.join(LOCK).is_file()
    }

    /// Makes the folder, readable by its owner alone, unless a case is there already.
    pub(crate) fn create(&self) -> Result<(), Error> {
        if self.exists() {
            return Ok(());
        }
        if self.path.exists() && !is_empty_folder(&self.path) && !self.path.join(LOCK).is_file() {
            return Err(Error::NotACase(self.path.clone()));
        }
        make_private(&self.path).map_err(|error| Error::io(&self.path, error))
    }

    /// Takes the writer's lock, or says who holds it.
    pub(crate) fn lock(&self, command: &str) -> Result<WriterLock, Error> {
        let path = self.path.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Error::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                let holder = if known {
                    holder.trim().to_owned()
                } else {
                    "another process".into()
                };
                return Err(Error::Busy { holder });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io(&path, error)),
        }
        let holder = format!("process {} ({command})\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(holder.as_bytes()))
            .map_err(|error| Error::io(&path, error))?;
        Ok(WriterLock { _file: file })
    }
}

/// Held as long as a process writes; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

fn is_empty_folder(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

#[cfg(unix)]
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).create(path)
}

/// A reason why the folder may leave this machine without anyone asking for it.
///
/// Returns the folder above the case that belongs to a synchronization service or to version
/// control, with the name of what it belongs to.
#[must_use]
pub fn exposure(case: &Path) -> Option<(PathBuf, &'static str)> {
    case.ancestors().find_map(|folder| {
        let name = folder.file_name()?.to_string_lossy().into_owned();
        let synced = SYNCED_FOLDERS
            .iter()
            .find(|(start, _)| name.starts_with(start));
        let tracked = REPOSITORY_MARKS
            .iter()
            .find(|(mark, _)| folder.join(mark).exists());
        synced
            .or(tracked)
            .map(|(_, owner)| (folder.to_path_buf(), *owner))
    })
}

const SYNCED_FOLDERS: &[(&str, &str)] = &[
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("iCloud", "iCloud"),
    ("Mobile Documents", "iCloud"),
    ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"),
    ("Syncthing", "Syncthing"),
    ("MEGAsync", "MEGA"),
    ("pCloud", "pCloud"),
    ("Box Sync", "Box"),
];

const REPOSITORY_MARKS: &[(&str, &str)] = &[
    (".git", "a git repository"),
    (".hg", "a Mercurial repository"),
    (".svn", "a Subversion checkout"),
    (".dropbox", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".owncloudsync.log", "ownCloud"),
    (".sync_folder", "a synchronized folder"),
];
