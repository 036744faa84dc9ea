//! Near-copies of documents: what was printed, forwarded, updated or pasted from what.
//!
//! Each document is drawn as the least hashes of its word shingles (winnowing), which are looked up by
//! their rarest; each pair found so is compared exactly. Nothing depends on the order of the documents.

mod boilerplate;
mod candidates;
mod clusters;
mod compare;
mod differences;
mod kind;
mod sketch;
#[cfg(test)]
mod tests;

use onrecord_record::{DocumentId, PartialDate};
use serde::{Deserialize, Serialize};

use crate::keys::EntityId;
use boilerplate::Boilerplate;
pub use differences::{Change, Differences, differences};
pub use kind::CopyKind;
pub use sketch::Sketch;

/// A document, as the search for near-copies sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRow {
    /// Which one.
    pub id: DocumentId,
    /// Whether it is a message.
    #[serde(default)]
    pub is_message: bool,
    /// The day on which it was written, as it says itself.
    #[serde(default)]
    pub date: Option<PartialDate>,
    /// The paper, agency or site that published it; `None` for what nobody published.
    #[serde(default)]
    pub publisher: Option<EntityId>,
    /// Its text, as shown: quoted blocks included, the furniture of a page left out.
    pub text: String,
}

/// That one document holds the words of another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearCopy {
    /// The earlier one, as far as dates tell; else the one with the least id.
    pub original: DocumentId,
    /// The other.
    pub copy: DocumentId,
    /// How they hang together.
    pub kind: CopyKind,
    /// Share of all their shingles that they have in common, 0..=1.
    pub resemblance: f64,
    /// Share of the smaller one's shingles that the other holds, 0..=1.
    pub containment: f64,
}

/// Documents that are versions of one text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopyCluster {
    /// The earliest, as far as dates tell.
    pub original: DocumentId,
    /// All of them, in the order of their ids.
    pub documents: Vec<DocumentId>,
    /// Each further one against the original, in the order of their ids.
    pub copies: Vec<NearCopy>,
}

/// What `near_copies` finds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NearCopies {
    /// Versions of one text, by the id of their first document.
    pub clusters: Vec<CopyCluster>,
    /// Documents that hold a large part of another and much besides: a release pasted into an article, a
    /// digest. These join no clusters.
    pub held: Vec<NearCopy>,
}

/// Finds the near-copies among documents.
///
/// Time is linear in their text apart from a logarithm; memory is some 70 bytes for each three words, while
/// it runs. The answer is the same in whatever order the documents come.
#[must_use]
pub fn near_copies(documents: &[DocumentRow]) -> NearCopies {
    let mut ordered: Vec<&DocumentRow> = documents.iter().collect();
    ordered.sort_unstable_by_key(|document| document.id);
    ordered.dedup_by_key(|document| document.id);
    let sketches: Vec<Sketch> = ordered
        .iter()
        .map(|document| Sketch::of(&document.text))
        .collect();
    let same = clusters::identical(&sketches);
    let distinct: Vec<u32> = same
        .iter()
        .filter_map(|members| members.first().copied())
        .collect();
    let prints = candidates::Prints::of(&sketches, &distinct);
    let boilerplate = Boilerplate::of(&ordered, &sketches, &prints);
    let pairs = candidates::pairs(&sketches, &distinct, &prints, &boilerplate);
    let compared = compare::all(&ordered, &pairs, &boilerplate);
    clusters::build(&ordered, &same, &compared, &boilerplate)
}
