//! Checking originals, backing up, deleting.

use std::path::Path;

use onrecord_case::{CaseFolder, Checked, Reader, Writer};
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;

/// How the originals stand against what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Version of this object.
    pub format_version: u32,
    /// Originals with the same bytes as were read.
    pub same: u64,
    /// Paths whose bytes are others now.
    pub altered: Vec<String>,
    /// Paths that are gone.
    pub vanished: Vec<String>,
    /// Paths that cannot be read now, with the reason.
    pub unreadable: Vec<String>,
    /// What is wrong with the store or the index.
    pub damage: Vec<String>,
}

impl CheckReport {
    /// Whether everything is as it was read.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let lists = [
            &self.altered,
            &self.vanished,
            &self.unreadable,
            &self.damage,
        ];
        lists.iter().all(|list| list.is_empty())
    }
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupView {
    /// Version of this object.
    pub format_version: u32,
    /// Where it is.
    pub path: String,
    /// Its size.
    pub bytes: u64,
}

/// What deleting removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeletedView {
    /// Version of this object.
    pub format_version: u32,
    /// Files removed.
    pub files: u64,
    /// Bytes removed.
    pub bytes: u64,
    /// What cannot be promised.
    pub not_guaranteed: &'static str,
}

/// Hashes all originals again, and looks for damage in the store and the index.
///
/// # Errors
/// When there is no case, or it cannot be written.
pub fn check_originals(
    folder: &CaseFolder,
    heard: &mut dyn FnMut(u64),
) -> Result<CheckReport, Error> {
    if !folder.exists() {
        return Err(onrecord_case::Error::NoCase(folder.path().to_path_buf()).into());
    }
    let mut writer = Writer::open(folder, "onrecord check")?;
    let mut report = CheckReport {
        format_version: FORMAT_VERSION,
        ..CheckReport::default()
    };
    let mut seen = 0;
    writer.check_originals(&mut |checked| {
        match checked {
            Checked::Same => report.same += 1,
            Checked::Altered(path) => report.altered.push(path.display().to_string()),
            Checked::Vanished(path) => report.vanished.push(path.display().to_string()),
            Checked::Unreadable(path, why) => {
                report.unreadable.push(format!("{}: {why}", path.display()));
            }
        }
        seen += 1;
        heard(seen);
    })?;
    report.damage = writer.reader().integrity()?;
    match onrecord_search::Index::open_or_create(&folder.index()) {
        Ok(index) => report.damage.extend(index.verify()?),
        Err(error) => report.damage.push(error.to_string()),
    }
    Ok(report)
}

/// Writes a whole copy of the store to `target`.
///
/// # Errors
/// When there is no case, `target` exists, or the disk is full.
pub fn backup(folder: &CaseFolder, target: &Path) -> Result<BackupView, Error> {
    let reader = Reader::open(folder)?;
    let bytes = onrecord_case::backup(&reader, target)?;
    Ok(BackupView {
        format_version: FORMAT_VERSION,
        path: target.display().to_string(),
        bytes,
    })
}

/// Removes a case; originals elsewhere are not touched.
///
/// # Errors
/// When there is no case, or another process writes to it.
pub fn delete(folder: &CaseFolder) -> Result<DeletedView, Error> {
    let deleted = onrecord_case::delete(folder, "onrecord delete")?;
    Ok(DeletedView {
        format_version: FORMAT_VERSION,
        files: deleted.files,
        bytes: deleted.bytes,
        not_guaranteed: "deleted files can often be recovered from a disk: copies may remain in free blocks, \
            in snapshots, in backups and in the system's swap; only an encrypted disk whose key is destroyed is safe",
    })
}
