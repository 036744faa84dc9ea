//! What a link is.

use std::fmt;

use onrecord_record::Place;
use serde::{Deserialize, Serialize};

/// How firmly a tie is stated, from the statement that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkStance {
    /// Somebody says that it is so, or the document itself does.
    Asserts,
    /// Somebody says so without vouching for it.
    Alleges,
    /// Somebody says that it is not so.
    Denies,
    /// Somebody contests it.
    Disputes,
    /// Somebody looked and found nothing.
    NoEvidence,
    /// It might be, or is yet to come.
    Hypothetical,
    /// It is under inquiry.
    Asked,
    /// It was tried and did not succeed.
    Failed,
    /// The statement around it has no known stance.
    Unclear,
}

/// An amount of money, or a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// Least amount, in units of the currency.
    pub min: Option<f64>,
    /// Greatest amount.
    pub max: Option<f64>,
    /// ISO 4217 code, `%` for a share; `None` where the text does not say.
    pub currency: Option<String>,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "{min}")?,
            (Some(min), Some(max)) => write!(f, "{min} to {max}")?,
            (Some(min), None) => write!(f, "at least {min}")?,
            (None, Some(max)) => write!(f, "at most {max}")?,
            (None, None) => f.write_str("unknown")?,
        }
        match &self.currency {
            Some(currency) => write!(f, " {currency}"),
            None => Ok(()),
        }
    }
}

/// A tie that a document states between two of its entities.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Number of the mention at the one end, in [`onrecord_statements::entities::DocumentEntities::mentions`].
    pub from: u32,
    /// Number of the mention at the other end.
    pub to: u32,
    /// `Directorship`, `Ownership`, … as in the table of link types.
    pub kind: String,
    /// In which role, in the words of the text.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Number of the innermost statement that holds it.
    pub statement: Option<u32>,
    /// How firmly it is stated.
    pub stance: LinkStance,
    /// The words that show it.
    pub evidence: Vec<Place>,
}
