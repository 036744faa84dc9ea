//! The attribute ruler: patterns over tags, labels and lower-case forms that set tags, parts of speech, morphology, lemmas.
//!
//! Source: spaCy `attributeruler.py`, `matcher.pyx`. All patterns are matched on the tokens as the nets left them; then
//! the rules write in order, so that a later rule overwrites an earlier one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::text::pattern::{Pattern, PatternError};

/// What the nets decided on a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Decided {
    pub(crate) tag: u16,
    pub(crate) pos: u16,
    pub(crate) dep: u16,
    pub(crate) lower_class: u16,
    pub(crate) is_space: bool,
}

/// What a rule sets; `None` leaves the attribute as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Outcome {
    pub(crate) tag: Option<u16>,
    pub(crate) pos: Option<u16>,
    pub(crate) morph: Option<u16>,
    pub(crate) dep: Option<u16>,
    /// Place in [`Ruler::lemmas`].
    pub(crate) lemma: Option<u16>,
}

/// A condition on a string.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Is(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    Regex(String),
}

/// One token of a pattern; every condition must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenPattern {
    pub(crate) tag: Vec<Test>,
    pub(crate) pos: Vec<Test>,
    pub(crate) dep: Vec<Test>,
    pub(crate) lower: Vec<Test>,
    pub(crate) is_space: Option<bool>,
}

/// A rule: any of its patterns, and what it sets on the token at `index` (from the end if negative).
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) patterns: Vec<Vec<TokenPattern>>,
    pub(crate) outcome: Outcome,
    pub(crate) index: i32,
}

/// Conditions resolved to sets of label numbers and of classes of lower-case forms.
struct Compiled {
    tag: Option<Vec<bool>>,
    pos: Option<Vec<bool>>,
    dep: Option<Vec<bool>>,
    lower: Option<Vec<bool>>,
    is_space: Option<bool>,
}

/// A loaded ruler.
#[derive(Default)]
pub(crate) struct Ruler {
    /// Each pattern: the number of its rule, its tokens, and the place of the token that is set.
    patterns: Vec<(u16, Vec<Compiled>, usize)>,
    outcomes: Vec<Outcome>,
    pub(crate) lemmas: Vec<Box<str>>,
    lower: LowerClasses,
}

/// Lower-case forms that no pattern tells apart are one class; class 0 is every form that no pattern names.
#[derive(Default)]
struct LowerClasses {
    named: HashMap<Box<str>, u16>,
    regexes: Vec<Pattern>,
    /// Class by the set of regexes that match, for forms that no pattern names.
    by_regexes: HashMap<Vec<bool>, u16>,
    n: usize,
}

/// What one thread keeps for a ruler: the single-token patterns that match what was decided.
#[derive(Default)]
pub(crate) struct RulerState {
    matches: HashMap<Decided, u32>,
    sets: Vec<Matches>,
    hits: Vec<(u16, u32)>,
    extra: BTreeMap<u32, Vec<u16>>,
}

struct Matches {
    /// The rules of single-token patterns, in order.
    rules: Vec<u16>,
    /// All of them applied.
    outcome: Outcome,
    /// Longer patterns whose first token this may be.
    longer: Vec<u32>,
}

/// Kinds of decided tokens kept; the labels allow more only in theory.
const MAX_KEPT: usize = 1 << 16;

