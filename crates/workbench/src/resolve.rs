//! Mentions of many documents joined into clusters; no case is touched.

use onrecord_pipeline::entities::{Listed, resolve_lists};
use serde::{Deserialize, Serialize};

/// A document's mentions. Unknown keys are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct MentionList {
    /// The document's name, given back as it is.
    pub doc: serde_json::Value,
    /// Its mentions, in the order of the text.
    pub mentions: Vec<ListedMention>,
}

/// A mention of which the words and the label are known.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedMention {
    /// As written.
    pub text: String,
    /// `PERSON`, `ORG`, `GPE`, …
    #[serde(default)]
    pub label: String,
}

/// A document's mentions, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedList {
    /// The document's name.
    pub doc: serde_json::Value,
    /// In the order of the mentions.
    pub mentions: Vec<ResolvedMention>,
}

/// A mention's cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ResolvedMention {
    /// The same number for all mentions of one entity, in all documents.
    pub cluster: u64,
}

/// Joins the mentions of all documents, by the rules of a case.
#[must_use]
pub fn resolve_mentions(lists: Vec<MentionList>) -> Vec<ResolvedList> {
    let (names, mentions): (Vec<_>, Vec<Vec<Listed>>) = lists
        .into_iter()
        .map(|list| {
            let listed = list.mentions.into_iter().map(|mention| Listed {
                text: mention.text,
                label: mention.label,
            });
            (list.doc, listed.collect())
        })
        .unzip();
    let clusters = resolve_lists(&mentions);
    let resolved = names.into_iter().zip(clusters).map(|(doc, clusters)| {
        let mentions = clusters
            .into_iter()
            .map(|cluster| ResolvedMention { cluster });
        ResolvedList {
            doc,
            mentions: mentions.collect(),
        }
    });
    resolved.collect()
}
