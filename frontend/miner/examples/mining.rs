//! What `scripts/bench mining` runs in Node and in a browser: the miners' loop, and the same attempts
//! with the `sha2` crate.

#![cfg(target_arch = "wasm32")]

#[path = "../../../shared/benches/mining/with_sha2.rs"]
mod with_sha2;

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

/// The same attempts with the `sha2` crate.
#[wasm_bindgen]
#[must_use]
pub fn sha2(start: u32, count: u32) -> usize {
    with_sha2::with_sha2(start.into(), count.into())
}
