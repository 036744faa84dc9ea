//! Who has a stake in what is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::claims::StatementRow;
use crate::keys::EntityId;

/// Who stands for whom.
#[derive(Debug, Clone, Default)]
pub struct Interests {
    stands_for: BTreeMap<EntityId, BTreeSet<EntityId>>,
}

impl Interests {
    /// From pairs `(somebody, the one they stand for)`: officer and organization, agent and client, candidate
    /// and campaign.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (EntityId, EntityId)>) -> Self {
        let mut stands_for: BTreeMap<EntityId, BTreeSet<EntityId>> = BTreeMap::new();
        for (from, to) in pairs {
            stands_for.entry(from).or_default().insert(to);
        }
        Self { stands_for }
    }

    /// For whom somebody stands.
    pub(crate) fn of_entity(&self, entity: EntityId) -> impl Iterator<Item = EntityId> + '_ {
        self.stands_for.get(&entity).into_iter().flatten().copied()
    }

    /// Whether the source is a party to what it speaks of: named in the content, or standing for
    /// somebody who is.
    #[must_use]
    pub fn is_interested(&self, row: &StatementRow) -> bool {
        let is_named = |entity: EntityId| {
            row.entities
                .iter()
                .any(|mentioned| mentioned.entity == entity)
        };
        row.interested
            || row.speaks_for.is_some_and(is_named)
            || row
                .speaker()
                .is_some_and(|speaker| is_named(speaker) || self.of_entity(speaker).any(is_named))
    }
}
