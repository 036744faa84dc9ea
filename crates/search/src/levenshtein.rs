//! Automata for words that differ by a few letters.

use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy_fst::Automaton;

/// Accepts tokens at most so many edits from a word; swapping neighbors is one edit.
pub(crate) struct Fuzzy {
    dfa: DFA,
}

impl Fuzzy {
    /// `edits` above 2 count as 2.
    pub(crate) fn new(word: &str, edits: u8) -> Self {
        static BUILDERS: [OnceLock<LevenshteinAutomatonBuilder>; 3] =
            [const { OnceLock::new() }; 3];
        let edits = edits.min(2);
        let builder = BUILDERS[usize::from(edits)]
            .get_or_init(|| LevenshteinAutomatonBuilder::new(edits, true));
        let dfa = builder.build_dfa(word);
        Self { dfa }
    }

    pub(crate) fn matches(&self, token: &str) -> bool {
        matches!(self.dfa.eval(token), Distance::Exact(_))
    }
}

/// [`Fuzzy`] for dictionary entries that begin with a key.
pub(crate) struct KeyedFuzzy<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) fuzzy: Fuzzy,
}

/// How far an entry is read.
#[derive(Clone, Copy)]
pub(crate) enum State {
    /// So many bytes of the key.
    Key(usize),
    /// The whole key, and a state of the word's automaton.
    Word(u32),
    /// It cannot match.
    Dead,
}

impl KeyedFuzzy<'_> {
    fn after_key(&self, read: usize) -> State {
        if read == self.key.len() {
            State::Word(self.fuzzy.dfa.initial_state())
        } else {
            State::Key(read)
        }
    }
}

impl Automaton for KeyedFuzzy<'_> {
    type State = State;

    fn start(&self) -> State {
        self.after_key(0)
    }

    fn is_match(&self, state: &State) -> bool {
        match state {
            State::Word(state) => matches!(self.fuzzy.dfa.distance(*state), Distance::Exact(_)),
            State::Key(_) | State::Dead => false,
        }
    }

    fn can_match(&self, state: &State) -> bool {
        !matches!(state, State::Dead)
    }

    fn accept(&self, state: &State, byte: u8) -> State {
        match *state {
            State::Key(read) if self.key[read] == byte => self.after_key(read + 1),
            State::Word(state) => match self.fuzzy.dfa.transition(state, byte) {
                SINK_STATE => State::Dead,
                next => State::Word(next),
            },
            State::Key(_) | State::Dead => State::Dead,
        }
    }
}
