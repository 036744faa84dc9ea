//! Groups statements into claims: one JSON object a line from stdin, one claim a line to stdout.
//!
//! A line is `{"statement": StatementRow}`, `{"document": DocumentRow}`, `{"stands_for": [entity, entity]}`,
//! or `{"together": [statement id, …]}`, which asks how many independent sources these have, as one claim.
#![allow(clippy::disallowed_methods)] // a program, not the pure crate

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write as _};

use onrecord_statements::claims::{StatementRow, claims};
use onrecord_statements::copies::{DocumentRow, near_copies};
use onrecord_statements::independence::{CopyRelations, Interests, Relations, independent_sources};
use onrecord_statements::{EntityId, StatementId};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Statement(Box<StatementRow>),
    Document(DocumentRow),
    StandsFor(EntityId, EntityId),
    Together(Vec<StatementId>),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut rows, mut documents, mut pairs, mut asked) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for line in std::io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Line::Statement(row) => rows.push(*row),
            Line::Document(document) => documents.push(document),
            Line::StandsFor(from, to) => pairs.push((from, to)),
            Line::Together(ids) => asked.push(ids),
        }
    }
    let relations = Relations {
        copies: CopyRelations::of(&near_copies(&documents)),
        interests: Interests::of(pairs),
        corrections: Vec::new(),
    };
    let mut out = std::io::stdout().lock();
    let claims = claims(&rows, &relations);
    let retracted: BTreeSet<StatementId> = claims
        .iter()
        .flat_map(|claim| &claim.retracted)
        .map(|retracted| retracted.statement)
        .collect();
    for claim in &claims {
        serde_json::to_writer(&mut out, claim)?;
        writeln!(out)?;
    }
    let by_id: BTreeMap<StatementId, &StatementRow> =
        rows.iter().map(|row| (row.id, row)).collect();
    for ids in asked {
        let standing = ids.iter().filter(|id| !retracted.contains(id));
        let together: Vec<&StatementRow> =
            standing.filter_map(|id| by_id.get(id).copied()).collect();
        serde_json::to_writer(&mut out, &independent_sources(&together, &relations))?;
        writeln!(out)?;
    }
    Ok(())
}
