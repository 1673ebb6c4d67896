//! Eight nonces at a time, on x86-64 with AVX2.

use crate::hash::midstate::INITIAL;
use crate::pow::{job::Job, kernel::define_scan};
use core::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi32,
    _mm256_min_epu32, _mm256_movemask_ps, _mm256_or_si256, _mm256_set1_epi32, _mm256_setr_epi32,
    _mm256_slli_epi32, _mm256_srli_epi32, _mm256_xor_si256,
};

/// A register.
type V = __m256i;

/// Nonces at a time.
pub(super) const LANES: u32 = 8;

#[target_feature(enable = "avx2")]
#[inline]
fn spread(word: u32) -> V {
    _mm256_set1_epi32(word.cast_signed())
}

#[target_feature(enable = "avx2")]
#[inline]
fn number(first: u32) -> V {
    add(spread(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(x: V, y: V) -> V {
    _mm256_add_epi32(x, y)
}

#[target_feature(enable = "avx2")]
#[inline]
fn xor(x: V, y: V) -> V {
    _mm256_xor_si256(x, y)
}

#[target_feature(enable = "avx2")]
#[inline]
fn xor3(x: V, y: V, z: V) -> V {
    xor(xor(x, y), z)
}

#[target_feature(enable = "avx2")]
#[inline]
fn choose(x: V, y: V, z: V) -> V {
    xor(z, _mm256_and_si256(x, xor(y, z)))
}

#[target_feature(enable = "avx2")]
#[inline]
fn majority(_x: V, y: V, _z: V, x_y: V, y_z: V) -> V {
    xor(y, _mm256_and_si256(x_y, y_z))
}

#[target_feature(enable = "avx2")]
#[inline]
fn rotate<const RIGHT: i32, const LEFT: i32>(x: V) -> V {
    _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x))
}

#[target_feature(enable = "avx2")]
#[inline]
fn shift<const RIGHT: i32>(x: V) -> V {
    _mm256_srli_epi32::<RIGHT>(x)
}

#[target_feature(enable = "avx2")]
#[inline]
fn settle(_x: V) {}

#[target_feature(enable = "avx2")]
#[inline]
fn at_most(x: V, limit: V) -> u32 {
    // There is no unsigned comparison: the smaller of both is `x` where it is at most the limit.
    let is_at_most = _mm256_cmpeq_epi32(_mm256_min_epu32(x, limit), x);
    _mm256_movemask_ps(_mm256_castsi256_ps(is_at_most)).cast_unsigned()
}

define_scan!(#[target_feature(enable = "avx2")]);
