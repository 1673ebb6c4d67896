//! What `scripts/bench mining` runs in Node and in a browser: the miners' loop, and the same attempts
//! with the `sha2` crate.

#![cfg(target_arch = "wasm32")]

use sha2::block_api::compress256;
use shared::{hash::Hash, pow::Kernel, work::Target};
use wasm_bindgen::prelude::wasm_bindgen;

/// The instruction set of [`search`].
#[wasm_bindgen]
#[must_use]
pub fn kernel() -> String {
    Kernel::fastest().name().to_owned()
}

/// Attempts on one core; returns how many nonces begin with 20 zero bits.
#[wasm_bindgen]
#[must_use]
pub fn search(start: u32, count: u32) -> usize {
    let target = Target::from_zero_bits(20);
    Kernel::fastest().search(&Hash([7; 32]), &target, start.into(), count.into()).len()
}

/// The same attempts, as fast as the `sha2` crate makes them: one compression each.
#[wasm_bindgen]
#[must_use]
pub fn sha2(start: u32, count: u32) -> usize {
    let mut block = [0; 64];
    block[..32].fill(7);
    block[40] = 0x80;
    block[56..].copy_from_slice(&320_u64.to_be_bytes());
    (0..count)
        .filter(|step| {
            let nonce = u64::from(start) + u64::from(*step);
            block[32..40].copy_from_slice(&nonce.to_le_bytes());
            let mut state = INITIAL;
            compress256(&mut state, core::slice::from_ref(&block));
            state[0] >> 12 == 0
        })
        .count()
}

/// SHA-256's state before the first block.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
