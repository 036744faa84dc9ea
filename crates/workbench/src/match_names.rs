//! Pairs of names, compared: no case is touched.

use onrecord_pipeline::entities::names::{NameKind, ParsedName, Reason, compare};
use onrecord_record::FORMAT_VERSION;
use serde::{Deserialize, Serialize};

/// A pair to compare; unknown keys are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct NamePair {
    /// Whatever the caller knows the pair by; given back.
    pub id: serde_json::Value,
    /// The name that is looked for.
    pub left: String,
    /// The name on a list.
    pub right: String,
    /// What bears them.
    pub kind: BearerKind,
}

/// What bears a name, in the words of FollowTheMoney.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum BearerKind {
    /// A human being.
    Person,
    /// A firm.
    Company,
    /// Another organization.
    Organization,
    /// A ship.
    Vessel,
}

/// How well a pair fits.
#[derive(Debug, Clone, Serialize)]
pub struct MatchView {
    /// Version of this shape.
    pub format_version: u32,
    /// As given.
    pub id: serde_json::Value,
    /// 0 to 1.
    pub score: f64,
    /// Whether a person should look at the pair.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// What was paired and what was left over, in words.
    pub reasons: Vec<String>,
}

impl From<BearerKind> for NameKind {
    fn from(kind: BearerKind) -> Self {
        match kind {
            BearerKind::Person => Self::Person,
            BearerKind::Company => Self::Company,
            BearerKind::Organization => Self::Organization,
            BearerKind::Vessel => Self::Vessel,
        }
    }
}

/// Compares the names of a pair.
#[must_use]
pub fn match_names(pair: NamePair) -> MatchView {
    let kind = NameKind::from(pair.kind);
    let left = ParsedName::parse(&pair.left, kind);
    let right = ParsedName::parse(&pair.right, kind);
    let found = compare(&left, &right);
    MatchView {
        format_version: FORMAT_VERSION,
        id: pair.id,
        // Three places are what the scale bears.
        score: (f64::from(found.score) * 1000.0).round() / 1000.0,
        is_match: found.is_match,
        reasons: found.reasons.iter().map(in_words).collect(),
    }
}

fn in_words(reason: &Reason) -> String {
    let Reason {
        what, left, right, ..
    } = reason;
    match (left.is_empty(), right.is_empty()) {
        (false, true) => format!("{what}: {left}"),
        (true, false) => format!("{what}: {right}"),
        _ => format!("{what}: {left} ~ {right}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{BearerKind, NamePair, match_names};

    #[test]
    fn a_pair_is_answered_with_its_reasons() {
        let view = match_names(NamePair {
            id: serde_json::json!(7),
            left: "Petra Köslin".to_owned(),
            right: "Koslin, Petra A.".to_owned(),
            kind: BearerKind::Person,
        });
        assert!(view.is_match);
        assert_eq!(
            view.reasons,
            [
                "same: petra ~ petra",
                "same: koslin ~ koslin",
                "only right: a"
            ]
        );
    }
}
