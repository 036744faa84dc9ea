//! The case on disk: the only crate that knows SQLite.
//!
//! *Useful for:* keeping where material came from, what was read from it and what people decided;
//! resuming; counting.
//! *Not useful for:* reading files (`extract`), finding words (`search`), showing anything (`workbench`).
//!
//! *Invariant:* originals are never changed; judgements are append-only; all else can be derived again.
#![allow(clippy::disallowed_methods)] // this crate's purpose is the disk

mod annotations;
mod claims;
mod entities;
mod error;
mod folder;
mod judgements;
mod ledger;
mod maintenance;
mod pages;
mod path;
mod reader;
mod readings;
mod schema;
mod stated;
mod text;
mod threads;
mod walk;
mod writer;

pub use annotations::{AnnotationCounts, AnnotationRow, TextToAnnotate, UnreadLanguage};
pub use claims::{ClaimRow, StoredCopy};
pub use entities::{EntityRow, StoredEntity};
pub use error::Error;
pub use folder::{CaseFolder, DATABASE, exposure};
pub use judgements::{Anchor, Judgement, Log, LogChoice, NewJudgement, Standing, Verb};
pub use ledger::{
    Counts, FileFilter, FileLine, FilePlace, Ledger, PlacedProblem, ProblemCount, ProblemLine,
    ProblemPlace, UnreadKind,
};
pub use maintenance::{Checked, Deleted, backup, delete};
pub use pages::{ClaimChoice, DatedLink, EntityChoice, StatementChoice, Tally};
pub use reader::{Reader, StoredDocument, StoredOrigin, StoredText};
pub use readings::{
    Choice, DocumentToRead, LinkDetail, ReadingCounts, StatementDetail, StoredActor, StoredLink,
    StoredStatement,
};
pub use stated::{EntityLabel, KnownName, Speaker, StatedTie};
pub use threads::{StoredNode, StoredThread, ThreadLine, ThreadOrder};
pub use walk::{Found, Selection, io_problem, modified_ns, walk};
pub use writer::{FileEnd, Noted, WaitingFile, Writer, unreadable_item};
