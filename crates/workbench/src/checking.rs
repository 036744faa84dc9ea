//! What is to be checked, and the fact-check sheet that is printed of it.

use std::collections::BTreeSet;

use onrecord_case::{Judgement, Standing, Verb};
use onrecord_pipeline::network::LinkStance;
use onrecord_pipeline::statements::Stance;
use onrecord_record::{DocumentId, EntityId, FORMAT_VERSION, LinkId, StatementId};
use serde::Serialize;

use crate::decide::mentions_of;
use crate::error::Error;
use crate::links::link_line;
use crate::open::Workbench;
use crate::quoting::Quoting;
use crate::statements::StatementLine;

/// The list of what is to be checked, as a sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckSheet {
    /// Version of this object.
    pub format_version: u32,
    /// What is on it, in the order in which it was put there.
    pub lines: Vec<SheetLine>,
    /// How many of them were checked.
    pub checked: u64,
    /// Whether something on the list is withheld; how much is not said on paper.
    pub withheld: bool,
    /// The day on which the sheet was made.
    pub made: String,
}

/// A line of the sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetLine {
    /// `statement`, `tie` or `document`.
    pub kind: &'static str,
    /// What it is about, as the log names it.
    pub target: String,
    /// The document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// Page of the document, where it has pages.
    pub page: Option<String>,
    /// SHA-256 of the file, the message or the part.
    pub sha256: Option<String>,
    /// The words, exactly; empty for a whole document.
    pub quote: String,
    /// First byte of the quote.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Who says it; `null` where the document itself does.
    pub speaker: Option<String>,
    /// How the speaker stands to it.
    pub stance: Option<Stance>,
    /// How firmly a tie is stated.
    pub tie_stance: Option<LinkStance>,
    /// What a tie is: its ends and type.
    pub tie: Option<String>,
    /// Who held it to be read rightly or wrongly.
    pub judged: Vec<Judgement>,
    /// Who has checked it.
    pub checked: Vec<Judgement>,
    /// Who put it on the list.
    pub pinned: Judgement,
    /// Why it must not be printed; `null` where it may.
    pub withheld: Option<&'static str>,
}

/// What is withheld from everything that leaves the case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Protected {
    documents: BTreeSet<DocumentId>,
    custodians: BTreeSet<String>,
    entities: BTreeSet<EntityId>,
}

impl Protected {
    /// Why a document is withheld.
    fn of_document(
        &self,
        bench: &Workbench,
        id: DocumentId,
    ) -> Result<Option<&'static str>, Error> {
        if self.documents.contains(&id) {
            return Ok(Some("its document is protected"));
        }
        if self.custodians.is_empty() {
            return Ok(None);
        }
        let custodians = bench.reader.custodians_of(id)?;
        let is_theirs = custodians.iter().any(|name| self.custodians.contains(name));
        Ok(is_theirs.then_some("whose material it is in is protected"))
    }

    fn of_entities(&self, ids: &[Option<&str>]) -> Option<&'static str> {
        let mut ids = ids.iter().flatten();
        let is_named = ids.any(|id| {
            id.parse()
                .is_ok_and(|id: EntityId| self.entities.contains(&id))
        });
        is_named.then_some("it names a protected person")
    }
}

impl Workbench {
    /// What stands as protected.
    pub(crate) fn protected(&self) -> Result<Protected, Error> {
        let mut protected = Protected::default();
        for one in self.reader.standing_under(Verb::Protect, Verb::Unprotect)? {
            match one.target.split_once(':') {
                Some(("document", id)) => protected.documents.extend(id.parse::<DocumentId>()),
                Some(("custodian", name)) => drop(protected.custodians.insert(name.to_owned())),
                _ => {
                    for mention in mentions_of(&one.target) {
                        let entity = self.reader.entity(mention.into());
                        protected.entities.extend(entity.map(|entity| entity.id));
                    }
                }
            }
        }
        Ok(protected)
    }

