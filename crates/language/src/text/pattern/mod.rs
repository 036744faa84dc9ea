//! Python's regular expressions, as spaCy's tokenizers use them.
//!
//! The affix patterns need look-around and Perl's order of preference, and are short: a backtracking matcher runs them,
//! entered only where the first character allows a match. Suffixes are sought from the end, so that a long run without
//! spaces costs linear time. The patterns that only accept or refuse a whole string ([`Acceptor`]) may be huge or
//! explosive: they run as lazily built automata.
//!
//! All matching is on *kinds* of characters: those that no set of the pattern tells apart are one kind.

mod accept;
mod backtrack;
mod charset;
mod op;
mod parse;

pub(crate) use accept::{AcceptCache, Acceptor};
use charset::Partition;
use op::Op;
pub(crate) use parse::PatternError;

/// A compiled affix pattern.
pub(crate) struct Pattern {
    partition: Partition,
    alternatives: Vec<Op>,
    /// For each kind of character, the alternatives that may begin with it.
    by_first: Vec<Vec<u16>>,
    /// The alternatives that may match nothing at the end of the text.
    at_end: Vec<u16>,
    /// For each kind of character, the alternatives that may end with it; only where all are tied to the end.
    by_last: Option<Vec<Vec<u16>>>,
    only_at_start: bool,
    source: Box<str>,
}

/// A string as a pattern sees it.
#[derive(Clone, Copy)]
struct Text<'a> {
    chars: &'a [char],
    partition: &'a Partition,
}

impl Text<'_> {
    #[inline]
    fn kind(&self, at: usize) -> u8 {
        self.partition.kind(self.chars[at])
    }

    fn len(&self) -> usize {
        self.chars.len()
    }
}

impl Pattern {
    /// Compiles a pattern written for Python's `re`.
    pub(crate) fn new(source: &str) -> Result<Self, PatternError> {
        let tree = parse::parse(source)?;
        let partition = Partition::of(&tree.sets).ok_or_else(|| {
            PatternError("a pattern that tells more than 255 kinds of characters apart".to_owned())
        })?;
        let alternatives = match Op::compile(&tree.root, &partition.members) {
            Op::Alt(all) => all,
            other => vec![other],
        };
        let firsts: Vec<_> = alternatives.iter().map(Op::first).collect();
        let by_first = dispatch(&firsts);
        let at_end = (0..firsts.len())
            .filter(|&i| firsts[i].1)
            .map(|i| i as u16)
            .collect();
        let tied_to_end = alternatives.iter().all(Op::is_tied_to_end);
        let by_last =
            tied_to_end.then(|| dispatch(&alternatives.iter().map(Op::last).collect::<Vec<_>>()));
        let only_at_start = alternatives.iter().all(Op::is_tied_to_start);
        Ok(Self {
            partition,
            alternatives,
            by_first,
            at_end,
            by_last,
            only_at_start,
            source: source.into(),
        })
    }

    /// The pattern as it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether `search` finds anything.
    pub(crate) fn is_found(&self, chars: &[char]) -> bool {
        self.search(chars).is_some()
    }

    /// The length in characters of what `search` finds, 0 when it finds nothing.
    pub(crate) fn search_len(&self, chars: &[char]) -> usize {
        self.search(chars).unwrap_or(0)
    }

    fn search(&self, chars: &[char]) -> Option<usize> {
        let text = Text {
            chars,
            partition: &self.partition,
        };
        let last_start = if self.only_at_start { 0 } else { chars.len() };
        (0..=last_start).find_map(|at| Some(self.match_at(text, at, false)? - at))
    }

    /// As [`Self::search_len`], for a pattern of suffixes: looks at the end of the text alone where the pattern allows.
    pub(crate) fn suffix_len(&self, chars: &[char]) -> usize {
        let (Some(by_last), Some(&last)) = (&self.by_last, chars.last()) else {
            return self.search_len(chars);
        };
        if last == '\n' {
            // Here `$` has two meanings; such a text is a run of spaces.
            return self.search_len(chars);
        }
        let text = Text {
            chars,
            partition: &self.partition,
        };
        let end = chars.len();
        let candidates = &by_last[usize::from(text.kind(end - 1))];
        let start = candidates
            .iter()
            .filter_map(|&i| self.alternatives[usize::from(i)].earliest_start(text, end))
            .min();
        end - start.unwrap_or(end)
    }

