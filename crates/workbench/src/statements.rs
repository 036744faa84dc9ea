//! Who says what, across the case.

use onrecord_case::{Choice, StoredStatement};
use onrecord_pipeline::statements::{Certainty, Manner, Polarity, SourceKind, Stance};
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::{Named, Quote, Quoting, around};

/// Which statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementFilter {
    /// Only those of this source: name or id of an entity.
    pub by: Option<String>,
    /// Only those whose content speaks of this entity.
    pub about: Option<String>,
    /// Only those passed on by this entity.
    pub via: Option<String>,
    /// Only those of these stances.
    pub stances: Vec<Stance>,
    /// Only those in documents of this day or later: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Only those in documents of this day or earlier.
    pub until: Option<String>,
    /// Only those of this document.
    pub document: Option<String>,
}

/// Who says what in one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementLine {
    /// Version of this object.
    pub format_version: u32,
    /// Its id.
    pub id: String,
    /// The document.
    pub document: String,
    /// What the document is called.
    pub title: String,
    /// The document's date.
    pub date: Option<String>,
    /// Who says it.
    pub source: Vec<Quote>,
    /// The words that mark it as said.
    pub cue: Vec<Quote>,
    /// What is said.
    pub content: Vec<Quote>,
    /// How the source stands to it.
    pub stance: Stance,
    /// How sure the source is.
    pub certainty: Certainty,
    /// Whether the content is affirmed.
    pub polarity: Polarity,
    /// Word for word or not.
    pub manner: Manner,
    /// What kind of source it is.
    pub source_kind: SourceKind,
    /// The source as an entity of the case; an unnamed one is an entity of its document alone.
    pub source_entity: Option<Named>,
    /// Entities that the content speaks of.
    pub about: Vec<Named>,
    /// The statement that directly holds this one.
    pub parent: Option<String>,
    /// Those that pass it on, outermost first.
    pub via: Vec<String>,
    /// Who these are, as far as they are others than the source.
    pub via_names: Vec<String>,
    /// Whether a person holds it to be read wrongly.
    pub rejected: bool,
    /// One line of the document around it.
    pub context: String,
}

