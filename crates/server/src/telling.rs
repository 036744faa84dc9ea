//! Ties on pages: evidence with its speaker in words, and the filters that several pages share.

use onrecord_workbench::{EntityLine, EvidenceView, LinkStance};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// Stance → what its speaker does, as in "X denies it".
const SAYS: &[(LinkStance, &str)] = &[
    (LinkStance::Asserts, "says so"),
    (LinkStance::Alleges, "alleges it"),
    (LinkStance::Denies, "denies it"),
    (LinkStance::Disputes, "disputes it"),
    (LinkStance::NoEvidence, "found no evidence of it"),
    (LinkStance::Hypothetical, "speaks of it as possible"),
    (LinkStance::Asked, "asks about it"),
    (LinkStance::Failed, "says that it was tried and failed"),
    (LinkStance::Unclear, "mentions it; the stance is unclear"),
];

/// Which ties, in an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) struct TieFilter {
    /// Only ties of these types; all where none is given.
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub(crate) kinds: Vec<String>,
    /// Only ties to which somebody takes one of these stances.
    #[serde(default, rename = "stance", skip_serializing_if = "Vec::is_empty")]
    pub(crate) stances: Vec<String>,
    /// Only ties that held or happened on this day, month or year, or later.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) since: String,
    /// Only ties that held or happened then or earlier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) until: String,
    /// Mail counts as a tie.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) mail: bool,
}

impl TieFilter {
    /// The stances, of which each must be one.
    pub(crate) fn stances(&self) -> Result<Vec<LinkStance>, Fault> {
        let given = self.stances.iter().filter(|word| !word.is_empty());
        given.map(|word| stance(word)).collect()
    }

    /// The types, those left empty by a form aside.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let given = self.kinds.iter().filter(|kind| !kind.is_empty());
        given.cloned().collect()
    }
}

fn stance(given: &str) -> Result<LinkStance, Fault> {
    let word = serde_json::Value::String(given.to_owned());
    serde_json::from_value(word)
        .map_err(|_| Fault::bad(format!("\"{given}\" is no stance; take asserts, alleges, denies, disputes, no-evidence, hypothetical, asked, failed or unclear")))
}

/// What a form writes for a date that is not given is no date.
pub(crate) fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A choice in a form.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// All types of ties, those of the filter chosen.
pub(crate) fn kind_choices(filter: &TieFilter) -> Vec<Choice> {
    let kinds = onrecord_workbench::tie_kinds().into_iter();
    let choice = |kind: &str| Choice {
        value: kind.to_owned(),
        label: kind.to_owned(),
        is_chosen: filter.kinds.iter().any(|given| given == kind),
    };
    kinds.map(choice).collect()
}

/// All stances, those of the filter chosen.
pub(crate) fn stance_choices(filter: &TieFilter) -> Vec<Choice> {
    let choice = |(stance, says): &(LinkStance, &str)| {
        let value = serde_json::to_value(stance).ok();
        let value = value.and_then(|value| value.as_str().map(str::to_owned));
        let value = value.unwrap_or_default();
        Choice {
            is_chosen: filter.stances.contains(&value),
            label: format!("somebody {says}"),
            value,
        }
    };
    SAYS.iter().map(choice).collect()
}

/// A piece of evidence as it is told.
pub(crate) struct EvidenceLine<'a> {
    pub(crate) piece: &'a EvidenceView,
    pub(crate) who: &'a str,
    pub(crate) says: &'static str,
    pub(crate) href: String,
}

pub(crate) fn evidence_line(piece: &EvidenceView) -> EvidenceLine<'_> {
    let says = SAYS.iter().find(|(stance, _)| *stance == piece.stance);
    EvidenceLine {
        piece,
        who: match (&piece.speaker, piece.unnamed) {
            (Some(speaker), _) => &speaker.name,
            (None, true) => "Somebody who is not named",
            (None, false) => "The document itself",
        },
        says: says.map_or("mentions it", |(_, says)| says),
        href: quote_href(&piece.document, piece.start, piece.end),
    }
}

/// The exact place of words in a document; the document where the words are no part of its text.
pub(crate) fn quote_href(document: &str, start: u32, end: u32) -> String {
    match start < end {
        true => format!("/documents/{document}?span={start}-{end}#span"),
        false => format!("/documents/{document}"),
    }
}

/// Independent sources in words.
pub(crate) fn sources([least, most]: [u32; 2]) -> String {
    match (least, most) {
        (1, 1) => "1 independent source".to_owned(),
        (least, most) if least == most => format!("{least} independent sources"),
        (least, most) => format!("{least} to {most} independent sources"),
    }
}

/// Somebody who may be meant.
pub(crate) struct Candidate<'a> {
    pub(crate) entity: &'a EntityLine,
    pub(crate) about: String,
    pub(crate) href: String,
}

pub(crate) fn candidate(entity: &EntityLine, href: String) -> Candidate<'_> {
    let kind = serde_json::to_value(entity.kind).ok();
    let kind = kind.and_then(|kind| kind.as_str().map(str::to_owned));
    let about = kind.into_iter().chain(entity.roles.first().cloned());
    Candidate {
        entity,
        about: about
            .chain(entity.addresses.first().cloned())
            .collect::<Vec<_>>()
            .join(", "),
        href,
    }
}

#[cfg(test)]
mod tests {
    use super::{TieFilter, sources};

    #[test]
    fn sources_are_counted_in_words() {
        assert_eq!(sources([1, 1]), "1 independent source");
        assert_eq!(sources([0, 2]), "0 to 2 independent sources");
    }

    #[test]
    fn an_unknown_stance_is_refused() {
        let filter = TieFilter {
            stances: vec!["confirms".to_owned()],
            ..TieFilter::default()
        };
        assert!(filter.stances().is_err());
    }
}
