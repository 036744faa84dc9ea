//! The kernels of x86 processors, on a processor of another kind: none is available, so none is ever called.

use super::{Panels, Pick, Upper, portable};

pub(super) fn has_avx512() -> bool {
    false
}

pub(super) fn has_avx2() -> bool {
    false
}

pub(super) use portable::affine as affine_avx2;
pub(super) use portable::affine as affine_avx512;
pub(super) use portable::layer_norm as layer_norm_avx2;
pub(super) use portable::layer_norm as layer_norm_avx512;
pub(super) use portable::pick as pick_avx2;
pub(super) use portable::pick as pick_avx512;
pub(super) use portable::products64 as products64_avx2;
pub(super) use portable::products64 as products64_avx512;

pub(super) fn scores_avx512(upper: &Upper, features: &[&[f32]], out: &mut [f32]) {
    portable::scores::<false>(upper, features, out);
}

pub(super) fn scores_avx2(upper: &Upper, features: &[&[f32]], out: &mut [f32]) {
    portable::scores::<false>(upper, features, out);
}
