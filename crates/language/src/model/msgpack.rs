//! A pull reader for MessagePack that allocates nothing and trusts no length it is told.
//!
//! Only what spaCy and thinc write is read: no extension types.

use crate::error::LoadError;

/// One value, or the head of an array or map whose items follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Str(&'a str),
    Bin(&'a [u8]),
    Array(usize),
    Map(usize),
}

/// Reads items one after another from the bytes of one file.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    file: &'a str,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte; `file` is the name that errors carry.
    pub(crate) fn new(bytes: &'a [u8], file: &'a str) -> Self {
        Self { bytes, at: 0, file }
    }

    pub(crate) fn error(&self, reason: impl Into<String>) -> LoadError {
        LoadError::damaged(self.file, self.at, reason)
    }

    /// The next item; an array or map is followed by its own items.
    pub(crate) fn item(&mut self) -> Result<Item<'a>, LoadError> {
        let head = self.uint(1)? as u8;
        Ok(match head {
            0x00..=0x7f => Item::UInt(u64::from(head)),
            0x80..=0x8f => self.map(u64::from(head & 0x0f))?,
            0x90..=0x9f => self.array(u64::from(head & 0x0f))?,
            0xa0..=0xbf => self.string(u64::from(head & 0x1f))?,
            0xc0 => Item::Nil,
            0xc2 => Item::Bool(false),
            0xc3 => Item::Bool(true),
            0xc4..=0xc6 => {
                let len = self.uint(1 << (head - 0xc4))?;
                Item::Bin(self.take(len)?)
            }
            0xca => Item::Float(f64::from(f32::from_bits(self.uint(4)? as u32))),
            0xcb => Item::Float(f64::from_bits(self.uint(8)?)),
            0xcc..=0xcf => Item::UInt(self.uint(1 << (head - 0xcc))?),
            0xd0 => Item::Int(i64::from(self.uint(1)? as u8 as i8)),
            0xd1 => Item::Int(i64::from(self.uint(2)? as u16 as i16)),
            0xd2 => Item::Int(i64::from(self.uint(4)? as u32 as i32)),
            0xd3 => Item::Int(self.uint(8)? as i64),
            0xd9..=0xdb => {
                let len = self.uint(1 << (head - 0xd9))?;
                self.string(len)?
            }
            0xdc | 0xdd => {
                let len = self.uint(if head == 0xdc { 2 } else { 4 })?;
                self.array(len)?
            }
            0xde | 0xdf => {
                let len = self.uint(if head == 0xde { 2 } else { 4 })?;
                self.map(len)?
            }
            0xe0..=0xff => Item::Int(i64::from(head as i8)),
            0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => {
                return Err(self.error("a type that pipelines do not use"));
            }
        })
    }

    /// The number of pairs of a map that must come next.
    pub(crate) fn map_len(&mut self) -> Result<usize, LoadError> {
        match self.item()? {
            Item::Map(n) => Ok(n),
            other => Err(self.error(format!("expected a map, found {other:?}"))),
        }
    }

    /// The number of items of an array that must come next.
    pub(crate) fn array_len(&mut self) -> Result<usize, LoadError> {
        match self.item()? {
            Item::Array(n) => Ok(n),
            other => Err(self.error(format!("expected an array, found {other:?}"))),
        }
    }

    /// Text that must come next; thinc writes some keys as binary, so both kinds are taken.
    pub(crate) fn text(&mut self) -> Result<&'a str, LoadError> {
        match self.item()? {
            Item::Str(s) => Ok(s),
            Item::Bin(b) => {
                std::str::from_utf8(b).map_err(|_| self.error("text that is not UTF-8"))
            }
            other => Err(self.error(format!("expected text, found {other:?}"))),
        }
    }

    /// A non-negative whole number that must come next.
    pub(crate) fn number(&mut self) -> Result<u64, LoadError> {
        match self.item()? {
            Item::UInt(n) => Ok(n),
            Item::Int(n) if n >= 0 => Ok(n as u64),
            other => Err(self.error(format!("expected a number, found {other:?}"))),
        }
    }

    /// Passes over the next item and all that it holds, however deeply nested.
    pub(crate) fn skip(&mut self) -> Result<(), LoadError> {
        let mut left = 1usize;
        while left > 0 {
            left -= 1;
            left += match self.item()? {
                Item::Array(n) => n,
                Item::Map(n) => 2 * n,
                _ => 0,
            };
        }
        Ok(())
    }

    fn take(&mut self, len: u64) -> Result<&'a [u8], LoadError> {
        let rest = &self.bytes[self.at..];
        if len > rest.len() as u64 {
            return Err(self.error(format!(
                "the file ends {} bytes too early",
                len - rest.len() as u64
            )));
        }
        self.at += len as usize;
        Ok(&rest[..len as usize])
    }

    fn uint(&mut self, width: u64) -> Result<u64, LoadError> {
        Ok(self
            .take(width)?
            .iter()
            .fold(0, |n, &b| n << 8 | u64::from(b)))
    }

    fn string(&mut self, len: u64) -> Result<Item<'a>, LoadError> {
        let bytes = self.take(len)?;
        std::str::from_utf8(bytes)
            .map(Item::Str)
            .map_err(|_| self.error("text that is not UTF-8"))
    }

    // Every item takes a byte at least: a longer count than there are bytes is a lie, found before anything is reserved.
    fn array(&self, n: u64) -> Result<Item<'a>, LoadError> {
        self.plausible(n, 1).map(Item::Array)
    }

    fn map(&self, n: u64) -> Result<Item<'a>, LoadError> {
        self.plausible(n, 2).map(Item::Map)
    }

    fn plausible(&self, n: u64, bytes_each: u64) -> Result<usize, LoadError> {
        if n * bytes_each > (self.bytes.len() - self.at) as u64 {
            return Err(self.error(format!("{n} items are announced, but the file ends before")));
        }
        Ok(n as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_width() {
        let bytes =
            b"\x93\x05\xff\xcd\x01\x00\x82\xa1a\xc0\xd9\x01b\xc3\xc4\x02hi\xcb\x3f\xf8\0\0\0\0\0\0";
        let mut r = Reader::new(bytes, "t");
        let mut seen = Vec::new();
        while r.at < bytes.len() {
            seen.push(r.item().unwrap());
        }
        use Item::{Array, Bin, Bool, Float, Int, Map, Nil, Str, UInt};
        let expected = vec![
            Array(3),
            UInt(5),
            Int(-1),
            UInt(256),
            Map(2),
            Str("a"),
            Nil,
            Str("b"),
            Bool(true),
            Bin(b"hi"),
            Float(1.5),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn announced_lengths_are_not_believed() {
        for bytes in [
            &b"\xdd\xff\xff\xff\xff"[..],
            b"\xdf\xff\xff\xff\xff\x01",
            b"\xdb\xff\xff\xff\xff",
            b"\xc6\0\0\0\x09x",
        ] {
            assert!(Reader::new(bytes, "t").item().is_err());
        }
    }

    #[test]
    fn skipping_deep_nesting_uses_no_stack() {
        let mut bytes = vec![0x91; 1_000_000];
        bytes.push(0xc0);
        let mut r = Reader::new(&bytes, "t");
        r.skip().unwrap();
        assert_eq!(r.at, bytes.len());
    }
}
