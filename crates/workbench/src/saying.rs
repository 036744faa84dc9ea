//! Statements and claims page by page, and one of each with all that hangs on it.

use onrecord_case::{ClaimChoice, Standing, StatementChoice, Verb};
use onrecord_record::{FORMAT_VERSION, StatementId};
use serde::Serialize;

use crate::claiming::ClaimDetail;
use crate::claims::ClaimLine;
use crate::error::Error;
use crate::judged::JudgementLine;
use crate::near_copies::NearCopyPage;
use crate::open::Workbench;
use crate::quoting::{Named, Quoting};
use crate::statements::{Period, StatementFilter, StatementLine};
use crate::timeline::word;

/// Statements are counted up to so many.
const MOST_COUNTED: u64 = 10_000;
/// Statements of each sort that a list of claims shows.
const SHOWN_OF_CLAIM: usize = 4;
/// Statements of each sort that the page of a claim shows.
const MOST_OF_CLAIM: usize = 100;
/// Claims against one that its page shows.
const MOST_AGAINST: usize = 12;

/// A page of statements, those of the latest documents first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementPage {
    /// Version of this object.
    pub format_version: u32,
    /// How many there are, as far as they were counted.
    pub total: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// The statements.
    pub statements: Vec<StatementLine>,
    /// Id to ask for the next page with.
    pub after: Option<String>,
    /// Whom the filter names, as the case has them.
    pub by: Option<Named>,
    /// Whom the content is to speak of.
    pub about: Option<Named>,
    /// Who is to pass it on.
    pub via: Option<Named>,
}

/// A statement with what hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementDossier {
    /// The statement.
    #[serde(flatten)]
    pub line: StatementLine,
    /// Those that pass it on, outermost first.
    pub passed_on_by: Vec<StatementLine>,
    /// Claims in which it takes part.
    pub claims: Vec<ClaimLine>,
    /// What people decided about it.
    pub judgements: Standing,
    /// The number of the last judgement when this was read.
    pub seen: u64,
}

/// A page of claims, those with the most independent sources first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimPage {
    /// Version of this object.
    pub format_version: u32,
    /// Claims in the case.
    pub total: u64,
    /// Of them those that somebody contradicts.
    pub contested: u64,
    /// The claims, each with the first of its statements.
    pub claims: Vec<ClaimView>,
    /// Id to ask for the next page with.
    pub after: Option<String>,
    /// Of whom they are to speak.
    pub about: Option<Named>,
    /// Who is to have made a statement to them.
    pub by: Option<Named>,
}

/// A claim with its statements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimView {
    /// The claim.
    #[serde(flatten)]
    pub claim: ClaimLine,
    /// Its statements in full, those that say so first.
    pub lines: Vec<StatementLine>,
}

/// A claim with what speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimDossier {
    /// The claim.
    #[serde(flatten)]
    pub view: ClaimView,
    /// Claims that say the opposite.
    pub against: Vec<ClaimView>,
    /// Claims about the same with other numbers or dates.
    pub others: Vec<ClaimView>,
    /// Titles of the documents that correct or withdraw statements, by id.
    pub corrections: Vec<Named>,
    /// The number of the last judgement when this was read.
    pub seen: u64,
}

/// A page of near-copies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearCopyList {
    /// Version of this object.
    pub format_version: u32,
    /// How many originals there are.
    pub total: u64,
    /// Originals with their copies.
    pub pages: Vec<NearCopyPage>,
}

/// Which claims of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimAsk {
    /// Only those that speak of this entity: name or id.
    pub about: Option<String>,
    /// Only those to which this entity makes a statement.
    pub by: Option<String>,
    /// Only those that somebody contradicts.
    pub contested: bool,
    /// Only those with so many statements.
    pub at_least: u64,
    /// Only those after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl StatementLine {
    /// What is said, in its own words.
    #[must_use]
    pub fn said(&self) -> String {
        let words = self.content.iter().map(|quote| quote.quote.as_str());
        words.collect::<Vec<_>>().join(" … ")
    }

    /// Who says it: the entity's name, or the words that name the source.
    #[must_use]
    pub fn speaker(&self) -> String {
        match &self.source_entity {
            Some(named) => named.name.clone(),
            None => {
                let words = self.source.iter().map(|quote| quote.quote.as_str());
                words.collect::<Vec<_>>().join(" … ")
            }
        }
    }
}