    /// All matches that do not overlap, as `finditer` yields them: pairs of character positions.
    pub(crate) fn find_all(&self, chars: &[char], out: &mut Vec<(usize, usize)>) {
        out.clear();
        let text = Text {
            chars,
            partition: &self.partition,
        };
        let (mut at, mut must_advance) = (0, false);
        while at <= chars.len() {
            match self.match_at(text, at, must_advance) {
                Some(end) => {
                    out.push((at, end));
                    must_advance = end == at;
                    at = end;
                }
                None => {
                    must_advance = false;
                    at += 1;
                }
            }
        }
    }

    fn match_at(&self, text: Text<'_>, at: usize, must_advance: bool) -> Option<usize> {
        let candidates = if at < text.len() {
            &self.by_first[usize::from(text.kind(at))]
        } else {
            &self.at_end
        };
        candidates
            .iter()
            .find_map(|&i| self.alternatives[usize::from(i)].match_end(text, at, must_advance))
    }
}

fn dispatch(sets: &[(charset::KindSet, bool)]) -> Vec<Vec<u16>> {
    let starts_with = |kind| {
        (0..sets.len())
            .filter(|&i| sets[i].1 || sets[i].0.contains(kind))
            .map(|i| i as u16)
            .collect()
    };
    (0..=u8::MAX).map(starts_with).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    fn all(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        Pattern::new(pattern)
            .unwrap()
            .find_all(&chars(text), &mut out);
        out
    }

    #[test]
    fn preference_is_leftmost_first() {
        let p = Pattern::new(r"^…|^……|^\.\.+|^\+(?![0-9])|^US\$").unwrap();
        let len = |s: &str| p.search_len(&chars(s));
        assert_eq!(
            (
                len("……"),
                len("....x"),
                len("."),
                len("+1"),
                len("+x"),
                len("+"),
                len("US$5"),
                len("")
            ),
            (1, 4, 0, 0, 1, 1, 3, 0)
        );
    }

    #[test]
    fn suffixes_are_the_longest() {
        let p =
            Pattern::new(r"…$|……$|\.\.+$|(?<=[0-9])(?:m|km|m²)$|(?<=[A-Z][A-Z])\.$|'s$").unwrap();
        let len = |s: &str| p.suffix_len(&chars(s));
        assert_eq!(
            (
                len("a……"),
                len("a...."),
                len("5km"),
                len("5m"),
                len("km"),
                len("AB."),
                len("aB."),
                len("s's"),
                len("")
            ),
            (2, 4, 2, 1, 0, 1, 0, 2, 0)
        );
        for text in ["a……", "5km", "AB.", "x....", "no", "5m²"] {
            assert_eq!(len(text), p.search_len(&chars(text)), "{text}");
        }
    }

    #[test]
    fn infixes_may_be_empty() {
        assert_eq!(
            all(r"(?<=[a-z]')(?=[a-z])|\.\.+|-", "l'a..b--c"),
            [(2, 2), (3, 5), (6, 7), (7, 8)]
        );
        assert_eq!(all("x*", "axb"), [(0, 0), (1, 2), (2, 2), (3, 3)]);
        assert_eq!(
            all("(?<=[a-z])(?:-|--|~)(?=[a-z])", "a--b-c~-d"),
            [(1, 3), (4, 5)]
        );
    }

    #[test]
    fn a_long_run_costs_linear_time() {
        let p = Pattern::new(r"\.\.+$|\)$|(?<=[0-9])km$").unwrap();
        let text = chars(&"..)".repeat(200_000));
        let mut end = text.len();
        let mut steps = 0;
        while end > 0 {
            let n = p.suffix_len(&text[..end]);
            assert!(n > 0);
            end -= n;
            steps += 1;
        }
        assert_eq!(steps, 400_000);
    }
}
