//! Quotation marks, their pairs, and what they leave open.

use super::tree::{Tree, Words};

/// Words between quotation marks, marks included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// From the opening mark to the closing one, or to the end of the paragraph.
    pub(crate) words: Words,
    /// Whether it never closes, as when it goes on in the next paragraph.
    pub(crate) is_open: bool,
    /// Whether it goes on from the paragraph before, where it was left open.
    pub(crate) goes_on: bool,
}

/// The outermost quotations of a segment, and for each word the one that holds it.
pub(crate) struct Quotations {
    pub(crate) all: Vec<Quotation>,
    of_word: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Quotations {
    pub(crate) fn of(tree: &Tree<'_>) -> Self {
        let mut all: Vec<Quotation> = Vec::new();
        for paragraph in &tree.paragraphs {
            in_paragraph(tree, paragraph.clone(), &mut all);
        }
        let mut of_word = vec![NONE; tree.words.len()];
        for (quotation, number) in all.iter().zip(0..) {
            of_word[quotation.words.start as usize..quotation.words.end as usize].fill(number);
        }
        Self { all, of_word }
    }

    /// Number of the quotation that holds a word.
    pub(crate) fn at(&self, word: u32) -> Option<u32> {
        let found = self.of_word.get(word as usize).copied();
        found.filter(|&number| number != NONE)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Quotation> {
        self.all.get(number as usize)
    }

    /// Numbers of the quotations that begin in a range of words.
    pub(crate) fn within(&self, words: &Words) -> std::ops::Range<u32> {
        let first = self.all.partition_point(|q| q.words.start < words.start);
        let last = self.all.partition_point(|q| q.words.start < words.end);
        first as u32..last.max(first) as u32
    }
}

/// Which side of a quotation a mark may stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Opens,
    Closes,
    Either,
}

/// Marks come in families; one family's mark never closes another's quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Double,
    Single,
    Angle,
}

fn mark(tree: &Tree<'_>, at: u32) -> Option<(Family, Side)> {
    let word = tree.word(at);
    let before = tree.text.get(..word.start as usize)?.chars().next_back();
    let after = tree.text.get(word.end as usize..)?.chars().next();
    let is_free = |c: Option<char>| c.is_none_or(char::is_whitespace);
    Some(match word.text {
        "“" | "„" | "``" => (Family::Double, Side::Opens),
        "”" if is_free(before) && !is_free(after) => (Family::Double, Side::Opens),
        "”" => (Family::Double, Side::Closes),
        "\"" | "''" => {
            let free = (
                is_free(before) || matches!(before, Some('(' | '[' | '—' | '-' | '\'')),
                is_free(after) || after.is_some_and(|c| ",.;:!?)]".contains(c)),
            );
            let side = match free {
                (true, false) => Side::Opens,
                (false, true) => Side::Closes,
                _ => Side::Either,
            };
            (Family::Double, side)
        }
        "«" => (Family::Angle, Side::Opens),
        "»" => (Family::Angle, Side::Closes),
        "‘" => (Family::Single, Side::Opens),
        "’" | "'" if is_free(before) && after.is_some_and(char::is_alphanumeric) => {
            (Family::Single, Side::Opens)
        }
        "’" | "'" => (Family::Single, Side::Closes),
        _ => return None,
    })
}

fn in_paragraph(tree: &Tree<'_>, paragraph: Words, all: &mut Vec<Quotation>) {
    let goes_on = |all: &[Quotation], at: u32| {
        let opens_it = (paragraph.start..at).all(|before| tree.word(before).is_space());
        opens_it
            && all.last().is_some_and(|last| {
                last.is_open && tree.without_space(last.words.end..at).is_empty()
            })
    };
    let mut open: Option<(u32, Family)> = None;
    for at in paragraph.clone() {
        let Some((family, side)) = mark(tree, at) else {
            continue;
        };
        match (open, side) {
            (None, Side::Opens | Side::Either)
                if family != Family::Single || closes_soon(tree, at, paragraph.end) =>
            {
                open = Some((at, family));
            }
            (Some((from, opened)), Side::Closes | Side::Either) if opened == family => {
                all.push(Quotation {
                    words: from..at + 1,
                    is_open: false,
                    goes_on: goes_on(all, from),
                });
                open = None;
            }
            // A second opening mark of the same family: the first was never closed.
            (Some((from, opened)), Side::Opens) if opened == family && family == Family::Double => {
                open = Some((from, opened));
            }
            _ => {}
        }
    }
    if let Some((from, _)) = open {
        all.push(Quotation {
            words: from..tree.without_space(from..paragraph.end).end.max(from + 1),
            is_open: true,
            goes_on: goes_on(all, from),
        });
    }
}

/// How far a single mark may stand from its partner: without one it is an apostrophe.
const SINGLE_REACH: u32 = 60;

fn closes_soon(tree: &Tree<'_>, opens: u32, end: u32) -> bool {
    (opens + 1..end.min(opens + SINGLE_REACH))
        .any(|at| matches!(mark(tree, at), Some((Family::Single, Side::Closes))))
}
