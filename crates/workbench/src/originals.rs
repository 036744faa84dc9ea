//! Originals: the bytes that were imported, and the layout that their authors gave them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use onrecord_case::StoredOrigin;
use onrecord_pipeline::extract::{Event, InertPage, Wanted, WantedSide};
use onrecord_record::{Digest, DocumentId, Problem};
use serde::Serialize;

use crate::error::Error;
use crate::import::reader::{job, open_original, start_worker};
use crate::open::Workbench;
use crate::spool::CaseSpool;

/// Most bytes of an item that are taken out of what holds it.
const MOST_BYTES: u64 = 1 << 30;
/// Most bytes of which a layout is made.
const MOST_LAYOUT: u64 = 64 << 20;

/// The bytes of a document as they were imported.
#[derive(Debug)]
pub struct OriginalFile {
    /// They begin at its first byte.
    pub file: File,
    /// How many there are.
    pub size: u64,
    /// What they were called where they were found: one name without folders.
    pub name: String,
    /// SHA-256 that they had when they were imported.
    pub sha256: Option<String>,
    /// Whether they are the same bytes as were imported.
    pub is_same: bool,
}

/// The layout of a document, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayoutView {
    /// The layout, where it could be made.
    pub page: Option<InertPage>,
    /// Why there is none, and what to do.
    pub message: Option<String>,
    /// Whether the original can be saved.
    pub has_original: bool,
}

impl Workbench {
    /// The original of a document, from where it was found or, with `--copy`, from the case.
    ///
    /// # Errors
    /// When there is no such document, or its original is gone.
    pub fn original(&self, prefix: &str) -> Result<OriginalFile, Error> {
        let origins = self.origins_of(prefix)?;
        let (origin, mut source) = self.open_any(&origins)?;
        let mut file = if origin.sequence == 0 {
            source
        } else {
            self.take_out(origin, &mut source)?
        };
        let failed = |error| Error::path(&origin.path, error);
        let (size, blake3) = measure(&mut file).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(OriginalFile {
            file,
            size,
            name: name_of(origin),
            sha256: origin.sha256.map(|hash| hash.to_hex()),
            is_same: origin.blake3 == Some(blake3),
        })
    }

    /// The layout of a message's web version or of a web page, made inert in a process of its own.
    ///
    /// # Errors
    /// When there is no such document, or the store cannot be read.
    pub fn layout(&self, prefix: &str) -> Result<LayoutView, Error> {
        let origins = self.origins_of(prefix)?;
        let (origin, mut source) = match self.open_any(&origins) {
            Ok(found) => found,
            Err(error) => {
                return Ok(LayoutView {
                    page: None,
                    message: Some(error.to_string()),
                    has_original: false,
                });
            }
        };
        let has_layout = match origin.media_type.as_deref() {
            Some("message/rfc822" | "text/html" | "application/xhtml+xml") => true,
            Some(_) => false,
            None => true,
        };
        let mut page = None;
        let mut problem = None;
        if has_layout {
            problem = self.fetch(origin, &mut source, WantedSide::Inert, &mut |event| {
                if let Event::Inert(inert) = event {
                    page = Some(*inert);
                }
                Ok(())
            })?;
        }
        let message = match (&page, problem) {
            (Some(_), _) => None,
            (None, Some(problem)) => Some(problem.message),
            (None, None) => Some("it has no layout of its own; its text is all of it".to_owned()),
        };
        Ok(LayoutView {
            page,
            message,
            has_original: true,
        })
    }

    fn origins_of(&self, prefix: &str) -> Result<Vec<StoredOrigin>, Error> {
        let id = self.reader.find_document(prefix)?;
        let stored = self.reader.document(id)?;
        let located: DocumentId = stored.continues.map_or(id, |(first, _)| first);
        Ok(self.reader.origins(located)?)
    }

