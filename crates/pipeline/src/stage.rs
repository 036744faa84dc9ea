//! What a stage is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a stage takes its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A shard of documents at a time; each answer depends on its own document alone.
    Map,
    /// All rows of one key together.
    Group,
}

/// Names the code, model and settings that made an output: another fingerprint, another output.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a stage at a code version, with whatever else its output depends on.
    #[must_use]
    pub fn new(stage: &str, version: u32, depends_on: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [stage, &version.to_string()].iter().chain(depends_on) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(format!(
            "{stage}-{version}-{}",
            &hasher.finalize().to_hex()[..16]
        ))
    }

    /// The fingerprint as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A step of the analysis: a pure function from its inputs to its output.
///
/// It knows no clock, no randomness, no hash order and no disk, so that one worker, many workers and
/// a cluster give the same bytes in whatever order and batches they work.
pub trait Stage {
    /// One shard (map) or the rows of one component (group).
    type Input: ?Sized;
    /// What it derives.
    type Output;

    /// Its row of [`STAGES`].
    fn info(&self) -> &'static StageInfo;

    /// Names this code with its model and settings.
    fn fingerprint(&self) -> Fingerprint;

    /// Derives the output.
    fn run(&self, input: &Self::Input) -> Self::Output;

    /// Puts the outputs of several shards together; the order of `parts` must not matter.
    fn merge(&self, parts: Vec<Self::Output>) -> Self::Output;
}

/// A stage as lists and help show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageInfo {
    /// Its name, in `status` and in fingerprints.
    pub name: &'static str,
    /// What it does, for a person.
    pub does: &'static str,
    /// How it takes its input.
    pub shape: Shape,
    /// The stages whose output it reads.
    pub inputs: &'static [&'static str],
    /// What it takes one of at a time, or groups by.
    pub key: &'static str,
}

/// Every stage, in the order in which they run.
pub const STAGES: &[StageInfo] = &[
    StageInfo {
        name: "extract",
        does: "reads files, members and parts into texts",
        shape: Shape::Map,
        inputs: &[],
        key: "file",
    },
    StageInfo {
        name: "threads",
        does: "puts messages into conversations and finds the gaps",
        shape: Shape::Group,
        inputs: &["extract"],
        key: "message id",
    },
    StageInfo {
        name: "annotate",
        does: "finds words, sentences, trees and names",
        shape: Shape::Map,
        inputs: &["extract"],
        key: "text",
    },
    StageInfo {
        name: "read",
        does: "finds who is who in a document, who says what, and which ties it states",
        shape: Shape::Map,
        inputs: &["extract", "annotate"],
        key: "document",
    },
    StageInfo {
        name: "copies",
        does: "finds documents that hold the words of others",
        shape: Shape::Group,
        inputs: &["extract", "read"],
        key: "rare words",
    },
    StageInfo {
        name: "resolve",
        does: "joins the entities of documents into those of the case",
        shape: Shape::Group,
        inputs: &["read"],
        key: "name or address",
    },
    StageInfo {
        name: "claims",
        does: "groups statements with the same content and counts their independent sources",
        shape: Shape::Group,
        inputs: &["read", "copies", "resolve"],
        key: "content",
    },
];

impl StageInfo {
    /// The stage with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static StageInfo> {
        STAGES.iter().find(|stage| stage.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_reads_only_what_ran_before_it() {
        for (index, stage) in STAGES.iter().enumerate() {
            for input in stage.inputs {
                assert!(STAGES[..index].iter().any(|earlier| earlier.name == *input));
            }
        }
    }

    #[test]
    fn a_fingerprint_depends_on_each_of_its_parts() {
        let first = Fingerprint::new("annotate", 1, &["ab", "c"]);
        assert_ne!(first, Fingerprint::new("annotate", 1, &["a", "bc"]));
        assert_ne!(first, Fingerprint::new("annotate", 2, &["ab", "c"]));
        assert_eq!(first, Fingerprint::new("annotate", 1, &["ab", "c"]));
    }
}