impl Workbench {
    /// A page of statements after the one of the id `after`.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn statement_page(
        &self,
        filter: &StatementFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<StatementPage, Error> {
        let by = self.named_entity(filter.by.as_deref())?;
        let about = self.named_entity(filter.about.as_deref())?;
        let via = self.named_entity(filter.via.as_deref())?;
        let period = Period::of(filter.since.as_deref(), filter.until.as_deref())?;
        let id = |named: &Option<Named>| named.as_ref().and_then(|named| named.id.parse().ok());
        let choice = StatementChoice {
            by: id(&by),
            about: id(&about),
            via: id(&via),
            stances: filter.stances.iter().filter_map(word).collect(),
            document: match &filter.document {
                Some(prefix) => Some(self.reader.find_document(prefix)?),
                None => None,
            },
            from: period.from,
            before: period.before,
            after: after.and_then(|id| id.parse().ok()),
            limit: limit + 1,
        };
        let mut found = self.reader.statement_page(&choice)?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let mut quoting = Quoting::new(&self.reader);
        let mut statements = Vec::new();
        for statement in &found {
            statements.push(self.statement_line(&mut quoting, statement)?);
        }
        let counted = self.reader.statement_count(&choice, MOST_COUNTED)?;
        Ok(StatementPage {
            format_version: FORMAT_VERSION,
            total: counted.n,
            more: counted.more,
            after: found.last().filter(|_| has_more).map(|one| one.id.to_hex()),
            statements,
            by,
            about,
            via,
        })
    }

    /// The entity that a name or id means; an empty one means none.
    pub(crate) fn named_entity(&self, given: Option<&str>) -> Result<Option<Named>, Error> {
        let given = given.filter(|given| !given.trim().is_empty());
        let found = given.map(|given| self.find_entity(given)).transpose()?;
        Ok(found.map(|entity| Named {
            id: entity.id.to_hex(),
            name: entity.name,
        }))
    }

