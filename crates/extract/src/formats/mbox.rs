//! Mailboxes in one file, in all dialects of mbox, as a stream of messages.

use std::io::BufRead;

use onrecord_mail::mbox;
use onrecord_record::{Locator, ProblemCode};

use super::{Format, Probe, ReadBy};
use crate::event::{Kind, Level};
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "mailbox (mbox)",
    media_type: "application/mbox",
    extensions: &["mbox", "mbx"],
    kind: Kind::Container,
    is_text: true,
    detect: is_mbox,
    read: ReadBy::Stream(read),
};

fn is_mbox(probe: &Probe<'_>) -> bool {
    mbox::looks_like(probe.head)
}

fn read(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, _: &Hint<'_>) -> Flow {
    let limit = usize::try_from(reading.limits.message_bytes).unwrap_or(usize::MAX);
    let hint = Hint {
        is_message: true,
        ..Hint::default()
    };
    for message in mbox::Reader::with_limit(from, limit) {
        let message = match message {
            Ok(message) => message,
            Err(error) => {
                let reason = names::reason(&error);
                return reading.problem(
                    ProblemCode::Damaged,
                    format!("the mailbox could not be read to its end ({reason})"),
                );
            }
        };
        let name = format!("message {}", message.number);
        let locator = Locator::Message {
            number: message.number,
            offset: message.offset,
        };
        let child = Child {
            level: Level::Member,
            name: &name,
            locator: Some(locator),
        };
        let input = Input::Bytes {
            bytes: message.bytes.into(),
            blake3: None,
        };
        reading.child_with(&child, &hint, input, message.problems)?;
    }
    Flow::Continue(())
}
