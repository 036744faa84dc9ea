//! Decisions taken again in double precision, in one fixed order, where 32-bit sums cannot tell the best two apart.
//!
//! So that all instruction sets decide alike: none of their sums enters here.

use std::collections::HashMap;

use super::kernels::Kernels;
use super::tok2vec::{Layer, Tok2Vec};
use super::transition::{Encoding, TransitionNet};
use crate::text::lexemes::{Lexeme, Token};

/// A transition net's weights as in the file.
pub(crate) struct ExactNet {
    /// `[unit][input]` and `[unit]`.
    pub(crate) linear: (Vec<f32>, Vec<f32>),
    /// `[feature][piece][unit][input]`.
    pub(crate) lower: Vec<f32>,
    /// `[action][unit]` and `[action]`.
    pub(crate) upper: (Vec<f32>, Vec<f32>),
}

/// What one thread keeps for the exact path of one encoder: vectors by the words that they depend on.
#[derive(Default)]
pub(crate) struct Exact {
    vectors: HashMap<Vec<u32>, Vec<f64>>,
    /// Each feature's share in the hidden layer of the one transition net that asks, `[feature][piece][unit]`.
    shares: HashMap<Vec<u32>, Vec<f64>>,
    /// The mixing layer's output, by word and whether a space follows.
    mixed: HashMap<u32, Vec<f64>>,
}

/// Vectors kept.
const MAX_KEPT: usize = 4096;

/// Shares kept; they are larger.
const MAX_SHARES: usize = 1024;

/// Stands for a place outside the text.
const OUTSIDE: u32 = u32::MAX;

impl Exact {
    /// Forgets all words, because their numbers will be given to others.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The best allowed action.
    pub(crate) fn choose(
        &mut self,
        net: &TransitionNet,
        encoding: &Encoding<'_>,
        ids: &[i32],
        mask: &[f32],
    ) -> Option<usize> {
        let row = net.row;
        let mut sums: Vec<f64> = net
            .upper
            .hidden_bias
            .iter()
            .map(|&b| f64::from(b))
            .collect();
        for (feature, &id) in ids.iter().enumerate() {
            match usize::try_from(id) {
                Ok(id) => {
                    let share = &self.share(net, encoding, id)[feature * row..][..row];
                    sums.iter_mut().zip(share).for_each(|(s, &v)| *s += v);
                }
                Err(_) => {
                    let pad = &net.pad[feature * row..][..row];
                    sums.iter_mut()
                        .zip(pad)
                        .for_each(|(s, &v)| *s += f64::from(v));
                }
            }
        }
        let hidden: Vec<f64> = (0..row / 2)
            .map(|i| sums[i].max(sums[row / 2 + i]))
            .collect();
        let scores = affine(
            net.kernels,
            &net.exact.upper.0,
            Some(&net.exact.upper.1),
            &hidden,
        );
        best(scores.iter().zip(mask).map(|(&s, &m)| s + f64::from(m)))
    }

    fn share(&mut self, net: &TransitionNet, encoding: &Encoding<'_>, token: usize) -> &[f64] {
        let key = window(encoding.tokens, token, encoding.net.halo());
        if self.shares.len() >= MAX_SHARES && !self.shares.contains_key(&key) {
            self.shares.clear();
        }
        if !self.shares.contains_key(&key) {
            let vector = self.vector(encoding.net, encoding.words, encoding.tokens, token);
            let (weights, bias) = &net.exact.linear;
            let linear = affine(net.kernels, weights, Some(bias), vector);
            let share = affine(net.kernels, &net.exact.lower, None, &linear);
            self.shares.insert(key.clone(), share);
        }
        &self.shares[&key]
    }

    /// The first class with the greatest score of a layer on one token's vector.
    pub(crate) fn classify(
        &mut self,
        layer: (&[f32], &[f32]),
        net: &Tok2Vec,
        words: &[Lexeme],
        tokens: &[Token],
        token: usize,
    ) -> usize {
        let vector = self.vector(net, words, tokens, token);
        best(affine(net.kernels, layer.0, Some(layer.1), vector).into_iter()).unwrap_or(0)
    }

