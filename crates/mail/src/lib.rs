//! From bytes to messages, and from messages to conversations.
//!
//! *Useful for:* taking a mailbox apart without losing a byte ([`mbox`], [`emlx`]), reading a message
//! and its parts ([`Message`]), telling who wrote which lines of a body ([`body`]), knowing one
//! message in several mailboxes ([`content_key`]), and grouping messages into threads with their
//! gaps ([`group_threads`]).
//!
//! *Not useful for:* opening files, folders and archives, turning HTML into text, following attached
//! messages, checking signatures, or decrypting; nothing here reads a disk or a network.
//!
//! Readers never fail: they give what can be read, and a [`Problem`](onrecord_record::Problem) for
//! each thing that cannot. Field parsing is mail-parser's; the tree of parts is walked here, since the
//! ledger needs to know where each part begins, what is wrong with it, and what lies about it.

pub mod body;
mod charset;
mod copies;
mod date;
mod detect;
pub mod emlx;
mod fields;
mod inline;
pub mod mbox;
mod message;
mod mime;
mod parameters;
mod separator;
mod smime;
mod threads;
mod transfer;
mod words;

pub use copies::{ContentKeyInput, Difference, content_key, transport_differences};
pub use detect::looks_like_message;
pub use message::{Address, BodyKind, Content, Disposition, Encryption, Header, Message, Part};
pub use threads::{Thread, ThreadInput, ThreadNode, group_threads};
