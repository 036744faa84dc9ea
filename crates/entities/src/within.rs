//! Who is who within one document.

pub(crate) mod addresses;
mod draft;
pub(crate) mod naming;
mod references;
pub(crate) mod shape;
mod tables;
mod view;

use std::ops::Range;

use onrecord_record::Place;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use draft::Draft;
pub use tables::Gender;

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// A human being, or several who act as one.
    Person,
    /// A company, authority, party, paper, team.
    Organization,
    /// A country, town, region, building.
    Place,
    /// A people, faith or political current.
    Group,
    /// A named event.
    Event,
    /// A product, work or law.
    Thing,
}

impl EntityKind {
    /// The kind that a recognizer's label stands for; `None` for dates, amounts and the like.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        Some(match label {
            "PERSON" | "PER" => Self::Person,
            "ORG" => Self::Organization,
            "GPE" | "LOC" | "FAC" => Self::Place,
            "NORP" => Self::Group,
            "EVENT" => Self::Event,
            "PRODUCT" | "WORK_OF_ART" | "LAW" | "MISC" => Self::Thing,
            _ => return None,
        })
    }
}

/// What a mention looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A name.
    Name,
    /// A description: "the firm", "a former adviser".
    Nominal,
    /// A pronoun.
    Pronoun,
}

/// Why a mention is held to be of its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinedBy {
    /// It is the first of its entity.
    Itself,
    /// The same name, but for case, accents, titles and legal forms.
    SameName,
    /// A part of a fuller name: surname, given name, initials.
    ShortName,
    /// An acronym, or an alias that the text itself gives.
    Alias,
    /// A mail address.
    Address,
    /// A description that fits this entity alone.
    Description,
    /// A pronoun with one possible antecedent.
    Pronoun,
}

/// One place where an entity is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub place: Place,
    /// Its tokens, in its segment.
    pub tokens: Range<u32>,
    /// The token that governs them.
    pub head: u32,
    /// The recognizer's label; of a nominal or pronoun that of its entity's kind.
    pub label: String,
    /// What it looks like.
    pub form: Form,
    /// Number of its entity; `None` where nobody can be told safely.
    pub entity: Option<u32>,
    /// Why it is held to be of that entity.
    pub joined_by: JoinedBy,
}

/// Somebody or something that a document speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest of its names; of an unnamed one its description.
    pub name: String,
    /// All names as found, each once, sorted.
    pub names: Vec<String>,
    /// Mail addresses, in lower case, sorted.
    pub addresses: Vec<String>,
    /// Its mentions, in the order of the text; none of one whom headers alone name.
    pub mentions: Vec<u32>,
    /// Whether the text never names it: it is then joined to nobody.
    pub unnamed: bool,
    /// Of a person, where titles, a given name, nouns or pronouns say so.
    pub gender: Option<Gender>,
    /// What it is called besides its names, in the order of the text.
    pub roles: Vec<Role>,
}

/// What somebody is said to be: "chief executive" of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The words, without an article.
    pub text: String,
    /// Number of the entity that the role is in, where the text says so.
    pub of: Option<u32>,
    /// Where.
    pub place: Place,
}

/// The mentions and entities of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentEntities {
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    /// In the order of their first mention; then those whom headers alone name.
    pub entities: Vec<Entity>,
    /// Entities of the authors of the document, as [`crate::Facts::authors`] lists them.
    pub authors: Vec<Option<u32>>,
    /// Entities of the recipients, as [`crate::Facts::recipients`] lists them.
    pub recipients: Vec<Option<u32>>,
}

/// Finds the entities of a document.
#[must_use]
pub fn entities_of_document(document: &Document<'_>) -> DocumentEntities {
    let mut draft = Draft::of(document);
    references::resolve(document, &mut draft);
    draft.finish()
}
