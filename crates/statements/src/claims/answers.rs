//! "That is untrue": a statement that points at another one of the same document.

use super::features::Features;
use super::row::StatementRow;
use super::side::Side;

/// Statements before it to which a statement can answer.
const REACH: usize = 12;

/// The statement to which that at `at` answers; `rows` are those of one document, in the order of the text.
///
/// It must share a word with it ("no such payment" and "paid"). One that judges ("untrue") answers
/// the statement right before it, by somebody else.
pub(crate) fn antecedent(rows: &[(&StatementRow, &Features)], at: usize) -> Option<usize> {
    let (row, answer) = rows[at];
    let side = answer.side(row);
    let earlier = (at.saturating_sub(REACH)..at).rev();
    let candidates = earlier.filter(|&before| {
        let (other, content) = rows[before];
        content.side(other) != Side::Speaks
            && (other.speaker() != row.speaker() || side == Side::For)
            && names_nobody_new(row, answer, other, content)
    });
    let shares = |before: &usize| {
        answer
            .terms
            .iter()
            .any(|term| rows[*before].1.terms.contains(term))
    };
    if let Some(found) = candidates.clone().find(shares) {
        return Some(found);
    }
    let judges = matches!(side, Side::Against | Side::Doubts) && answer.judges;
    candidates
        .take(1)
        .find(|&before| judges && before + 1 == at)
}

/// Whoever the answer names is whom it answers, or of whom that one speaks.
fn names_nobody_new(
    row: &StatementRow,
    answer: &Features,
    other: &StatementRow,
    content: &Features,
) -> bool {
    let speakers: Vec<u64> = [row.speaker(), other.speaker()]
        .into_iter()
        .flatten()
        .map(|speaker| super::features::entity_key(speaker.0))
        .collect();
    answer
        .entities
        .iter()
        .all(|entity| speakers.contains(entity) || content.entities.contains(entity))
}
