//! The attempts of a search as the `sha2` crate makes them: what the kernels are measured beside,
//! natively and in WebAssembly.

use sha2::block_api::compress256;

/// So many attempts from a nonce on, as fast as the crate makes them: one compression each. Returns how
/// many ids begin with 20 zero bits.
pub(crate) fn with_sha2(start: u64, count: u64) -> usize {
    let mut block = [0; 64];
    block[..32].fill(7);
    block[40] = 0x80;
    block[56..].copy_from_slice(&320_u64.to_be_bytes());
    (start..start + count)
        .filter(|nonce| {
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