    /// The list of what is to be checked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn check_sheet(&self) -> Result<CheckSheet, Error> {
        let protected = self.protected()?;
        let mut quoting = Quoting::new(&self.reader);
        let mut lines = Vec::new();
        for pinned in self.reader.standing_under(Verb::Pin, Verb::Unpin)? {
            lines.extend(self.sheet_line(&mut quoting, &protected, pinned)?);
        }
        Ok(CheckSheet {
            format_version: FORMAT_VERSION,
            checked: lines.iter().filter(|line| !line.checked.is_empty()).count() as u64,
            withheld: lines.iter().any(|line| line.withheld.is_some()),
            made: jiff::Timestamp::now()
                .to_string()
                .chars()
                .take(10)
                .collect(),
            lines,
        })
    }

    /// What stands of the judgements on a statement, tie or document, by the name the log has for it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn standing_of(&self, target: &str) -> Result<Standing, Error> {
        Ok(self.reader.standing(target)?)
    }

    fn sheet_line(
        &self,
        quoting: &mut Quoting<'_>,
        protected: &Protected,
        pinned: Judgement,
    ) -> Result<Option<SheetLine>, Error> {
        let Some((kind, id)) = pinned.target.split_once(':') else {
            return Ok(None);
        };
        let mut line = match kind {
            "statement" => self.statement_on_sheet(quoting, protected, id)?,
            "link" => self.tie_on_sheet(quoting, protected, id)?,
            "document" => id.parse().ok().map(SheetLine::of_document),
            _ => None,
        };
        if let Some(line) = &mut line {
            let id: DocumentId = self.reader.find_document(&line.document)?;
            let document = self.reader.document(id)?;
            line.date = document.shown_date();
            line.title = document.title;
            let origins = self.reader.origins(id)?;
            let hash = origins.into_iter().find_map(|origin| origin.sha256);
            line.sha256 = hash.map(|hash| hash.to_hex());
            let standing = self.reader.standing(&pinned.target)?;
            line.checked = standing.checked;
            line.judged = standing.rejected.into_iter().collect();
            line.withheld = line.withheld.or(protected.of_document(self, id)?);
            line.target.clone_from(&pinned.target);
            line.pinned = pinned;
        }
        Ok(line)
    }

    fn statement_on_sheet(
        &self,
        quoting: &mut Quoting<'_>,
        protected: &Protected,
        id: &str,
    ) -> Result<Option<SheetLine>, Error> {
        let known = id.parse::<StatementId>().ok();
        let Some(statement) = known.and_then(|id| self.reader.statement(id).ok()) else {
            return Ok(None);
        };
        let said = self.statement_line(quoting, &statement)?;
        let speaker = said.source_entity.as_ref().map(|named| named.id.as_str());
        let about = said.about.iter().map(|named| Some(named.id.as_str()));
        let named: Vec<Option<&str>> = about.chain([speaker]).collect();
        let mut line = SheetLine::of_document(statement.document);
        line.kind = "statement";
        line.withheld = protected.of_entities(&named);
        line.quote = StatementLine::said(&said);
        (line.start, line.end) = said.place();
        line.speaker = Some(said.speaker()).filter(|speaker| !speaker.is_empty());
        line.stance = Some(said.stance);
        Ok(Some(line))
    }

    fn tie_on_sheet(
        &self,
        quoting: &mut Quoting<'_>,
        protected: &Protected,
        id: &str,
    ) -> Result<Option<SheetLine>, Error> {
        let known = id.parse::<LinkId>().ok();
        let Some(link) = known.and_then(|id| self.reader.link(id).ok()) else {
            return Ok(None);
        };
        let Some(tie) = link_line(quoting, &link)? else {
            return Ok(None);
        };
        let mut line = SheetLine::of_document(link.document);
        line.kind = "tie";
        line.withheld = protected.of_entities(&[Some(&tie.from), Some(&tie.to)]);
        let quotes = tie.evidence.iter().map(|quote| quote.quote.as_str());
        line.quote = quotes.collect::<Vec<_>>().join(" … ");
        line.start = tie.evidence.first().map_or(0, |quote| quote.start);
        line.end = tie.evidence.first().map_or(0, |quote| quote.end);
        line.tie_stance = Some(tie.stance);
        let role = tie.role.map_or(String::new(), |role| format!(" ({role})"));
        line.tie = Some(format!(
            "{} → {}: {}{role}",
            tie.from_name, tie.to_name, tie.kind
        ));
        if let Some(statement) = link.detail.statement {
            let statement = self.reader.statement(statement)?;
            let said = self.statement_line(quoting, &statement)?;
            line.stance = Some(said.stance);
            line.speaker = Some(said.speaker()).filter(|speaker| !speaker.is_empty());
            let speaker = said.source_entity.as_ref().map(|named| named.id.as_str());
            line.withheld = line.withheld.or(protected.of_entities(&[speaker]));
        }
        Ok(Some(line))
    }
}

impl SheetLine {
    fn of_document(id: DocumentId) -> Self {
        Self {
            kind: "document",
            target: String::new(),
            document: id.to_hex(),
            title: String::new(),
            date: None,
            page: None,
            sha256: None,
            quote: String::new(),
            start: 0,
            end: 0,
            speaker: None,
            stance: None,
            tie_stance: None,
            tie: None,
            judged: Vec::new(),
            checked: Vec::new(),
            pinned: Judgement {
                id: String::new(),
                time: String::new(),
                who: String::new(),
                verb: Verb::Pin,
                target: String::new(),
                body: String::new(),
                anchors: Vec::new(),
            },
            withheld: None,
        }
    }
}

impl StatementLine {
    /// First byte of the content, or of whatever else there is, and one past the last.
    #[must_use]
    pub fn place(&self) -> (u32, u32) {
        let lists = [&self.content, &self.cue, &self.source];
        let some = lists.into_iter().find(|quotes| !quotes.is_empty());
        let first = some.and_then(|quotes| quotes.iter().map(|quote| quote.start).min());
        let last = some.and_then(|quotes| quotes.iter().map(|quote| quote.end).max());
        (first.unwrap_or(0), last.unwrap_or(0))
    }
}
