//! The case at a glance: what it holds, what was not read, how far it has come.

use onrecord_case::Ledger;
use onrecord_pipeline::extract::process::Sandbox;
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::annotating::DEFAULT_LANGUAGE;
use crate::error::Error;
use crate::open::Workbench;
use crate::{claiming, resolving, sandbox};

/// Counts, ledger and progress.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusPage {
    /// Version of this object.
    pub format_version: u32,
    /// What was found, and how each of it ended.
    pub ledger: Ledger,
    /// Documents, messages among them.
    pub documents: u64,
    /// Messages.
    pub messages: u64,
    /// Mentions of people, organizations and places.
    pub mentions: u64,
    /// People, organizations and places.
    pub entities: u64,
    /// Statements.
    pub statements: u64,
    /// Ties.
    pub links: u64,
    /// Each stage with its progress.
    pub stages: Vec<StagePage>,
    /// What was not read, mail stores first, then the most bytes first.
    pub not_read: Vec<UnreadView>,
    /// Documents that are not annotated for want of a pipeline for their language.
    pub not_annotated: Vec<LanguageView>,
    /// Whether the ledger adds up at every level; `false` only while files wait.
    pub adds_up: bool,
    /// What a person must know about how the case was made.
    pub notices: Vec<String>,
    /// How far the readers of its files were locked in; `None` before a file was read.
    pub sandbox: Option<Sandbox>,
}

/// A stage and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StagePage {
    /// Its name.
    pub name: &'static str,
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// Units a second; `null` when nothing runs.
    pub per_second: Option<f64>,
    /// Seconds left; `null` when nothing runs.
    pub seconds_left: Option<f64>,
}

/// Documents in a language without a pipeline; they are searchable all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageView {
    /// Code of the language.
    pub language: String,
    /// How many documents.
    pub documents: u64,
    /// What is lacking.
    pub message: String,
}

/// Files of one kind that were not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadView {
    /// Code of the problem.
    pub code: String,
    /// Media type.
    pub media_type: String,
    /// How many.
    pub count: u64,
    /// Their bytes, together.
    pub bytes: u64,
    /// The largest one's path.
    pub largest: String,
    /// What a person can do.
    pub what_to_do: &'static str,
}

impl Workbench {
    /// The case at a glance.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn status(&self) -> Result<StatusPage, Error> {
        let ledger = self.reader.ledger()?;
        let (documents, messages) = self.reader.document_counts()?;
        let annotated = self.reader.annotation_counts(DEFAULT_LANGUAGE)?;
        let read = self.reader.reading_counts()?;
        let (files_read, _) = self.reader.import_counts()?;
        // A case that does not say was made when there was none.
        let said = sandbox::of_case(&self.reader)?;
        let sandbox = said.or_else(|| (files_read > 0).then(Sandbox::default));
        let levels = [ledger.files, ledger.members, ledger.parts];
        Ok(StatusPage {
            format_version: FORMAT_VERSION,
            ledger,
            documents,
            messages,
            mentions: annotated.mentions,
            entities: read.entities,
            statements: read.statements,
            links: read.links,
            stages: self.stages(documents, messages)?,
            not_read: self.not_read()?,
            not_annotated: self.not_annotated()?,
            adds_up: levels.iter().all(|counts| counts.open() == 0),
            notices: sandbox.and_then(sandbox::notice).into_iter().collect(),
            sandbox,
        })
    }

    fn stages(&self, documents: u64, messages: u64) -> Result<Vec<StagePage>, Error> {
        let (read, files) = self.reader.import_counts()?;
        let stage = |name, done, total| StagePage {
            name,
            done,
            total,
            per_second: None,
            seconds_left: None,
        };
        let indexed = self
            .index()
            .and_then(|index| Ok(index.stats()?.documents))
            .unwrap_or(0);
        let parts = self.reader.later_parts()?;
        let threads = if self.reader.threads_are_current()? {
            messages
        } else {
            0
        };
        let annotated = self.reader.annotation_counts(DEFAULT_LANGUAGE)?;
        let readings = self.reader.reading_counts()?;
        // What is grouped over the whole case is done for all that is read, or not yet.
        let current = |name: &str, state: String| -> Result<u64, Error> {
            let is_current = self.reader.stage_state(name)? == Some(state);
            Ok(if is_current { readings.done } else { 0 })
        };
        Ok(vec![
            stage("extract", read, files),
            stage("index", indexed, documents + parts),
            stage("threads", threads, messages),
            stage("annotate", annotated.texts_done, annotated.texts),
            stage("read", readings.done, readings.documents),
            stage(
                "resolve",
                current("resolve", resolving::state(&self.reader)?)?,
                readings.done,
            ),
            stage(
                "claims",
                current("claims", claiming::state(&self.reader)?)?,
                readings.done,
            ),
        ])
    }

    fn not_annotated(&self) -> Result<Vec<LanguageView>, Error> {
        let languages = self.reader.unread_languages(DEFAULT_LANGUAGE)?;
        Ok(languages
            .into_iter()
            .map(|row| LanguageView {
                message: format!("not annotated: no pipeline for {}", row.language),
                language: row.language,
                documents: row.documents,
            })
            .collect())
    }

    fn not_read(&self) -> Result<Vec<UnreadView>, Error> {
        let kinds = self.reader.unread_kinds()?;
        Ok(kinds
            .into_iter()
            .map(|kind| UnreadView {
                what_to_do: kind
                    .code
                    .parse::<onrecord_record::ProblemCode>()
                    .map_or("", |code| code.info().what_to_do),
                code: kind.code,
                media_type: kind.media_type,
                count: kind.count,
                bytes: kind.bytes,
                largest: kind.largest,
            })
            .collect())
    }
}