impl Ruler {
    /// Compiles `rules`, whose conditions are on the strings of `labels`.
    pub(crate) fn new(
        rules: &[Rule],
        labels: &[&str],
        lemmas: Vec<Box<str>>,
    ) -> Result<Self, PatternError> {
        let lower = LowerClasses::new(rules)?;
        let mut patterns = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            for pattern in &rule.patterns {
                let place = if rule.index >= 0 {
                    i64::from(rule.index)
                } else {
                    pattern.len() as i64 + i64::from(rule.index)
                };
                let place = usize::try_from(place).ok().filter(|&p| p < pattern.len());
                let place = place.ok_or_else(|| {
                    PatternError(format!("rule {i}: its index is outside its pattern"))
                })?;
                let compile = |t: &TokenPattern| {
                    let on_labels = |tests: &[Test]| -> Result<Option<Vec<bool>>, PatternError> {
                        if tests.is_empty() {
                            return Ok(None);
                        }
                        let tests = tests
                            .iter()
                            .map(Checker::new)
                            .collect::<Result<Vec<_>, _>>()?;
                        Ok(Some(
                            labels
                                .iter()
                                .map(|l| tests.iter().all(|t| t.holds(l)))
                                .collect(),
                        ))
                    };
                    Ok(Compiled {
                        tag: on_labels(&t.tag)?,
                        pos: on_labels(&t.pos)?,
                        dep: on_labels(&t.dep)?,
                        lower: lower.holds(&t.lower)?,
                        is_space: t.is_space,
                    })
                };
                patterns.push((
                    i as u16,
                    pattern
                        .iter()
                        .map(compile)
                        .collect::<Result<Vec<_>, PatternError>>()?,
                    place,
                ));
            }
        }
        Ok(Self {
            patterns,
            outcomes: rules.iter().map(|r| r.outcome).collect(),
            lemmas,
            lower,
        })
    }

    /// See [`crate::text::lexemes::Lexeme::lower_class`].
    pub(crate) fn lower_class(&self, lower: &str) -> u16 {
        self.lower.of(lower)
    }

    /// Writes what the rules set on each token.
    pub(crate) fn apply(
        &self,
        decided: &[Decided],
        state: &mut RulerState,
        out: &mut Vec<Outcome>,
    ) {
        out.clear();
        if state.sets.len() > MAX_KEPT {
            state.matches.clear();
            state.sets.clear();
        }
        state.hits.clear();
        for (i, token) in decided.iter().enumerate() {
            let set = self.matches(token, state);
            out.push(state.sets[set as usize].outcome);
            for j in 0..state.sets[set as usize].longer.len() {
                let (rule, tokens, place) =
                    &self.patterns[state.sets[set as usize].longer[j] as usize];
                let here = decided.get(i..i + tokens.len());
                if here.is_some_and(|here| here.iter().zip(tokens).all(|(d, t)| t.matches(d))) {
                    state.hits.push((*rule, (i + place) as u32));
                }
            }
        }
        state.extra.clear();
        for &(rule, token) in &state.hits {
            state.extra.entry(token).or_default().push(rule);
        }
        for (&token, extra) in &state.extra {
            let single = &state.sets[state.matches[&decided[token as usize]] as usize].rules;
            let all: BTreeSet<u16> = single.iter().chain(extra).copied().collect();
            out[token as usize] = self.combined(all.into_iter());
        }
    }

    fn matches(&self, token: &Decided, state: &mut RulerState) -> u32 {
        if let Some(&set) = state.matches.get(token) {
            return set;
        }
        let (mut rules, mut longer) = (Vec::new(), Vec::new());
        for (i, (rule, tokens, _)) in self.patterns.iter().enumerate() {
            match tokens.as_slice() {
                [only] if only.matches(token) => rules.push(*rule),
                [first, _, ..] if first.matches(token) => longer.push(i as u32),
                _ => {}
            }
        }
        let outcome = self.combined(rules.iter().copied());
        let set = state.sets.len() as u32;
        state.sets.push(Matches {
            rules,
            outcome,
            longer,
        });
        state.matches.insert(*token, set);
        set
    }

    fn combined(&self, rules: impl Iterator<Item = u16>) -> Outcome {
        rules
            .map(|r| self.outcomes[usize::from(r)])
            .fold(Outcome::default(), |all, next| Outcome {
                tag: next.tag.or(all.tag),
                pos: next.pos.or(all.pos),
                morph: next.morph.or(all.morph),
                dep: next.dep.or(all.dep),
                lemma: next.lemma.or(all.lemma),
            })
    }
}

impl Compiled {
    fn matches(&self, token: &Decided) -> bool {
        let on = |set: &Option<Vec<bool>>, n: u16| set.as_ref().is_none_or(|s| s[usize::from(n)]);
        on(&self.tag, token.tag)
            && on(&self.pos, token.pos)
            && on(&self.dep, token.dep)
            && on(&self.lower, token.lower_class)
            && self.is_space.is_none_or(|s| s == token.is_space)
    }
}

