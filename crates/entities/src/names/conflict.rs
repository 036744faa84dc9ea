//! What says that two names cannot be of one bearer.

use crate::names::parsed::{NameKind, ParsedName};

/// Why two names are not of one bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conflict {
    /// Anna and Petra.
    GivenName,
    /// Berg and Holm.
    FamilyName,
    /// J. and K.
    Initial,
    /// Jr and Sr, II and III.
    Suffix,
    /// Mr and Mrs.
    Gender,
    /// Fund 2 and Fund 3.
    Number,
    /// Ltd and GmbH.
    LegalForm,
    /// A word of a firm's name that the other has not, against one of its own.
    Word,
}

/// Why two names of persons cannot be of one person, if there is a reason; symmetric.
/// `None` does not say that they are one.
#[must_use]
pub fn person_conflict(left: &ParsedName, right: &ParsedName) -> Option<Conflict> {
    (left.text() != right.text() && !left.is_empty() && !right.is_empty())
        .then_some(Conflict::FamilyName)
}

/// [`person_conflict`] of persons; of firms and ships different numbers, legal forms and words.
#[must_use]
pub fn conflict(left: &ParsedName, right: &ParsedName) -> Option<Conflict> {
    match left.kind() {
        NameKind::Person => person_conflict(left, right),
        _ => (left.text() != right.text()).then_some(Conflict::Word),
    }
}
