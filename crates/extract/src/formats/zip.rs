//! Zip archives: every entry of the table of contents, double names included, in its order.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;

use onrecord_record::{Problem, ProblemCode};
use zip::read::{Config, OwnedZipFileEntry, ZipFileEntry, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::zip_names::Names;
use super::{Format, ReadBy, zip_document};
use crate::budget::Metered;
use crate::content::Content;
use crate::event::Kind;
use crate::item::{Hint, Input, no_reader};
use crate::names;
use crate::reading::{Child, Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "zip archive",
    media_type: "application/zip",
    extensions: &[
        "zip", "jar", "war", "ear", "apk", "cbz", "kmz", "xpi", "whl", "zipx",
    ],
    kind: Kind::Container,
    is_text: false,
    detect: |probe| {
        SIGNATURES
            .iter()
            .any(|signature| probe.head.starts_with(signature))
    },
    read: ReadBy::Content(read),
};

/// A member, an empty archive, a part of a split one.
const SIGNATURES: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08PK\x03\x04",
    b"PK00PK\x03\x04",
];
/// Bytes of a local header without name and extra fields.
const LOCAL_HEADER: u64 = 30;
/// Bytes of the record at the end, without its comment.
const END_RECORD: usize = 22;
/// A wrong password passes the old cipher's own test once in 256 times: members up to this size
/// are read through to their checksum before a password is believed.
const PROVED_BYTES: u64 = 64 << 20;
/// Buffer for the small reads of headers.
const HEADER_BUFFER: usize = 16 << 10;
/// Type bits of a Unix mode, and those of a plain file and of none.
const MODE_TYPE: u32 = 0o170_000;
const MODE_FILE: u32 = 0o100_000;

type Source<'s, 'c> = BufReader<&'s mut Content<'c>>;

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    let survey = match survey(reading, content) {
        Ok(survey) => survey,
        Err(error) => return read_without_contents(reading, content, &error),
    };
    if let Some(kind) = zip_document::tell(&survey.marks, content) {
        let end = reading.end();
        end.kind = Kind::None;
        end.media_type = kind.media_type.to_owned();
        if let Some(problem) = zip_document::disagreement(kind, hint) {
            reading.problems([problem])?;
        }
        let Some(read) = kind.read else {
            return reading.problems([no_reader(kind.name)]);
        };
        reading.end().kind = Kind::Document;
        return read(reading, content, hint);
    }
    reading.problems(zip_document::broken_promise(hint))?;
    reading.end().declared_members = Some(survey.n_members);
    let source = BufReader::with_capacity(HEADER_BUFFER, content);
    match ZipIterable::try_new(source, Config::default()) {
        Ok(archive) => read_entries(reading, archive, &survey),
        Err(error) => unreadable(reading, &error),
    }
}

/// Reads a zip archive that stands behind something else: a self-extracting program, or a picture
/// that hides one. Only an archive that ends exactly where the bytes end counts.
pub(super) fn read_behind(
    reading: &mut Reading<'_, '_>,
    content: &mut Content<'_>,
    before: &str,
) -> Flow {
    if !ends_as_zip(content) || reading.is_too_deep() {
        return Flow::Continue(());
    }
    let Ok(survey) = survey(reading, content) else {
        return Flow::Continue(());
    };
    let source = BufReader::with_capacity(HEADER_BUFFER, content);
    let Ok(archive) = ZipIterable::try_new(source, Config::default()) else {
        return Flow::Continue(());
    };
    reading.end().declared_members = Some(survey.n_members);
    reading.problem(
        ProblemCode::WrongType,
        format!("a zip archive stands behind the {before}; its members were read"),
    )?;
    read_entries(reading, archive, &survey)
}

/// Whether the bytes end with the record that ends a zip archive, its comment included.
fn ends_as_zip(content: &mut Content<'_>) -> bool {
    let start = content
        .len()
        .saturating_sub(END_RECORD as u64 + u64::from(u16::MAX));
    let Ok(tail) = content.range(start, END_RECORD + usize::from(u16::MAX)) else {
        return false;
    };
    let Some(at) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else {
        return false;
    };
    let comment = tail.get(at + 20..at + END_RECORD);
    comment.is_some_and(|length| {
        at + END_RECORD + usize::from(u16::from_le_bytes([length[0], length[1]])) == tail.len()
    })
}

/// What one pass over the table of contents shows.
struct Survey {
    /// Entries that are no folders.
    n_members: u64,
    names: Names,
    marks: zip_document::Marks,
}

