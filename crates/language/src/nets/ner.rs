//! The entity recognizer: one of begin, in, last, unit, out for each token.
//!
//! Source: spaCy `ner.pyx`, `_state.pxd`.

use super::exact::Exact;
use super::transition::{Encoding, Shares, TransitionNet};

/// What an action does, in the order of the codes in a model's `moves` (code 0 has no actions).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Begin,
    In,
    Last,
    Unit,
    Out,
}

impl Move {
    /// The move of code 1 and so on.
    pub(crate) const BY_CODE: [Self; 5] =
        [Self::Begin, Self::In, Self::Last, Self::Unit, Self::Out];
}

/// Where a token stands in an entity, with spaCy's numbers.
pub(crate) const INSIDE: u8 = 1;
pub(crate) const OUTSIDE: u8 = 2;
pub(crate) const BEGINS: u8 = 3;

/// A loaded recognizer.
pub(crate) struct Recognizer {
    pub(crate) net: TransitionNet,
    actions: Vec<(Move, u16)>,
    /// For each state without an open entity (see [`Self::mask`]) a row, then two rows for each open label.
    masks: Vec<f32>,
    /// The place of each label among the labels of entities.
    place: Vec<usize>,
}

impl Recognizer {
    /// `unnamed` is the id of the empty label, which no entity may have.
    pub(crate) fn new(net: TransitionNet, actions: Vec<(Move, u16)>, unnamed: u16) -> Self {
        let classes = net.upper.bias.len();
        let mut named: Vec<u16> = actions.iter().map(|a| a.1).collect();
        named.sort_unstable();
        named.dedup();
        let most = named.last().map_or(0, |&l| usize::from(l) + 1);
        let mut place = vec![0; most];
        named
            .iter()
            .enumerate()
            .for_each(|(i, &l)| place[usize::from(l)] = i);
        let mut masks = Vec::new();
        let mut add = |allows: &dyn Fn(Move, u16) -> bool| {
            let row = actions
                .iter()
                .map(|&(m, l)| if allows(m, l) { 0.0 } else { f32::NEG_INFINITY });
            masks.extend(row);
            masks.resize(masks.len().next_multiple_of(classes), f32::NEG_INFINITY);
        };
        for state in 0..4 {
            let (may_go_on, is_word) = (state & 1 == 1, state & 2 == 2);
            add(&|m, l| match m {
                Move::Begin => may_go_on && is_word,
                Move::Unit => is_word && l != unnamed,
                Move::Out => true,
                Move::In | Move::Last => false,
            });
        }
        for &label in &named {
            for may_go_on in [false, true] {
                add(&|m, l| l == label && (m == Move::Last || m == Move::In && may_go_on));
            }
        }
        Self {
            net,
            actions,
            masks,
            place,
        }
    }

    fn mask(&self, open: Option<u16>, may_go_on: bool, is_word: bool) -> &[f32] {
        let classes = self.net.upper.bias.len();
        let row = match open {
            None => usize::from(may_go_on) + 2 * usize::from(is_word),
            Some(label) => 4 + 2 * self.place[usize::from(label)] + usize::from(may_go_on),
        };
        &self.masks[row * classes..][..classes]
    }

    /// Writes for each token where it stands in an entity, and that entity's label (`unnamed` outside).
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a workspace, borrowed apart"
    )]
    pub(crate) fn recognize(
        &self,
        shares: &mut Shares,
        encoding: &mut Encoding<'_>,
        exact: &mut Exact,
        starts: &[bool],
        unnamed: u16,
        scores: &mut Vec<f32>,
        out: &mut Vec<(u8, u16)>,
    ) {
        let n = encoding.tokens.len();
        out.clear();
        shares.start();
        scores.resize(self.net.upper.bias.len(), 0.0);
        let mut open: Option<(usize, u16)> = None;
        for i in 0..n {
            let ids = match open {
                Some((start, _)) => [i as i32, start as i32, i as i32 - 1],
                None => [i as i32, -1, -1],
            };
            self.net.prepare(shares, encoding, &ids, |_, _, _| {});
            let may_go_on = i + 1 < n && !starts.get(i + 1).copied().unwrap_or(false);
            let is_word = !encoding.words[encoding.tokens[i].lexeme as usize].is_space;
            let mask = self.mask(open.map(|o| o.1), may_go_on, is_word);
            let Some(action) = self.net.choose(shares, &ids, mask, scores, encoding, exact) else {
                // Nothing is allowed: the analysis ends here, as spaCy's does.
                out.resize(n, (OUTSIDE, unnamed));
                return;
            };
            let (kind, label) = self.actions[action];
            out.push(match kind {
                Move::Begin | Move::Unit => (BEGINS, label),
                Move::In | Move::Last => (INSIDE, label),
                Move::Out => (OUTSIDE, unnamed),
            });
            match kind {
                Move::Begin => open = Some((i, label)),
                Move::Last => open = None,
                _ => {}
            }
        }
    }
}
