//! What is known about sources and documents besides their statements.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::DocumentId;

use crate::claims::Correction;
use crate::copies::{CopyKind, NearCopies};

use super::interest::Interests;

/// What the counting of sources rests on.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    /// Which documents are copies of which.
    pub copies: CopyRelations,
    /// Who is an officer of what, and whose side somebody is on.
    pub interests: Interests,
    /// Versions that correct others, besides those among the copies.
    pub corrections: Vec<Correction>,
}

impl Relations {
    /// By the version that was wrong; of several corrections the one with the least id.
    pub(crate) fn corrections(&self) -> BTreeMap<DocumentId, DocumentId> {
        let mut all: Vec<Correction> = self
            .corrections
            .iter()
            .chain(&self.copies.corrections)
            .copied()
            .collect();
        all.sort_unstable();
        all.reverse();
        all.into_iter()
            .map(|correction| (correction.wrong, correction.right))
            .collect()
    }
}

/// Which documents are copies of which, ready for look-up.
#[derive(Debug, Clone, Default)]
pub struct CopyRelations {
    clusters: BTreeMap<DocumentId, (DocumentId, CopyKind)>,
    /// Both ways.
    held: BTreeMap<DocumentId, BTreeSet<DocumentId>>,
    corrections: Vec<Correction>,
}

impl CopyRelations {
    /// From what the search for near-copies found.
    #[must_use]
    pub fn of(found: &NearCopies) -> Self {
        let mut relations = Self::default();
        for cluster in &found.clusters {
            for copy in &cluster.copies {
                relations
                    .clusters
                    .insert(copy.copy, (cluster.original, copy.kind));
                if copy.kind == CopyKind::Corrected {
                    relations.corrections.push(Correction {
                        wrong: copy.original,
                        right: copy.copy,
                    });
                }
            }
            let kind = cluster
                .copies
                .first()
                .map_or(CopyKind::Identical, |copy| copy.kind);
            relations
                .clusters
                .insert(cluster.original, (cluster.original, kind));
        }
        for held in &found.held {
            relations
                .held
                .entry(held.original)
                .or_default()
                .insert(held.copy);
            relations
                .held
                .entry(held.copy)
                .or_default()
                .insert(held.original);
        }
        relations
    }

    /// The document of which it is a version, and what kind of version.
    pub(crate) fn original(&self, document: DocumentId) -> Option<(DocumentId, CopyKind)> {
        self.clusters.get(&document).copied()
    }

    /// Documents that hold a large part of this one, or of which it holds one.
    pub(crate) fn held_with(&self, document: DocumentId) -> impl Iterator<Item = DocumentId> + '_ {
        self.held.get(&document).into_iter().flatten().copied()
    }
}