fn survey(reading: &Reading<'_, '_>, content: &mut Content<'_>) -> Result<Survey, ZipError> {
    let mut archive = ZipIterable::try_new(
        BufReader::with_capacity(HEADER_BUFFER, content),
        Config::default(),
    )?;
    let mut survey = Survey {
        n_members: 0,
        names: Names::default(),
        marks: zip_document::Marks::default(),
    };
    let declared = archive.len() as u64;
    for (index, entry) in archive.files()?.enumerate() {
        let Ok(entry) = entry else {
            // What the damaged rest of the table declares is members for all that is known.
            survey.n_members += declared - index as u64;
            break;
        };
        survey.n_members += u64::from(!is_folder(&entry));
        survey.names.see(entry.name_raw());
        survey.marks.see(&entry);
        if index as u64 > reading.limits.members.saturating_mul(2) {
            survey.n_members = survey.n_members.saturating_add(declared - index as u64 - 1);
            break;
        }
    }
    Ok(survey)
}

fn is_folder(entry: &ZipFileEntry<'_>) -> bool {
    entry.name_raw().ends_with(b"/")
}

fn read_entries(
    reading: &mut Reading<'_, '_>,
    mut archive: ZipIterable<Source<'_, '_>>,
    survey: &Survey,
) -> Flow {
    let mut taken = Taken::default();
    let mut n_begun = 0_u64;
    let Ok(files) = archive.files() else {
        return reading.problem(
            ProblemCode::Unreadable,
            "its table of contents could not be found again",
        );
    };
    let mut trouble = None;
    while let Some(next) = files.next() {
        let entry = match next {
            Ok(entry) => entry,
            Err(error) => {
                let reason = names::reason(&error);
                trouble = Some(Problem::new(
                    ProblemCode::Damaged,
                    format!("its table of contents is damaged after {n_begun} members ({reason})"),
                ));
                break;
            }
        };
        if is_folder(&entry) {
            continue;
        }
        if !reading.budget.take_member() {
            trouble = Some(Problem::new(
                ProblemCode::TooMany,
                format!("more members than the limit; {n_begun} were read"),
            ));
            break;
        }
        n_begun += 1;
        let overlaps = taken.overlaps(&entry);
        read_entry(reading, &entry.into(), files.reader_mut(), survey, overlaps)?;
    }
    reading.end().unreached = survey.n_members.saturating_sub(n_begun);
    reading.problems(trouble)
}

fn read_entry(
    reading: &mut Reading<'_, '_>,
    entry: &OwnedZipFileEntry,
    source: &mut Source<'_, '_>,
    survey: &Survey,
    overlaps: bool,
) -> Flow {
    let name = survey.names.decode(entry.name_raw());
    let child = Child::member(&name);
    let size = entry.size();
    if let Some(problem) = refusal(reading, entry, overlaps) {
        return reading.unread_child(&child, size, problem);
    }
    let passwords = reading.passwords;
    let password = match entry.encrypted() {
        false => None,
        true => match passwords
            .iter()
            .find(|password| fits(password, entry, source))
        {
            Some(password) => Some(password.as_bytes()),
            None => return reading.unread_child(&child, size, locked(passwords.len())),
        },
    };
    let extension = names::extension(&name);
    let hint = Hint {
        extension: extension.as_deref(),
        name: Some(&name),
        ..Hint::default()
    };
    let budget = Rc::clone(&reading.budget);
    match entry
        .as_ref()
        .with_reader(source, ZipReadOptions::new().password(password))
    {
        Ok(file) => reading.child(
            &child,
            &hint,
            Input::Stream(&mut Metered::expanding(file, &budget)),
        ),
        Err(error) => {
            let reason = names::reason(&error);
            let problem = Problem::new(
                ProblemCode::Unreadable,
                format!("the member could not be opened ({reason})"),
            );
            reading.unread_child(&child, size, problem)
        }
    }
}

/// Why an entry is not even opened.
fn refusal(
    reading: &Reading<'_, '_>,
    entry: &OwnedZipFileEntry,
    overlaps: bool,
) -> Option<Problem> {
    let mode = entry.unix_mode().unwrap_or(MODE_FILE) & MODE_TYPE;
    if mode != MODE_FILE && mode != 0 {
        let what = if entry.is_symlink() {
            "a symbolic link"
        } else {
            "no plain file"
        };
        return Some(Problem::new(ProblemCode::MemberNotAFile, what));
    }
    if overlaps {
        let message = "its bytes are also those of another member; it was not opened";
        return Some(Problem::new(ProblemCode::Overlapping, message));
    }
    // Sizes may lie low, which the reading itself finds out; one that lies high is taken at its word.
    let (size, left) = (entry.size(), reading.budget.left());
    (size > left).then(|| {
        let message =
            format!("expands to {size} bytes, of which the limit leaves {left}; it was not opened");
        Problem::new(ProblemCode::TooLarge, message)
    })
}

