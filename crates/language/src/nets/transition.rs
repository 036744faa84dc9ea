//! What the parser and the entity recognizer share: scoring actions from the vectors of a few tokens.
//!
//! Source: spaCy `TransitionBasedParser.v2`, thinc `precomputable_affine`.

use std::collections::HashMap;

use super::BLOCK;
use super::exact::{Exact, ExactNet, window};
use super::kernels::{Kernels, Panels, Pick, SLACK_ROWS, Upper};
use super::tok2vec::{EncoderState, Tok2Vec};
use crate::text::lexemes::{Lexeme, Token};

/// Features of a state, at most.
pub(crate) const MAX_FEATURES: usize = 8;

/// A net that scores actions.
pub(crate) struct TransitionNet {
    pub(crate) kernels: Kernels,
    /// Twice the number of hidden units: a row holds piece 0 of all units, then piece 1.
    pub(crate) row: usize,
    pub(crate) linear: Panels,
    pub(crate) lower: Panels,
    /// A row for each feature, taken where there is no token.
    pub(crate) pad: Vec<f32>,
    pub(crate) upper: Upper,
    pub(crate) exact: ExactNet,
}

/// Where the tokens' vectors come from.
pub(crate) struct Encoding<'a> {
    pub(crate) net: &'a Tok2Vec,
    pub(crate) state: &'a mut EncoderState,
    pub(crate) words: &'a [Lexeme],
    pub(crate) tokens: &'a [Token],
}

impl Encoding<'_> {
    pub(crate) fn encode(&mut self, from: usize, to: usize) -> &[f32] {
        self.net
            .encode(self.state, self.words, self.tokens, from, to)
    }
}

/// Each token's share in the hidden layer, for the tokens last computed, and for older ones that are asked for.
///
/// A text of a million tokens thus needs no more room than one of a thousand.
#[derive(Default)]
pub(crate) struct Shares {
    ring: Vec<f32>,
    /// Tokens computed so far.
    done: usize,
    older: Older,
    linear: Vec<f32>,
    lower: Vec<f32>,
}

/// Shares of older tokens. They depend on a few words only, so that a text that repeats itself needs few of them.
#[derive(Default)]
struct Older {
    /// Place in `rows` by token.
    by_token: HashMap<usize, usize>,
    by_words: HashMap<Vec<u32>, usize>,
    rows: Vec<f32>,
}

/// Tokens whose shares are kept.
const RING: usize = 2 * BLOCK;

/// Older shares that are kept besides, and tokens that have one.
const MAX_OLDER: usize = 1024;
const MAX_OLDER_TOKENS: usize = 1 << 15;

impl TransitionNet {
    /// Makes sure that the shares of all `ids` are there; `each_block` sees the vectors of each block once, in order.
    pub(crate) fn prepare(
        &self,
        shares: &mut Shares,
        encoding: &mut Encoding<'_>,
        ids: &[i32],
        mut each_block: impl FnMut(usize, usize, &[f32]),
    ) {
        if shares.older.by_words.len() >= MAX_OLDER
            || shares.older.by_token.len() >= MAX_OLDER_TOKENS
        {
            shares.older = Older::default();
        }
        for &id in ids {
            let Ok(id) = usize::try_from(id) else {
                continue;
            };
            while id >= shares.done {
                let (from, to) = (
                    shares.done,
                    (shares.done + BLOCK).min(encoding.tokens.len()),
                );
                let vectors = encoding.encode(from, to);
                each_block(from, to, vectors);
                self.compute(shares, vectors, to - from);
                let width = self.lower.outputs;
                shares.ring.resize(RING * width, 0.0);
                let at = from % RING * width;
                shares.ring[at..at + (to - from) * width]
                    .copy_from_slice(&shares.lower[..(to - from) * width]);
                shares.done = to;
            }
        }
        let oldest = shares.oldest();
        for &id in ids {
            if let Ok(id) = usize::try_from(id)
                && id < oldest
            {
                self.prepare_older(shares, encoding, id);
            }
        }
    }

    fn prepare_older(&self, shares: &mut Shares, encoding: &mut Encoding<'_>, id: usize) {
        if shares.older.by_token.contains_key(&id) {
            return;
        }
        let width = self.lower.outputs;
        let key = window(encoding.tokens, id, encoding.net.halo());
        let next = shares.older.rows.len() / width;
        let place = *shares.older.by_words.entry(key).or_insert(next);
        if place == next {
            let vectors = encoding.encode(id, id + 1);
            self.compute(shares, vectors, 1);
            shares.older.rows.extend_from_slice(&shares.lower[..width]);
        }
        shares.older.by_token.insert(id, place);
    }

    fn compute(&self, shares: &mut Shares, vectors: &[f32], rows: usize) {
        let width = self.linear.inputs;
        let linear = self.linear.outputs;
        shares.linear.resize((BLOCK + SLACK_ROWS) * linear, 0.0);
        shares
            .lower
            .resize((BLOCK + SLACK_ROWS) * self.lower.outputs, 0.0);
        self.kernels
            .affine(&self.linear, vectors, width, rows, &mut shares.linear);
        self.kernels
            .affine(&self.lower, &shares.linear, linear, rows, &mut shares.lower);
    }

    /// The best action of a state whose features are prepared; `None` where the mask allows none.
    ///
    /// `scores` holds room for the padded classes; `mask` is 0 for allowed actions and minus infinity for others.
    pub(crate) fn choose(
        &self,
        shares: &Shares,
        ids: &[i32],
        mask: &[f32],
        scores: &mut [f32],
        encoding: &Encoding<'_>,
        exact: &mut Exact,
    ) -> Option<usize> {
        let mut features: [&[f32]; MAX_FEATURES] = [&[]; MAX_FEATURES];
        for (i, &id) in ids.iter().enumerate() {
            features[i] = match usize::try_from(id) {
                Ok(id) => &shares.row(id, self.lower.outputs)[i * self.row..][..self.row],
                Err(_) => &self.pad[i * self.row..][..self.row],
            };
        }
        self.kernels
            .scores(&self.upper, &features[..ids.len()], scores);
        match self.kernels.pick(scores, mask) {
            Pick::Clear(i) => Some(i),
            Pick::None => None,
            Pick::Close => exact.choose(self, encoding, ids, mask),
        }
    }
}

impl Shares {
    /// Starts a new text.
    pub(crate) fn start(&mut self) {
        self.done = 0;
        self.older = Older::default();
    }

    fn oldest(&self) -> usize {
        // Blocks are written in turn: the one before the last is whole, and older tokens are overwritten.
        self.done.saturating_sub(1) / BLOCK * BLOCK - if self.done > BLOCK { BLOCK } else { 0 }
    }

    fn row(&self, id: usize, width: usize) -> &[f32] {
        if id >= self.oldest() {
            &self.ring[id % RING * width..][..width]
        } else {
            &self.older.rows[self.older.by_token[&id] * width..][..width]
        }
    }
}
