//! Ids of what rows across documents name.

pub use onrecord_record::{ClaimId, EntityId, StatementId};
