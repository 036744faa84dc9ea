//! Kernels in plain, bounds-checked code.
//!
//! The small ones are also compiled for wider vectors by `x86`, from the same text.

use super::{CLASS_STEP, CLOSE, Finish, MAX_HIDDEN, Panels, Pick, Upper};

const LANES: usize = 8;
const ROWS: usize = 2;

pub(super) fn affine(layer: &Panels, x: &[f32], stride: usize, rows: usize, y: &mut [f32]) {
    match layer.vectors {
        3 => affine_of::<3>(layer, x, stride, rows, y),
        _ => affine_of::<2>(layer, x, stride, rows, y),
    }
}

fn affine_of<const V: usize>(layer: &Panels, x: &[f32], stride: usize, rows: usize, y: &mut [f32]) {
    let panel_len = layer.inputs * V * LANES;
    for (panel, weights) in layer.weights.chunks_exact(panel_len).enumerate() {
        let bias = &layer.bias[panel * V * LANES..][..V * LANES];
        for row in (0..rows).step_by(ROWS) {
            let x: [&[f32]; ROWS] =
                std::array::from_fn(|r| &x[(row + r) * stride..][..layer.inputs]);
            let sums = tile::<V>(x, weights);
            for (r, sums) in sums.iter().enumerate() {
                let out = &mut y[(row + r) * layer.outputs..][..layer.outputs];
                finish::<V>(layer.finish, sums, bias, panel, out);
            }
        }
    }
}

#[inline(always)]
fn tile<const V: usize>(x: [&[f32]; ROWS], weights: &[f32]) -> [[[f32; LANES]; V]; ROWS] {
    let mut sums = [[[0.0; LANES]; V]; ROWS];
    let pairs = x[0].iter().zip(x[1]);
    for ((&x0, &x1), weights) in pairs.zip(weights.chunks_exact(V * LANES)) {
        for v in 0..V {
            for lane in 0..LANES {
                let w = weights[v * LANES + lane];
                sums[0][v][lane] += x0 * w;
                sums[1][v][lane] += x1 * w;
            }
        }
    }
    sums
}

fn finish<const V: usize>(
    finish: Finish,
    sums: &[[f32; LANES]; V],
    bias: &[f32],
    panel: usize,
    out: &mut [f32],
) {
    let total = |v: usize, lane: usize| sums[v][lane] + bias[v * LANES + lane];
    match finish {
        Finish::Store => {
            let out = &mut out[panel * V * LANES..][..V * LANES];
            (0..V * LANES).for_each(|i| out[i] = total(i / LANES, i % LANES));
        }
        Finish::Max => {
            let out = &mut out[panel * LANES..][..LANES];
            (0..LANES).for_each(|lane| {
                out[lane] = (1..V).fold(total(0, lane), |m, v| m.max(total(v, lane)))
            });
        }
    }
}

const STEP: usize = 16;

#[inline(always)]
fn sum_of(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; STEP];
    for chunk in values.chunks_exact(STEP) {
        for (sum, &v) in sums.iter_mut().zip(chunk) {
            *sum += f(v);
        }
    }
    sums.iter().sum()
}

/// Layer normalization over rows as wide as `gain`, a multiple of 16. Source: thinc `layernorm`, epsilon 1e-8.
#[inline(always)]
pub(super) fn layer_norm(y: &mut [f32], residual: Option<&[f32]>, gain: &[f32], shift: &[f32]) {
    let width = gain.len();
    let shift = &shift[..width];
    for (i, row) in y.chunks_exact_mut(width).enumerate() {
        let mean = sum_of(row, |v| v) / width as f32;
        let variance = sum_of(row, |v| (v - mean) * (v - mean)) / width as f32 + 1e-8;
        let scale = 1.0 / variance.sqrt();
        match residual {
            Some(residual) => {
                let residual = &residual[i * width..][..width];
                for j in 0..width {
                    row[j] = (row[j] - mean) * scale * gain[j] + shift[j] + residual[j];
                }
            }
            None => {
                for j in 0..width {
                    row[j] = (row[j] - mean) * scale * gain[j] + shift[j];
                }
            }
        }
    }
}

