//! What a statement is.

use onrecord_record::Place;
use serde::{Deserialize, Serialize};

/// How the source stands to the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// Says of something already said that it is so.
    Confirms,
    /// Says that it is so.
    Asserts,
    /// Says so without vouching for it, or accuses.
    Alleges,
    /// Says that it is not so.
    Denies,
    /// Contests it without denying it outright.
    Disputes,
    /// Will not say.
    DeclinesComment,
    /// Has looked, and found nothing.
    ReportsNoEvidence,
    /// Speaks of what might be, or will be.
    Hypothetical,
    /// Asks whether.
    Asks,
    /// Takes back.
    Retracts,
}

/// How sure the source is, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// No doubt is voiced.
    Certain,
    /// "probably", "must have".
    Probable,
    /// "may", "could".
    Possible,
    /// It cannot be told.
    Unknown,
}

/// Whether the content says that something is, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// It is so.
    Positive,
    /// It is not so.
    Negative,
}

/// How the words are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Word for word, between quotation marks.
    Direct,
    /// In the writer's words.
    Indirect,
    /// Partly the one, partly the other.
    Mixed,
}

/// What kind of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Somebody whom the text names.
    Named,
    /// Somebody whom it does not name: "a former adviser", "officials".
    Unnamed,
    /// A report, filing, letter.
    Document,
    /// The author of the text.
    #[serde(rename = "self")]
    Author,
    /// Nobody: "it is alleged that".
    None,
}

/// Who says what, how firmly. Each part may be discontinuous; places are in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who says it; empty where nobody is named or described.
    pub source: Vec<Place>,
    /// The words that mark it as said.
    pub cue: Vec<Place>,
    /// What is said.
    pub content: Vec<Place>,
    /// How the source stands to it.
    pub stance: Stance,
    /// How sure the source is.
    pub certainty: Certainty,
    /// Whether the content is affirmed or negated.
    pub polarity: Polarity,
    /// How the words are given.
    pub manner: Manner,
    /// What kind of source it is.
    pub source_kind: SourceKind,
    /// Number of the source's entity in the document; of an unnamed source its unnamed entity.
    pub source_entity: Option<u32>,
    /// Number of the statement that directly holds this one.
    pub parent: Option<u32>,
    /// Numbers of the statements that pass it on, outermost first.
    pub via: Vec<u32>,
}
