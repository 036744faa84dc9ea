//! The arithmetic of the nets, for each instruction set.
//!
//! A [`Kernels`] can only be had for an instruction set that the processor has; `x86` is the only module of this crate
//! with `unsafe` code, and every kernel in it has its bounds-checked twin in `portable`, to which it is compared.
//! A row's result does not depend on the rows computed beside it, so that any cutting into blocks gives the same bits.

#[cfg(not(target_arch = "x86_64"))]
#[path = "absent.rs"]
mod x86;
#[cfg(target_arch = "x86_64")]
mod x86;

mod portable;

/// An instruction set for the nets' arithmetic.
///
/// All give the same decisions; they differ in speed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isa {
    /// 512-bit vectors with fused multiply-add.
    Avx512,
    /// 256-bit vectors with fused multiply-add.
    Avx2,
    /// Plain code, on any processor.
    Portable,
}

impl Isa {
    /// Every instruction set, the fastest first.
    pub const ALL: [Self; 3] = [Self::Avx512, Self::Avx2, Self::Portable];

    /// Whether this processor can run it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Avx512 => x86::has_avx512(),
            Self::Avx2 => x86::has_avx2(),
            Self::Portable => true,
        }
    }

    /// The fastest that this processor can run.
    #[must_use]
    pub fn best() -> Self {
        Self::ALL
            .into_iter()
            .find(|isa| isa.is_available())
            .unwrap_or(Self::Portable)
    }

    /// The name in settings: `avx512`, `avx2` or `portable`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    /// The instruction set of that [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|isa| isa.name() == name)
    }
}

/// Rows that a kernel may read and write beyond those it is asked for; every buffer of rows has room for them.
pub(crate) const SLACK_ROWS: usize = 12;

/// What becomes of the sums of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// They are the outputs.
    Store,
    /// The vectors of a panel are the pieces of the same outputs: the greatest is the output.
    Max,
}

/// A weight matrix, packed as the kernel of one instruction set reads it.
///
/// A panel is `vectors` times `lanes` sums: for each input, that many weights lie side by side.
pub(crate) struct Panels {
    pub(crate) inputs: usize,
    /// Outputs of a row, a whole number of panels.
    pub(crate) outputs: usize,
    finish: Finish,
    lanes: usize,
    vectors: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// Largest number of classes that a net may choose among.
pub(crate) const MAX_CLASSES: usize = 1024;

/// Runs nets on one instruction set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    isa: Isa,
}

impl Kernels {
    /// The kernels of `isa`, or of the next best that the processor has.
    pub(crate) fn new(isa: Isa) -> Self {
        Self {
            isa: if isa.is_available() { isa } else { Isa::best() },
        }
    }

    pub(crate) fn isa(self) -> Isa {
        self.isa
    }

    fn lanes(self) -> usize {
        match self.isa {
            Isa::Avx512 => 16,
            Isa::Avx2 | Isa::Portable => 8,
        }
    }

    /// Packs `weights[output][piece][input]` and `bias[output][piece]`; `outputs` is a multiple of 16, `pieces` 2 or 3.
    pub(crate) fn pack_maxout(
        self,
        weights: &[f32],
        bias: &[f32],
        outputs: usize,
        pieces: usize,
        inputs: usize,
    ) -> Panels {
        let lanes = self.lanes();
        assert!(outputs.is_multiple_of(16) && (2..=3).contains(&pieces));
        let row = |panel: usize, vector: usize, lane: usize| {
            Some((panel * lanes + lane) * pieces + vector)
        };
        self.pack(
            weights,
            Some(bias),
            outputs / lanes,
            pieces,
            inputs,
            Finish::Max,
            row,
        )
    }

    /// Packs `weights[output][input]` and `bias[output]`; outputs beyond the last are zero.
    pub(crate) fn pack_dense(
        self,
        weights: &[f32],
        bias: Option<&[f32]>,
        outputs: usize,
        inputs: usize,
    ) -> Panels {
        const VECTORS: usize = 2;
        let lanes = self.lanes();
        let row = |panel: usize, vector: usize, lane: usize| {
            Some((panel * VECTORS + vector) * lanes + lane).filter(|&o| o < outputs)
        };
        self.pack(
            weights,
            bias,
            outputs.div_ceil(VECTORS * lanes),
            VECTORS,
            inputs,
            Finish::Store,
            row,
        )
    }

    #[allow(clippy::too_many_arguments, reason = "two callers, right above")]
    fn pack(
        self,
        weights: &[f32],
        bias: Option<&[f32]>,
        panels: usize,
        vectors: usize,
        inputs: usize,
        finish: Finish,
        row: impl Fn(usize, usize, usize) -> Option<usize>,
    ) -> Panels {
        let lanes = self.lanes();
        let mut packed = vec![0.0; panels * inputs * vectors * lanes];
        let mut packed_bias = vec![0.0; panels * vectors * lanes];
        for panel in 0..panels {
            for vector in 0..vectors {
                for lane in 0..lanes {
                    let Some(from) = row(panel, vector, lane) else {
                        continue;
                    };
                    for input in 0..inputs {
                        packed[((panel * inputs + input) * vectors + vector) * lanes + lane] =
                            weights[from * inputs + input];
                    }
                    if let Some(bias) = bias {
                        packed_bias[(panel * vectors + vector) * lanes + lane] = bias[from];
                    }
                }
            }
        }
        let outputs = panels * lanes * if finish == Finish::Max { 1 } else { vectors };
        Panels {
            inputs,
            outputs,
            finish,
            lanes,
            vectors,
            weights: packed,
            bias: packed_bias,
        }
    }

