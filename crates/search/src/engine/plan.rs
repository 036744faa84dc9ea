//! A query made ready to run: its words numbered, their stems and automata made once.

use onrecord_record::DocumentId;

use crate::levenshtein::Fuzzy;
use crate::query::{Condition, Match, Pattern, Query, Scope, Word};
use crate::schema::key_of;
use crate::stem::SameStem;
use crate::tokenize::{KEPT_OF_OPAQUE, OPAQUE_MARK, cut_opaque};

/// A condition over numbered leaves.
pub(super) enum Plan<'q> {
    Everything,
    Leaf(usize),
    Present(String),
    Date(i64, i64),
    /// One of these, sorted.
    Documents(&'q [DocumentId]),
    All(Vec<Plan<'q>>),
    Any(Vec<Plan<'q>>),
    Not(Box<Plan<'q>>),
}

/// A pattern in a scope.
pub(super) struct Leaf<'q> {
    pub(super) pattern: &'q Pattern,
    pub(super) scope: &'q Scope,
    /// Its words in [`Prepared::words`].
    pub(super) words: std::ops::Range<usize>,
    /// Whether it counts for the rank: it stands under an even number of `NOT`s.
    pub(super) positive: bool,
}

/// A word with what finds it in a dictionary.
pub(super) struct SoughtWord {
    /// The token, or the beginning of one, as the dictionary holds it.
    pub(super) token: String,
    /// What else the tokens may begin with: ids in headers, of which only the beginning is kept.
    pub(super) opaque: Option<String>,
    /// Key of the field it is sought in; `None` for `text`.
    pub(super) key: Option<String>,
    pub(super) finder: Finder,
}

pub(super) enum Finder {
    Exact,
    Stem(SameStem),
    Prefix,
    Fuzzy(u8),
}

pub(super) struct Prepared<'q> {
    pub(super) plan: Plan<'q>,
    pub(super) leaves: Vec<Leaf<'q>>,
    pub(super) words: Vec<SoughtWord>,
}

impl<'q> Prepared<'q> {
    pub(super) fn new(query: &'q Query) -> Self {
        let mut prepared = Self {
            plan: Plan::Everything,
            leaves: Vec::new(),
            words: Vec::new(),
        };
        prepared.plan = prepared.add(query.root(), true);
        prepared
    }

    fn add(&mut self, condition: &'q Condition, positive: bool) -> Plan<'q> {
        let mut parts = |parts: &'q [Condition]| {
            let parts = parts.iter();
            parts.map(|part| self.add(part, positive)).collect()
        };
        match condition {
            Condition::Everything => Plan::Everything,
            Condition::Present(scope) => key_of(scope).map_or(Plan::Everything, Plan::Present),
            Condition::Date(range) => {
                let (first, last) = range.seconds();
                Plan::Date(first, last)
            }
            Condition::Entity { documents, .. } => Plan::Documents(documents),
            Condition::All(inner) => Plan::All(parts(inner)),
            Condition::Any(inner) => Plan::Any(parts(inner)),
            Condition::Not(inner) => Plan::Not(Box::new(self.add(inner, !positive))),
            Condition::Text(scope, pattern) => self.add_leaf(scope, pattern, positive),
        }
    }

    fn add_leaf(&mut self, scope: &'q Scope, pattern: &'q Pattern, positive: bool) -> Plan<'q> {
        let mut words = Vec::new();
        pattern.words(&mut words);
        let first = self.words.len();
        self.words
            .extend(words.into_iter().map(|word| sought(scope, word)));
        self.leaves.push(Leaf {
            pattern,
            scope,
            words: first..self.words.len(),
            positive,
        });
        Plan::Leaf(self.leaves.len() - 1)
    }

    /// Whether running this part reads positions, so that it should run after the others.
    pub(super) fn is_costly(&self, plan: &Plan<'_>) -> bool {
        match plan {
            Plan::Everything | Plan::Present(_) | Plan::Date(..) | Plan::Documents(_) => false,
            Plan::Leaf(leaf) => !matches!(self.leaves[*leaf].pattern, Pattern::Word(_)),
            Plan::All(parts) | Plan::Any(parts) => parts.iter().any(|part| self.is_costly(part)),
            Plan::Not(inner) => self.is_costly(inner),
        }
    }
}

fn sought(scope: &Scope, word: &Word) -> SoughtWord {
    let mut token = word.token.clone();
    let mut opaque = None;
    if matches!(scope, Scope::Header(_)) {
        match word.how {
            Match::Exact => cut_opaque(0, &mut token),
            Match::Prefix if token.len() > KEPT_OF_OPAQUE => {
                let mut keep = KEPT_OF_OPAQUE;
                while !token.is_char_boundary(keep) {
                    keep -= 1;
                }
                opaque = Some(format!("{}{OPAQUE_MARK}", &token[..keep]));
            }
            Match::Prefix | Match::Stem | Match::Fuzzy(_) => {}
        }
    }
    SoughtWord {
        token,
        opaque,
        key: key_of(scope),
        finder: match word.how {
            Match::Exact => Finder::Exact,
            Match::Stem => Finder::Stem(SameStem::of(&word.token)),
            Match::Prefix => Finder::Prefix,
            Match::Fuzzy(edits) => Finder::Fuzzy(edits),
        },
    }
}

impl SoughtWord {
    /// The automaton of a fuzzy word.
    pub(super) fn fuzzy(&self, edits: u8) -> Fuzzy {
        Fuzzy::new(&self.token, edits)
    }
}
