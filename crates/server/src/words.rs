//! What stances are called on pages: always with who says it, never as a bare verdict.

use onrecord_workbench::{LinkStance, Stance};

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