    /// For each of `rows` rows, `x[row * stride ..][.. inputs]`, writes `y[row * outputs ..][.. outputs]`.
    ///
    /// Both buffers hold [`SLACK_ROWS`] more rows, which are overwritten.
    pub(crate) fn affine(
        self,
        layer: &Panels,
        x: &[f32],
        stride: usize,
        rows: usize,
        y: &mut [f32],
    ) {
        if rows == 0 {
            return;
        }
        let most = rows + SLACK_ROWS;
        assert!(x.len() >= (most - 1) * stride + layer.inputs && y.len() >= most * layer.outputs);
        assert!(layer.lanes == self.lanes());
        match self.isa {
            Isa::Avx512 => x86::affine_avx512(layer, x, stride, rows, y),
            Isa::Avx2 => x86::affine_avx2(layer, x, stride, rows, y),
            Isa::Portable => portable::affine(layer, x, stride, rows, y),
        }
    }

    /// Normalizes each row of `width` numbers of `y`, scales, shifts, and adds the row of `residual` if there is one.
    pub(crate) fn layer_norm(
        self,
        y: &mut [f32],
        residual: Option<&[f32]>,
        gain: &[f32],
        shift: &[f32],
    ) {
        match self.isa {
            Isa::Avx512 => x86::layer_norm_avx512(y, residual, gain, shift),
            Isa::Avx2 => x86::layer_norm_avx2(y, residual, gain, shift),
            Isa::Portable => portable::layer_norm(y, residual, gain, shift),
        }
    }

    /// The scores of a transition: see [`portable::scores`].
    pub(crate) fn scores(self, upper: &Upper, features: &[&[f32]], out: &mut [f32]) {
        match self.isa {
            Isa::Avx512 => x86::scores_avx512(upper, features, out),
            Isa::Avx2 => x86::scores_avx2(upper, features, out),
            Isa::Portable => portable::scores::<false>(upper, features, out),
        }
    }

    /// Products in double precision, the same bits on every instruction set: see [`portable::products64`].
    pub(crate) fn products64(self, weights: &[f32], x: &[f64], out: &mut Vec<f64>) {
        match self.isa {
            Isa::Avx512 => x86::products64_avx512(weights, x, out),
            Isa::Avx2 => x86::products64_avx2(weights, x, out),
            Isa::Portable => portable::products64(weights, x, out),
        }
    }

    /// The best class: see [`portable::pick`].
    pub(crate) fn pick(self, scores: &[f32], mask: &[f32]) -> Pick {
        match self.isa {
            Isa::Avx512 => x86::pick_avx512(scores, mask),
            Isa::Avx2 => x86::pick_avx2(scores, mask),
            Isa::Portable => portable::pick(scores, mask),
        }
    }
}

