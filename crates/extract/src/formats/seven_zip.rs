//! 7z archives.

use std::io::Read;
use std::rc::Rc;

use onrecord_record::{Problem, ProblemCode};
use sevenz_rust2::{ArchiveEntry, ArchiveReader, EntryDecision, Error, Password};

use super::zip::locked;
use super::{Format, ReadBy};
use crate::budget::Metered;
use crate::content::Content;
use crate::event::Kind;
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "7z archive",
    media_type: "application/x-7z-compressed",
    extensions: &["7z"],
    kind: Kind::Container,
    is_text: false,
    detect: |probe| probe.head.starts_with(b"7z\xbc\xaf\x27\x1c"),
    read: ReadBy::Content(read),
};

/// Memory for the headers, and for the windows of the decoders.
const MEMORY_KIB: usize = 129 << 10;
/// How much is decoded to see whether a password fits.
const PROVED_BYTES: u64 = 16 << 20;

type Archive<'r, 'c> = ArchiveReader<&'r mut Content<'c>>;

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    match open(content, reading.passwords) {
        Opened::Plain(password) => match archive(content, password) {
            Ok(archive) => read_entries(reading, archive),
            Err(error) => unreadable(reading, &error),
        },
        Opened::Locked(listed) => {
            let n_tried = reading.passwords.len();
            let Some(entries) = listed else {
                reading.end().kind = Kind::None;
                return reading.problems([locked(n_tried)]);
            };
            reading.end().declared_members = Some(entries.len() as u64);
            for entry in entries {
                reading.unread_child(&Child::member(&entry.name), entry.size, locked(n_tried))?;
            }
            Flow::Continue(())
        }
        Opened::Failed(error) => unreadable(reading, &error),
    }
}

enum Opened {
    /// It opens with this password; an empty one stands for none.
    Plain(Password),
    /// No password fits; its members, unless their names are locked too.
    Locked(Option<Vec<ArchiveEntry>>),
    Failed(Error),
}

fn archive<'r, 'c>(
    content: &'r mut Content<'c>,
    password: Password,
) -> Result<Archive<'r, 'c>, Error> {
    let mut archive = ArchiveReader::new_with_memory_limit(content, password, MEMORY_KIB)?;
    archive.set_thread_count(1);
    Ok(archive)
}

fn open(content: &mut Content<'_>, passwords: &[String]) -> Opened {
    let listed = match archive(content, Password::empty()) {
        Ok(archive) => {
            let files = &archive.archive().files;
            let is_locked =
                (0..files.len()).any(|index| archive.archive().is_file_encrypted(index));
            if !is_locked {
                return Opened::Plain(Password::empty());
            }
            Some(
                files
                    .iter()
                    .filter(|entry| !entry.is_directory)
                    .cloned()
                    .collect(),
            )
        }
        Err(Error::PasswordRequired | Error::MaybeBadPassword(_)) => None,
        Err(error) => return Opened::Failed(error),
    };
    for password in passwords {
        let password = Password::from(password.as_str());
        if archive(content, password.clone()).is_ok_and(|archive| fits(archive)) {
            return Opened::Plain(password);
        }
    }
    Opened::Locked(listed)
}

/// Whether the first locked member can be decoded.
fn fits(mut archive: Archive<'_, '_>) -> bool {
    let mut is_sound = true;
    let read = archive.for_each_entries_with_decision(|entry, data| {
        if !entry.has_stream || entry.size == 0 {
            return Ok(EntryDecision::Continue);
        }
        is_sound = std::io::copy(&mut data.take(PROVED_BYTES), &mut std::io::sink()).is_ok();
        Ok(EntryDecision::Stop)
    });
    is_sound && read.is_ok()
}

fn read_entries(reading: &mut Reading<'_, '_>, mut archive: Archive<'_, '_>) -> Flow {
    let n_members = archive
        .archive()
        .files
        .iter()
        .filter(|entry| !entry.is_directory)
        .count() as u64;
    reading.end().declared_members = Some(n_members);
    let mut n_begun = 0_u64;
    let mut trouble = None;
    let mut flow = Flow::Continue(());
    let outcome = archive.for_each_entries_with_decision(|entry, data| {
        if entry.is_directory {
            return Ok(EntryDecision::Continue);
        }
        if !reading.budget.take_member() {
            trouble = Some(Problem::new(
                ProblemCode::TooMany,
                format!("more members than the limit; {n_begun} were read"),
            ));
            return Ok(EntryDecision::Stop);
        }
        n_begun += 1;
        flow = read_entry(reading, entry, data);
        let goes_on = flow.is_continue() && reading.budget.left() > 0;
        Ok(if goes_on {
            EntryDecision::Continue
        } else {
            EntryDecision::Stop
        })
    });
    flow?;
    let n_unreached = n_members.saturating_sub(n_begun);
    reading.end().unreached = n_unreached;
    if trouble.is_none() && (outcome.is_err() || n_unreached > 0) {
        trouble = Some(cut_short(outcome.err(), n_unreached));
    }
    reading.problems(trouble)
}

fn cut_short(error: Option<Error>, n_unreached: u64) -> Problem {
    match error {
        Some(error) => Problem::new(
            ProblemCode::Damaged,
            format!(
                "broken off or damaged ({}); {n_unreached} members were not reached",
                names::reason(&error)
            ),
        ),
        None => Problem::new(
            ProblemCode::TooLarge,
            format!("expands to more than the limit; {n_unreached} members were not reached"),
        ),
    }
}

fn read_entry(reading: &mut Reading<'_, '_>, entry: &ArchiveEntry, data: &mut dyn Read) -> Flow {
    let child = Child::member(&entry.name);
    if entry.is_anti_item {
        let problem = Problem::new(ProblemCode::MemberNotAFile, "a mark that deletes a file");
        return reading.unread_child(&child, 0, problem);
    }
    let extension = names::extension(&entry.name);
    let hint = Hint {
        extension: extension.as_deref(),
        name: Some(&entry.name),
        ..Hint::default()
    };
    let budget = Rc::clone(&reading.budget);
    reading.child(
        &child,
        &hint,
        Input::Stream(&mut Metered::expanding(data, &budget)),
    )
}

fn unreadable(reading: &mut Reading<'_, '_>, error: &Error) -> Flow {
    reading.end().kind = Kind::None;
    let code = match error {
        Error::MaxMemLimited { .. } => ProblemCode::TooLarge,
        _ => ProblemCode::Unreadable,
    };
    let reason = names::reason(error);
    reading.problem(code, format!("the archive could not be opened ({reason})"))
}
