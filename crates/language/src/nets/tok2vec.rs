//! From features to vectors: hashed embeddings, a mixing layer, and convolutions over neighbors.
//!
//! Source: spaCy `MultiHashEmbed.v2` and `MaxoutWindowEncoder.v2`, thinc `hashembed`, `maxout`, `layernorm`.

use super::kernels::{Kernels, Panels, SLACK_ROWS};
use crate::text::lexemes::{Lexeme, Token};

/// A property of a token that is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    Norm,
    Prefix,
    Suffix,
    Shape,
    /// A space follows.
    Spacy,
    IsSpace,
}

impl Feature {
    /// The feature of that name in a model's `columns`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        const NAMES: [(&str, Feature); 6] = [
            ("NORM", Feature::Norm),
            ("PREFIX", Feature::Prefix),
            ("SUFFIX", Feature::Suffix),
            ("SHAPE", Feature::Shape),
            ("SPACY", Feature::Spacy),
            ("IS_SPACE", Feature::IsSpace),
        ];
        NAMES.iter().find(|n| n.0 == name).map(|n| n.1)
    }

    fn value(self, word: &Lexeme, spacy: bool) -> u64 {
        match self {
            Self::Norm => word.ids[0],
            Self::Prefix => word.ids[1],
            Self::Suffix => word.ids[2],
            Self::Shape => word.ids[3],
            Self::Spacy => u64::from(spacy),
            Self::IsSpace => u64::from(word.is_space),
        }
    }
}

/// A table of vectors, of which each value picks four that are added up.
pub(crate) struct Embed {
    pub(crate) feature: Feature,
    pub(crate) seed: u32,
    pub(crate) table: Vec<f32>,
}

impl Embed {
    /// The first numbers of the four vectors of a value.
    pub(crate) fn rows(&self, word: &Lexeme, spacy: bool, width: usize) -> [usize; 4] {
        let n = (self.table.len() / width) as u32;
        hash_keys(self.feature.value(word, spacy), self.seed).map(|k| (k % n) as usize * width)
    }
}

/// The four keys of a value: `MurmurHash3_x64_128` of its eight bytes, as thinc computes it.
fn hash_keys(value: u64, seed: u32) -> [u32; 4] {
    let mix = |mut h: u64| {
        h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        h ^ (h >> 33)
    };
    let seed = u64::from(seed);
    let k = value
        .wrapping_mul(0x87c3_7b91_1142_53d5)
        .rotate_left(31)
        .wrapping_mul(0x4cf5_ad43_2745_937f);
    let mut h1 = (k ^ seed) ^ 8;
    let mut h2 = seed ^ 8;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    (h1, h2) = (mix(h1), mix(h2));
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    [h1 as u32, (h1 >> 32) as u32, h2 as u32, (h2 >> 32) as u32]
}

/// Maxout, then layer normalization.
pub(crate) struct Layer {
    pub(crate) inputs: usize,
    pub(crate) pieces: usize,
    /// `[output][piece][input]`, as in the file; the exact path reads it.
    pub(crate) weights: Vec<f32>,
    /// `[output][piece]`.
    pub(crate) bias: Vec<f32>,
    pub(crate) gain: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) packed: Panels,
}

/// One encoder.
pub(crate) struct Tok2Vec {
    pub(crate) kernels: Kernels,
    pub(crate) width: usize,
    pub(crate) embeds: Vec<Embed>,
    pub(crate) mix: Layer,
    pub(crate) convolutions: Vec<Layer>,
}

/// What one thread keeps for one encoder: the mixing layer's output by word, and buffers.
#[derive(Default)]
pub(crate) struct EncoderState {
    /// For each word and whether a space follows: 1 + the place of its row, 0 for none.
    slots: Vec<[u32; 2]>,
    rows: Vec<f32>,
    missing: Vec<Missing>,
    embedded: Vec<f32>,
    mixed: Vec<f32>,
    current: Vec<f32>,
    next: Vec<f32>,
}

struct Missing {
    lexeme: u32,
    spacy: bool,
    to: Target,
}

enum Target {
    Cache(usize),
    Row(usize),
}

/// Rows kept of the mixing layer's output; 6 MiB for vectors of 96 numbers.
const MAX_CACHED: usize = 16 * 1024;

/// Rows that are mixed at once.
const MIX_ROWS: usize = 32;

impl EncoderState {
    /// Forgets all words, because their numbers will be given to others.
    pub(crate) fn forget(&mut self) {
        self.slots.clear();
        self.rows.clear();
    }
}

impl Tok2Vec {
    /// How many neighbors on each side a token's vector depends on.
    pub(crate) fn halo(&self) -> usize {
        self.convolutions.len()
    }

