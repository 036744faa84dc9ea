//! From bytes to messages.

pub mod body;
mod copies;
pub mod emlx;
pub mod mbox;
mod message;
mod threads;

pub use copies::{ContentKeyInput, Difference, content_key, transport_differences};
pub use message::{Address, BodyKind, Content, Disposition, Encryption, Header, Message, Part};
pub use threads::{Thread, ThreadInput, ThreadNode, group_threads};

/// Whether a file that begins with these bytes is a message.
#[must_use]
pub fn looks_like_message(head: &[u8]) -> bool {
    let _ = head;
    false
}
