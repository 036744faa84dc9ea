//! Readers in processes of their own.
//!
//! Whoever imports starts [`Process`]es; each is another run of the same program, which calls
//! [`serve_worker`] and is locked in before it sees a file: no path can be opened, nothing reached on
//! the network, no program started, and memory and time are limited ([`ProcessLimits`]). It gets
//! open files, and tells events. The parent opens originals and never looks into them.
//!
//! A file that ends its worker ends nothing else. What was told of it stays, the item that did it is
//! read once more and then listed with a problem, and the rest of the file is read: see
//! [`Process`].
#![allow(clippy::disallowed_methods)] // starts workers, and measures how long they take

mod channel;
mod child;
mod death;
mod limits;
mod marker;
mod parent;
mod protocol;
mod running;
mod sandbox;
mod told;

pub use child::serve_worker;
pub use limits::ProcessLimits;
pub use parent::Process;
pub use protocol::Sandbox;
pub use running::WorkerProgram;