impl Workbench {
    /// Statements of a choice, document by document; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn statements(
        &self,
        filter: &StatementFilter,
        sink: &mut dyn FnMut(StatementLine) -> bool,
    ) -> Result<(), Error> {
        let by = self.entity_id(filter.by.as_deref())?;
        let about = self.entity_id(filter.about.as_deref())?;
        let via = self.entity_id(filter.via.as_deref())?;
        let period = Period::of(filter.since.as_deref(), filter.until.as_deref())?;
        let choice = match (&filter.document, by, about) {
            (Some(prefix), ..) => Choice::Document(self.reader.find_document(prefix)?),
            (None, Some(by), _) => Choice::By(by),
            (None, None, Some(about)) => Choice::Of(about),
            (None, None, None) => Choice::All,
        };
        let mut quoting = Quoting::new(&self.reader);
        let mut failure = None;
        let (by, about) = (by.map(hex), about.map(hex));
        let via = via.map(hex);
        self.reader.statements(choice, &mut |statement| {
            if !filter.stances.is_empty() && !filter.stances.contains(&statement.stance) {
                return Ok(true);
            }
            let line = self.statement_line(&mut quoting, &statement);
            let wanted = line.and_then(|line| {
                let is_wanted = fits(by.as_deref(), line.source_entity.iter())
                    && fits(about.as_deref(), line.about.iter())
                    && self.is_via(&mut quoting, via.as_deref(), &statement)?
                    && period.holds(quoting.context(statement.document)?.document.date);
                Ok(is_wanted.then_some(line))
            });
            match wanted {
                Ok(Some(line)) => Ok(sink(line)),
                Ok(None) => Ok(true),
                Err(error) => {
                    failure = Some(error);
                    Ok(false)
                }
            }
        })?;
        failure.map_or(Ok(()), Err)
    }

    fn is_via(
        &self,
        quoting: &mut Quoting<'_>,
        wanted: Option<&str>,
        statement: &StoredStatement,
    ) -> Result<bool, Error> {
        let Some(wanted) = wanted else {
            return Ok(true);
        };
        for id in &statement.detail.via {
            if let Some(source) = self.reader.statement(*id)?.source
                && quoting
                    .named(source)?
                    .is_some_and(|named| named.id == wanted)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn via_names(
        &self,
        quoting: &mut Quoting<'_>,
        statement: &StoredStatement,
        own: Option<&Named>,
    ) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for id in &statement.detail.via {
            let Some(source) = self.reader.statement(*id)?.source else {
                continue;
            };
            let named = quoting.named(source)?;
            names.extend(
                named
                    .filter(|named| Some(named) != own)
                    .map(|named| named.name),
            );
        }
        names.dedup();
        Ok(names)
    }

    pub(crate) fn statement_line(
        &self,
        quoting: &mut Quoting<'_>,
        statement: &StoredStatement,
    ) -> Result<StatementLine, Error> {
        let detail = &statement.detail;
        let mut about = Vec::new();
        for &actor in &detail.about {
            about.extend(quoting.named(actor)?);
        }
        about.sort();
        about.dedup();
        let source_entity = match statement.source {
            Some(source) => quoting.named(source)?,
            None => None,
        };
        let via_names = self.via_names(quoting, statement, source_entity.as_ref())?;
        let rejected = quoting.is_rejected(&format!("statement:{}", statement.id))?;
        let context = quoting.context(statement.document)?;
        let first = [&detail.cue, &detail.source, &detail.content];
        let first = first.into_iter().flatten().next();
        Ok(StatementLine {
            format_version: FORMAT_VERSION,
            id: statement.id.to_hex(),
            document: statement.document.to_hex(),
            title: context.document.title.clone(),
            date: context.document.shown_date(),
            context: first.map_or(String::new(), |span| around(&context.text, *span, 240).0),
            source: quoting.quotes(&detail.source),
            cue: quoting.quotes(&detail.cue),
            content: quoting.quotes(&detail.content),
            stance: statement.stance,
            certainty: detail.certainty,
            polarity: detail.polarity,
            manner: detail.manner,
            source_kind: detail.source_kind,
            source_entity,
            about,
            parent: detail.parent.map(|id| id.to_hex()),
            via: detail.via.iter().map(|id| id.to_hex()).collect(),
            via_names,
            rejected,
        })
    }
}

fn hex(id: onrecord_record::EntityId) -> String {
    id.to_hex()
}

/// Whether one of `found` is the one that is wanted, if one is.
pub(crate) fn fits<'a>(wanted: Option<&str>, mut found: impl Iterator<Item = &'a Named>) -> bool {
    wanted.is_none_or(|wanted| found.any(|named| named.id == wanted))
}

/// A stretch of time, by the dates of documents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    pub(crate) from: Option<i64>,
    pub(crate) before: Option<i64>,
}

impl Period {
    /// From the first second of `since` to the last of `until`.
    pub(crate) fn of(since: Option<&str>, until: Option<&str>) -> Result<Self, Error> {
        let parse = |text: &str| {
            text.parse::<onrecord_record::PartialDate>()
                .map_err(|error| Error::Usage(error.to_string()))
        };
        Ok(Self {
            from: since
                .map(parse)
                .transpose()?
                .map(|date| date.first_second()),
            before: until.map(parse).transpose()?.map(|date| date.end_second()),
        })
    }

    /// Whether a moment lies in it; one that is unknown lies only in all of time.
    pub(crate) fn holds(self, moment: Option<i64>) -> bool {
        match moment {
            Some(moment) => {
                self.from.is_none_or(|from| from <= moment)
                    && self.before.is_none_or(|before| moment < before)
            }
            None => self.from.is_none() && self.before.is_none(),
        }
    }
}
