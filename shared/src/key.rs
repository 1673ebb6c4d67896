//! Public keys, signatures and their one rule of validity: ZIP-215 (§4).
//!
//! Everything that verifies calls this module, in the node and in the tab. Under ZIP-215 a batch
//! accepts exactly what single verification accepts, which is why batches may be used for consensus.
//! Secret keys are not here: they exist only behind the feature `wallet`, in [`crate::wallet`].

use crate::{
    account::AccountId,
    hash::{Hash, Hasher, Tag},
};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use core::{convert::Infallible, fmt};
use ed25519_zebra::{VerificationKey, VerificationKeyBytes, batch};

/// An Ed25519 public key: 32 bytes that may or may not be a curve point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

/// "This key signed this digest": what a signature check is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The signer.
    pub key: PublicKey,
    /// The signed 32 bytes.
    pub digest: Hash,
    /// The signature.
    pub signature: Signature,
}

/// The 14 encodings of the 8 points of small order: signatures under them can be made by anyone (§4).
const SMALL_ORDER: [[u8; 32]; 14] = small_order_encodings();

impl PublicKey {
    /// The account that this key alone controls.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        AccountId(self.0)
    }

    /// Whether the bytes are one of the 14 encodings of points of small order (§4).
    #[must_use]
    pub fn is_small_order(&self) -> bool {
        is_small_order(&self.0)
    }

    /// Whether the bytes decode to a curve point, as address texts require (§4).
    #[must_use]
    pub fn is_point(&self) -> bool {
        curve25519_dalek::edwards::CompressedEdwardsY(self.0).decompress().is_some()
    }
}

/// Whether 32 bytes are one of the 14 encodings of points of small order (§4).
#[must_use]
pub fn is_small_order(bytes: &[u8; 32]) -> bool {
    SMALL_ORDER.contains(bytes)
}

impl Claim {
    /// Whether the signature is valid under ZIP-215.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        VerificationKey::try_from(self.key.0)
            .and_then(|key| {
                key.verify(&ed25519_zebra::Signature::from(self.signature.0), &self.digest.0)
            })
            .is_ok()
    }
}

/// A way to verify claims: all at once, and the position of a bad one if any. It may work in parallel
/// but must accept exactly what [`verify_all`] accepts.
pub type Verify<'a> = &'a dyn Fn(&[Claim]) -> Result<(), usize>;

/// Checks all `claims` at once; the verdict equals checking them one by one.
///
/// # Errors
///
/// The position of the first invalid claim.
pub fn verify_all(claims: &[Claim]) -> Result<(), usize> {
    match claims {
        [] => Ok(()),
        [claim] => {
            if claim.is_valid() {
                Ok(())
            } else {
                Err(0)
            }
        }
        _ if verify_batch(claims) => Ok(()),
        // Halving finds the culprit for about twice the price of one batch, not for one check each.
        _ => {
            let half = claims.len() / 2;
            let (left, right) = claims.split_at(half);
            verify_all(left)?;
            verify_all(right).map_err(|position| half.saturating_add(position))
        }
    }
}

/// Whether all claims are valid, by one batch equation.
fn verify_batch(claims: &[Claim]) -> bool {
    let mut verifier = batch::Verifier::new();
    let mut seed = Hasher::new(&Tag::BATCH);
    for claim in claims {
        let key = VerificationKeyBytes::from(claim.key.0);
        let signature = ed25519_zebra::Signature::from(claim.signature.0);
        seed.update(&claim.key.0);
        seed.update(&claim.digest.0);
        seed.update(&claim.signature.0);
        verifier.queue((key, signature, &claim.digest.0));
    }
    verifier.verify(Coefficients { seed: seed.finish(), block: 0, buffer: Vec::new() }).is_ok()
}

/// The coefficients of a batch equation: a hash of everything in the batch, so that whoever makes
/// the signatures cannot choose them against the coefficients, and no randomness enters a rule.
struct Coefficients {
    seed: Hash,
    block: u64,
    buffer: Vec<u8>,
}

impl rand_core::TryRng for Coefficients {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            if self.buffer.is_empty() {
                let next = Tag::BATCH.hash(&[&self.seed.0, &self.block.to_le_bytes()]);
                self.block = self.block.wrapping_add(1);
                self.buffer.extend_from_slice(&next.0);
            }
            *byte = self.buffer.pop().unwrap_or_default();
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Coefficients {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash(self.0), f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The y coordinates 0, 1, -1, the two of order 8, and the non-canonical spellings p, p + 1 of 0 and 1,
/// each with both values of the sign bit.
const fn small_order_encodings() -> [[u8; 32]; 14] {
    const EIGHT_A: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ];
    const EIGHT_B: [u8; 32] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    minus_one[31] = 0x7f;
    let mut p = minus_one;
    p[0] = 0xed;
    let mut p_plus_one = minus_one;
    p_plus_one[0] = 0xee;
    let mut one = [0; 32];
    one[0] = 1;
    let plain = [[0; 32], one, minus_one, p, p_plus_one, EIGHT_A, EIGHT_B];
    let mut all = [[0; 32]; 14];
    let mut i = 0;
    while i < 7 {
        all[i] = plain[i];
        all[i + 7] = plain[i];
        all[i + 7][31] |= 0x80;
        i += 1;
    }
    all
}

#[cfg(test)]
mod tests;
