//! One nonce at a time: what runs everywhere.

use super::{job::Job, kernel::define_scan};
use crate::hash::midstate::INITIAL;

/// A register.
type V = u32;

/// Nonces at a time.
pub(super) const LANES: u32 = 1;

const fn spread(word: u32) -> V {
    word
}

const fn number(first: u32) -> V {
    first
}

const fn add(x: V, y: V) -> V {
    x.wrapping_add(y)
}

const fn xor(x: V, y: V) -> V {
    x ^ y
}

const fn xor3(x: V, y: V, z: V) -> V {
    x ^ y ^ z
}

const fn rotate<const RIGHT: u32, const LEFT: u32>(x: V) -> V {
    x.rotate_right(RIGHT)
}

const fn shift<const RIGHT: u32>(x: V) -> V {
    x >> RIGHT
}

const fn choose(x: V, y: V, z: V) -> V {
    z ^ (x & (y ^ z))
}

const fn majority(_x: V, y: V, _z: V, x_y: V, y_z: V) -> V {
    y ^ (x_y & y_z)
}

const fn settle(_x: V) {}

fn at_most(x: V, limit: V) -> u32 {
    u32::from(x <= limit)
}

define_scan!();
