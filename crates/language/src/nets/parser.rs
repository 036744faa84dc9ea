//! The dependency parser: arc-eager transitions with sentence breaks.
//!
//! Source: spaCy `arc_eager.pyx`, `_state.pxd`.

use super::exact::Exact;
use super::transition::{Encoding, Shares, TransitionNet};

/// What an action does, in the order of the codes in a model's `moves`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Shift,
    Reduce,
    Left,
    Right,
    Break,
}

impl Move {
    pub(crate) const BY_CODE: [Self; 5] = [
        Self::Shift,
        Self::Reduce,
        Self::Left,
        Self::Right,
        Self::Break,
    ];
}

/// A loaded parser.
pub(crate) struct Parser {
    pub(crate) net: TransitionNet,
    pub(crate) actions: Vec<(Move, u16)>,
    /// A row of `net.classes` for each of the 16 sets of allowed moves, see [`Allowed`].
    masks: Vec<f32>,
}

/// Which moves a state allows: bits for shift, reduce, either arc, break.
type Allowed = usize;
const SHIFT: Allowed = 1;
const REDUCE: Allowed = 2;
const ARC: Allowed = 4;
const BREAK: Allowed = 8;

const NONE: i32 = -1;

/// The state of one text's parse; a token is its number, [`NONE`] stands for no token.
#[derive(Default)]
pub(crate) struct ParseState {
    n: i32,
    stack: Vec<i32>,
    /// Tokens that were taken back from the stack; read before the buffer.
    returned: Vec<i32>,
    next: i32,
    head: Vec<i32>,
    label: Vec<u16>,
    /// The last left child, the last right child, and of each child the one before it.
    last_left: Vec<i32>,
    last_right: Vec<i32>,
    previous: Vec<i32>,
    starts: Vec<bool>,
    unshiftable: Vec<bool>,
    scores: Vec<f32>,
}

impl ParseState {
    fn start(&mut self, n: usize) {
        self.n = n as i32;
        self.next = 0;
        self.stack.clear();
        self.returned.clear();
        for list in [
            &mut self.head,
            &mut self.last_left,
            &mut self.last_right,
            &mut self.previous,
        ] {
            list.clear();
            list.resize(n, NONE);
        }
        for flags in [&mut self.starts, &mut self.unshiftable] {
            flags.clear();
            flags.resize(n, false);
        }
        self.label.clear();
        self.label.resize(n, 0);
    }

    fn stack_at(&self, i: usize) -> i32 {
        self.stack
            .len()
            .checked_sub(i + 1)
            .map_or(NONE, |i| self.stack[i])
    }

    fn buffer_at(&self, i: usize) -> i32 {
        match self.returned.len().checked_sub(i + 1) {
            Some(at) => self.returned[at],
            None => {
                let at = self.next + (i - self.returned.len()) as i32;
                if at < self.n { at } else { NONE }
            }
        }
    }

    fn buffer_len(&self) -> i32 {
        self.n - self.next + self.returned.len() as i32
    }

    fn is_final(&self) -> bool {
        self.stack.is_empty() && self.buffer_len() == 0
    }

    fn features(&self) -> [i32; 8] {
        let of = |list: &[i32], i: i32| usize::try_from(i).map_or(NONE, |i| list[i]);
        let (b0, s0) = (self.buffer_at(0), self.stack_at(0));
        [
            b0,
            self.buffer_at(1),
            s0,
            self.stack_at(1),
            self.stack_at(2),
            of(&self.last_left, b0),
            of(&self.last_left, s0),
            of(&self.last_right, s0),
        ]
    }

    fn allowed(&self) -> Allowed {
        let is = |flags: &[bool], i: i32| usize::try_from(i).is_ok_and(|i| flags[i]);
        let (b0, b1) = (self.buffer_at(0), self.buffer_at(1));
        let (empty, left) = (self.stack.is_empty(), self.buffer_len());
        let starts_here = is(&self.starts, b0);
        let mut allowed = 0;
        if empty || !(left < 2 || starts_here || is(&self.unshiftable, b0)) {
            allowed |= SHIFT;
        }
        if !empty {
            allowed |= REDUCE;
            if left > 0 && !starts_here {
                allowed |= ARC;
            }
        }
        if left >= 2 && b1 == b0 + 1 && !is(&self.starts, b1) {
            allowed |= BREAK;
        }
        allowed
    }

