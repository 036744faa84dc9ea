//! How much a hostile file may ask for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds of one job. Every breach is a problem of the item in which it happened; the rest goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Levels of containers and attached messages inside the file.
    pub depth: u32,
    /// Bytes that decompression may yield, all levels of the job together.
    pub expanded_bytes: u64,
    /// The same, as a multiple of the file's own size; applies beyond [`Limits::ratio_floor`].
    pub ratio: u64,
    /// Expanded bytes below which the ratio is not looked at.
    pub ratio_floor: u64,
    /// Members of archives and parts of messages, all levels of the job together;
    /// the messages of a mailbox do not count, since a mailbox cannot be small and hold many.
    pub members: u64,
    /// Bytes of one message; what lies beyond is cut off.
    pub message_bytes: u64,
    /// Bytes of an item that may lie in memory; a larger one is read from a temporary file.
    pub in_memory: u64,
    /// Bytes of a text before it becomes numbered parts.
    pub text_part_bytes: usize,
    /// Bytes of decoded HTML from which an article is sought; a longer page has its full text only.
    pub html_bytes: usize,
    /// Time for one item of its own (what lies inside it and the receiver not counted). Shorter than a
    /// worker process has, so that a slow decoder ends well before its process is ended.
    pub wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 10,
            expanded_bytes: 10 << 30,
            ratio: 200,
            ratio_floor: 64 << 20,
            members: 100_000,
            message_bytes: 128 << 20,
            in_memory: 16 << 20,
            text_part_bytes: 16 << 20,
            html_bytes: 8 << 20,
            wall: Duration::from_secs(50),
        }
    }
}
