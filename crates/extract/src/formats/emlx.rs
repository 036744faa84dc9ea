//! Apple Mail's message files: the message, and a property list behind it.

use onrecord_mail::emlx;
use onrecord_record::ProblemCode;

use super::{Format, Probe, ReadBy, message};
use crate::content::Content;
use crate::event::Kind;
use crate::item::Hint;
use crate::names;
use crate::reading::{Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "Apple Mail message",
    media_type: "message/rfc822",
    extensions: &["emlx"],
    kind: Kind::Message,
    is_text: true,
    detect: is_emlx,
    read: ReadBy::Content(read),
};

/// Longest property list that is kept as metadata.
const MAX_PLIST: usize = 16 << 10;

fn is_emlx(probe: &Probe<'_>) -> bool {
    emlx::ranges(probe.head).is_some()
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    let limit = usize::try_from(reading.limits.message_bytes).unwrap_or(usize::MAX);
    let bytes = match content.head(limit) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = names::reason(&error);
            return reading.problem(
                ProblemCode::ReadFailed,
                format!("reading its bytes failed ({reason})"),
            );
        }
    };
    let Some(ranges) = emlx::ranges(&bytes) else {
        return message::read_bytes(reading, &bytes, hint);
    };
    if ranges.is_cut_off {
        reading.problem(
            ProblemCode::Damaged,
            "it ends before the length that its first line states",
        )?;
    }
    message::read_bytes(reading, &bytes[ranges.message], hint)?;
    let plist = &bytes[ranges.metadata];
    let plist = &plist[..plist.len().min(MAX_PLIST)];
    reading.metadata("apple-mail", String::from_utf8_lossy(plist))
}
