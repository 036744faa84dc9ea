//! What stances are called on pages: always with who says it, never as a bare verdict.

use onrecord_workbench::{EntityKind, LinkStance, Stance};

/// What a speaker does, between the speaker and the content.
pub(crate) fn said(stance: Stance) -> &'static str {
    match stance {
        Stance::Confirms => "confirms that",
        Stance::Asserts => "says that",
        Stance::Alleges => "alleges that",
        Stance::Denies => "denies that",
        Stance::Disputes => "disputes that",
        Stance::DeclinesComment => "will not comment on whether",
        Stance::ReportsNoEvidence => "reports no evidence that",
        Stance::Hypothetical => "speaks of what might be:",
        Stance::Asks => "asks whether",
        Stance::Retracts => "takes back that",
    }
}

/// Whether a speaker says that it is so.
pub(crate) fn is_put_forward(stance: Stance) -> bool {
    matches!(stance, Stance::Confirms | Stance::Asserts | Stance::Alleges)
}

/// How a document stands to a tie that it speaks of.
pub(crate) fn tie(stance: LinkStance) -> &'static str {
    match stance {
        LinkStance::Asserts => "stated",
        LinkStance::Alleges => "alleged",
        LinkStance::Denies => "denied",
        LinkStance::Disputes => "disputed",
        LinkStance::NoEvidence => "no evidence found",
        LinkStance::Hypothetical => "might be, or is yet to come",
        LinkStance::Asked => "asked about",
        LinkStance::Failed => "tried, and failed",
        LinkStance::Unclear => "stance unclear",
    }
}

/// Whether a tie is drawn as one.
pub(crate) fn is_established(stance: LinkStance) -> bool {
    matches!(stance, LinkStance::Asserts | LinkStance::Alleges)
}

/// `(stance in addresses, what a filter calls it)`.
pub(crate) const STANCES: &[(&str, &str)] = &[
    ("confirms", "confirms"),
    ("asserts", "says so"),
    ("alleges", "alleges"),
    ("denies", "denies"),
    ("disputes", "disputes"),
    ("declines-comment", "will not comment"),
    ("reports-no-evidence", "found no evidence"),
    ("hypothetical", "speaks of what might be"),
    ("asks", "asks whether"),
    ("retracts", "takes back"),
];

/// Entities of a kind, many of them.
pub(crate) fn kinds(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "People",
        EntityKind::Organization => "Organizations",
        EntityKind::Place => "Places",
        EntityKind::Event => "Events",
        EntityKind::Group => "Groups",
        EntityKind::Thing => "Things",
    }
}

/// How two sides of a field stand to each other.
pub(crate) fn agreement(word: &str) -> &'static str {
    match word {
        "same" => "the same",
        "in part" => "the same in part",
        "different" => "different",
        _ => "on one side only",
    }
}

/// "one source", "2 independent sources", "1 to 2 independent sources".
pub(crate) fn sources([least, most]: [u32; 2]) -> String {
    match (least, most) {
        (0, 0) => "no source that stands by it".to_owned(),
        (1, 1) => "one source".to_owned(),
        (least, most) if least == most => format!("{least} independent sources"),
        (least, most) => format!("{least} to {most} independent sources"),
    }
}

/// Credibility of the Admiralty code in words.
pub(crate) fn credibility(grade: u8) -> &'static str {
    match grade {
        1 => "confirmed by other sources",
        2 => "probably true",
        3 => "possibly true",
        4 => "doubtful",
        5 => "improbable",
        _ => "cannot be judged",
    }
}

/// Why a part of an entity was joined to it, after the number of documents.
pub(crate) fn joined(reason: &str) -> &str {
    match reason {
        "itself" => "standing for itself",
        "name-alone" => "by the name alone: possibly the same",
        "alias" => "by a short name or acronym that a document explains",
        "context" => "by the name, in the same company",
        "address" => "by the mail address",
        "judgement" => "since a person said so",
        other => other,
    }
}
