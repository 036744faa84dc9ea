//! Bytes → texts, metadata and children.

mod event;
mod limits;
mod worker;

pub use event::{
    Begin, Encryption, End, Event, HeaderField, InvalidSha256, Kind, Level, Mailbox, MessageInfo,
    Role, Sha256, Text, When,
};
pub use limits::Limits;
pub use worker::{Job, Outcome, Sink, Source, Spool, SpoolFile, Worker};
