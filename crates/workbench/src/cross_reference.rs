//! A case's entities beside a list: the pure part, which opens no case.

use std::io::BufRead;

use onrecord_pipeline::entities::names::NameKind;
use onrecord_pipeline::entities::records::{
    Candidate, Column, List, Record, Roles, link, read_csv, read_ftm,
};
use serde::Serialize;

use crate::error::Error;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Rows with a first row of names.
    Csv,
    /// Lines of FollowTheMoney entities.
    FollowTheMoney,
}

/// A pair for a person to judge.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateView {
    /// Id of the entity of the case.
    pub entity: String,
    /// Id of the record of the list.
    pub record: String,
    /// How likely it is that they are one, 0 to 1; a name alone stays below certainty.
    pub score: f64,
    /// What each field said, in words.
    pub reasons: Vec<String>,
}

/// Reads a list; `mapped` is what the user says of its columns, as `(column, role)`.
///
/// # Errors
/// Where the list or the mapping cannot be read, with what to do.
pub fn read_list(
    input: impl BufRead,
    format: ListFormat,
    mapped: &[(String, String)],
) -> Result<List, Error> {
    let mut roles = Roles::default();
    for (column, role) in mapped {
        roles.say(column, role).map_err(usage)?;
    }
    match format {
        ListFormat::Csv => read_csv(input, &roles),
        ListFormat::FollowTheMoney => read_ftm(input, &roles),
    }
    .map_err(usage)
}

fn usage(error: impl std::fmt::Display) -> Error {
    Error::Usage(error.to_string())
}

/// Compares entities with a list, best first. Columns are compared with those of the same name: `name`,
/// `country`, and others as the list calls them.
#[must_use]
pub fn cross_reference(
    columns: Vec<Column>,
    entities: impl Iterator<Item = Record>,
    list: &List,
) -> Vec<CandidateView> {
    let ours = List {
        columns,
        records: entities.collect(),
    };
    let found = link(&ours, list, NameKind::Organization);
    found
        .iter()
        .map(|candidate| view(candidate, &ours, list))
        .collect()
}

fn view(candidate: &Candidate, ours: &List, list: &List) -> CandidateView {
    let id = |list: &List, at: u32| list.records[at as usize].id.clone();
    CandidateView {
        entity: id(ours, candidate.left),
        record: id(list, candidate.right),
        score: (f64::from(candidate.score) * 1000.0).round() / 1000.0,
        reasons: candidate
            .why
            .iter()
            .map(|why| format!("{}: {} ({:+.1} bits)", why.column, why.level, why.bits))
            .collect(),
    }
}
