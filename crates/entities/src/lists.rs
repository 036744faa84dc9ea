//! Resolution of bare lists of mentions: the same rules, with strings alone to go by.

use std::collections::HashMap;

use crate::across::{Row, company_of, context_of, resolve};
use crate::within::EntityKind;
use crate::within::naming::{Found, Naming, join_names};

/// A mention of which the string and the label are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As written.
    pub text: String,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
}

/// Joins the mentions of a set of documents. Gives each mention's cluster, in the same order; a
/// cluster's number is that of its first mention among the clusters.
#[must_use]
pub fn resolve_lists(documents: &[Vec<Listed>]) -> Vec<Vec<u64>> {
    let namings: Vec<Naming> = documents.iter().map(|list| naming(list)).collect();
    let rows = documents.iter().zip(&namings).enumerate();
    let rows = rows.flat_map(|(document, (list, naming))| rows_of(document as u64, list, naming));
    let mut cluster_of: HashMap<u128, u128> = HashMap::new();
    for cluster in resolve(rows) {
        cluster_of.extend(cluster.rows.iter().map(|&(row, _)| (row, cluster.id)));
    }
    let mut numbers: HashMap<u128, u64> = HashMap::new();
    let mut number = |document: usize, bearer: u32| {
        let row = row_id(document as u64, bearer);
        let cluster = cluster_of.get(&row).copied().unwrap_or(row);
        let next = numbers.len() as u64;
        *numbers.entry(cluster).or_insert(next)
    };
    namings
        .iter()
        .enumerate()
        .map(|(document, naming)| {
            let bearers = naming.bearer.iter();
            bearers.map(|&bearer| number(document, bearer)).collect()
        })
        .collect()
}

fn row_id(document: u64, bearer: u32) -> u128 {
    u128::from(document) << 64 | u128::from(bearer)
}

fn kind(listed: &Listed) -> EntityKind {
    EntityKind::of_label(&listed.label).unwrap_or(EntityKind::Thing)
}

fn naming(list: &[Listed]) -> Naming {
    let found: Vec<Found<'_>> = list
        .iter()
        .map(|listed| Found {
            text: &listed.text,
            kind: kind(listed),
        })
        .collect();
    join_names(&found, &[])
}

fn rows_of(document: u64, list: &[Listed], naming: &Naming) -> Vec<Row> {
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
