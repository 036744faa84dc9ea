//! On which side of its content a statement stands.

use crate::statement::{Polarity, Stance};

/// What a statement does to the content that it shares with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Says that it is so.
    For,
    /// Says that it is not so.
    Against,
    /// Contests it, or has looked and found nothing, without saying that it is not so.
    Doubts,
    /// Takes it back.
    Retracts,
    /// Speaks of it and vouches for nothing.
    Speaks,
}

impl Side {
    /// A denial stands against, whatever its own words: "he denied that" and "he said it was not so"
    /// both come with a negative content now and then.
    /// What says that it was looked for in vain, doubts it.
    pub(crate) fn of(stance: Stance, polarity: Polarity, finds_nothing: bool) -> Self {
        match (stance, polarity) {
            (Stance::Denies, _) => Self::Against,
            (Stance::Disputes | Stance::ReportsNoEvidence, _) => Self::Doubts,
            (Stance::Retracts, _) => Self::Retracts,
            (Stance::Hypothetical | Stance::Asks | Stance::DeclinesComment, _) => Self::Speaks,
            _ if finds_nothing => Self::Doubts,
            (_, Polarity::Negative) => Self::Against,
            _ => Self::For,
        }
    }
}