    /// The vectors of tokens `from` to `to`, one row of `width` numbers each, and [`SLACK_ROWS`] rows without meaning.
    pub(crate) fn encode<'s>(
        &self,
        state: &'s mut EncoderState,
        words: &[Lexeme],
        tokens: &[Token],
        from: usize,
        to: usize,
    ) -> &'s [f32] {
        let (halo, width) = (self.halo(), self.width);
        let rows = to - from + 2 * halo;
        let len = (rows + SLACK_ROWS) * width;
        for buffer in [&mut state.current, &mut state.next] {
            buffer.resize(buffer.len().max(len), 0.0);
        }
        self.fill(state, words, tokens, from as isize - halo as isize, rows);
        // Each layer needs a neighbor on both sides, so that a row fewer is known at each end after it.
        for (layer, first) in self.convolutions.iter().zip(1..) {
            let n = rows - 2 * first;
            let x = &state.current[(first - 1) * width..];
            let y = &mut state.next[first * width..];
            self.kernels.affine(&layer.packed, x, width, n, y);
            let y = &mut y[..n * width];
            self.kernels.layer_norm(
                y,
                Some(&x[width..(n + 1) * width]),
                &layer.gain,
                &layer.shift,
            );
            #[cfg(test)]
            if crate::controls::ZERO_PADS.get() {
                let is_pad = |row: usize| {
                    row + first + from < halo || row + first + from >= halo + tokens.len()
                };
                (0..n)
                    .filter(|&row| is_pad(row))
                    .for_each(|row| y[row * width..][..width].fill(0.0));
            }
            std::mem::swap(&mut state.current, &mut state.next);
        }
        &state.current[halo * width..][..(to - from + SLACK_ROWS) * width]
    }

    /// Writes the mixing layer's output for `rows` tokens from `first` on, and zeros for places outside the text.
    fn fill(
        &self,
        state: &mut EncoderState,
        words: &[Lexeme],
        tokens: &[Token],
        first: isize,
        rows: usize,
    ) {
        if state.slots.len() < words.len() {
            state.slots.resize(words.len(), [0; 2]);
        }
        let inside = |row: usize| {
            usize::try_from(first + row as isize)
                .ok()
                .and_then(|i| tokens.get(i))
        };
        state.missing.clear();
        let mut cached = state.rows.len() / self.width;
        for row in 0..rows {
            let Some(token) = inside(row) else { continue };
            let slot = &mut state.slots[token.lexeme as usize][usize::from(token.spacy)];
            if *slot != 0 {
                continue;
            }
            let to = if cached < MAX_CACHED {
                cached += 1;
                *slot = cached as u32;
                Target::Cache(cached - 1)
            } else {
                Target::Row(row)
            };
            state.missing.push(Missing {
                lexeme: token.lexeme,
                spacy: token.spacy,
                to,
            });
        }
        state.rows.resize(cached * self.width, 0.0);
        self.mix_missing(state, words);
        for row in 0..rows {
            let out = &mut state.current[row * self.width..][..self.width];
            let Some(token) = inside(row) else {
                out.fill(0.0);
                continue;
            };
            let slot = state.slots[token.lexeme as usize][usize::from(token.spacy)] as usize;
            if slot > 0 {
                out.copy_from_slice(&state.rows[(slot - 1) * self.width..][..self.width]);
            }
        }
    }

    fn mix_missing(&self, state: &mut EncoderState, words: &[Lexeme]) {
        let (width, inputs) = (self.width, self.mix.inputs);
        state.embedded.resize((MIX_ROWS + SLACK_ROWS) * inputs, 0.0);
        state.mixed.resize((MIX_ROWS + SLACK_ROWS) * width, 0.0);
        for batch in state.missing.chunks(MIX_ROWS) {
            for (missing, out) in batch.iter().zip(state.embedded.chunks_exact_mut(inputs)) {
                self.embed(&words[missing.lexeme as usize], missing.spacy, out);
            }
            self.kernels.affine(
                &self.mix.packed,
                &state.embedded,
                inputs,
                batch.len(),
                &mut state.mixed,
            );
            let mixed = &mut state.mixed[..batch.len() * width];
            self.kernels
                .layer_norm(mixed, None, &self.mix.gain, &self.mix.shift);
            for (missing, row) in batch.iter().zip(mixed.chunks_exact(width)) {
                let to = match missing.to {
                    Target::Cache(i) => &mut state.rows[i * width..][..width],
                    Target::Row(i) => &mut state.current[i * width..][..width],
                };
                to.copy_from_slice(row);
            }
        }
    }

    fn embed(&self, word: &Lexeme, spacy: bool, out: &mut [f32]) {
        for (embed, out) in self.embeds.iter().zip(out.chunks_exact_mut(self.width)) {
            let [a, b, c, d] = embed
                .rows(word, spacy, self.width)
                .map(|at| &embed.table[at..at + self.width]);
            for (i, out) in out.iter_mut().enumerate() {
                *out = a[i] + b[i] + c[i] + d[i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::strings::string_id;

    #[test]
    fn keys_are_thincs() {
        let keys = hash_keys(string_id("coffee"), 8);
        assert_eq!(
            keys,
            [2_399_055_680, 1_118_310_852, 3_598_583_520, 1_677_466_278]
        );
    }
}