/// Adds up the features' rows (piece 0 of all hidden units, then piece 1), takes the greater piece of each unit, and
/// multiplies by the upper layer. `out` holds a score for each class, a whole number of [`CLASS_STEP`]. `FMA` says
/// whether the processor multiplies and adds in one step.
#[inline(always)]
pub(super) fn scores<const FMA: bool>(upper: &Upper, features: &[&[f32]], out: &mut [f32]) {
    let both = upper.hidden_bias.len();
    let units = both / 2;
    let mut sums = [0.0; 2 * MAX_HIDDEN];
    for (i, sums) in sums[..both].chunks_exact_mut(CLASS_STEP).enumerate() {
        let mut acc = [0.0; CLASS_STEP];
        acc.copy_from_slice(&upper.hidden_bias[i * CLASS_STEP..][..CLASS_STEP]);
        for row in features {
            let row = &row[i * CLASS_STEP..][..CLASS_STEP];
            for j in 0..CLASS_STEP {
                acc[j] += row[j];
            }
        }
        sums.copy_from_slice(&acc);
    }
    let mut hidden = [0.0; MAX_HIDDEN];
    let hidden = &mut hidden[..units];
    for i in 0..units {
        hidden[i] = sums[i].max(sums[units + i]);
    }
    // Many sums at a time, so that one need not wait for the other.
    let mut first = 0;
    while first < out.len() {
        first += match out.len() - first {
            128.. => group::<128, FMA>(upper, hidden, first, out),
            96.. => group::<96, FMA>(upper, hidden, first, out),
            64.. => group::<64, FMA>(upper, hidden, first, out),
            _ => group::<CLASS_STEP, FMA>(upper, hidden, first, out),
        };
    }
}

#[inline(always)]
fn group<const N: usize, const FMA: bool>(
    upper: &Upper,
    hidden: &[f32],
    first: usize,
    out: &mut [f32],
) -> usize {
    let classes = out.len();
    let mut acc = [0.0; N];
    acc.copy_from_slice(&upper.bias[first..first + N]);
    for (unit, &h) in hidden.iter().enumerate() {
        let weights = &upper.weights[unit * classes + first..][..N];
        for j in 0..N {
            acc[j] = if FMA {
                h.mul_add(weights[j], acc[j])
            } else {
                h * weights[j] + acc[j]
            };
        }
    }
    out[first..first + N].copy_from_slice(&acc);
    N
}

const WIDE: usize = 8;

/// The product of each row of `weights` with `x`, in double precision and in one order on every processor.
#[inline(always)]
pub(super) fn products64(weights: &[f32], x: &[f64], out: &mut Vec<f64>) {
    for row in weights.chunks_exact(x.len()) {
        let mut acc = [0.0; WIDE];
        let (mut rows, mut xs) = (row.chunks_exact(WIDE), x.chunks_exact(WIDE));
        for (w, x) in (&mut rows).zip(&mut xs) {
            for j in 0..WIDE {
                acc[j] += f64::from(w[j]) * x[j];
            }
        }
        let rest: f64 = rows
            .remainder()
            .iter()
            .zip(xs.remainder())
            .map(|(&w, &x)| f64::from(w) * x)
            .sum();
        out.push(acc.iter().sum::<f64>() + rest);
    }
}

/// The first class with the greatest score, where `mask` is 0 for what is allowed and minus infinity for what is not.
#[inline(always)]
pub(super) fn pick(scores: &[f32], mask: &[f32]) -> Pick {
    let mut best = [f32::NEG_INFINITY; STEP];
    for (s, m) in scores.chunks_exact(STEP).zip(mask.chunks_exact(STEP)) {
        for j in 0..STEP {
            let v = s[j] + m[j];
            best[j] = if v > best[j] { v } else { best[j] };
        }
    }
    let best = best.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
    if best == f32::NEG_INFINITY {
        return Pick::None;
    }
    let mut near = [0u32; STEP];
    for (s, m) in scores.chunks_exact(STEP).zip(mask.chunks_exact(STEP)) {
        for j in 0..STEP {
            near[j] += u32::from(s[j] + m[j] > best - CLOSE);
        }
    }
    if near.iter().sum::<u32>() > 1 {
        return Pick::Close;
    }
    let at = scores.iter().zip(mask).position(|(s, m)| s + m == best);
    at.map_or(Pick::None, Pick::Clear)
}
