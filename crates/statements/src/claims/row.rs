//! A statement, as it is seen across documents.

use onrecord_record::{DocumentId, PartialDate};
use serde::{Deserialize, Serialize};

use crate::keys::{EntityId, StatementId};
use crate::statement::{Polarity, SourceKind, Stance};

/// That the content of a statement names somebody or something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentioned {
    /// Whom; of a pronoun, whom it stands for.
    pub entity: EntityId,
    /// Bytes of the quote, half-open; empty where the quote does not have the words.
    pub start: u32,
    /// End of these bytes.
    pub end: u32,
}

/// A statement with what is needed to hold it against others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementRow {
    /// Which one.
    pub id: StatementId,
    /// Where it stands.
    pub document: DocumentId,
    /// Its place among the statements of the document, in the order of the text.
    pub position: u32,
    /// The day of the document.
    #[serde(default)]
    pub date: Option<PartialDate>,
    /// Who published the document.
    #[serde(default)]
    pub publisher: Option<EntityId>,
    /// Who says it: a named entity, or the unnamed actor of this document.
    #[serde(default)]
    pub source: Option<EntityId>,
    /// What kind of source that is.
    pub source_kind: SourceKind,
    /// The organization for which the source speaks: of a spokesperson, of an official notice.
    #[serde(default)]
    pub speaks_for: Option<EntityId>,
    /// How many the source is said to be: 2 for "two people with knowledge of the matter".
    #[serde(default = "one")]
    pub source_count: u32,
    /// Who passes it on, outermost first.
    #[serde(default)]
    pub via: Vec<EntityId>,
    /// How the source stands to the content.
    pub stance: Stance,
    /// Whether the content is affirmed or negated.
    pub polarity: Polarity,
    /// The content, its parts joined by a blank.
    pub quote: String,
    /// Whom the content names, in the order of the quote.
    #[serde(default)]
    pub entities: Vec<Mentioned>,
    /// Whether the source is known to have a stake in it, besides being part of it.
    #[serde(default)]
    pub interested: bool,
}

fn one() -> u32 {
    1
}

impl StatementRow {
    /// Who answers for it: the source; of an author without a name, the publisher.
    #[must_use]
    pub fn speaker(&self) -> Option<EntityId> {
        match self.source_kind {
            SourceKind::Author => self.source.or(self.publisher),
            _ => self.source,
        }
    }

    /// Whether the speaker is somebody whom a reader can ask: named, or the author.
    #[must_use]
    pub fn has_named_speaker(&self) -> bool {
        self.source_kind != SourceKind::Unnamed && self.speaker().is_some()
    }
}
