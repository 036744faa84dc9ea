//! The ties of a case, and the ways through them.
//!
//! [`gather_ties`] makes one [`Tie`] of all links that state it; [`Network`] holds ties for walking;
//! [`Network::connections`] answers how two entities are connected.

mod bounds;
mod connect;
mod facet;
mod filter;
mod kbest;
mod network;
mod search;
mod tie;
mod types;

pub use connect::{Connections, Cut, Hop, MOST_VIAS, Near, PathAnswer, Question, Weakest};
pub use filter::Filter;
pub use network::{Network, NetworkBuilder, TieRow, TooLarge, first_day, last_day, stance_bit};
pub use tie::{Evidence, Sources, StatedLink, Tally, Tie, common_documents, gather_ties};
pub use types::{SAME_NAME, TieType, tie_type, tie_types, type_number};
