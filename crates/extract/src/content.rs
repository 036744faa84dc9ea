//! The bytes of one item: in memory when small, else in the original or a temporary file.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

use onrecord_record::Digest;
use sha2::{Digest as _, Sha256 as Sha256Hasher};

use crate::event::Sha256;

/// How much is read at once from what is not in memory.
pub(crate) const CHUNK: usize = 128 << 10;

/// Random access to an original or a temporary file.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek + ?Sized> ReadSeek for T {}

enum Place<'c> {
    Memory(Cow<'c, [u8]>),
    File {
        file: &'c mut dyn ReadSeek,
        len: u64,
    },
}

/// The bytes of an item, with a place to read from.
pub(crate) struct Content<'c> {
    place: Place<'c>,
    at: u64,
}

impl<'c> Content<'c> {
    /// Bytes in memory.
    pub(crate) fn memory(bytes: impl Into<Cow<'c, [u8]>>) -> Self {
        Self {
            place: Place::Memory(bytes.into()),
            at: 0,
        }
    }

    /// The first `len` bytes of a file.
    pub(crate) fn file(file: &'c mut dyn ReadSeek, len: u64) -> Self {
        Self {
            place: Place::File { file, len },
            at: 0,
        }
    }

    /// Number of bytes.
    pub(crate) fn len(&self) -> u64 {
        match &self.place {
            Place::Memory(bytes) => bytes.len() as u64,
            Place::File { len, .. } => *len,
        }
    }

    /// The bytes, when they are in memory.
    pub(crate) fn in_memory(&self) -> Option<&[u8]> {
        match &self.place {
            Place::Memory(bytes) => Some(bytes),
            Place::File { .. } => None,
        }
    }

    /// Reads up to `limit` bytes from the start.
    pub(crate) fn head(&mut self, limit: usize) -> io::Result<Cow<'_, [u8]>> {
        if matches!(self.place, Place::File { .. }) {
            self.seek(SeekFrom::Start(0))?;
            let mut head = Vec::new();
            self.take(limit as u64).read_to_end(&mut head)?;
            return Ok(Cow::Owned(head));
        }
        let bytes = self.in_memory().unwrap_or_default();
        Ok(Cow::Borrowed(&bytes[..bytes.len().min(limit)]))
    }

    /// Reads `len` bytes at `start`; fewer where the content ends.
    pub(crate) fn range(&mut self, start: u64, len: usize) -> io::Result<Vec<u8>> {
        self.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity(len.min(CHUNK));
        self.take(len as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = match &mut self.place {
            Place::Memory(bytes) => {
                let at = usize::try_from(self.at).unwrap_or(usize::MAX);
                let mut rest = bytes.get(at..).unwrap_or_default();
                rest.read(buffer)?
            }
            Place::File { file, len } => {
                let left = usize::try_from(len.saturating_sub(self.at)).unwrap_or(usize::MAX);
                let wanted = buffer.len().min(left);
                file.read(&mut buffer[..wanted])?
            }
        };
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Content<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if let Place::File { file, .. } = &mut self.place {
            file.seek(SeekFrom::Start(at))?;
        }
        self.at = at;
        Ok(at)
    }
}

/// Both hashes and the size of what passes by.
#[derive(Default)]
pub(crate) struct Hashing {
    sha256: Sha256Hasher,
    blake3: blake3::Hasher,
    size: u64,
}

/// Size and hashes of an item's bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hashes {
    pub(crate) size: u64,
    pub(crate) sha256: Sha256,
    pub(crate) blake3: Digest,
}

impl Hashing {
    /// Takes in the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.blake3.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// Bytes taken in so far.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of all bytes taken in.
    pub(crate) fn finish(self) -> Hashes {
        Hashes {
            size: self.size,
            sha256: Sha256(self.sha256.finalize().into()),
            blake3: Digest(*self.blake3.finalize().as_bytes()),
        }
    }
}

/// Hashes bytes in memory; `blake3` is taken as it is when already known.
pub(crate) fn hash(bytes: &[u8], blake3: Option<Digest>) -> Hashes {
    Hashes {
        size: bytes.len() as u64,
        sha256: Sha256(Sha256Hasher::digest(bytes).into()),
        blake3: blake3.unwrap_or_else(|| Digest::of(bytes)),
    }
}

/// A buffered stream that hashes what its reader consumes.
pub(crate) struct HashingReader<'r> {
    inner: &'r mut dyn Read,
    hashing: Hashing,
    buffer: Vec<u8>,
    at: usize,
}

impl<'r> HashingReader<'r> {
    /// Reads `head` first, then `inner`.
    pub(crate) fn new(head: Vec<u8>, inner: &'r mut dyn Read) -> Self {
        let mut hashing = Hashing::default();
        hashing.update(&head);
        Self {
            inner,
            hashing,
            buffer: head,
            at: 0,
        }
    }

    /// Reads to the end, so that the hashes are those of the whole.
    pub(crate) fn finish(mut self) -> io::Result<Hashes> {
        loop {
            let n = self.fill_buf()?.len();
            if n == 0 {
                return Ok(self.hashing.finish());
            }
            self.consume(n);
        }
    }

    /// Bytes taken from the stream so far.
    pub(crate) fn size(&self) -> u64 {
        self.hashing.size()
    }
}

impl Read for HashingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let n = available.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for HashingReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.at = 0;
            // The head may be large: it is given back once it is used up.
            if self.buffer.capacity() > 2 * CHUNK {
                self.buffer = Vec::new();
            }
            self.buffer.resize(CHUNK, 0);
            let n = read_some(self.inner, &mut self.buffer);
            self.buffer.truncate(*n.as_ref().unwrap_or(&0));
            n?;
            self.hashing.update(&self.buffer);
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, n: usize) {
        self.at += n;
    }
}

/// Reads until `buffer` is full or the stream ends.
pub(crate) fn read_some(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