    /// The first origin that can be opened.
    fn open_any<'o>(&self, origins: &'o [StoredOrigin]) -> Result<(&'o StoredOrigin, File), Error> {
        let mut failure = None;
        for origin in origins {
            match self.open_origin(origin) {
                Ok(file) => return Ok((origin, file)),
                Err(error) => failure = failure.or(Some((origin, error))),
            }
        }
        let (origin, error) = failure.ok_or_else(|| onrecord_case::Error::NotFound {
            what: "original",
            given: "document".to_owned(),
        })?;
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "is gone from where it was found".to_owned(),
            _ => format!("cannot be opened ({error})"),
        };
        Err(Error::Usage(format!(
            "the original, {}, {reason}; put it back there, or import with --copy to keep originals in the case",
            origin.shown
        )))
    }

    fn open_origin(&self, origin: &StoredOrigin) -> io::Result<File> {
        let opened = open_original(&origin.path);
        let file_hash = match self.reader.file_hash(origin.file) {
            Ok(Some(hash)) => hash,
            _ => return opened,
        };
        let hex = file_hash.to_hex();
        let kept = self.folder.blobs().join(&hex[..2]).join(&hex);
        match open_original(&kept) {
            Ok(kept) => Ok(kept),
            Err(_) => opened,
        }
    }

    /// An item taken out of the file that holds it, in a temporary file without a name.
    fn take_out(&self, origin: &StoredOrigin, source: &mut File) -> Result<File, Error> {
        let failed = |error| Error::path(&origin.path, error);
        let spool = CaseSpool::in_folder(&self.folder.spool());
        let mut file = spool.file().map_err(failed)?;
        let mut has_any = false;
        self.fetch(origin, source, WantedSide::Bytes, &mut |event| {
            if let Event::Bytes(bytes) = event {
                has_any = true;
                file.write_all(&bytes)?;
            }
            Ok(())
        })?;
        if !has_any && origin.size > 0 {
            return Err(Error::Usage(format!(
                "{} no longer holds this item; it has changed since it was read",
                origin.shown
            )));
        }
        Ok(file)
    }

    /// Has a worker tell one item of a file; the last problem that was met, where it was not told.
    fn fetch(
        &self,
        origin: &StoredOrigin,
        source: &mut File,
        side: WantedSide,
        take: &mut dyn FnMut(Event) -> io::Result<()>,
    ) -> Result<Option<Problem>, Error> {
        let stop = AtomicBool::new(false);
        let spool = self.folder.spool();
        let started = start_worker(self.worker.as_ref(), &spool, &stop);
        let (mut worker, _) = started.map_err(Error::NoWorker)?;
        let wanted = Wanted {
            item: u64::from(origin.sequence),
            side,
            most: match side {
                WantedSide::Bytes => MOST_BYTES,
                WantedSide::Inert => MOST_LAYOUT,
            },
        };
        let mut failure: Option<io::Error> = None;
        let mut last: Option<Problem> = None;
        let mut is_found = false;
        worker.fetch(&job(&origin.path, &[]), wanted, source, &mut |event| {
            is_found |= matches!(event, Event::Bytes(_) | Event::Inert(_));
            if let Event::Problem(problem) = event {
                last = Some(problem);
                return ControlFlow::Continue(());
            }
            // Nothing of interest follows the item.
            if is_found && matches!(event, Event::End(_)) {
                return ControlFlow::Break(());
            }
            match take(event) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        match failure {
            Some(error) => Err(Error::path(&origin.path, error)),
            None => Ok(last.filter(|_| !is_found)),
        }
    }
}

/// Size and BLAKE3 of a file.
fn measure(file: &mut File) -> io::Result<(u64, Digest)> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 17];
    let mut size = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((size, Digest(*hasher.finalize().as_bytes()))),
            n => {
                hasher.update(&buffer[..n]);
                size += n as u64;
            }
        }
    }
}

/// What an item is called, without the folders around it.
fn name_of(origin: &StoredOrigin) -> String {
    let whole = if origin.trail.is_empty() {
        &origin.shown
    } else {
        &origin.trail
    };
    let last = whole.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    let is_message = origin.media_type.as_deref() == Some("message/rfc822");
    match name.trim_matches(['.', ' ']) {
        "" => "original".to_owned(),
        name if is_message && !name.to_lowercase().ends_with(".eml") => format!("{name}.eml"),
        name => name.to_owned(),
    }
}
