//! Hashing originals again, backups, and deleting a case.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use onrecord_record::Digest;
use rusqlite::params;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::folder::CaseFolder;
use crate::path::from_bytes;
use crate::reader::{Reader, digest};
use crate::writer::Writer;

/// How one original stands against what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// The same bytes as were read.
    Same,
    /// Other bytes than were read.
    Altered(PathBuf),
    /// No longer there.
    Vanished(PathBuf),
    /// There, and cannot be read now.
    Unreadable(PathBuf, String),
}

impl Writer {
    /// Hashes every original again and notes what it finds; `sink` hears of each file.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn check_originals(&mut self, sink: &mut dyn FnMut(&Checked)) -> Result<(), Error> {
        let originals: Vec<(i64, Vec<u8>, Option<Digest>)> = self
            .db()
            .prepare(
                "SELECT id, path, blake3 FROM files
                 WHERE current = 1 AND state = 1 AND blake3 IS NOT NULL ORDER BY path",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, digest(row, 2)?)))?
            .collect::<Result<_, _>>()?;
        for (id, path, read) in originals {
            let checked = check_original(from_bytes(&path), read);
            let altered = matches!(checked, Checked::Altered(_));
            let vanished = matches!(checked, Checked::Vanished(_));
            self.db().execute(
                "UPDATE files SET altered = ?2, vanished = ?3 WHERE id = ?1",
                params![id, altered, vanished],
            )?;
            sink(&checked);
        }
        Ok(())
    }

    /// Keeps the original's bytes in the case, under their hash. An original that is kept already
    /// costs nothing.
    ///
    /// # Errors
    /// When the original cannot be read again, or the disk is full.
    pub fn keep_original(&mut self, original: &Path, hash: &Digest) -> Result<(), Error> {
        let name = hash.to_hex();
        let folder = self.folder().blobs().join(&name[..2]);
        let kept = folder.join(&name);
        if kept.exists() {
            return Ok(());
        }
        crate::folder::make_private(&folder).map_err(|error| Error::io(&folder, error))?;
        // Written under another name first, so that a kept original is always whole.
        let unfinished = folder.join(format!("{name}.part"));
        fs::copy(original, &unfinished).map_err(|error| Error::io(&unfinished, error))?;
        make_read_only(&unfinished);
        fs::rename(&unfinished, &kept).map_err(|error| Error::io(&kept, error))
    }
}

fn make_read_only(path: &Path) {
    if let Ok(metadata) = fs::metadata(path) {
        let mut permissions = metadata.permissions();
        permissions.set_readonly(true);
        // A file system without permissions keeps the bytes all the same.
        let _ = fs::set_permissions(path, permissions);
    }
}

fn check_original(path: PathBuf, read: Option<Digest>) -> Checked {
    match hash_file(&path) {
        Ok((_, now)) if Some(now) == read => Checked::Same,
        Ok(_) => Checked::Altered(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Checked::Vanished(path),
        Err(error) => Checked::Unreadable(path, error.to_string()),
    }
}

/// SHA-256 and BLAKE3 of a file.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<([u8; 32], Digest)> {
    let mut file = File::open(path)?;
    let (mut sha, mut blake) = (Sha256::new(), blake3::Hasher::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((sha.finalize().into(), Digest(*blake.finalize().as_bytes()))),
            read => {
                sha.update(&buffer[..read]);
                blake.update(&buffer[..read]);
            }
        }
    }
}

/// Writes a copy of `case.db`, whole and in order, to `target`; the index can be made from it again.
///
/// # Errors
/// When `target` exists, or the disk is full.
pub fn backup(reader: &Reader<'_>, target: &Path) -> Result<u64, Error> {
    if target.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Error::io(target, exists));
    }
    reader
        .db()
        .execute("VACUUM INTO ?1", [target.to_string_lossy().as_ref()])?;
    restrict(target);
    Ok(fs::metadata(target)
        .map_err(|error| Error::io(target, error))?
        .len())
}

#[cfg(unix)]
fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // The backup is as private as the case, where the file system knows of privacy.
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
}

#[cfg(not(unix))]
fn restrict(_: &Path) {}

/// What deleting a case removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Removes a case folder; originals elsewhere are not touched.
///
/// # Errors
/// When it is no case, when another process writes to it, or when something cannot be removed.
pub fn delete(folder: &CaseFolder, command: &str) -> Result<Deleted, Error> {
    if !folder.exists() {
        return Err(Error::NoCase(folder.path().to_path_buf()));
    }
    let _lock = folder.lock(command)?;
    let mut deleted = Deleted::default();
    count(folder.path(), &mut deleted);
    fs::remove_dir_all(folder.path()).map_err(|error| Error::io(folder.path(), error))?;
    Ok(deleted)
}

fn count(folder: &Path, deleted: &mut Deleted) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => count(&entry.path(), deleted),
            Ok(metadata) => {
                deleted.files += 1;
                deleted.bytes += metadata.len();
            }
            Err(_) => {}
        }
    }
}
