//! Lists as they come: CSV, and lines of FollowTheMoney entities.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::names::{NameKind, plain};
use crate::records::{Column, Holds, List, Record};

/// What columns hold, by name; what the user says (`--map COLUMN=ROLE`) goes first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    given: BTreeMap<String, Role>,
}

/// What is done with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Id,
    Kind,
    Compared(Holds),
    Ignored,
}

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A mapping names a role that does not exist.
    #[error(
        "\"{0}\" is no role of a column: write id, kind, name, given, family, date, country, identifier, word, text or ignored"
    )]
    UnknownRole(String),
    /// A mapping names a column that the list has not.
    #[error("the list has no column \"{0}\"; it has {1}")]
    NoSuchColumn(String, String),
    /// Nothing in the list can be compared.
    #[error(
        "the list has no column that can be compared: say which one holds the name, as in --map COLUMN=name"
    )]
    NothingToCompare,
    /// A row is not CSV.
    #[error("the list is not CSV: {0}")]
    Csv(#[from] csv::Error),
    /// A line is not an entity.
    #[error("line {0}: write {{\"id\":…,\"schema\":…,\"properties\":{{…}}}} a line: {1}")]
    Entity(usize, serde_json::Error),
    /// The list cannot be read on.
    #[error("the list cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

static KNOWN: LazyLock<BTreeMap<String, Role>> = LazyLock::new(|| {
    let table: BTreeMap<String, Vec<String>> =
        toml::from_str(include_str!("../../data/records/columns.toml"))
            .expect("columns.toml is tested");
    let named = table.into_iter().flat_map(|(role, columns)| {
        let role = role_of(&role).unwrap_or(Role::Ignored);
        columns.into_iter().map(move |column| (column, role))
    });
    named.collect()
});

fn role_of(word: &str) -> Option<Role> {
    Some(match word {
        "id" => Role::Id,
        "kind" => Role::Kind,
        "name" => Role::Compared(Holds::Name),
        "date" => Role::Compared(Holds::Date),
        "country" => Role::Compared(Holds::Country),
        "identifier" => Role::Compared(Holds::Identifier),
        "given" => Role::Compared(Holds::Given),
        "family" => Role::Compared(Holds::Family),
        "word" => Role::Compared(Holds::Word),
        "text" => Role::Compared(Holds::Text),
        "ignored" => Role::Ignored,
        _ => return None,
    })
}

impl Roles {
    /// Adds what the user says: `(column, role)`.
    ///
    /// # Errors
    /// Where a role is none of those that the message lists.
    pub fn say(&mut self, column: &str, role: &str) -> Result<(), ReadError> {
        let role = role_of(role).ok_or_else(|| ReadError::UnknownRole(role.to_owned()))?;
        self.given.insert(plain(column), role);
        Ok(())
    }

    fn of(&self, column: &str) -> Option<Role> {
        let name = plain(column);
        self.given.get(&name).or_else(|| KNOWN.get(&name)).copied()
    }

    fn check(&self, columns: &[String]) -> Result<(), ReadError> {
        let names: Vec<String> = columns.iter().map(|column| plain(column)).collect();
        match self.given.keys().find(|given| !names.contains(given)) {
            Some(lost) => Err(ReadError::NoSuchColumn(lost.clone(), columns.join(", "))),
            None => Ok(()),
        }
    }
}

/// Letters of a value from which on its column holds text, if nothing says what it holds.
const LONG: usize = 24;

/// Reads a CSV list with a first row of names; the separator is found out.
///
/// # Errors
/// Where a mapping does not fit, or the list is not CSV.
pub fn read_csv(mut input: impl BufRead, roles: &Roles) -> Result<List, ReadError> {
    let start = input.fill_buf()?;
    let first = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let separator = separator(first);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(input);
    let headers: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    roles.check(&headers)?;
    let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
    let roles: Vec<Role> = headers
        .iter()
        .enumerate()
        .map(|(at, header)| roles.of(header).unwrap_or_else(|| by_length(&rows, at)))
        .collect();
    let mut list = List::default();
    let mut place = vec![None; headers.len()];
    for (at, role) in roles.iter().enumerate() {
        if let Role::Compared(holds) = role {
            place[at] = Some(column(&mut list.columns, &headers[at], *holds));
        }
    }
    if list.columns.is_empty() {
        return Err(ReadError::NothingToCompare);
    }
    for (number, row) in rows.iter().enumerate() {
        let mut record = Record::default();
        for (at, cell) in row
            .iter()
            .enumerate()
            .take(headers.len())
            .filter(|(_, cell)| !cell.is_empty())
        {
            match (roles[at], place[at]) {
                (Role::Id, _) => cell.clone_into(&mut record.id),
                (Role::Kind, _) => record.kind = kind(cell),
                (_, Some(place)) => record.values.push((place, cell.to_owned())),
                _ => {}
            }
        }
        if record.id.is_empty() {
            record.id = format!("row {}", number + 2);
        }
        list.records.push(record);
    }
    Ok(list)
}

/// The most frequent separator of a first line; a comma where there is none.
fn separator(line: &[u8]) -> u8 {
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    let most = b",;|\t"
        .iter()
        .rev()
        .max_by_key(|separator| count(**separator));
    most.copied()
        .filter(|separator| count(*separator) > 0)
        .unwrap_or(b',')
}

fn by_length(rows: &[csv::StringRecord], at: usize) -> Role {
    let is_long = |row: &csv::StringRecord| row.get(at).is_some_and(|cell| cell.len() > LONG);
    let n_long = rows.iter().filter(|row| is_long(row)).count();
    Role::Compared(if n_long * 4 > rows.len() {
        Holds::Text
    } else {
        Holds::Word
    })
}

/// Number of a column; columns that hold names are one, whatever they are called, so that an alias in
/// one list is compared with the name in the other. The same goes for countries.
fn column(columns: &mut Vec<Column>, name: &str, holds: Holds) -> u16 {
    let name = match holds {
        Holds::Name => "name".to_owned(),
        Holds::Country => "country".to_owned(),
        _ => plain(name),
    };
    let column = Column { name, holds };
    let known = columns.iter().position(|known| *known == column);
    known.unwrap_or_else(|| {
        columns.push(column);
        columns.len() - 1
    }) as u16
}

/// What FollowTheMoney, or a person, calls a kind.
fn kind(word: &str) -> Option<NameKind> {
    Some(match plain(word).as_str() {
        "person" => NameKind::Person,
        "company" => NameKind::Company,
        "organization" | "organisation" | "publicbody" | "legalentity" => NameKind::Organization,
        "vessel" | "ship" => NameKind::Vessel,
        _ => return None,
    })
}

/// An entity of FollowTheMoney, as far as it is compared.
#[derive(Debug, Deserialize)]
struct Entity {
    id: String,
    #[serde(default)]
    schema: String,
    #[serde(default)]
    properties: BTreeMap<String, Vec<serde_json::Value>>,
}

/// Reads lines of FollowTheMoney entities; those that bear no name are left out.
///
/// # Errors
/// Where a line is not an entity.
pub fn read_ftm(input: impl Read, roles: &Roles) -> Result<List, ReadError> {
    let mut list = List::default();
    for (number, line) in std::io::BufReader::new(input).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let entity: Entity =
            serde_json::from_str(&line).map_err(|error| ReadError::Entity(number + 1, error))?;
        let Some(kind) = kind(&entity.schema) else {
            continue;
        };
        let mut record = Record {
            id: entity.id,
            // A legal entity may be a person or a firm: it is compared with both.
            kind: (entity.schema != "LegalEntity").then_some(kind),
            values: Vec::new(),
        };
        for (property, values) in &entity.properties {
            let Some(Role::Compared(holds)) = roles.of(property) else {
                continue;
            };
            let place = column(&mut list.columns, property, holds);
            let texts = values.iter().filter_map(serde_json::Value::as_str);
            record
                .values
                .extend(texts.map(|text| (place, text.to_owned())));
        }
        list.records.push(record);
    }
    Ok(list)
}
