//! Mentions of many documents joined into clusters; no case is touched.

use onrecord_pipeline::entities::{
    EntityKind, Gender, Listed, ListedEntity as Entity, Listing, resolve_lists,
};
use serde::{Deserialize, Serialize};

/// A document's mentions: a list of names, or what `annotate` found. Unknown keys are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct MentionList {
    /// The document's name, given back as it is.
    #[serde(alias = "id")]
    pub doc: serde_json::Value,
    /// Its mentions, in the order of the text.
    pub mentions: Vec<ListedMention>,
    /// Its entities, if the mentions are joined within the document.
    #[serde(default)]
    pub entities: Option<Vec<ListedEntity>>,
}

/// An entity of one document.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedEntity {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest name.
    pub name: String,
    /// All names.
    #[serde(default)]
    pub names: Vec<String>,
    /// Mail addresses.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// What it is said to be.
    #[serde(default)]
    pub roles: Vec<ListedRole>,
    /// Of a person, where it is known.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// Whether it has no name.
    #[serde(default)]
    pub unnamed: bool,
}

/// What somebody is said to be.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedRole {
    /// The words.
    pub text: String,
}

/// A mention of which the words and the label are known.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedMention {
    /// As written.
    pub text: String,
    /// `PERSON`, `ORG`, `GPE`, …
    #[serde(default)]
    pub label: String,
    /// Number of its entity, where entities are listed.
    #[serde(default)]
    pub entity: Option<u32>,
}

/// A document's mentions, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedList {
    /// The document's name.
    pub doc: serde_json::Value,
    /// In the order of the mentions.
    pub mentions: Vec<ResolvedMention>,
    /// Clusters of the listed entities, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<u64>>,
}

/// A mention's cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ResolvedMention {
    /// The same number for all mentions of one entity, in all documents; `null` for a mention of
    /// nobody who can be told.
    pub cluster: Option<u64>,
}

/// Joins the mentions of all documents, by the rules of a case.
#[must_use]
pub fn resolve_mentions(lists: Vec<MentionList>) -> Vec<ResolvedList> {
    let (names, documents): (Vec<_>, Vec<Listing>) = lists
        .into_iter()
        .map(|list| (list.doc, listing(list.mentions, list.entities)))
        .unzip();
    let clusters = resolve_lists(&documents);
    let resolved = names.into_iter().zip(&documents).zip(clusters);
    resolved
        .map(|((doc, listing), clusters)| match listing {
            Listing::Names(_) => ResolvedList {
                doc,
                mentions: clusters
                    .into_iter()
                    .map(|cluster| mention(Some(cluster)))
                    .collect(),
                entities: None,
            },
            Listing::Entities { of, .. } => {
                let cluster = |entity: &Option<u32>| {
                    clusters.get(entity.as_ref().copied()? as usize).copied()
                };
                ResolvedList {
                    doc,
                    mentions: of.iter().map(|entity| mention(cluster(entity))).collect(),
                    entities: Some(clusters),
                }
            }
        })
        .collect()
}

fn mention(cluster: Option<u64>) -> ResolvedMention {
    ResolvedMention { cluster }
}

fn listing(mentions: Vec<ListedMention>, entities: Option<Vec<ListedEntity>>) -> Listing {
    let Some(entities) = entities else {
        let listed = mentions.into_iter().map(|mention| Listed {
            text: mention.text,
            label: mention.label,
        });
        return Listing::Names(listed.collect());
    };
    let entities = entities.into_iter().map(|entity| Entity {
        kind: entity.kind,
        name: entity.name,
        names: entity.names,
        addresses: entity.addresses,
        roles: entity.roles.into_iter().map(|role| role.text).collect(),
        gender: entity.gender,
        unnamed: entity.unnamed,
    });
    Listing::Entities {
        entities: entities.collect(),
        of: mentions.into_iter().map(|mention| mention.entity).collect(),
    }
}
