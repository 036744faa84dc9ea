//! A name in parts, each with what it does in the name.

use crate::names::fold::fold;

/// Bytes of a name that are looked at, after folding; what comes later is dropped.
pub const MAX_BYTES: usize = 384;
/// Parts of a name that are looked at; what comes later is dropped.
pub const MAX_PARTS: usize = 24;

/// What bears the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A human being.
    Person,
    /// A firm.
    Company,
    /// An authority, party, club, or a body whose kind is not known.
    Organization,
    /// A ship.
    Vessel,
}

/// What a part does in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A name proper: of a person whose order is unknown, or of a firm.
    Name,
    /// A given or middle name, or a patronymic.
    Given,
    /// A family name.
    Family,
    /// One letter that stands for a given name.
    Initial,
    /// `von`, `bin`, `al`, `de`, `la`: belongs to the part after it.
    Particle,
    /// `Mr`, `Dr`, `President`: in front of a person's name.
    Title,
    /// `Jr`, `III`, `PhD`: after a person's name.
    Suffix,
    /// `Ltd`, `GmbH`, `OOO`.
    LegalForm,
    /// A number, in digits, letters or Roman.
    Numeral,
    /// A word of a firm's name that many share: `holding`, `bank`, `international`.
    Generic,
    /// `and`, `of`, `the`.
    Stop,
}

/// A part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    start: u16,
    end: u16,
    /// What it does.
    pub role: Role,
}

/// A name folded to Latin letters in lower case, and taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedName {
    kind: NameKind,
    text: Box<str>,
    parts: Box<[Part]>,
}

impl ParsedName {
    /// Takes a name apart. Never fails: of what holds no letter or digit it has no parts.
    #[must_use]
    pub fn parse(name: &str, kind: NameKind) -> Self {
        let text = fold(name);
        let mut parts = Vec::new();
        let mut start = 0;
        for word in text.split(' ').take(MAX_PARTS) {
            if !word.is_empty() {
                parts.push(Part {
                    start: start as u16,
                    end: (start + word.len()) as u16,
                    role: Role::Name,
                });
            }
            start += word.len() + 1;
        }
        Self {
            kind,
            text: text.into_boxed_str(),
            parts: parts.into_boxed_slice(),
        }
    }

    /// What bears the name.
    #[must_use]
    pub fn kind(&self) -> NameKind {
        self.kind
    }

    /// The whole name, folded: lower-case ASCII letters and digits, parts divided by one space.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its parts, given names first, family name last, as far as the order is known.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The letters of a part of this name.
    #[must_use]
    pub fn word(&self, part: &Part) -> &str {
        self.text
            .get(part.start as usize..part.end as usize)
            .unwrap_or_default()
    }

    /// Whether nothing is left to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}
