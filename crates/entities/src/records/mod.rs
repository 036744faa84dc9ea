//! Records of tables: which rows are of one bearer.
//!
//! *Useful for:* cross-referencing a case with a list ([`link`]), and finding the doubles of a list
//! ([`deduplicate`]). *Not useful for:* deciding: what comes out are candidates with reasons.
//!
//! The model is Fellegi and Sunter's: each field agrees on a level, each level speaks for or against by
//! the logarithm of how much more often it is seen among records of one bearer than among any two
//! (bits), and the bits add up. How often any two agree by chance is counted in the lists themselves,
//! in powers of two, so that one record more changes nothing; how often records of one bearer agree is
//! learned from the pairs by expectation–maximization.
//! What a column holds is told by its name (`data/records/columns.toml`) or by the user.

mod block;
mod field;
mod group;
mod model;
mod read;

pub use group::{cluster, one_to_one};
pub use model::{Candidate, Why, deduplicate, link};
pub use read::{ReadError, Roles, read_csv, read_ftm};

/// What a column holds, and so how its values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holds {
    /// A whole name, of what its record's kind says.
    Name,
    /// A day, month or year.
    Date,
    /// A country, by name or code.
    Country,
    /// What belongs to one bearer alone: a number, a mail address.
    Identifier,
    /// Given names of a person, in a column of their own.
    Given,
    /// The family name of a person, in a column of its own; clerks change the two round.
    Family,
    /// One word or a short phrase: a town, an office.
    Word,
    /// Many words: a title, a description, an address in one line.
    Text,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As the list calls it; columns of two lists with the same name are compared.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// As the list calls it.
    pub id: String,
    /// What it is a record of, where the list says so; two kinds are never compared.
    pub kind: Option<crate::names::NameKind>,
    /// `(number of the column, value)`; a column may have several values.
    pub values: Vec<(u16, String)>,
}

/// A list of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// What the rows hold.
    pub columns: Vec<Column>,
    /// The rows.
    pub records: Vec<Record>,
}

#[cfg(test)]
mod tests;