    fn vector(
        &mut self,
        net: &Tok2Vec,
        words: &[Lexeme],
        tokens: &[Token],
        token: usize,
    ) -> &[f64] {
        let key = window(tokens, token, net.halo());
        if self.vectors.len() >= MAX_KEPT {
            self.vectors.clear();
        }
        if self.mixed.len() >= MAX_KEPT {
            self.mixed.clear();
        }
        let mixed = &mut self.mixed;
        self.vectors
            .entry(key)
            .or_insert_with_key(|key| encode(net, words, key, mixed))
    }
}

/// The words that a token's vector depends on, as numbers with the mark of a following space.
pub(crate) fn window(tokens: &[Token], token: usize, halo: usize) -> Vec<u32> {
    let at = |place: usize| place.checked_sub(halo).and_then(|i| tokens.get(i));
    (token..=token + 2 * halo)
        .map(|place| at(place).map_or(OUTSIDE, |t| t.lexeme << 1 | u32::from(t.spacy)))
        .collect()
}

/// The vector of the word in the middle of `window`.
fn encode(
    net: &Tok2Vec,
    words: &[Lexeme],
    window: &[u32],
    mixed: &mut HashMap<u32, Vec<f64>>,
) -> Vec<f64> {
    let mut rows: Vec<Vec<f64>> = window
        .iter()
        .map(|&key| match key {
            OUTSIDE => vec![0.0; net.width],
            _ => mixed
                .entry(key)
                .or_insert_with(|| mix(net, &words[(key >> 1) as usize], key & 1 == 1))
                .clone(),
        })
        .collect();
    for layer in &net.convolutions {
        rows = rows
            .windows(3)
            .map(|near| {
                let mut out = maxout(net.kernels, layer, &near.concat());
                out.iter_mut().zip(&near[1]).for_each(|(o, x)| *o += x);
                out
            })
            .collect();
    }
    rows.swap_remove(0)
}

fn mix(net: &Tok2Vec, word: &Lexeme, spacy: bool) -> Vec<f64> {
    let width = net.width;
    let mut embedded = Vec::with_capacity(net.mix.inputs);
    for embed in &net.embeds {
        let rows = embed.rows(word, spacy, width);
        embedded.extend((0..width).map(|i| {
            rows.iter()
                .map(|&at| f64::from(embed.table[at + i]))
                .sum::<f64>()
        }));
    }
    maxout(net.kernels, &net.mix, &embedded)
}

fn maxout(kernels: Kernels, layer: &Layer, x: &[f64]) -> Vec<f64> {
    let all = affine(kernels, &layer.weights, Some(&layer.bias), x);
    let mut out: Vec<f64> = all
        .chunks_exact(layer.pieces)
        .map(|p| p.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        .collect();
    let n = out.len() as f64;
    let mean = out.iter().sum::<f64>() / n;
    let variance = out.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n + 1e-8;
    let scale = 1.0 / variance.sqrt();
    for (i, v) in out.iter_mut().enumerate() {
        *v = (*v - mean) * scale * f64::from(layer.gain[i]) + f64::from(layer.shift[i]);
    }
    out
}

fn affine(kernels: Kernels, weights: &[f32], bias: Option<&[f32]>, x: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(weights.len() / x.len());
    kernels.products64(weights, x, &mut out);
    if let Some(bias) = bias {
        out.iter_mut()
            .zip(bias)
            .for_each(|(o, &b)| *o += f64::from(b));
    }
    out
}

fn best(scores: impl Iterator<Item = f64>) -> Option<usize> {
    let mut best = (None, f64::NEG_INFINITY);
    for (i, score) in scores.enumerate() {
        if score > best.1 {
            best = (Some(i), score);
        }
    }
    best.0
}
