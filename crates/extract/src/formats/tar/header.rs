//! Headers of tar archives, and the extended headers that correct them.

use onrecord_record::{Problem, ProblemCode};

use super::sparse::Map;

/// Tar archives are made of blocks of this size.
pub(super) const BLOCK: usize = 512;

/// One header block.
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) size: u64,
    pub(super) kind: EntryKind,
    /// The map of an old GNU sparse member.
    pub(super) sparse: Option<Map>,
}

/// What a header announces, by its type flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    NotAFile(&'static str),
    LongName,
    LongLink,
    Pax,
    PaxGlobal,
    /// Volume labels and the like, which hold no material.
    Other,
}

impl EntryKind {
    /// Whether it counts as a member; folders do not.
    pub(super) fn is_member(self) -> bool {
        matches!(self, EntryKind::File | EntryKind::NotAFile(_))
    }

    /// Whether it says something of the next member.
    pub(super) fn is_extension(self) -> bool {
        matches!(
            self,
            EntryKind::LongName | EntryKind::LongLink | EntryKind::Pax | EntryKind::PaxGlobal
        )
    }

    /// What it is instead of a file.
    pub(super) fn not_a_file(self) -> Option<&'static str> {
        match self {
            EntryKind::NotAFile(what) => Some(what),
            _ => None,
        }
    }

    fn of(flag: u8, name: &[u8]) -> Self {
        match flag {
            b'1' => EntryKind::NotAFile("hard link"),
            b'2' => EntryKind::NotAFile("symbolic link"),
            b'3' => EntryKind::NotAFile("character device"),
            b'4' => EntryKind::NotAFile("block device"),
            b'6' => EntryKind::NotAFile("named pipe"),
            b'5' | b'D' => EntryKind::Folder,
            b'L' => EntryKind::LongName,
            b'K' => EntryKind::LongLink,
            b'x' | b'X' => EntryKind::Pax,
            b'g' => EntryKind::PaxGlobal,
            b'V' | b'M' | b'N' => EntryKind::Other,
            // Before ustar a folder was a file whose name ends in a slash.
            0 | b'0' if name.ends_with(b"/") => EntryKind::Folder,
            _ => EntryKind::File,
        }
    }
}

impl Header {
    /// Reads a block; `None` when its checksum does not hold.
    pub(super) fn parse(block: &[u8]) -> Option<Self> {
        let stated = octal(&block[148..156])?;
        let sum = |as_number: fn(u8) -> i64| -> i64 {
            let rest = block[..148].iter().chain(&block[156..BLOCK]);
            rest.map(|byte| as_number(*byte)).sum::<i64>() + 8 * i64::from(b' ')
        };
        let stated = i64::try_from(stated).ok()?;
        let holds = sum(i64::from) == stated || sum(|byte| i64::from(byte.cast_signed())) == stated;
        if !holds {
            return None;
        }
        let is_ustar = &block[257..263] == b"ustar\0";
        let is_gnu = &block[257..265] == b"ustar  \0";
        let mut name = until_nul(&block[..100]).to_vec();
        let prefix = until_nul(&block[345..500]);
        if is_ustar && !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        let size = number(&block[124..136]).unwrap_or(0);
        let flag = block[156];
        let is_sparse = is_gnu && flag == b'S';
        Some(Self {
            kind: EntryKind::of(flag, &name),
            link: until_nul(&block[157..257]).to_vec(),
            sparse: is_sparse.then(|| Map::of_header(block)),
            name,
            size,
        })
    }
}

fn until_nul(field: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    &field[..end]
}

/// A number in octal digits, padded with blanks or zeros at either side.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = until_nul(field).trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    if digits.is_empty() {
        Some(0)
    } else {
        u64::from_str_radix(digits, 8).ok()
    }
}

/// A number in octal digits, or in base 256 where octal has no room.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    let rest = &field[field.len() - 8..];
    let value = rest
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    (field[0] == 0x80 && value < 1 << 62).then_some(value)
}

/// What extended headers say of the next member, and of all members.
#[derive(Debug, Clone, Default)]
pub(super) struct Extras {
    pub(super) name: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) is_sparse: bool,
    /// GNU sparse 1.0 keeps the map before the data.
    pub(super) has_map_in_data: bool,
    pub(super) real_size: Option<u64>,
    pub(super) sparse_pairs: Vec<u64>,
    global: Option<Box<Extras>>,
}

impl Extras {
    /// Takes in an extended header.
    pub(super) fn take(&mut self, kind: EntryKind, value: &[u8]) {
        match kind {
            EntryKind::LongName => self.name = Some(until_nul(value).to_vec()),
            EntryKind::LongLink => self.link = Some(until_nul(value).to_vec()),
            EntryKind::PaxGlobal => self.global.get_or_insert_default().take_records(value),
            _ => self.take_records(value),
        }
    }

    /// What holds for the next member; forgotten then, save what holds for all.
    pub(super) fn for_member(&mut self) -> Extras {
        let global = self.global.take();
        let mut extras = std::mem::take(self);
        if let Some(global) = &global {
            extras.name = extras.name.or_else(|| global.name.clone());
            extras.size = extras.size.or(global.size);
        }
        self.global = global;
        extras
    }

    /// Records of the form `length key=value\n`.
    fn take_records(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Some(blank) = memchr::memchr(b' ', &rest[..rest.len().min(20)]) {
            let length = std::str::from_utf8(&rest[..blank])
                .ok()
                .and_then(|digits| digits.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| rest.get(blank + 1..length)) else {
                return;
            };
            rest = &rest[blank + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(equals) = memchr::memchr(b'=', record) {
                self.take_record(&record[..equals], &record[equals + 1..]);
            }
        }
    }

    fn take_record(&mut self, key: &[u8], value: &[u8]) {
        let number = || {
            std::str::from_utf8(value)
                .ok()
                .and_then(|digits| digits.parse::<u64>().ok())
        };
        match key {
            b"path" if !self.is_sparse => self.name = Some(value.to_vec()),
            b"GNU.sparse.name" => self.name = Some(value.to_vec()),
            b"linkpath" => self.link = Some(value.to_vec()),
            b"size" => self.size = number(),
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.real_size = number(),
            b"GNU.sparse.major" => self.has_map_in_data = value == b"1",
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.sparse_pairs.extend(number()),
            b"GNU.sparse.map" => {
                let numbers = value.split(|byte| *byte == b',');
                let numbers = numbers
                    .map_while(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
                self.sparse_pairs = numbers.collect();
            }
            _ => {}
        }
        self.is_sparse |= key.starts_with(b"GNU.sparse.");
    }
}

/// Names are UTF-8 in pax and mostly elsewhere; else a note says that letters were lost.
pub(super) fn decode_name(raw: &[u8]) -> (String, Option<Problem>) {
    match std::str::from_utf8(raw) {
        Ok(name) => (name.to_owned(), None),
        Err(_) => {
            let name = String::from_utf8_lossy(raw).into_owned();
            let message = format!("the name of the member \"{name}\" is not UTF-8");
            (name, Some(Problem::new(ProblemCode::NameNotUtf8, message)))
        }
    }
}
