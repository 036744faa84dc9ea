//! A class for each token, from its vector alone: fine-grained tags, or morphology with part of speech.
//!
//! Source: spaCy `Tagger.v2` without normalization: the first of the greatest scores wins.

use super::exact::Exact;
use super::kernels::{Kernels, Panels, Pick, SLACK_ROWS};
use super::tok2vec::Tok2Vec;
use crate::text::lexemes::{Lexeme, Token};

/// The output layer.
pub(crate) struct TaggerNet {
    pub(crate) kernels: Kernels,
    pub(crate) packed: Panels,
    /// `[class][input]` and `[class]`, as in the file.
    pub(crate) exact: (Vec<f32>, Vec<f32>),
    /// 0 for each class, minus infinity for what only fills the last panel.
    pub(crate) mask: Vec<f32>,
}

impl TaggerNet {
    pub(crate) fn new(kernels: Kernels, weights: Vec<f32>, bias: Vec<f32>, inputs: usize) -> Self {
        let packed = kernels.pack_dense(&weights, Some(&bias), bias.len(), inputs);
        let mut mask = vec![0.0; bias.len()];
        mask.resize(packed.outputs, f32::NEG_INFINITY);
        Self {
            kernels,
            packed,
            exact: (weights, bias),
            mask,
        }
    }

    /// Adds the class of each of `rows` tokens from `from` on, whose vectors are `vectors`.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a workspace, borrowed apart"
    )]
    pub(crate) fn classify(
        &self,
        vectors: &[f32],
        (from, to): (usize, usize),
        net: &Tok2Vec,
        words: &[Lexeme],
        tokens: &[Token],
        exact: &mut Exact,
        scores: &mut Vec<f32>,
        classes: &mut Vec<u16>,
    ) {
        let rows = to - from;
        let width = self.packed.outputs;
        scores.resize(scores.len().max((rows + SLACK_ROWS) * width), 0.0);
        self.kernels
            .affine(&self.packed, vectors, self.packed.inputs, rows, scores);
        for (i, row) in scores.chunks_exact(width).take(rows).enumerate() {
            let class = match self.kernels.pick(row, &self.mask) {
                Pick::Clear(class) => class,
                _ => exact.classify((&self.exact.0, &self.exact.1), net, words, tokens, from + i),
            };
            classes.push(class as u16);
        }
    }
}
