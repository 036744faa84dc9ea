//! The crate against real mail, against other readers' answers, and against damage.

mod conformance;
mod data;
mod fixtures;
mod mailboxes;
mod real_mail;
mod replies;
mod robustness;
