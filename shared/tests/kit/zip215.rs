//! The one rule of signatures, ZIP-215 (§4), written out: the oracle of the tests about signatures.

use curve25519_dalek::{
    Scalar, constants::ED25519_BASEPOINT_POINT as BASE, edwards::CompressedEdwardsY,
    traits::IsIdentity as _,
};
use sha2::{Digest as _, Sha512};

/// `8·S·B = 8·R + 8·k·A`, S below the order, A and R any encodings of points.
pub(crate) fn is_valid(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, s) = signature.split_at(32);
    let point = |bytes: &[u8]| CompressedEdwardsY::from_slice(bytes).ok()?.decompress();
    let s = s.first_chunk().and_then(|s| Scalar::from_canonical_bytes(*s).into());
    let (Some(a), Some(r_point), Some(s)) = (point(key), point(r), s) else { return false };
    let k = challenge(r, key, message);
    let s: Scalar = s;
    (BASE * s - r_point - a * k).mul_by_cofactor().is_identity()
}

/// `k = SHA-512(R || A || message)`.
pub(crate) fn challenge(r: &[u8], key: &[u8], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}
