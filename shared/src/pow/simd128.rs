//! Four nonces at a time, in WebAssembly with SIMD.

use super::{job::Job, kernel::define_scan};
use crate::hash::midstate::INITIAL;
use core::arch::wasm32::{
    i32x4_bitmask, u32x4, u32x4_add, u32x4_le, u32x4_shl, u32x4_shr, u32x4_splat, v128, v128_and,
    v128_or, v128_xor,
};
use core::hint::black_box;

/// A register.
type V = v128;

/// Nonces at a time.
pub(super) const LANES: u32 = 4;

#[target_feature(enable = "simd128")]
#[inline]
fn spread(word: u32) -> V {
    u32x4_splat(word)
}

#[target_feature(enable = "simd128")]
#[inline]
fn number(first: u32) -> V {
    u32x4_add(u32x4_splat(first), u32x4(0, 1, 2, 3))
}

#[target_feature(enable = "simd128")]
#[inline]
fn add(x: V, y: V) -> V {
    u32x4_add(x, y)
}

#[target_feature(enable = "simd128")]
#[inline]
fn xor(x: V, y: V) -> V {
    v128_xor(x, y)
}

#[target_feature(enable = "simd128")]
#[inline]
fn xor3(x: V, y: V, z: V) -> V {
    v128_xor(v128_xor(x, y), z)
}

#[target_feature(enable = "simd128")]
#[inline]
fn rotate<const RIGHT: u32, const LEFT: u32>(x: V) -> V {
    v128_or(u32x4_shr(x, RIGHT), u32x4_shl(x, LEFT))
}

#[target_feature(enable = "simd128")]
#[inline]
fn shift<const RIGHT: u32>(x: V) -> V {
    u32x4_shr(x, RIGHT)
}

#[target_feature(enable = "simd128")]
#[inline]
fn choose(x: V, y: V, z: V) -> V {
    v128_xor(z, v128_and(x, v128_xor(y, z)))
}

#[target_feature(enable = "simd128")]
#[inline]
fn majority(_x: V, y: V, _z: V, x_y: V, y_z: V) -> V {
    v128_xor(y, v128_and(x_y, y_z))
}

#[target_feature(enable = "simd128")]
#[inline]
fn settle(x: V) {
    // A store that nothing reads: it costs nothing that could be measured.
    black_box(x);
}

#[target_feature(enable = "simd128")]
#[inline]
fn at_most(x: V, limit: V) -> u32 {
    u32::from(i32x4_bitmask(u32x4_le(x, limit)))
}

define_scan!(#[target_feature(enable = "simd128")]);
