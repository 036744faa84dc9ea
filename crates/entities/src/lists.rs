//! Resolution of bare lists of mentions: the same rules, with strings alone to go by.

use std::collections::HashMap;

use crate::across::{Row, company_of, context_of, resolve};
use crate::within::naming::{Found, Naming, join_names};
use crate::within::{EntityKind, Gender};

/// A mention of which the string and the label are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As written.
    pub text: String,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
}

/// An entity of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntity {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest name.
    pub name: String,
    /// All names.
    pub names: Vec<String>,
    /// Mail addresses, in lower case.
    pub addresses: Vec<String>,
    /// What it is said to be.
    pub roles: Vec<String>,
    /// Of a person, where it is known.
    pub gender: Option<Gender>,
    /// Whether it has no name.
    pub unnamed: bool,
}

/// What is known of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Its mentions alone.
    Names(Vec<Listed>),
    /// Its entities, and the number of each mention's.
    Entities {
        /// The entities.
        entities: Vec<ListedEntity>,
        /// By mention.
        of: Vec<Option<u32>>,
    },
}

/// Joins what a set of documents lists. Gives the cluster of each mention, or of each entity where
/// these are listed, in the same order; a cluster's number tells how many were met before it.
#[must_use]
pub fn resolve_lists(documents: &[Listing]) -> Vec<Vec<u64>> {
    let members: Vec<Members> = documents.iter().map(Members::of).collect();
    let rows = documents.iter().zip(&members).enumerate();
    let rows = rows.flat_map(|(document, (list, members))| match list {
        Listing::Names(list) => rows_of_names(document as u64, list, &members.naming),
        Listing::Entities { entities, .. } => rows_of_entities(document as u64, entities),
    });
    let mut cluster_of: HashMap<u128, u128> = HashMap::new();
    for cluster in resolve(rows) {
        cluster_of.extend(cluster.rows.iter().map(|&(row, _)| (row, cluster.id)));
    }
    let mut numbers: HashMap<u128, u64> = HashMap::new();
    let mut number = |document: usize, member: u32| {
        let row = row_id(document as u64, member);
        let cluster = cluster_of.get(&row).copied().unwrap_or(row);
        let next = numbers.len() as u64;
        *numbers.entry(cluster).or_insert(next)
    };
    let numbered = members.iter().enumerate().map(|(document, members)| {
        let of = members.of.iter();
        of.map(|&member| number(document, member)).collect()
    });
    numbered.collect()
}

/// Who of a document the answer is given for.
struct Members {
    naming: Naming,
    of: Vec<u32>,
}

impl Members {
    fn of(listing: &Listing) -> Self {
        match listing {
            Listing::Names(list) => {
                let naming = naming(list);
                Self {
                    of: naming.bearer.clone(),
                    naming,
                }
            }
            Listing::Entities { entities, .. } => Self {
                of: (0..entities.len() as u32).collect(),
                naming: Naming::default(),
            },
        }
    }
}

fn row_id(document: u64, member: u32) -> u128 {
    u128::from(document) << 64 | u128::from(member)
}

fn rows_of_entities(document: u64, entities: &[ListedEntity]) -> Vec<Row> {
    let company = entities.iter().map(|entity| {
        let is_company =
            !entity.unnamed && matches!(entity.kind, EntityKind::Person | EntityKind::Organization);
        is_company.then(|| context_of(&entity.name, entity.kind))
    });
    let company: Vec<Option<u32>> = company.collect();
    let rows = entities.iter().enumerate().map(|(number, entity)| Row {
        id: row_id(document, number as u32),
        document,
        kind: entity.kind,
        name: entity.name.clone(),
        names: entity.names.clone(),
        addresses: entity.addresses.clone(),
        roles: entity.roles.clone(),
        context: company_of(number, &company),
        gender: entity.gender,
        unnamed: entity.unnamed,
    });
    rows.collect()
}

fn kind(listed: &Listed) -> EntityKind {
    EntityKind::of_label(&listed.label).unwrap_or(EntityKind::Thing)
}

fn naming(list: &[Listed]) -> Naming {
    let found: Vec<Found<'_>> = list
        .iter()
        .map(|listed| Found::new(&listed.text, kind(listed)))
        .collect();
    join_names(&found, &[])
}

fn rows_of_names(document: u64, list: &[Listed], naming: &Naming) -> Vec<Row> {
    let mut names: Vec<Vec<String>> = vec![Vec::new(); naming.bearers.len()];
    for (listed, &bearer) in list.iter().zip(&naming.bearer) {
        let known = &mut names[bearer as usize];
        if known.len() < 16 && !known.contains(&listed.text) {
            known.push(listed.text.clone());
        }
    }
    let fullest = |bearer: usize| list[naming.bearers[bearer].fullest as usize].text.as_str();
    let company = naming.bearers.iter().enumerate().map(|(number, bearer)| {
        matches!(bearer.kind, EntityKind::Person | EntityKind::Organization)
            .then(|| context_of(fullest(number), bearer.kind))
    });
    let company: Vec<Option<u32>> = company.collect();
    let rows = naming.bearers.iter().zip(names).enumerate();
    rows.map(|(number, (bearer, names))| Row {
        id: row_id(document, number as u32),
        document,
        kind: bearer.kind,
        name: fullest(number).to_owned(),
        names,
        addresses: Vec::new(),
        roles: bearer.shape.titles.clone(),
        context: company_of(number, &company),
        gender: bearer.gender,
        unnamed: false,
    })
    .collect()
}
