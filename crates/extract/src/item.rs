//! From an item's bytes to its reader: get hold of the bytes, hash them, tell the type, read.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use onrecord_record::{Digest, DocumentId, Problem, ProblemCode};

use crate::budget::Flawed;
use crate::content::{CHUNK, Content, Hashing, HashingReader, ReadSeek, hash, read_some};
use crate::event::Kind;
use crate::formats::{self, Format, Probe, ReadBy};
use crate::names;
use crate::reading::{Flow, Reading};

/// How much of an item is looked at before it is decided whether it can be read as a stream.
const HEAD: usize = 64 << 10;

/// What is said of an item before its bytes are seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hint<'h> {
    /// Its name.
    pub(crate) name: Option<&'h str>,
    /// Extension of its name, in lower case.
    pub(crate) extension: Option<&'h str>,
    /// Declared media type, in lower case.
    pub(crate) media_type: Option<&'h str>,
    /// Declared character set.
    pub(crate) charset: Option<&'h str>,
    /// Whether its container says that it is a message, so that the bytes need not look like one.
    pub(crate) is_message: bool,
}

/// Where an item's bytes come from.
pub(crate) enum Input<'i> {
    /// Memory; BLAKE3 where it is already known.
    Bytes {
        bytes: Cow<'i, [u8]>,
        blake3: Option<Digest>,
    },
    /// A file from its first byte.
    File(&'i mut dyn ReadSeek),
    /// A decoder's output.
    Stream(&'i mut dyn Flawed),
}

impl Reading<'_, '_> {
    /// Reads the open item.
    pub(crate) fn read_item(&mut self, hint: &Hint<'_>, input: Input<'_>) -> Flow {
        match self.wanted {
            Some(wanted) if self.number() >= Some(wanted.item) => {
                return self.hand_over(wanted, hint, input);
            }
            _ => {}
        }
        match input {
            Input::Bytes { bytes, blake3 } => self.read_memory(hint, bytes, blake3),
            Input::File(file) => self.read_file(hint, file),
            Input::Stream(stream) => {
                self.read_stream(hint, stream)?;
                self.problems(stream.flaw())
            }
        }
    }

    fn read_memory(
        &mut self,
        hint: &Hint<'_>,
        bytes: Cow<'_, [u8]>,
        blake3: Option<Digest>,
    ) -> Flow {
        self.set_hashes(&hash(&bytes, blake3));
        if bytes.is_empty() {
            return self.read_nothing();
        }
        let format = formats::detect(&Probe::new(&bytes, hint));
        self.read_content(format, hint, &mut Content::memory(bytes))
    }

    /// An empty item is a document without text; a flaw of its stream may change that.
    fn read_nothing(&mut self) -> Flow {
        let blake3 = self.end().blake3;
        let end = self.end();
        end.kind = Kind::Document;
        end.document = blake3.as_ref().map(DocumentId::of_content);
        self.problem(ProblemCode::Empty, "it has no bytes")
    }

    fn read_file(&mut self, hint: &Hint<'_>, file: &mut dyn ReadSeek) -> Flow {
        let size = file
            .seek(SeekFrom::End(0))
            .and_then(|size| file.seek(SeekFrom::Start(0)).map(|_| size));
        let size = match size {
            Ok(size) => size,
            Err(error) => return self.read_failed(&error),
        };
        if size <= self.limits.in_memory {
            let mut bytes = std::mem::take(&mut self.buffer);
            bytes.clear();
            bytes.reserve(usize::try_from(size).unwrap_or(0).saturating_add(1));
            let flow = match file.take(self.limits.in_memory).read_to_end(&mut bytes) {
                Ok(_) => self.read_memory(hint, Cow::Borrowed(&bytes), None),
                Err(error) => self.read_failed(&error),
            };
            self.buffer = bytes;
            return flow;
        }
        let mut head = vec![0; HEAD];
        match read_some(file, &mut head) {
            Ok(n) => head.truncate(n),
            Err(error) => return self.read_failed(&error),
        }
        let format = formats::detect(&Probe::new(&head, hint));
        if let ReadBy::Stream(_) = format.read {
            let mut from = FileStream { file, error: None };
            self.read_hashing(format, hint, head, &mut from)?;
            return match from.error {
                Some(error) => self.read_failed(&error),
                None => Flow::Continue(()),
            };
        }
        match hash_all(head, file) {
            Ok(hashes) => self.set_hashes(&hashes),
            Err(error) => return self.read_failed(&error),
        }
        self.read_content(format, hint, &mut Content::file(file, size))
    }

    fn read_failed(&mut self, error: &io::Error) -> Flow {
        self.problem(
            ProblemCode::ReadFailed,
            format!("reading its bytes failed ({})", names::reason(error)),
        )
    }

    /// A stream is read as such where its format allows it, and kept in memory or a temporary file
    /// where it does not.
    fn read_stream(&mut self, hint: &Hint<'_>, stream: &mut dyn Flawed) -> Flow {
        let mut head = Vec::new();
        // A flawed stream ends early and never fails.
        let _ = stream.take(HEAD as u64).read_to_end(&mut head);
        if head.is_empty()
            && let Some(flaw) = stream.flaw()
        {
            // Nothing came out, which is not the same as there being nothing in it.
            return self.problems([flaw]);
        }
        if head.len() < HEAD {
            return self.read_memory(hint, head.into(), None);
        }
        let format = formats::detect(&Probe::new(&head, hint));
        let is_container = format.kind == Kind::Container;
        if !is_container || !matches!(format.read, ReadBy::Stream(_)) {
            let room = self.limits.in_memory.saturating_sub(HEAD as u64);
            let _ = (&mut *stream).take(room).read_to_end(&mut head);
            if (head.len() as u64) < self.limits.in_memory {
                return self.read_memory(hint, head.into(), None);
            }
        }
        match format.read {
            ReadBy::Stream(_) => self.read_hashing(format, hint, head, stream),
            ReadBy::Content(_) | ReadBy::Nothing => self.read_spooled(format, hint, head, stream),
        }
    }

    fn read_hashing(
        &mut self,
        format: &'static Format,
        hint: &Hint<'_>,
        head: Vec<u8>,
        mut rest: &mut dyn Read,
    ) -> Flow {
        let ReadBy::Stream(read) = format.read else {
            return Flow::Continue(());
        };
        let mut from = HashingReader::new(head, &mut rest);
        if self.announce(format, hint)? {
            read(self, &mut from, hint)?;
        }
        let size = from.size();
        match from.finish() {
            Ok(hashes) => self.set_hashes(&hashes),
            Err(_) => self.end().size = size,
        }
        self.name_document();
        Flow::Continue(())
    }

    fn read_spooled(
        &mut self,
        format: &'static Format,
        hint: &Hint<'_>,
        head: Vec<u8>,
        rest: &mut dyn Read,
    ) -> Flow {
        let mut file = match self.spool.create() {
            Ok(file) => file,
            Err(error) => return self.no_room(&error),
        };
        let mut hashing = Hashing::default();
        hashing.update(&head);
        let mut write = |bytes: &[u8]| file.write_all(bytes);
        let mut written = write(&head);
        drop(head);
        let mut chunk = vec![0; CHUNK];
        while written.is_ok() {
            match read_some(rest, &mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(n) => {
                    hashing.update(&chunk[..n]);
                    written = write(&chunk[..n]);
                }
            }
        }
        drop(chunk);
        if let Err(error) = written.and_then(|()| file.flush()) {
            return self.no_room(&error);
        }
        let size = hashing.size();
        self.set_hashes(&hashing.finish());
        self.read_content(format, hint, &mut Content::file(&mut file, size))
    }

    fn no_room(&mut self, error: &io::Error) -> Flow {
        self.problem(
            ProblemCode::ReadFailed,
            format!(
                "no temporary file could be kept for it ({})",
                names::reason(error)
            ),
        )
    }

    /// Reads content whose hashes are known.
    pub(crate) fn read_content(
        &mut self,
        format: &'static Format,
        hint: &Hint<'_>,
        content: &mut Content<'_>,
    ) -> Flow {
        if self.announce(format, hint)? {
            match format.read {
                ReadBy::Nothing => formats::unread::read(self, content, hint)?,
                ReadBy::Content(read) => read(self, content, hint)?,
                ReadBy::Stream(read) => self.read_from_start(read, hint, content)?,
            }
        }
        self.name_document();
        Flow::Continue(())
    }

    fn read_from_start(
        &mut self,
        read: formats::StreamReader,
        hint: &Hint<'_>,
        content: &mut Content<'_>,
    ) -> Flow {
        if let Some(mut bytes) = content.in_memory() {
            return read(self, &mut bytes as &mut dyn BufRead, hint);
        }
        match content.seek(SeekFrom::Start(0)) {
            Ok(_) => read(self, &mut BufReader::with_capacity(CHUNK, content), hint),
            Err(error) => self.read_failed(&error),
        }
    }

    /// Says what the item is; returns whether it may be opened.
    fn announce(&mut self, format: &'static Format, hint: &Hint<'_>) -> ControlFlowBool {
        let end = self.end();
        end.kind = format.kind;
        end.media_type = format.media_type.to_owned();
        if let Some(problem) = formats::disagreement(format, hint) {
            self.problems([problem])?;
        }
        if let Some(problem) = self.passed_over() {
            self.end().kind = Kind::None;
            self.problems([problem.clone()])?;
            return ControlFlowBool::Continue(false);
        }
        let nests = matches!(format.kind, Kind::Container | Kind::Message);
        if nests && self.is_too_deep() {
            self.end().kind = Kind::None;
            let depth = self.limits.depth;
            self.problem(
                ProblemCode::TooDeep,
                format!(
                    "{} inside {depth} levels of others; it was not opened",
                    format.name
                ),
            )?;
            return ControlFlowBool::Continue(false);
        }
        ControlFlowBool::Continue(true)
    }

    /// Whatever was not named by its reader is named by its bytes.
    fn name_document(&mut self) {
        let end = self.end();
        if end.document.is_none() {
            end.document = end.blake3.as_ref().map(DocumentId::of_content);
        }
    }
}

type ControlFlowBool = std::ops::ControlFlow<(), bool>;

/// Turns a failing file into one that ends, and keeps the failure.
struct FileStream<'f> {
    file: &'f mut dyn ReadSeek,
    error: Option<io::Error>,
}

impl Read for FileStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.error = Some(error);
                Ok(0)
            }
            other => other,
        }
    }
}

fn hash_all(head: Vec<u8>, rest: &mut dyn ReadSeek) -> io::Result<crate::content::Hashes> {
    let mut rest = rest;
    HashingReader::new(head, &mut rest).finish()
}

/// A problem of something without a reader.
pub(crate) fn no_reader(what: &str) -> Problem {
    Problem::new(ProblemCode::NoReader, format!("no reader for {what}"))
}
