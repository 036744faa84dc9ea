//! Bytes → texts, metadata and children: one file a format, told as a stream of events.
//!
//! *Useful for:* reading one file, and everything inside it, within limits. A [`Worker`] takes a
//! [`Job`], an open file and a sink; [`InProcess`] is the one that reads here.
//! *Not useful for:* walking folders, opening paths, storing anything: `case` does that.
//!
//! What every reader keeps to:
//! - Nothing is lost in silence: what is not read is a [`Problem`](onrecord_record::Problem) of its item.
//! - Memory is bounded by [`Limits`], whatever the bytes claim; larger items go to a [`Spool`].
//! - A name inside a container is a label. It never becomes a path.
//! - Nothing that a document names is opened or fetched; entities of a DTD are not expanded.
//!
//! ```
//! use std::io::Cursor;
//! use std::ops::ControlFlow;
//! use onrecord_extract::{Event, InProcess, Job, Limits, NoSpool, Worker};
//!
//! let mut worker = InProcess::new(Box::new(NoSpool), || std::time::Duration::ZERO);
//! let job = Job { name: "note.txt".into(), extension: None, limits: Limits::default(), passwords: vec![] };
//! let mut texts = Vec::new();
//! worker.extract(&job, &mut Cursor::new("Anna met Jo.\r\n"), &mut |event| {
//!     if let Event::Text(text) = event {
//!         texts.push(text.text);
//!     }
//!     ControlFlow::Continue(())
//! });
//! assert_eq!(texts, ["Anna met Jo.\n"]);
//! ```

mod budget;
mod charset;
mod content;
mod event;
mod formats;
mod html;
mod in_process;
mod inert;
mod item;
mod limits;
mod names;
pub mod process;
mod reading;
mod retry;
pub mod table;
mod text;
mod wanted;
mod worker;

pub use event::{
    Begin, Encryption, End, Event, HeaderField, InvalidSha256, Kind, Level, Mailbox, MessageInfo,
    Role, Sha256, Text, Wanted, WantedSide, When,
};
pub use formats::pdf::{
    PDFIUM_LIBRARIES, PagePicture, PdfiumLoadError, RenderError, WordBox, load_pdfium, render_page,
};
pub use in_process::InProcess;
pub use inert::{InertLink, InertPage, RemoteLoad};
pub use limits::Limits;
pub use worker::{Job, NoSpool, Outcome, Sink, Source, Spool, SpoolFile, Worker};