/// The last two layers of a transition net.
pub(crate) struct Upper {
    /// Bias of the hidden layer: piece 0 of all units, then piece 1.
    pub(crate) hidden_bias: Vec<f32>,
    /// `[unit][class]`, the classes padded to a multiple of [`CLASS_STEP`].
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

/// Classes are scored this many at a time.
pub(crate) const CLASS_STEP: usize = 32;

/// Units of the hidden layer, at most.
pub(crate) const MAX_HIDDEN: usize = 256;

/// Two scores nearer than this are not told apart by 32-bit sums: the decision is taken again (see `exact`).
pub(crate) const CLOSE: f32 = 1e-3;

/// The outcome of choosing the best class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// This class, by a clear margin.
    Clear(usize),
    /// Several classes are within [`CLOSE`] of the best.
    Close,
    /// No class is allowed.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect()
    }

    fn others() -> impl Iterator<Item = Kernels> {
        Isa::ALL
            .into_iter()
            .filter(|i| i.is_available() && *i != Isa::Portable)
            .map(Kernels::new)
    }

    fn assert_near(a: &[f32], b: &[f32]) {
        assert_eq!(a.len(), b.len());
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            assert!((a - b).abs() < 1e-4 * (1.0 + a.abs()), "{i}: {a} {b}");
        }
    }

    #[test]
    fn every_affine_kernel_agrees_with_its_twin() {
        for (outputs, pieces, inputs, rows) in [
            (96, 3, 288, 37),
            (32, 2, 40, 1),
            (96, 3, 576, 8),
            (16, 3, 1, 13),
        ] {
            let (w, b) = (
                numbers(outputs * pieces * inputs, 1),
                numbers(outputs * pieces, 2),
            );
            let x = numbers((rows + SLACK_ROWS) * inputs, 3);
            let run = |k: Kernels| {
                let mut y = vec![0.0; (rows + SLACK_ROWS) * outputs];
                k.affine(
                    &k.pack_maxout(&w, &b, outputs, pieces, inputs),
                    &x,
                    inputs,
                    rows,
                    &mut y,
                );
                y.truncate(rows * outputs);
                y
            };
            let plain = run(Kernels::new(Isa::Portable));
            others().for_each(|k| assert_near(&run(k), &plain));
        }
    }

    #[test]
    fn every_dense_kernel_agrees_with_its_twin() {
        for (outputs, inputs, rows, stride) in [(50, 96, 21, 96), (1024, 64, 5, 64), (7, 3, 2, 10)]
        {
            let (w, b) = (numbers(outputs * inputs, 1), numbers(outputs, 2));
            let x = numbers((rows + SLACK_ROWS) * stride, 3);
            let run = |k: Kernels| {
                let layer = k.pack_dense(&w, Some(&b), outputs, inputs);
                let mut y = vec![0.0; (rows + SLACK_ROWS) * layer.outputs];
                k.affine(&layer, &x, stride, rows, &mut y);
                (0..rows)
                    .flat_map(|r| y[r * layer.outputs..][..outputs].to_vec())
                    .collect::<Vec<_>>()
            };
            let plain = run(Kernels::new(Isa::Portable));
            let by_hand: f32 = b[0] + (0..inputs).map(|i| x[i] * w[i]).sum::<f32>();
            assert!((plain[0] - by_hand).abs() < 1e-4);
            others().for_each(|k| assert_near(&run(k), &plain));
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbors() {
        for isa in Isa::ALL.into_iter().filter(|i| i.is_available()) {
            let k = Kernels::new(isa);
            let layer = k.pack_maxout(&numbers(96 * 3 * 288, 1), &numbers(288, 2), 96, 3, 288);
            let x = numbers((30 + SLACK_ROWS) * 96 + 288, 3);
            let mut all = vec![0.0; (30 + SLACK_ROWS) * 96];
            k.affine(&layer, &x, 96, 30, &mut all);
            for row in [0, 5, 29] {
                let mut one = vec![0.0; (1 + SLACK_ROWS) * 96];
                let mut part = x[row * 96..].to_vec();
                part.resize((1 + SLACK_ROWS) * 96 + 288, 0.0);
                k.affine(&layer, &part, 96, 1, &mut one);
                assert_eq!(one[..96], all[row * 96..][..96]);
            }
        }
    }

    #[test]
    fn the_small_kernels_agree_with_their_twins() {
        let (gain, shift, residual) = (numbers(96, 1), numbers(96, 2), numbers(96 * 5, 3));
        let upper = Upper {
            hidden_bias: numbers(128, 4),
            weights: numbers(64 * 96, 5),
            bias: numbers(96, 6),
        };
        let rows: Vec<Vec<f32>> = (0..8).map(|i| numbers(128, 10 + i)).collect();
        let features: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let run = |k: Kernels| {
            let mut y = numbers(96 * 5, 7);
            k.layer_norm(&mut y, Some(&residual), &gain, &shift);
            let mut z = numbers(96, 8);
            k.layer_norm(&mut z, None, &gain, &shift);
            let mut s = vec![0.0; 96];
            k.scores(&upper, &features, &mut s);
            [y, z, s].concat()
        };
        let plain = run(Kernels::new(Isa::Portable));
        others().for_each(|k| assert_near(&run(k), &plain));
    }

    #[test]
    fn double_precision_gives_the_same_bits_everywhere() {
        let weights = numbers(5 * 291, 1);
        let x: Vec<f64> = numbers(291, 2).into_iter().map(f64::from).collect();
        let run = |k: Kernels| {
            let mut out = Vec::new();
            k.products64(&weights, &x, &mut out);
            out
        };
        let plain = run(Kernels::new(Isa::Portable));
        assert_eq!(plain.len(), 5);
        others().for_each(|k| assert_eq!(run(k), plain));
    }

    #[test]
    fn picking_knows_ties_and_masks() {
        let none = f32::NEG_INFINITY;
        let mut scores = numbers(64, 1);
        scores[7] = 5.0;
        scores[40] = 9.0;
        let mut mask = vec![0.0; 64];
        for k in Isa::ALL
            .into_iter()
            .filter(|i| i.is_available())
            .map(Kernels::new)
        {
            mask[40] = 0.0;
            assert_eq!(k.pick(&scores, &mask), Pick::Clear(40));
            mask[40] = none;
            assert_eq!(k.pick(&scores, &mask), Pick::Clear(7));
            let mut tie = scores.clone();
            tie[63] = 5.0 - 1e-4;
            assert_eq!(k.pick(&tie, &mask), Pick::Close);
            assert_eq!(k.pick(&scores, &[none; 64]), Pick::None);
        }
    }

    #[test]
    fn names_lead_back() {
        assert!(
            Isa::ALL
                .into_iter()
                .all(|isa| Isa::from_name(isa.name()) == Some(isa))
        );
        assert_eq!(Isa::from_name("sse"), None);
        assert!(Isa::best().is_available());
    }
}
