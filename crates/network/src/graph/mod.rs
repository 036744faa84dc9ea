//! The ties of a case, and the ways through them.
//!
//! [`gather_ties`] makes one [`Tie`] of all links that state it; [`Network`] holds ties for walking;
//! [`Network::connections`] answers how two entities are connected; [`Network::layout`] places them in a
//! picture; [`Ownership`] and [`payment_totals`] follow shares and money.

mod bounds;
mod connect;
mod facet;
mod filter;
mod kbest;
mod layout;
mod measures;
mod network;
mod ownership;
mod payments;
mod quadtree;
mod search;
mod tie;
mod types;

pub use connect::{Connections, Cut, Hop, MOST_VIAS, Near, PathAnswer, Question, Weakest};
pub use filter::Filter;
pub use layout::Position;
pub use measures::{Groups, Neighbor};
pub use network::{Network, NetworkBuilder, TieRow, TooLarge, first_day, last_day, stance_bit};
pub use ownership::{Chain, Holding, Ownership, Share};
pub use payments::{PaymentTotal, Period, payment_totals};
pub use tie::{Evidence, Sources, StatedLink, Tally, Tie, common_documents, gather_ties};
pub use types::{SAME_NAME, TieType, tie_type, tie_types, type_number};
