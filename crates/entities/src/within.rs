//! Who is who within one document.

use std::collections::BTreeMap;
use std::ops::Range;

use onrecord_record::Place;
use serde::{Deserialize, Serialize};

use crate::document::Document;

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
    /// Its mentions, in the order of the text.
    pub mentions: Vec<u32>,
    /// Whether the text never names it: it is then joined to nobody.
    pub unnamed: bool,
}

/// The mentions and entities of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentEntities {
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    /// In the order of their first mention.
    pub entities: Vec<Entity>,
    /// Entities of the authors of the document, as [`crate::Facts::authors`] lists them.
    pub authors: Vec<Option<u32>>,
}

/// Finds the entities of a document.
#[must_use]
pub fn entities_of_document(document: &Document<'_>) -> DocumentEntities {
    let mut found = DocumentEntities {
        authors: vec![None; document.facts.authors.len()],
        ..DocumentEntities::default()
    };
    let mut by_name: BTreeMap<(EntityKind, String), u32> = BTreeMap::new();
    for (number, segment) in document.segments.iter().enumerate() {
        for name in &segment.names {
            let Some(kind) = EntityKind::of_label(&name.label) else {
                continue;
            };
            let text = segment.text.get(name.span.range()).unwrap_or_default();
            let entity = *by_name
                .entry((kind, text.to_lowercase()))
                .or_insert_with(|| {
                    found.entities.push(Entity {
                        kind,
                        name: text.to_owned(),
                        names: vec![text.to_owned()],
                        addresses: Vec::new(),
                        mentions: Vec::new(),
                        unnamed: false,
                    });
                    (found.entities.len() - 1) as u32
                });
            let tokens = segment.tokens(name.span);
            let known = &mut found.entities[entity as usize];
            known.mentions.push(found.mentions.len() as u32);
            found.mentions.push(Mention {
                place: Place {
                    segment: number as u32,
                    span: name.span,
                },
                head: segment.head(tokens.clone()),
                tokens,
                label: name.label.clone(),
                form: Form::Name,
                entity: Some(entity),
                joined_by: if known.mentions.len() == 1 {
                    JoinedBy::Itself
                } else {
                    JoinedBy::SameName
                },
            });
        }
    }
    found
}
