//! Networks made by hand.

use onrecord_network::LinkStance;
use onrecord_network::graph::{Network, NetworkBuilder, TieRow, stance_bit, type_number};
use onrecord_record::{EntityId, TieId};

/// The entity with this number; ids sort as numbers do.
pub(crate) fn entity(number: u32) -> EntityId {
    let mut bytes = [0; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    EntityId(bytes)
}

/// Number of an entity made by [`entity`].
pub(crate) fn number(entity: EntityId) -> u32 {
    let bytes = entity.0;
    u32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]])
}

/// An asserted, undated contact with this cost.
pub(crate) fn row(from: u32, to: u32, cost: u32) -> TieRow {
    let key = [from.to_be_bytes(), to.to_be_bytes(), cost.to_be_bytes()].concat();
    TieRow {
        id: TieId::of_key(&key),
        from: entity(from),
        to: entity(to),
        kind: type_number("Contact"),
        stances: stance_bit(LinkStance::Asserts),
        established: true,
        sources: [1, 1],
        cost,
        since: None,
        until: None,
    }
}

/// The same, denied.
pub(crate) fn denied(from: u32, to: u32, cost: u32) -> TieRow {
    let mut row = row(from, to, cost);
    row.id = TieId::of_key(&[row.id.as_bytes(), b"denied"].concat());
    row.stances = stance_bit(LinkStance::Denies);
    row.established = false;
    row.sources = [0, 0];
    row
}

pub(crate) fn network(rows: &[TieRow]) -> Network {
    let mut builder = NetworkBuilder::with_capacity(rows.len());
    for row in rows {
        builder.add(row).expect("few ties");
    }
    builder.build()
}
