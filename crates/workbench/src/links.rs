//! Ties that documents state, each with the words that show it.

use onrecord_case::{Choice, StoredLink};
use onrecord_pipeline::network::{Amount, LinkStance};
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::{Named, Quote, Quoting};
use crate::statements::Period;

/// Which ties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Only those with this entity at an end: name or id.
    pub of: Option<String>,
    /// Only those with this entity at an end, too.
    pub with: Option<String>,
    /// Only those of these types.
    pub kinds: Vec<String>,
    /// Only those of these stances.
    pub stances: Vec<LinkStance>,
    /// Only those in documents of this day or later.
    pub since: Option<String>,
    /// Only those in documents of this day or earlier.
    pub until: Option<String>,
    /// Only those of this document.
    pub document: Option<String>,
}

/// A tie that one document states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkLine {
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
    /// Id of the entity at the one end.
    pub from: String,
    /// What it is called.
    pub from_name: String,
    /// Id of the entity at the other end.
    pub to: String,
    /// What it is called.
    pub to_name: String,
    /// Type of the tie.
    #[serde(rename = "type")]
    pub kind: String,
    /// In which role.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// The innermost statement that holds it.
    pub statement: Option<String>,
    /// How firmly it is stated.
    pub stance: LinkStance,
    /// Whether a person holds it to be read wrongly.
    pub rejected: bool,
    /// The words that show it.
    pub evidence: Vec<Quote>,
}

impl Workbench {
    /// Ties of a choice, document by document; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn links(
        &self,
        filter: &LinkFilter,
        sink: &mut dyn FnMut(LinkLine) -> bool,
    ) -> Result<(), Error> {
        let of = self.entity_id(filter.of.as_deref())?;
        let period = Period::of(filter.since.as_deref(), filter.until.as_deref())?;
        let choice = match (&filter.document, of) {
            (Some(prefix), _) => Choice::Document(self.reader.find_document(prefix)?),
            (None, Some(of)) => Choice::Of(of),
            (None, None) => Choice::All,
        };
        let ends: Vec<String> = of
            .into_iter()
            .chain(self.entity_id(filter.with.as_deref())?)
            .map(|id| id.to_hex())
            .collect();
        let mut quoting = Quoting::new(&self.reader);
        let mut failure = None;
        self.reader.links(choice, &mut |link| {
            let of_kind = filter.kinds.is_empty() || filter.kinds.contains(&link.kind);
            let of_stance = filter.stances.is_empty() || filter.stances.contains(&link.stance);
            if !of_kind || !of_stance {
                return Ok(true);
            }
            let wanted = link_line(&mut quoting, &link).and_then(|line| {
                let date = quoting.context(link.document)?.document.date;
                let at_an_end =
                    |line: &LinkLine| ends.iter().all(|end| *end == line.from || *end == line.to);
                Ok(line.filter(|line| at_an_end(line) && period.holds(date)))
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
}

/// `None` where an end is in no document any more.
pub(crate) fn link_line(
    quoting: &mut Quoting<'_>,
    link: &StoredLink,
) -> Result<Option<LinkLine>, Error> {
    let ends = quoting.named(link.from)?.zip(quoting.named(link.to)?);
    let Some((from, to)): Option<(Named, Named)> = ends else {
        return Ok(None);
    };
    let rejected = quoting.is_rejected(&format!("link:{}", link.id))?;
    let context = quoting.context(link.document)?;
    let (title, date) = (
        context.document.title.clone(),
        context.document.shown_date(),
    );
    let detail = &link.detail;
    Ok(Some(LinkLine {
        format_version: FORMAT_VERSION,
        id: link.id.to_hex(),
        document: link.document.to_hex(),
        title,
        date,
        from: from.id,
        from_name: from.name,
        to: to.id,
        to_name: to.name,
        kind: link.kind.clone(),
        role: detail.role.clone(),
        amount: detail.amount.clone(),
        since: detail.since.clone(),
        until: detail.until.clone(),
        statement: detail.statement.map(|id| id.to_hex()),
        stance: link.stance,
        rejected,
        evidence: quoting.quotes(&detail.evidence),
    }))
}
