//! Sixteen nonces at a time, on x86-64 with AVX-512.

use crate::hash::midstate::INITIAL;
use crate::pow::{job::Job, kernel::define_scan};
use core::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_cmple_epu32_mask, _mm512_ror_epi32, _mm512_set1_epi32,
    _mm512_setr_epi32, _mm512_srli_epi32, _mm512_ternarylogic_epi32, _mm512_xor_si512,
};

/// A register.
type V = __m512i;

/// Nonces at a time.
pub(super) const LANES: u32 = 16;

#[target_feature(enable = "avx512f")]
#[inline]
fn spread(word: u32) -> V {
    _mm512_set1_epi32(word.cast_signed())
}

#[target_feature(enable = "avx512f")]
#[inline]
fn number(first: u32) -> V {
    add(spread(first), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
}

#[target_feature(enable = "avx512f")]
#[inline]
fn add(x: V, y: V) -> V {
    _mm512_add_epi32(x, y)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn xor(x: V, y: V) -> V {
    _mm512_xor_si512(x, y)
}

// The truth tables of the next three are those of Intel's manual: bit 4x + 2y + z.

#[target_feature(enable = "avx512f")]
#[inline]
fn xor3(x: V, y: V, z: V) -> V {
    _mm512_ternarylogic_epi32::<0b1001_0110>(x, y, z)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn choose(x: V, y: V, z: V) -> V {
    _mm512_ternarylogic_epi32::<0b1100_1010>(x, y, z)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn majority(x: V, y: V, z: V, _x_y: V, _y_z: V) -> V {
    _mm512_ternarylogic_epi32::<0b1110_1000>(x, y, z)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn rotate<const RIGHT: i32, const LEFT: i32>(x: V) -> V {
    _mm512_ror_epi32::<RIGHT>(x)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn shift<const RIGHT: u32>(x: V) -> V {
    _mm512_srli_epi32::<RIGHT>(x)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn settle(_x: V) {}

#[target_feature(enable = "avx512f")]
#[inline]
fn at_most(x: V, limit: V) -> u32 {
    u32::from(_mm512_cmple_epu32_mask(x, limit))
}

define_scan!(#[target_feature(enable = "avx512f")]);
