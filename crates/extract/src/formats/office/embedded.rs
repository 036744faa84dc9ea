//! What lies inside a document: other documents, pictures, sounds. Each is read in turn.

use onrecord_record::{Problem, ProblemCode};

use super::package::Package;
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

/// Folders of what is embedded, inside the folder of the main part.
const FOLDERS: &[&str] = &["embeddings/", "media/", "afchunk"];

/// Reads the embedded parts of a document as its children.
pub(super) fn read_parts(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    folder: &str,
) -> Flow {
    let mut parts = Vec::new();
    for inner in FOLDERS {
        parts.extend(package.names_below(&format!("{folder}{inner}")));
    }
    read_named(reading, package, &parts)
}

/// Reads parts as children of the open item.
pub(super) fn read_named(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    parts: &[String],
) -> Flow {
    if parts.is_empty() || is_too_deep(reading, parts.len())? {
        return Flow::Continue(());
    }
    for (at, part) in parts.iter().enumerate() {
        if is_too_many(reading, parts.len() - at)? {
            return Flow::Continue(());
        }
        package.child(reading, part, part)?;
    }
    Flow::Continue(())
}

/// Reads bytes from inside a document as a child of the open item.
pub(super) fn read_bytes(reading: &mut Reading<'_, '_>, name: &str, bytes: Vec<u8>) -> Flow {
    if is_too_deep(reading, 1)? || is_too_many(reading, 1)? {
        return Flow::Continue(());
    }
    let extension = names::extension(name);
    let hint = Hint {
        name: Some(name),
        extension: extension.as_deref(),
        ..Hint::default()
    };
    let bytes = Input::Bytes {
        bytes: bytes.into(),
        blake3: None,
    };
    reading.child(&Child::member(name), &hint, bytes)
}

type Answer = std::ops::ControlFlow<(), bool>;

/// Whether the open item lies too deep for what is inside it; says so.
fn is_too_deep(reading: &mut Reading<'_, '_>, n_inside: usize) -> Answer {
    let is_deep = reading.is_too_deep();
    if is_deep {
        let depth = reading.limits.depth;
        reading.end().unreached += n_inside as u64;
        let message = format!(
            "{n_inside} embedded files inside {depth} levels of others; they were not opened"
        );
        reading.problems([Problem::new(ProblemCode::TooDeep, message)])?;
    }
    Answer::Continue(is_deep)
}

/// Whether the job has no members left; says so.
fn is_too_many(reading: &mut Reading<'_, '_>, n_left: usize) -> Answer {
    let has_room = reading.budget.take_member();
    if !has_room {
        reading.end().unreached += n_left as u64;
        let message = format!("more embedded files than the limit; {n_left} were not read");
        reading.problem(ProblemCode::TooMany, message)?;
    }
    Answer::Continue(!has_room)
}
