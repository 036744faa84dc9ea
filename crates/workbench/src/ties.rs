//! Ties with their roles, dates and evidence: of the whole case, or of the part that is asked for.

use std::collections::HashMap;

use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::graph::{Network, NetworkBuilder, Tie, TieRow};
use onrecord_record::{EntityId, TieId};

use crate::error::Error;
use crate::open::Workbench;
use crate::protection::Protection;
use crate::web::Reach;

/// Ties, and what their ends are called.
pub(crate) struct Ties {
    pub(crate) by_id: HashMap<TieId, Tie>,
    pub(crate) network: Network,
    pub(crate) names: HashMap<EntityId, String>,
    pub(crate) kinds: HashMap<EntityId, EntityKind>,
}

impl Ties {
    pub(crate) fn name(&self, id: EntityId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_hex())
    }
}

impl Workbench {
    /// All ties of the case that rest on something besides what is protected; mail counts as a tie only
    /// where it is asked for.
    pub(crate) fn ties_outside(
        &self,
        with_mail: bool,
        protection: &Protection,
    ) -> Result<Ties, Error> {
        self.named_ties(self.whole(with_mail, protection)?, &[])
    }

    /// The ties of a part of the case.
    pub(crate) fn ties_within(
        &self,
        reach: &Reach<'_>,
        protection: &Protection,
    ) -> Result<Ties, Error> {
        self.named_ties(self.part(reach, protection)?, reach.centers)
    }

    fn named_ties(&self, ties: Vec<Tie>, centers: &[EntityId]) -> Result<Ties, Error> {
        let mut builder = NetworkBuilder::with_capacity(ties.len());
        for tie in &ties {
            builder.add(&TieRow::of(tie)).map_err(|_| {
                Error::Usage("the case has too many ties for one network".to_owned())
            })?;
        }
        let network = builder.build();
        let (mut names, mut kinds) = (HashMap::new(), HashMap::new());
        for &id in network.entities().iter().chain(centers) {
            if let Some(label) = self.reader.entity_label(id)? {
                names.insert(id, label.name);
                kinds.insert(id, label.kind);
            }
        }
        Ok(Ties {
            by_id: ties.into_iter().map(|tie| (tie.id, tie)).collect(),
            network,
            names,
            kinds,
        })
    }
}
