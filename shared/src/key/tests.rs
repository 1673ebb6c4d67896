use super::*;
use crate::hash::Hash;
use ed25519_zebra::SigningKey;

fn claim(seed: u8) -> Claim {
    let key = SigningKey::from([seed; 32]);
    let digest = Hash([seed; 32]);
    let signature = key.sign(&digest.0);
    Claim {
        key: PublicKey(<[u8; 32]>::from(ed25519_zebra::VerificationKey::from(&key))),
        digest,
        signature: Signature(signature.into()),
    }
}

#[test]
fn all_14_small_order_encodings_are_known_and_of_small_order() {
    let mut seen = SMALL_ORDER.to_vec();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 14);
    let mut points = 0;
    for bytes in SMALL_ORDER {
        if let Some(point) = curve25519_dalek::edwards::CompressedEdwardsY(bytes).decompress() {
            assert!(point.is_small_order(), "{bytes:?}");
            points += 1;
        }
    }
    // Under ZIP-215 decoding, every one of the 14 is a point.
    assert_eq!(points, 14);
    assert!(!claim(1).key.is_small_order());
}

#[test]
fn a_batch_names_the_first_invalid_claim() {
    let mut claims: Vec<Claim> = (0..20).map(claim).collect();
    assert_eq!(verify_all(&claims), Ok(()));
    for spoilt in [0, 7, 19] {
        let good = claims[spoilt];
        claims[spoilt].signature.0[40] ^= 1;
        assert_eq!(verify_all(&claims), Err(spoilt));
        claims[spoilt] = good;
    }
    claims[3].digest = Hash::ZERO;
    claims[11].key = claim(30).key;
    assert_eq!(verify_all(&claims), Err(3));
    assert_eq!(verify_all(&[]), Ok(()));
}

#[test]
fn no_flipped_bit_of_a_signature_is_accepted() {
    let good = claim(5);
    assert!(good.is_valid());
    for bit in 0..512 {
        let mut bad = good;
        bad.signature.0[bit / 8] ^= 1 << (bit % 8);
        assert!(!bad.is_valid(), "bit {bit}");
    }
}

/// ZIP-215's own table: 14 x 14 signatures of small-order keys and nonces with s = 0 are all valid,
/// alone and in a batch.
#[test]
fn the_196_small_order_cases_of_zip_215_are_valid() {
    let mut claims = Vec::new();
    for key in SMALL_ORDER {
        for nonce in SMALL_ORDER {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&nonce);
            let claim = Claim {
                key: PublicKey(key),
                digest: Hash(*b"Zcash Zcash Zcash Zcash Zcash Zc"),
                signature: Signature(signature),
            };
            assert!(claim.is_valid(), "{claim:?}");
            claims.push(claim);
        }
    }
    assert_eq!(claims.len(), 196);
    assert_eq!(verify_all(&claims), Ok(()));
}