    /// A statement with what hangs on it.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn statement(&self, id: &str) -> Result<StatementDossier, Error> {
        let known: Result<StatementId, _> = id.trim().parse();
        let known = known.map_err(|_| onrecord_case::Error::NotFound {
            what: "statement",
            given: id.to_owned(),
        })?;
        let statement = self.reader.statement(known)?;
        let mut quoting = Quoting::new(&self.reader);
        let mut passed_on_by = Vec::new();
        for id in &statement.detail.via {
            let outer = self.reader.statement(*id)?;
            passed_on_by.push(self.statement_line(&mut quoting, &outer)?);
        }
        let mut claims = Vec::new();
        for detail in self.reader.claims_of(known)? {
            claims.push(self.claim_line(&mut quoting, parsed(&detail)?, 0)?);
        }
        Ok(StatementDossier {
            line: self.statement_line(&mut quoting, &statement)?,
            passed_on_by,
            claims,
            judgements: self.reader.standing(&format!("statement:{known}"))?,
            seen: self.reader.last_judgement()?,
        })
    }

    /// A page of claims.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn claim_page(&self, ask: &ClaimAsk) -> Result<ClaimPage, Error> {
        let about = self.named_entity(ask.about.as_deref())?;
        let by = self.named_entity(ask.by.as_deref())?;
        let id = |named: &Option<Named>| named.as_ref().and_then(|named| named.id.parse().ok());
        let mut found = self.reader.claim_page(&ClaimChoice {
            about: id(&about),
            by: id(&by),
            contested: ask.contested,
            at_least: ask.at_least,
            after: ask.after.clone(),
            limit: ask.limit + 1,
        })?;
        let has_more = found.len() > ask.limit;
        found.truncate(ask.limit);
        let mut quoting = Quoting::new(&self.reader);
        let mut claims = Vec::new();
        for detail in &found {
            claims.push(self.claim_view(&mut quoting, detail, SHOWN_OF_CLAIM)?);
        }
        let (total, contested) = self.reader.claim_counts()?;
        Ok(ClaimPage {
            format_version: FORMAT_VERSION,
            total,
            contested,
            after: claims
                .last()
                .filter(|_| has_more)
                .map(|view| view.claim.id.clone()),
            claims,
            about,
            by,
        })
    }

    fn claim_view(
        &self,
        quoting: &mut Quoting<'_>,
        detail: &str,
        most: usize,
    ) -> Result<ClaimView, Error> {
        let mut claim = self.claim_line(quoting, parsed(detail)?, most)?;
        let lines = std::mem::take(&mut claim.lines);
        Ok(ClaimView { claim, lines })
    }

    /// A claim with what speaks against it.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn claim(&self, id: &str) -> Result<ClaimDossier, Error> {
        let mut quoting = Quoting::new(&self.reader);
        let detail = self.reader.claim(id.trim())?;
        let view = self.claim_view(&mut quoting, &detail, MOST_OF_CLAIM)?;
        let mut views = |ids: &[String]| -> Result<Vec<ClaimView>, Error> {
            let mut views = Vec::new();
            for id in ids.iter().take(MOST_AGAINST) {
                let detail = self.reader.claim(id)?;
                views.push(self.claim_view(&mut quoting, &detail, SHOWN_OF_CLAIM)?);
            }
            Ok(views)
        };
        let against = views(&view.claim.contradicts)?;
        let others = views(&view.claim.competing)?;
        let mut corrections = Vec::new();
        for retracted in &view.claim.retracted {
            let id = self.reader.find_document(&retracted.document)?;
            corrections.push(Named {
                id: retracted.document.clone(),
                name: self.reader.document(id)?.title,
            });
        }
        corrections.sort();
        corrections.dedup();
        Ok(ClaimDossier {
            view,
            against,
            others,
            corrections,
            seen: self.reader.last_judgement()?,
        })
    }

    /// A page of near-copies, or those of one document.
    ///
    /// # Errors
    /// When there is no such document, or the store cannot be read.
    pub fn near_copy_list(
        &self,
        of: Option<&str>,
        with_quotes: bool,
        skip: u64,
        limit: usize,
    ) -> Result<NearCopyList, Error> {
        let (originals, total) = match of.filter(|of| !of.is_empty()) {
            Some(prefix) => {
                let id = self.reader.find_document(prefix)?;
                let copies = self.reader.copies_around(id)?;
                let mut originals: Vec<_> = copies.iter().map(|copy| copy.pair.original).collect();
                originals.sort_unstable();
                originals.dedup();
                let total = originals.len() as u64;
                (originals, total)
            }
            None => self.reader.near_copy_page(with_quotes, skip, limit)?,
        };
        let mut pages = Vec::new();
        for original in originals {
            let mut copies = self.reader.copies_around(original)?;
            copies.retain(|copy| {
                copy.pair.original == original
                    && (with_quotes
                        || of.is_some()
                        || word(&copy.pair.kind).as_deref() != Some("quoted-block"))
            });
            pages.push(self.near_copy_page(original, &copies)?);
        }
        Ok(NearCopyList {
            format_version: FORMAT_VERSION,
            total,
            pages,
        })
    }

    /// The latest grades of sources, by entity.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn grades(&self) -> Result<Vec<JudgementLine>, Error> {
        let undone = self.reader.undone()?;
        let grades = self.reader.standing_judgements(&[Verb::Grade])?;
        let lines = grades
            .into_iter()
            .map(|one| self.judgement_line(one, &undone));
        lines.collect()
    }
}

fn parsed(detail: &str) -> Result<ClaimDetail, Error> {
    let parsed = serde_json::from_str(detail);
    parsed.map_err(|_| onrecord_case::Error::Damaged("claim").into())
}
