//! Grades of the Admiralty code, suggested with reasons. A person decides.

use crate::independence::Independence;

/// A suggested credibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credibility {
    /// 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged.
    pub grade: u8,
    /// Why.
    pub reason: &'static str,
}

/// Suggests how credible a claim is, from how many independent sources say so and how many say otherwise.
///
/// Never 1, which needs a person. No suggestion rests on unnamed or interested sources alone.
#[must_use]
pub fn credibility(
    support: &Independence,
    opposition: &Independence,
    all_taken_back: bool,
) -> Credibility {
    let (grade, reason) = match (support.disinterested, opposition.disinterested) {
        _ if all_taken_back => (5, "whoever said so has taken it back"),
        (0, 2..) => (
            5,
            "only unnamed or interested sources say so, and two independent ones contradict them",
        ),
        (0, _) => (6, "only unnamed or interested sources say so"),
        (1, 0) if opposition.range[1] > 0 => (4, "one source says so, and it is contradicted"),
        (1, 0) => (3, "one source says so, and nobody contradicts it"),
        (1, 1) => (4, "one source says so, and another contradicts it"),
        (1, _) => (
            5,
            "one source says so, and two independent ones contradict it",
        ),
        (_, 0) if opposition.range[1] == 0 => (
            2,
            "two or more independent sources say so, and nobody contradicts them",
        ),
        (yes, no) if yes > no => (
            3,
            "two or more independent sources say so, and fewer contradict them",
        ),
        _ => (4, "as many independent sources contradict it as say so"),
    };
    Credibility { grade, reason }
}

/// What the case says of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Whether the source has a name.
    pub is_named: bool,
    /// Claims of it that another independent source without a stake bears out.
    pub borne_out: u32,
    /// Claims of it that two independent sources without a stake contradict.
    pub contradicted: u32,
    /// Statements that it took back.
    pub taken_back: u32,
    /// Named sources without a stake that call it unreliable.
    pub called_unreliable: u32,
}

/// Suggests how reliable a source is, `A` to `F`, with the reason.
///
/// `F` (cannot be judged) for unnamed sources and where there is too little to go by. `A` takes ten claims
/// that were borne out and none that was contradicted.
///
/// ```
/// use onrecord_statements::grades::{Record, reliability};
/// let unnamed = Record { borne_out: 12, ..Record::default() };
/// assert_eq!(reliability(&unnamed).0, 'F');
/// assert_eq!(reliability(&Record { is_named: true, ..unnamed }).0, 'A');
/// ```
#[must_use]
pub fn reliability(record: &Record) -> (char, String) {
    let Record {
        is_named,
        borne_out,
        contradicted,
        taken_back,
        called_unreliable,
    } = *record;
    if !is_named {
        return ('F', "unnamed sources are not graded".to_owned());
    }
    let bad = contradicted + taken_back + called_unreliable;
    let grade = match (borne_out, bad) {
        (10.., 0) => 'A',
        (3.., 0) => 'B',
        (good, bad) if bad > 0 && good > 2 * bad => 'C',
        (0, 3..) => 'E',
        (good, 2..) if good <= 2 * bad => 'D',
        _ => 'F',
    };
    let reason = format!(
        "borne out {borne_out}, contradicted by two independent sources {contradicted}, taken back {taken_back}, called \
         unreliable by {called_unreliable}"
    );
    let reason = if grade == 'F' {
        format!("too little to go by: {reason}")
    } else {
        reason
    };
    (grade, reason)
}
