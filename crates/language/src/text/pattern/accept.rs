//! Patterns of which only the answer counts: does the whole string look like a URL?

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};

use super::Text;
use super::charset::{KindSet, Partition};
use super::op::Op;
use super::parse::{self, PatternError};

/// A pattern that is asked only whether it matches at the start of a string.
///
/// Automata know no look-around. So two are built: one where every look-around succeeds, one where it fails. A string that
/// the first refuses does not match, one that the second accepts does; only between them the backtracking matcher decides
/// (for URLs: a host that is a number, and so may be a private address).
pub(crate) struct Acceptor {
    partition: Partition,
    op: Op,
    at_most: DFA,
    at_least: Option<DFA>,
}

/// The automata's states so far, and the string as kinds; one for each thread.
pub(crate) struct AcceptCache {
    at_most: Cache,
    at_least: Option<Cache>,
    kinds: Vec<u8>,
}

/// States are forgotten and built anew beyond this size, in bytes, for each automaton.
const CACHE_BYTES: usize = 4 << 20;

impl Acceptor {
    /// Compiles a pattern written for Python's `re`.
    pub(crate) fn new(source: &str) -> Result<Self, PatternError> {
        let tree = parse::parse(source)?;
        let partition = Partition::of(&tree.sets).ok_or_else(|| {
            PatternError("a pattern that tells more than 255 kinds of characters apart".to_owned())
        })?;
        let op = Op::compile(&tree.root, &partition.members);
        let at_most = automaton(&op, true)?;
        let at_least = if op.has_look_around() {
            Some(automaton(&op, false)?)
        } else {
            None
        };
        Ok(Self {
            partition,
            op,
            at_most,
            at_least,
        })
    }

    pub(crate) fn cache(&self) -> AcceptCache {
        AcceptCache {
            at_most: self.at_most.create_cache(),
            at_least: self.at_least.as_ref().map(DFA::create_cache),
            kinds: Vec::new(),
        }
    }

    /// Whether `re.match` finds anything.
    pub(crate) fn accepts(&self, chars: &[char], cache: &mut AcceptCache) -> bool {
        cache.kinds.clear();
        cache
            .kinds
            .extend(chars.iter().map(|&c| self.partition.kind(c)));
        if !is_match(&self.at_most, &mut cache.at_most, &cache.kinds) {
            return false;
        }
        match (&self.at_least, &mut cache.at_least) {
            (Some(dfa), Some(states)) => {
                is_match(dfa, states, &cache.kinds)
                    || self
                        .op
                        .match_end(
                            Text {
                                chars,
                                partition: &self.partition,
                            },
                            0,
                            false,
                        )
                        .is_some()
            }
            _ => true,
        }
    }
}

fn is_match(dfa: &DFA, cache: &mut Cache, kinds: &[u8]) -> bool {
    let input = Input::new(kinds).anchored(Anchored::Yes).earliest(true);
    // The only failures are quitting bytes and giving up on a small cache, and neither is configured.
    matches!(dfa.try_search_fwd(cache, &input), Ok(Some(_)))
}

fn automaton(op: &Op, look_around_holds: bool) -> Result<DFA, PatternError> {
    let failed =
        |e: &dyn std::fmt::Display| PatternError(format!("a pattern that is too large ({e})"));
    let config = thompson::Config::new()
        .utf8(false)
        .which_captures(WhichCaptures::None)
        .nfa_size_limit(Some(64 << 20));
    let nfa: NFA = thompson::Compiler::new()
        .configure(config)
        .build_from_hir(&hir(op, look_around_holds))
        .map_err(|e| failed(&e))?;
    let config = DFA::config()
        .cache_capacity(CACHE_BYTES)
        .skip_cache_capacity_check(true);
    DFA::builder()
        .configure(config)
        .build_from_nfa(nfa)
        .map_err(|e| failed(&e))
}

fn hir(op: &Op, holds: bool) -> Hir {
    let each = |all: &[Op]| all.iter().map(|op| hir(op, holds)).collect();
    match op {
        Op::Empty => Hir::empty(),
        Op::Set(set) => Hir::class(Class::Bytes(bytes(*set))),
        Op::Start => Hir::look(Look::Start),
        Op::End => Hir::look(Look::End),
        Op::Cat(all) => Hir::concat(each(all)),
        Op::Alt(all) => Hir::alternation(each(all)),
        Op::Repeat {
            op,
            min,
            max,
            greedy,
        } => Hir::repetition(Repetition {
            min: *min,
            max: *max,
            greedy: *greedy,
            sub: Box::new(hir(op, holds)),
        }),
        Op::Ahead { .. } | Op::Behind { .. } | Op::BehindRun { .. } if holds => Hir::empty(),
        Op::Ahead { .. } | Op::Behind { .. } | Op::BehindRun { .. } => Hir::fail(),
    }
}

fn bytes(set: KindSet) -> ClassBytes {
    ClassBytes::new(
        (0..=u8::MAX)
            .filter(|&k| set.contains(k))
            .map(|k| ClassBytesRange::new(k, k)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const URLISH: &str = r"(?u)^(?:[\w+]{2,}://)?(?:\S+(?::\S*)?@)?(?:(?!10(?:\.\d{1,3}){3})(?:[1-9]\d?)(?:\.\d{1,3}){3}|(?:[a-z0-9]+\.)+[a-z]{2,63})(?:/\S*)?$";

    fn accepts(pattern: &str, text: &str) -> bool {
        let a = Acceptor::new(pattern).unwrap();
        a.accepts(&text.chars().collect::<Vec<_>>(), &mut a.cache())
    }

    #[test]
    fn look_around_is_decided_exactly() {
        for (text, expected) in [
            ("a.bc", true),
            ("http://x.org/y?z", true),
            ("10.1.1.1", false),
            ("11.1.1.1", true),
            ("u:p@11.1.1.1", true),
            ("u@10.0.0.1", false),
            ("word", false),
            ("", false),
            ("a.b", false),
        ] {
            assert_eq!(accepts(URLISH, text), expected, "{text}");
        }
    }

    #[test]
    fn explosive_input_is_answered() {
        assert!(!accepts(URLISH, &"a:@".repeat(100_000)));
        assert!(!accepts(URLISH, &"1.".repeat(100_000)));
        assert!(accepts(URLISH, &("a.".repeat(100_000) + "com")));
    }

    #[test]
    fn case_is_ignored_where_asked() {
        assert!(accepts(
            "(?iu)(?:^états-uni[a-z]*$)|(?:^yo-yo$)",
            "ÉTATS-UNIS"
        ));
        assert!(!accepts("(?iu)(?:^états-uni[a-z]*$)|(?:^yo-yo$)", "yo-yos"));
    }
}
