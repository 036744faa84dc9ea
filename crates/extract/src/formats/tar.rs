//! Tar archives: v7, ustar, GNU (long names, sparse files) and pax (POSIX.1-2001, with GNU's sparse maps).
//!
//! Read as a stream. A damaged header is reported, and the next sound one is sought.

use std::io::{self, BufRead, Read};
use std::rc::Rc;

use onrecord_record::{Problem, ProblemCode};

use super::{Format, ReadBy};
use crate::budget::Metered;
use crate::content::read_some;
use crate::event::Kind;
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

mod header;
mod sparse;

use header::{BLOCK, Extras, Header, decode_name};
use sparse::{Map, SparseReader};

pub(super) const FORMAT: Format = Format {
    name: "tar archive",
    media_type: "application/x-tar",
    extensions: &["tar"],
    kind: Kind::Container,
    is_text: false,
    detect: |probe| probe.head.len() >= BLOCK && Header::parse(&probe.head[..BLOCK]).is_some(),
    read: ReadBy::Stream(read),
};

/// Longest extended header that is read; a longer one is a trap.
const MAX_EXTRAS: u64 = 1 << 20;

fn read(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, _: &Hint<'_>) -> Flow {
    let mut archive = Archive {
        from,
        at: 0,
        extras: Extras::default(),
    };
    let mut n_skipped = 0_u64;
    let mut n_declared = 0_u64;
    while let Some(next) = archive.next() {
        match next {
            Step::Header(header) => {
                archive.report_skipped(reading, &mut n_skipped)?;
                n_declared += u64::from(header.kind.is_member());
                if !archive.entry(reading, &header)? {
                    break;
                }
            }
            Step::Damaged => n_skipped += BLOCK as u64,
            Step::CutOff(n) => {
                n_skipped += n;
                break;
            }
        }
    }
    archive.report_skipped(reading, &mut n_skipped)?;
    reading.end().declared_members = Some(n_declared);
    Flow::Continue(())
}

struct Archive<'r> {
    from: &'r mut dyn BufRead,
    /// Bytes read so far.
    at: u64,
    /// What extended headers say of the next member.
    extras: Extras,
}

enum Step {
    Header(Header),
    Damaged,
    CutOff(u64),
}

