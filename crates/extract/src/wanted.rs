//! One item of a file, handed over instead of being read.

use std::io::{Read, SeekFrom};

use onrecord_record::ProblemCode;

use crate::content::CHUNK;
use crate::event::{Event, Wanted, WantedSide};
use crate::formats::{Probe, detect};
use crate::inert;
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Flow, Reading};

impl Reading<'_, '_> {
    /// Hands the open item over if it is the one that is wanted; a later one is passed by.
    pub(crate) fn hand_over(&mut self, wanted: Wanted, hint: &Hint<'_>, input: Input<'_>) -> Flow {
        if self.number() != Some(wanted.item) {
            return Flow::Continue(());
        }
        match (wanted.side, input) {
            (WantedSide::Bytes, Input::Bytes { bytes, .. }) => {
                self.hand_on(&mut bytes.as_ref(), wanted.most)
            }
            (WantedSide::Bytes, Input::Stream(mut stream)) => {
                self.hand_on(&mut stream, wanted.most)
            }
            (WantedSide::Bytes, Input::File(mut file)) => match file.seek(SeekFrom::Start(0)) {
                Ok(_) => self.hand_on(&mut file, wanted.most),
                Err(error) => self.not_handed_on(&error),
            },
            (WantedSide::Inert, input) => self.lay_out(wanted, hint, input),
        }
    }

    fn hand_on(&mut self, from: &mut dyn Read, most: u64) -> Flow {
        let mut left = most;
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = match from.read(&mut chunk) {
                Ok(0) => return Flow::Continue(()),
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return self.not_handed_on(&error),
            };
            if n as u64 > left {
                return self.problem(
                    ProblemCode::TooLarge,
                    format!("it has more than {most} bytes; the rest was not handed on"),
                );
            }
            left -= n as u64;
            self.emit(Event::Bytes(chunk[..n].to_vec()))?;
        }
    }

    fn not_handed_on(&mut self, error: &std::io::Error) -> Flow {
        self.problem(
            ProblemCode::ReadFailed,
            format!("reading its bytes failed ({})", names::reason(error)),
        )
    }

    fn lay_out(&mut self, wanted: Wanted, hint: &Hint<'_>, input: Input<'_>) -> Flow {
        let mut bytes = Vec::new();
        let read = match input {
            Input::Bytes { bytes: given, .. } => {
                bytes.extend_from_slice(&given);
                Ok(0)
            }
            Input::Stream(stream) => stream.take(wanted.most).read_to_end(&mut bytes),
            Input::File(file) => file
                .seek(SeekFrom::Start(0))
                .and_then(|_| file.take(wanted.most).read_to_end(&mut bytes)),
        };
        if let Err(error) = read {
            return self.not_handed_on(&error);
        }
        let format = detect(&Probe::new(&bytes, hint));
        let page = match format.media_type {
            "message/rfc822" => inert::of_message(&bytes),
            "text/html" => Some(inert::of_page(&bytes, hint.charset)),
            _ => None,
        };
        match page {
            Some(page) => self.emit(Event::Inert(Box::new(page))),
            None => Flow::Continue(()),
        }
    }
}
