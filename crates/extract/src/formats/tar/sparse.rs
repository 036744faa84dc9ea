//! Files with holes: only what is not zero is stored.

use std::io::{self, BufRead, Read};

use super::header::{BLOCK, number};

/// Most pieces that are believed; a file with more is read up to there.
const MAX_PIECES: usize = 1 << 16;

/// Where the stored pieces of a file belong.
#[derive(Debug, Clone, Default)]
pub(super) struct Map {
    /// Offset in the file and length of each stored piece, in order.
    pieces: Vec<(u64, u64)>,
    real_size: u64,
    /// Whether more blocks of the map follow.
    pub(super) goes_on: bool,
    /// Bytes of the member's stored size that the map itself takes.
    pub(super) n_stored_before_data: u64,
}

impl Map {
    /// The map in an old GNU header.
    pub(super) fn of_header(block: &[u8]) -> Self {
        let mut map = Self {
            real_size: number(&block[483..495]).unwrap_or(0),
            goes_on: block[482] != 0,
            ..Self::default()
        };
        map.add_entries(&block[386..482]);
        map
    }

    /// Takes in a block that goes on with an old GNU map; returns whether another follows.
    pub(super) fn extend(&mut self, block: &[u8; BLOCK]) -> bool {
        self.add_entries(&block[..504]);
        block[504] != 0 && self.pieces.len() < MAX_PIECES
    }

    fn add_entries(&mut self, entries: &[u8]) {
        for entry in entries.chunks_exact(24) {
            if let (Some(at), Some(length)) = (number(&entry[..12]), number(&entry[12..])) {
                if at == 0 && length == 0 {
                    break;
                }
                self.pieces.push((at, length));
            }
        }
    }

    /// A map from offsets and lengths in turn.
    pub(super) fn from_pairs(pairs: &[u64], real_size: u64) -> Self {
        let pieces = pairs
            .chunks_exact(2)
            .take(MAX_PIECES)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        Self {
            pieces,
            real_size,
            ..Self::default()
        }
    }

    /// GNU sparse 1.0: decimal numbers on lines of their own, padded to a block, before the data.
    pub(super) fn read_from_data(from: &mut dyn BufRead, real_size: u64) -> Self {
        let mut n_read = 0;
        let mut numbers = Vec::new();
        let mut wanted = 1;
        let mut value = Some(0_u64);
        let mut block = [0; BLOCK];
        while numbers.len() < wanted && from.read_exact(&mut block).is_ok() {
            n_read += BLOCK as u64;
            for byte in block {
                match byte {
                    b'\n' => {
                        let Some(number) = value.replace(0) else {
                            break;
                        };
                        numbers.push(number);
                    }
                    b'0'..=b'9' => {
                        value = value
                            .and_then(|v| v.checked_mul(10)?.checked_add(u64::from(byte - b'0')))
                    }
                    _ => value = None,
                }
                if numbers.len() == 1 {
                    wanted = 1 + 2 * usize::try_from(numbers[0])
                        .unwrap_or(MAX_PIECES)
                        .min(MAX_PIECES);
                }
                if numbers.len() >= wanted {
                    break;
                }
            }
            if value.is_none() {
                break;
            }
        }
        let pairs = numbers.get(1..).unwrap_or_default();
        Self {
            n_stored_before_data: n_read,
            ..Self::from_pairs(pairs, real_size)
        }
    }
}

/// The whole file: stored pieces, and zeros between them.
pub(super) struct SparseReader<R> {
    stored: R,
    map: Map,
    next: usize,
    at: u64,
}

impl<R: Read> SparseReader<R> {
    pub(super) fn new(stored: R, map: Map) -> Self {
        Self {
            stored,
            map,
            next: 0,
            at: 0,
        }
    }
}

impl<R: Read> Read for SparseReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let piece = self.map.pieces.get(self.next).copied();
            let (start, end) = match piece {
                Some((start, length)) => (start, start.saturating_add(length)),
                None => (self.map.real_size, self.map.real_size),
            };
            let room = |until: u64| {
                buffer
                    .len()
                    .min(usize::try_from(until - self.at).unwrap_or(usize::MAX))
            };
            if self.at < start {
                let n = room(start);
                buffer[..n].fill(0);
                self.at += n as u64;
                return Ok(n);
            }
            if self.at < end {
                let n = room(end);
                let n = self.stored.read(&mut buffer[..n])?;
                self.at += n as u64;
                return Ok(n);
            }
            if piece.is_none() {
                return Ok(0);
            }
            self.next += 1;
        }
    }
}