impl Archive<'_> {
    /// The next header; blocks of zeros are passed over, so that joined archives are read to their end.
    fn next(&mut self) -> Option<Step> {
        loop {
            let mut block = [0; BLOCK];
            // Sources of containers end early rather than fail.
            let n = read_some(&mut self.from, &mut block).unwrap_or(0);
            self.at += n as u64;
            if n == 0 {
                return None;
            }
            if block[..n].iter().all(|byte| *byte == 0) {
                continue;
            }
            if n < BLOCK {
                return Some(Step::CutOff(n as u64));
            }
            return Some(Header::parse(&block).map_or(Step::Damaged, Step::Header));
        }
    }

    fn report_skipped(&self, reading: &mut Reading<'_, '_>, n_skipped: &mut u64) -> Flow {
        if *n_skipped == 0 {
            return Flow::Continue(());
        }
        let n = std::mem::take(n_skipped);
        reading.problem(
            ProblemCode::Damaged,
            format!(
                "{n} bytes before byte {} are no member of the archive and were not read",
                self.at
            ),
        )
    }

    /// Reads one member; false when the limit of members is reached.
    fn entry(
        &mut self,
        reading: &mut Reading<'_, '_>,
        header: &Header,
    ) -> std::ops::ControlFlow<(), bool> {
        if header.kind.is_extension() {
            let value = self.extension(reading, header)?;
            self.extras.take(header.kind, &value);
            return std::ops::ControlFlow::Continue(true);
        }
        let extras = self.extras.for_member();
        let size = extras.size.unwrap_or(header.size);
        if header.kind.is_member() {
            if !reading.budget.take_member() {
                reading.end().unreached = 1;
                reading.problem(
                    ProblemCode::TooMany,
                    "more members than the limit; the rest of the archive was not read",
                )?;
                return std::ops::ControlFlow::Continue(false);
            }
            let name = extras.name.clone().unwrap_or_else(|| header.name.clone());
            self.member(reading, header, &extras, &name, size)?;
        } else {
            self.skip(size);
        }
        std::ops::ControlFlow::Continue(true)
    }

    fn extension(
        &mut self,
        reading: &mut Reading<'_, '_>,
        header: &Header,
    ) -> std::ops::ControlFlow<(), Vec<u8>> {
        let mut value = Vec::new();
        let n = header.size.min(MAX_EXTRAS);
        let _ = (&mut *self.from).take(n).read_to_end(&mut value);
        self.at += value.len() as u64;
        self.skip_exactly(padded(header.size).saturating_sub(value.len() as u64));
        if header.size > MAX_EXTRAS {
            reading.problem(
                ProblemCode::TooLarge,
                format!(
                    "an extended header of {} bytes was read to {MAX_EXTRAS}",
                    header.size
                ),
            )?;
        }
        std::ops::ControlFlow::Continue(value)
    }

    fn member(
        &mut self,
        reading: &mut Reading<'_, '_>,
        header: &Header,
        extras: &Extras,
        name: &[u8],
        size: u64,
    ) -> Flow {
        let (name, name_problem) = decode_name(name);
        let child = Child::member(&name);
        if let Some(what) = header.kind.not_a_file() {
            let target = decode_name(extras.link.as_deref().unwrap_or(&header.link)).0;
            let problem = Problem::new(
                ProblemCode::MemberNotAFile,
                if target.is_empty() {
                    format!("a {what}")
                } else {
                    format!("a {what} to \"{}\"", names::label(&target).name)
                },
            );
            reading.unread_child(&child, 0, problem)?;
            self.skip(size);
            return Flow::Continue(());
        }
        let extension = names::extension(&name);
        let hint = Hint {
            extension: extension.as_deref(),
            name: Some(&name),
            ..Hint::default()
        };
        let budget = Rc::clone(&reading.budget);
        let map = self.sparse_map(header, extras);
        let map_bytes = map.as_ref().map_or(0, |map| map.n_stored_before_data);
        let mut data = Data {
            from: &mut *self.from,
            left: size.saturating_sub(map_bytes),
        };
        let wanted = data.left;
        match map {
            None => reading.child(
                &child,
                &hint,
                Input::Stream(&mut Metered::passing(&mut data, &budget)),
            )?,
            Some(map) => {
                let whole = SparseReader::new(&mut data, map);
                reading.child(
                    &child,
                    &hint,
                    Input::Stream(&mut Metered::expanding(whole, &budget)),
                )?;
            }
        }
        let left = data.left;
        self.at += wanted - left;
        self.skip_exactly(left.saturating_add(padded(size) - size));
        // The problem of a name is the container's, whose names are of one kind.
        reading.problems(name_problem)
    }

    fn sparse_map(&mut self, header: &Header, extras: &Extras) -> Option<Map> {
        if let Some(map) = header.sparse.clone() {
            return Some(self.with_extension_blocks(map));
        }
        if !extras.is_sparse {
            return None;
        }
        let real_size = extras.real_size?;
        if extras.has_map_in_data {
            let map = Map::read_from_data(self.from, real_size);
            self.at += map.n_stored_before_data;
            return Some(map);
        }
        Some(Map::from_pairs(&extras.sparse_pairs, real_size))
    }

    /// Old GNU sparse headers go on in blocks of their own.
    fn with_extension_blocks(&mut self, mut map: Map) -> Map {
        while map.goes_on {
            let mut block = [0; BLOCK];
            let n = read_some(&mut self.from, &mut block).unwrap_or(0);
            self.at += n as u64;
            map.goes_on = n == BLOCK && map.extend(&block);
        }
        map
    }

    fn skip(&mut self, size: u64) {
        self.skip_exactly(padded(size));
    }

    fn skip_exactly(&mut self, n: u64) {
        let skipped = io::copy(&mut (&mut *self.from).take(n), &mut io::sink());
        self.at += skipped.unwrap_or(0);
    }
}

fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64)
        .unwrap_or(u64::MAX)
}

/// The data of one member; an archive that ends before it does is an error, not an end.
struct Data<'r> {
    from: &'r mut dyn BufRead,
    left: u64,
}

impl Read for Data<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let wanted = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = self.from.read(&mut buffer[..wanted])?;
        if n == 0 {
            let message = format!(
                "the archive ends {} bytes before the member does",
                self.left
            );
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        self.left -= n as u64;
        Ok(n)
    }
}
