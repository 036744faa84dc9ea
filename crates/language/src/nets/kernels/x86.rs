//! Kernels for x86 processors.
#![allow(
    unsafe_code,
    reason = "vector loads and stores, and calls that need a feature of the processor"
)]

use std::arch::x86_64::{
    __m256, __m512, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_storeu_ps, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
    _mm512_max_ps, _mm512_set1_ps, _mm512_setzero_ps, _mm512_storeu_ps,
};

use super::{Finish, Panels, Pick, SLACK_ROWS, Upper, portable};

pub(super) fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f") && has_avx2()
}

pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// A kernel that multiplies blocks of `$rows` rows with panels of `V` vectors, each register of type `$reg`.
macro_rules! affine_kernel {
    ($name:ident, $block:ident, $feature:literal, $reg:ty, $lanes:literal,
     $zero:ident, $set1:ident, $load:ident, $fmadd:ident, $add:ident, $max:ident, $store:ident) => {
        #[target_feature(enable = $feature)]
        fn $name<const V: usize, const R: usize>(
            layer: &Panels,
            x: &[f32],
            stride: usize,
            rows: usize,
            y: &mut [f32],
        ) {
            const { assert!(R <= SLACK_ROWS) };
            assert!(layer.vectors == V && layer.lanes == $lanes);
            let panels = layer.bias.len() / (V * $lanes);
            assert!(layer.weights.len() == panels * layer.inputs * V * $lanes);
            let last = (rows - 1) / R * R + R - 1;
            assert!(
                x.len() >= last * stride + layer.inputs && y.len() >= (last + 1) * layer.outputs
            );
            let width = if layer.finish == Finish::Max {
                $lanes
            } else {
                V * $lanes
            };
            assert!(layer.outputs == panels * width);
            for panel in 0..panels {
                let weights = &layer.weights[panel * layer.inputs * V * $lanes..]
                    [..layer.inputs * V * $lanes];
                let bias = &layer.bias[panel * V * $lanes..][..V * $lanes];
                for row in (0..rows).step_by(R) {
                    // SAFETY: rows `row` to `row + R - 1` are at most `last`, for which the assertions above give room in
                    // `x` and in `y`; `weights` and `bias` are cut to the lengths that the block reads.
                    unsafe {
                        let out = y.as_mut_ptr().add(row * layer.outputs + panel * width);
                        let sums = $block::<V, R>(
                            x.as_ptr().add(row * stride),
                            stride,
                            layer.inputs,
                            weights.as_ptr(),
                        );
                        for (r, sums) in sums.iter().enumerate() {
                            let out = out.add(r * layer.outputs);
                            let total: [$reg; V] = std::array::from_fn(|v| {
                                $add(sums[v], $load(bias.as_ptr().add(v * $lanes)))
                            });
                            if layer.finish == Finish::Max {
                                $store(out, total[1..].iter().fold(total[0], |m, &t| $max(m, t)));
                            } else {
                                (0..V).for_each(|v| $store(out.add(v * $lanes), total[v]));
                            }
                        }
                    }
                }
            }
        }

        /// Sums of `R` rows times one panel.
        ///
        /// # Safety
        /// `x` is readable for `inputs` numbers at each of `R` rows `stride` apart, `weights` for `inputs * V` registers.
        #[target_feature(enable = $feature)]
        #[inline]
        unsafe fn $block<const V: usize, const R: usize>(
            x: *const f32,
            stride: usize,
            inputs: usize,
            weights: *const f32,
        ) -> [[$reg; V]; R] {
            let mut sums = [[$zero(); V]; R];
            for input in 0..inputs {
                // SAFETY: the caller's promise; `input` is below `inputs`, the row below `R`, the vector below `V`.
                unsafe {
                    let w: [$reg; V] =
                        std::array::from_fn(|v| $load(weights.add((input * V + v) * $lanes)));
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let x = $set1(*x.add(r * stride + input));
                        for v in 0..V {
                            sums[v] = $fmadd(x, w[v], sums[v]);
                        }
                    }
                }
            }
            sums
        }
    };
}

affine_kernel!(
    affine512,
    block512,
    "avx512f",
    __m512,
    16,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_fmadd_ps,
    _mm512_add_ps,
    _mm512_max_ps,
    _mm512_storeu_ps
);
affine_kernel!(
    affine256,
    block256,
    "avx2,fma",
    __m256,
    8,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps,
    _mm256_max_ps,
    _mm256_storeu_ps
);

pub(super) fn affine_avx512(layer: &Panels, x: &[f32], stride: usize, rows: usize, y: &mut [f32]) {
    assert!(has_avx512());
    // SAFETY: the processor has the feature.
    unsafe {
        match layer.vectors {
            3 => affine512::<3, 8>(layer, x, stride, rows, y),
            _ => affine512::<2, 12>(layer, x, stride, rows, y),
        }
    }
}

pub(super) fn affine_avx2(layer: &Panels, x: &[f32], stride: usize, rows: usize, y: &mut [f32]) {
    assert!(has_avx2());
    // SAFETY: the processor has the features.
    unsafe {
        match layer.vectors {
            // Three rows, not four: nine sums, three weights and an input leave no register to spill.
            3 => affine256::<3, 3>(layer, x, stride, rows, y),
            _ => affine256::<2, 6>(layer, x, stride, rows, y),
        }
    }
}

/// Compiles plain kernels for a wider instruction set.
macro_rules! widened {
    ($has:ident, $feature:literal; $($name:ident = $plain:ident $(::<$flag:literal>)? ($($arg:ident: $ty:ty),*) $(-> $out:ty)?;)*) => {
        $(pub(super) fn $name($($arg: $ty),*) $(-> $out)? {
            #[target_feature(enable = $feature)]
            fn widened($($arg: $ty),*) $(-> $out)? {
                portable::$plain$(::<$flag>)?($($arg),*)
            }
            debug_assert!($has());
            // SAFETY: `Kernels` are made for an instruction set only after asking the processor for it.
            unsafe { widened($($arg),*) }
        })*
    };
}

widened! { has_avx512, "avx512f";
    layer_norm_avx512 = layer_norm(y: &mut [f32], residual: Option<&[f32]>, gain: &[f32], shift: &[f32]);
    scores_avx512 = scores::<true>(upper: &Upper, features: &[&[f32]], out: &mut [f32]);
    products64_avx512 = products64(weights: &[f32], x: &[f64], out: &mut Vec<f64>);
    pick_avx512 = pick(scores: &[f32], mask: &[f32]) -> Pick;
}

widened! { has_avx2, "avx2,fma";
    layer_norm_avx2 = layer_norm(y: &mut [f32], residual: Option<&[f32]>, gain: &[f32], shift: &[f32]);
    scores_avx2 = scores::<true>(upper: &Upper, features: &[&[f32]], out: &mut [f32]);
    products64_avx2 = products64(weights: &[f32], x: &[f64], out: &mut Vec<f64>);
    pick_avx2 = pick(scores: &[f32], mask: &[f32]) -> Pick;
}
