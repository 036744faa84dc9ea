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
//!
//! Systems that are no Unix have no such processes yet, and whoever imports there is told so.
#![allow(clippy::disallowed_methods)] // starts workers, and measures how long they take

#[cfg(unix)]
mod channel;
#[cfg(unix)]
mod child;
#[cfg(unix)]
mod death;
mod limits;
#[cfg(unix)]
mod marker;
#[cfg(unix)]
mod parent;
mod program;
#[cfg(unix)]
mod protocol;
#[cfg(unix)]
mod running;
#[cfg(unix)]
mod sandbox;
#[cfg(unix)]
mod told;

#[cfg(unix)]
pub use child::serve_worker;
pub use limits::ProcessLimits;
#[cfg(unix)]
pub use parent::Process;
pub use program::{Sandbox, WorkerProgram};