/// Whether a password opens an entry.
fn fits(password: &str, entry: &OwnedZipFileEntry, source: &mut Source<'_, '_>) -> bool {
    let options = ZipReadOptions::new().password(Some(password.as_bytes()));
    let Ok(file) = entry.as_ref().with_reader(source, options) else {
        return false;
    };
    let is_provable = entry.compressed_size() <= PROVED_BYTES && entry.size() <= PROVED_BYTES;
    !is_provable || io::copy(&mut file.take(PROVED_BYTES + 1), &mut io::sink()).is_ok()
}

/// The report of what needs a password, of which some were tried.
pub(super) fn locked(n_tried: usize) -> Problem {
    let message = match n_tried {
        0 => "needs a password".to_owned(),
        1 => "needs a password; the one given does not fit".to_owned(),
        n => format!("needs a password; none of the {n} given fits"),
    };
    Problem::new(ProblemCode::Locked, message)
}

/// Byte ranges of the members read so far.
#[derive(Default)]
struct Taken(BTreeMap<u64, u64>);

impl Taken {
    /// Whether an entry's bytes are another's too; if not they are now taken.
    fn overlaps(&mut self, entry: &ZipFileEntry<'_>) -> bool {
        let start = entry.header_start();
        let end = start
            .saturating_add(LOCAL_HEADER)
            .saturating_add(entry.compressed_size());
        let before = self.0.range(..end).next_back();
        let overlaps = before.is_some_and(|(_, before_end)| *before_end > start);
        if !overlaps {
            self.0.insert(start, end);
        }
        overlaps
    }
}

fn unreadable(reading: &mut Reading<'_, '_>, error: &ZipError) -> Flow {
    reading.end().kind = Kind::None;
    reading.problem(
        ProblemCode::Unreadable,
        format!("the archive could not be opened ({})", names::reason(error)),
    )
}

/// An archive that is broken off has lost its table of contents: its members are read one after the
/// other for as long as they say how long they are.
fn read_without_contents(
    reading: &mut Reading<'_, '_>,
    content: &mut Content<'_>,
    error: &ZipError,
) -> Flow {
    let mut source = BufReader::with_capacity(HEADER_BUFFER, content);
    if source.seek(SeekFrom::Start(0)).is_err() {
        return unreadable(reading, error);
    }
    let mut n_found = 0_u64;
    let stopped_by = loop {
        match next_in_stream(reading, &mut source)? {
            Found::Member => n_found += 1,
            Found::Folder => {}
            Found::End(reason) => break reason,
        }
    };
    if n_found == 0 {
        return unreadable(reading, error);
    }
    let reason = stopped_by.unwrap_or_else(|| "no more members".to_owned());
    reading.problem(
        ProblemCode::Damaged,
        format!("its table of contents is lost; {n_found} members were found before the damage ({reason})"),
    )
}

enum Found {
    Member,
    Folder,
    End(Option<String>),
}

fn next_in_stream(
    reading: &mut Reading<'_, '_>,
    source: &mut Source<'_, '_>,
) -> ControlFlow<(), Found> {
    let file = match zip::read::read_zipfile_from_stream(source) {
        Ok(Some(file)) => file,
        Ok(None) => return ControlFlow::Continue(Found::End(None)),
        Err(error) => return ControlFlow::Continue(Found::End(Some(names::reason(&error)))),
    };
    if file.is_dir() {
        return ControlFlow::Continue(Found::Folder);
    }
    if !reading.budget.take_member() {
        return ControlFlow::Continue(Found::End(Some("more members than the limit".to_owned())));
    }
    let mut names = Names::default();
    names.see(file.name_raw());
    let name = names.decode(file.name_raw());
    let extension = names::extension(&name);
    let hint = Hint {
        extension: extension.as_deref(),
        name: Some(&name),
        ..Hint::default()
    };
    let budget = Rc::clone(&reading.budget);
    reading.child(
        &Child::member(&name),
        &hint,
        Input::Stream(&mut Metered::expanding(file, &budget)),
    )?;
    ControlFlow::Continue(Found::Member)
}