/// A condition with its regular expression compiled.
enum Checker<'a> {
    Is(&'a str),
    In(&'a [String]),
    NotIn(&'a [String]),
    Regex(Pattern),
}

impl<'a> Checker<'a> {
    fn new(test: &'a Test) -> Result<Self, PatternError> {
        Ok(match test {
            Test::Is(s) => Self::Is(s),
            Test::In(list) => Self::In(list),
            Test::NotIn(list) => Self::NotIn(list),
            Test::Regex(source) => Self::Regex(Pattern::new(source)?),
        })
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Is(s) => *s == text,
            Self::In(list) => list.iter().any(|s| s == text),
            Self::NotIn(list) => !list.iter().any(|s| s == text),
            Self::Regex(pattern) => pattern.is_found(&text.chars().collect::<Vec<_>>()),
        }
    }
}

impl LowerClasses {
    fn new(rules: &[Rule]) -> Result<Self, PatternError> {
        let mut classes = Self::default();
        let tokens = rules.iter().flat_map(|r| &r.patterns).flatten();
        for test in tokens.flat_map(|t| &t.lower) {
            let strings = match test {
                Test::Is(s) => std::slice::from_ref(s),
                Test::In(list) | Test::NotIn(list) => list.as_slice(),
                Test::Regex(source) => {
                    classes.regexes.push(Pattern::new(source)?);
                    &[]
                }
            };
            for s in strings {
                let next = classes.named.len() as u16;
                classes.named.entry(s.as_str().into()).or_insert(next);
            }
        }
        // Every set of regexes that may match has its class, after those of the strings.
        let n = classes.regexes.len();
        if n > 8 || classes.named.len() > 60_000 {
            return Err(PatternError(
                "too many conditions on lower-case forms".to_owned(),
            ));
        }
        for set in 0..1usize << n {
            let set = (0..n).map(|i| set >> i & 1 == 1).collect();
            let next = (classes.named.len() + classes.by_regexes.len()) as u16;
            classes.by_regexes.insert(set, next);
        }
        classes.n = classes.named.len() + classes.by_regexes.len();
        Ok(classes)
    }

    fn of(&self, lower: &str) -> u16 {
        if let Some(&class) = self.named.get(lower) {
            return class;
        }
        let chars: Vec<char> = lower.chars().collect();
        let set: Vec<bool> = self.regexes.iter().map(|r| r.is_found(&chars)).collect();
        self.by_regexes.get(&set).copied().unwrap_or(0)
    }

    /// For each class, whether all of `tests` hold; `None` if there are none.
    fn holds(&self, tests: &[Test]) -> Result<Option<Vec<bool>>, PatternError> {
        if tests.is_empty() {
            return Ok(None);
        }
        let mut all = vec![true; self.n];
        // The place of a regular expression is its place among those of all rules: the sources are compared by result.
        for test in tests {
            let checker = Checker::new(test)?;
            for (name, &class) in &self.named {
                all[usize::from(class)] &= checker.holds(name);
            }
            for (set, &class) in &self.by_regexes {
                all[usize::from(class)] &= match test {
                    Test::Is(_) | Test::In(_) => false,
                    Test::NotIn(_) => true,
                    Test::Regex(source) => self
                        .regexes
                        .iter()
                        .zip(set)
                        .any(|(pattern, &holds)| holds && pattern.source() == source),
                };
            }
        }
        Ok(Some(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(s: &str) -> Vec<Test> {
        vec![Test::Is(s.to_owned())]
    }

    fn setting(pos: u16) -> Outcome {
        Outcome {
            pos: Some(pos),
            ..Outcome::default()
        }
    }

    #[test]
    fn later_rules_overwrite_and_longer_patterns_take_their_turn() {
        let labels = ["", "NN", "VB"];
        let token = |tag: &str, lower: Vec<Test>| TokenPattern {
            tag: is(tag),
            lower,
            ..TokenPattern::default()
        };
        let rules = [
            Rule {
                patterns: vec![vec![token("NN", vec![])]],
                outcome: setting(10),
                index: 0,
            },
            Rule {
                patterns: vec![vec![
                    token("VB", is("ai")),
                    TokenPattern {
                        lower: vec![Test::Regex("^n'?t$".into())],
                        ..TokenPattern::default()
                    },
                ]],
                outcome: setting(20),
                index: -2,
            },
            Rule {
                patterns: vec![vec![token("VB", vec![Test::NotIn(vec!["be".into()])])]],
                outcome: setting(30),
                index: 0,
            },
            Rule {
                patterns: vec![vec![TokenPattern {
                    lower: vec![Test::Regex("^n'?t$".into())],
                    ..TokenPattern::default()
                }]],
                outcome: Outcome {
                    morph: Some(9),
                    ..Outcome::default()
                },
                index: 0,
            },
        ];
        let ruler = Ruler::new(&rules, &labels, Vec::new()).unwrap();
        let decided = |tag: u16, word: &str| Decided {
            tag,
            pos: 0,
            dep: 0,
            lower_class: ruler.lower_class(word),
            is_space: false,
        };
        let (mut state, mut out) = (RulerState::default(), Vec::new());
        let tokens = [
            decided(1, "dog"),
            decided(2, "ai"),
            decided(1, "n't"),
            decided(2, "be"),
            decided(2, "ai"),
        ];
        ruler.apply(&tokens, &mut state, &mut out);
        let pos: Vec<_> = out.iter().map(|o| o.pos).collect();
        assert_eq!(pos, [Some(10), Some(30), Some(10), None, Some(30)]);
        assert_eq!(out[2].morph, Some(9));
        assert_eq!(out[0].morph, None);
    }
}
