//! The ordered list of stages: typed in, typed out, each with a fingerprint. Stores nothing.
//!
//! *Useful for:* running a step of the analysis on a shard of documents, here, on many threads or on
//! many machines, with the same bytes as the answer.
//! *Not useful for:* keeping or finding anything: that is the work of `case` and `search`.

mod annotate;
mod grouping;
mod intake;
mod language;
mod reading;
mod rows;
mod segments;
mod stage;
mod threads;

pub use annotate::{Annotate, AnnotateInput, AnnotatedSegment, AnnotatedText, MentionRow};
pub use grouping::{Claims, Copies, Resolve};
pub use intake::{Intake, Row};
pub use language::detect_language;
pub use onrecord_entities as entities;
pub use onrecord_extract as extract;
pub use onrecord_extract::{HeaderField, Kind, Level, Mailbox, MessageInfo, Sha256, When};
pub use onrecord_language as language_engine;
pub use onrecord_mail::body as mail_body;
pub use onrecord_network as network;
pub use onrecord_record::SegmentKind;
pub use onrecord_statements as statements;
pub use reading::{
    Read, ReadEntity, ReadInput, ReadLink, ReadMention, ReadRole, ReadStatement, Reading,
    ReadingRow,
};
pub use rows::{DocumentRow, ItemOutcome, ItemRow, TextRow};
pub use segments::{Segment, TextShape, segments};
pub use stage::{Fingerprint, STAGES, Shape, Stage, StageInfo};
pub use threads::Threads;