    fn apply(&mut self, action: (Move, u16)) {
        let (b0, s0) = (self.buffer_at(0), self.stack_at(0));
        match action.0 {
            Move::Shift => self.push(),
            Move::Reduce => {
                let depth = self.stack.len();
                self.stack.pop();
                if self.head[s0 as usize] < 0 && depth > 1 {
                    self.unshiftable[s0 as usize] = true;
                    self.returned.push(s0);
                }
            }
            Move::Left => {
                self.add_arc(b0, s0, action.1);
                self.unshiftable[b0 as usize] = false;
                self.stack.pop();
            }
            Move::Right => {
                self.add_arc(s0, b0, action.1);
                self.push();
            }
            Move::Break => {
                let next = self.buffer_at(1);
                self.starts[next as usize] = true;
            }
        }
    }

    fn push(&mut self) {
        let token = self.returned.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        self.stack.push(token);
    }

    fn add_arc(&mut self, head: i32, child: i32, label: u16) {
        let c = child as usize;
        let old = self.head[c];
        if old >= 0 {
            let list = if old > child {
                &mut self.last_left
            } else {
                &mut self.last_right
            };
            if list[old as usize] == child {
                list[old as usize] = self.previous[c];
            }
        }
        let list = if head > child {
            &mut self.last_left
        } else {
            &mut self.last_right
        };
        self.previous[c] = list[head as usize];
        list[head as usize] = child;
        self.head[c] = head;
        self.label[c] = label;
    }
}

impl Parser {
    pub(crate) fn new(net: TransitionNet, actions: Vec<(Move, u16)>) -> Self {
        let classes = net.upper.bias.len();
        let mut masks = vec![f32::NEG_INFINITY; 16 * classes];
        for (allowed, mask) in masks.chunks_exact_mut(classes).enumerate() {
            for (i, (kind, _)) in actions.iter().enumerate() {
                let bit = match kind {
                    Move::Shift => SHIFT,
                    Move::Reduce => REDUCE,
                    Move::Left | Move::Right => ARC,
                    Move::Break => BREAK,
                };
                if allowed & bit != 0 {
                    mask[i] = 0.0;
                }
            }
        }
        Self {
            net,
            actions,
            masks,
        }
    }

    /// Parses one text: writes the head of each token (a root is its own), and the label, `root` for roots.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a workspace, borrowed apart"
    )]
    pub(crate) fn parse(
        &self,
        state: &mut ParseState,
        shares: &mut Shares,
        encoding: &mut Encoding<'_>,
        exact: &mut Exact,
        root: u16,
        heads: &mut Vec<u32>,
        labels: &mut Vec<u16>,
        mut each_block: impl FnMut(usize, usize, &[f32], &mut Exact),
    ) {
        let n = encoding.tokens.len();
        let classes = self.net.upper.bias.len();
        state.start(n);
        shares.start();
        let mut scores = std::mem::take(&mut state.scores);
        scores.resize(classes, 0.0);
        while !state.is_final() {
            let ids = state.features();
            self.net
                .prepare(shares, encoding, &ids, |from, to, vectors| {
                    each_block(from, to, vectors, exact)
                });
            let mask = &self.masks[state.allowed() * classes..][..classes];
            let Some(action) = self
                .net
                .choose(shares, &ids, mask, &mut scores, encoding, exact)
            else {
                break;
            };
            state.apply(self.actions[action]);
        }
        state.scores = scores;
        heads.clear();
        heads.extend(
            state
                .head
                .iter()
                .enumerate()
                .map(|(i, &h)| u32::try_from(h).unwrap_or(i as u32)),
        );
        labels.clear();
        labels.extend(
            state
                .label
                .iter()
                .zip(&state.head)
                .map(|(&label, &h)| if h < 0 { root } else { label }),
        );
    }
}
