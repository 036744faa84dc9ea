//! What a corrected version no longer says, and what was taken back, supports nothing.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::DocumentId;
use serde::{Deserialize, Serialize};

use super::row::StatementRow;
use super::side::Side;
use crate::keys::{EntityId, StatementId};

/// That one version of a document corrects another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Correction {
    /// The version that had something wrong.
    pub wrong: DocumentId,
    /// The version that says so.
    pub right: DocumentId,
}

/// Statements of one content that support nothing, with the statement that takes each back, or the
/// document that corrects it.
pub(crate) fn taken_back(
    rows: &[(&StatementRow, Side)],
    corrections: &BTreeMap<DocumentId, DocumentId>,
) -> BTreeMap<StatementId, TakenBack> {
    let mut found = BTreeMap::new();
    // An unnamed source has another id in each version, and is known by its content alone.
    let kept: BTreeSet<(DocumentId, Option<EntityId>)> = rows
        .iter()
        .map(|(row, _)| (row.document, named(row)))
        .collect();
    let retractions: Vec<&StatementRow> = rows
        .iter()
        .filter(|(_, side)| *side == Side::Retracts)
        .map(|&(row, _)| row)
        .collect();
    for (row, _) in rows.iter().filter(|(_, side)| *side == Side::For) {
        if let Some(retraction) = retraction(row, &retractions) {
            found.insert(
                row.id,
                TakenBack {
                    by: Some(retraction.id),
                    document: retraction.document,
                },
            );
        } else if let Some(&right) = corrections.get(&row.document)
            && !kept.contains(&(right, named(row)))
        {
            found.insert(
                row.id,
                TakenBack {
                    by: None,
                    document: right,
                },
            );
        }
    }
    found
}

/// What takes a statement back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenBack {
    pub(crate) by: Option<StatementId>,
    pub(crate) document: DocumentId,
}

fn named(row: &StatementRow) -> Option<EntityId> {
    row.speaker().filter(|_| row.has_named_speaker())
}

/// A later retraction by the one who said it, or by the paper that wrote it in its own name.
fn retraction<'a>(
    row: &StatementRow,
    retractions: &[&'a StatementRow],
) -> Option<&'a StatementRow> {
    let speaker = row.speaker().filter(|_| row.has_named_speaker())?;
    let takes_back = |other: &&&StatementRow| {
        let later = row.date.is_none() || other.date.is_none() || other.date >= row.date;
        later && [other.source, other.publisher].contains(&Some(speaker))
    };
    retractions
        .iter()
        .filter(takes_back)
        .min_by_key(|other| (other.date, other.id))
        .copied()
}
