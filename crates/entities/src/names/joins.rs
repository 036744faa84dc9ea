//! Whether two may be held to be one: the name, and what is known besides it.

use onrecord_record::PartialDate;

use crate::names::conflict::{Conflict, conflict};
use crate::names::parsed::ParsedName;

/// Somebody, as a document or a list knows them.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The fullest name.
    pub name: &'a ParsedName,
    /// Birth, or founding of a firm.
    pub since: Option<PartialDate>,
    /// ISO 3166 codes or names of countries, as the material gives them.
    pub countries: &'a [&'a str],
    /// Registration, tax and passport numbers, mail addresses: what belongs to one bearer alone.
    pub identifiers: &'a [&'a str],
    /// Offices: `chief executive of Holm AG`.
    pub roles: &'a [&'a str],
}

/// What may be done with two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Something says that they are two.
    Apart,
    /// They share no more than a name: "possibly the same", for a person to judge.
    Possible,
    /// Name and facts say that they are one.
    Join,
}

/// A verdict with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// What may be done.
    pub verdict: Verdict,
    /// What in the names speaks against it.
    pub conflict: Option<Conflict>,
}

/// Whether two may be joined without asking a person; symmetric.
#[must_use]
pub fn joins(left: &Known<'_>, right: &Known<'_>) -> Joining {
    let conflict = conflict(left.name, right.name);
    Joining {
        verdict: if conflict.is_some() {
            Verdict::Apart
        } else {
            Verdict::Possible
        },
        conflict,
    }
}
