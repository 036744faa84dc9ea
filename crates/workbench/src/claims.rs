//! Claims: what is said by whom, by how many independent sources, and what speaks against it.

use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::claiming::{ClaimDetail, ClaimGroup};
use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::{Named, Quoting};
use crate::statements::StatementLine;

/// Which claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimFilter {
    /// Only those that speak of this entity: name or id.
    pub about: Option<String>,
    /// Only those to which this entity makes a statement.
    pub by: Option<String>,
    /// Only those with at least so many statements, those against it and about it counted.
    pub at_least: usize,
    /// Only those that somebody contradicts.
    pub contested: bool,
}

/// A claim with its statements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimLine {
    /// Version of this object.
    pub format_version: u32,
    /// Its id.
    pub id: String,
    /// The words that stand for all of its statements.
    pub content: String,
    /// Whether they say that it is not so.
    pub denied: bool,
    /// Ids of the statements that say so.
    pub statements: Vec<String>,
    /// The least and the greatest number of independent sources.
    pub independent_sources: [u32; 2],
    /// Which statements count as one source, and why.
    pub groups: Vec<ClaimGroup>,
    /// Ids of claims that say the opposite.
    pub contradicts: Vec<String>,
    /// Ids of statements that deny or dispute it, take it back, or found nothing.
    pub contradicted_by: Vec<String>,
    /// Ids of claims about the same with other numbers or dates.
    pub competing: Vec<String>,
    /// Ids of statements that speak of it without vouching for it.
    pub spoken_of_by: Vec<String>,
    /// Pairs of statements by different named speakers in nearly the same words.
    pub alike: Vec<[String; 2]>,
    /// Sources that have a stake in it.
    pub interested: Vec<Named>,
    /// Statements that support nothing any more, with the document that says so.
    pub retracted: Vec<RetractedView>,
    /// The suggested credibility, 2 to 6 of the Admiralty code.
    pub credibility: u8,
    /// Why.
    pub credibility_reason: String,
    /// The statements themselves, those that say so first.
    #[serde(skip)]
    pub lines: Vec<StatementLine>,
}

/// A statement that was taken back or corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetractedView {
    /// The statement.
    pub statement: String,
    /// The document that says so.
    pub document: String,
}

impl Workbench {
    /// Claims, those with most independent sources first; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn claims(
        &self,
        filter: &ClaimFilter,
        sink: &mut dyn FnMut(ClaimLine) -> bool,
    ) -> Result<(), Error> {
        let about = self
            .entity_id(filter.about.as_deref())?
            .map(EntityId::to_hex);
        let by = self.entity_id(filter.by.as_deref())?.map(EntityId::to_hex);
        let mut quoting = Quoting::new(&self.reader);
        self.reader.claims::<Error>(&mut |detail| {
            let detail: ClaimDetail =
                serde_json::from_str(detail).map_err(|_| onrecord_case::Error::Damaged("claim"))?;
            let lists = [
                &detail.statements,
                &detail.contradicted_by,
                &detail.spoken_of_by,
            ];
            let n: usize = lists.iter().map(|list| list.len()).sum();
            if n < filter.at_least || (filter.contested && detail.contradicted_by.is_empty()) {
                return Ok(true);
            }
            let line = self.claim_line(&mut quoting, detail, usize::MAX)?;
            let speaks_of = |line: &ClaimLine| {
                about.as_ref().is_none_or(|about| {
                    let mut named = line.lines.iter().flat_map(|line| &line.about);
                    named.any(|named| named.id == *about)
                })
            };
            let is_by = |line: &ClaimLine| {
                by.as_ref().is_none_or(|by| {
                    let mut sources = line
                        .lines
                        .iter()
                        .filter_map(|line| line.source_entity.as_ref());
                    sources.any(|named| named.id == *by)
                })
            };
            Ok(!(speaks_of(&line) && is_by(&line)) || sink(line))
        })
    }

    /// A claim with the first `most` of the statements of each sort.
    pub(crate) fn claim_line(
        &self,
        quoting: &mut Quoting<'_>,
        detail: ClaimDetail,
        most: usize,
    ) -> Result<ClaimLine, Error> {
        let lists = [
            &detail.statements,
            &detail.contradicted_by,
            &detail.spoken_of_by,
        ];
        let mut lines = Vec::new();
        for id in lists.into_iter().flat_map(|list| list.iter().take(most)) {
            let statement = self.reader.statement(*id)?;
            lines.push(self.statement_line(quoting, &statement)?);
        }
        let hex = |ids: &[onrecord_record::StatementId]| ids.iter().map(|id| id.to_hex()).collect();
        let mut interested = Vec::new();
        for &id in &detail.interested {
            // An officer of a paper that is no entity of the case has no page.
            if let Ok(entity) = self.reader.entity(id) {
                interested.push(Named {
                    id: entity.id.to_hex(),
                    name: entity.name,
                });
            }
        }
        Ok(ClaimLine {
            format_version: FORMAT_VERSION,
            statements: hex(&detail.statements),
            contradicted_by: hex(&detail.contradicted_by),
            spoken_of_by: hex(&detail.spoken_of_by),
            alike: detail
                .alike
                .iter()
                .map(|pair| pair.map(|id| id.to_hex()))
                .collect(),
            retracted: detail
                .retracted
                .iter()
                .map(|(statement, document)| RetractedView {
                    statement: statement.to_hex(),
                    document: document.to_hex(),
                })
                .collect(),
            interested,
            lines,
            id: detail.id,
            content: detail.content,
            denied: detail.denied,
            independent_sources: detail.independent_sources,
            groups: detail.groups,
            contradicts: detail.contradicts,
            competing: detail.competing,
            credibility: detail.credibility,
            credibility_reason: detail.credibility_reason,
        })
    }
}
