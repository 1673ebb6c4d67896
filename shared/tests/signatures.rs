//! The one rule of signatures, ZIP-215 (§4), against an oracle that is written out: points of
//! small order, keys and nonces with torsion, malleated signatures, and batches.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use std::collections::BTreeSet;

use curve25519_dalek::{
    EdwardsPoint, Scalar,
    constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION},
    edwards::CompressedEdwardsY,
};
use kit::{
    Random,
    zip215::{self, challenge},
};
use shared::{
    encode::decode,
    hash::Hash,
    key::{Claim, PublicKey, Signature, is_small_order, verify_all},
};

/// The order of the group, L = 2^252 + 27742317777372353535851937790883648493, least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn oracle(claim: &Claim) -> bool {
    zip215::is_valid(&claim.key.0, &claim.digest.0, &claim.signature.0)
}

fn scalar(random: &mut Random) -> Scalar {
    let mut wide = [0; 64];
    wide.fill_with(|| random.below(256).to_le_bytes()[0]);
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// A claim signed by a random key, with torsion added to the key and to R: valid under ZIP-215.
fn signed(random: &mut Random, key_torsion: EdwardsPoint, r_torsion: EdwardsPoint) -> Claim {
    let (a, r) = (scalar(random), scalar(random));
    let digest = Hash(scalar(random).to_bytes());
    let key = (BASE * a + key_torsion).compress().0;
    let commitment = (BASE * r + r_torsion).compress().0;
    let s = r + challenge(&commitment, &key, &digest.0) * a;
    claim(key, commitment, s.to_bytes(), digest)
}

fn claim(key: [u8; 32], r: [u8; 32], s: [u8; 32], digest: Hash) -> Claim {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(&s);
    Claim { key: PublicKey(key), digest, signature: Signature(signature) }
}

/// Number + `times` · `step`, least byte first; `None` past 2^256.
fn add(mut number: [u8; 32], step: &[u8; 32], times: u32) -> Option<[u8; 32]> {
    for _ in 0..times {
        let mut carry = 0_u16;
        for (byte, add) in number.iter_mut().zip(step) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        if carry > 0 {
            return None;
        }
    }
    Some(number)
}

/// All encodings of the 8 points of small order: y or y + p where that fits 255 bits, either sign.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut field = [0xff; 32];
    (field[0], field[31]) = (0xed, 0x7f);
    let mut found = BTreeSet::new();
    for point in EIGHT_TORSION {
        let mut y = point.compress().0;
        y[31] &= 0x7f;
        for times in 0..2 {
            let Some(spelt) = add(y, &field, times).filter(|bytes| bytes[31] < 0x80) else {
                continue;
            };
            for sign in [0, 0x80] {
                let mut bytes = spelt;
                bytes[31] |= sign;
                let decoded = CompressedEdwardsY(bytes).decompress();
                if decoded.is_some_and(|point| EIGHT_TORSION.contains(&point)) {
                    found.insert(bytes);
                }
            }
        }
    }
    found.into_iter().collect()
}

#[test]
fn the_14_encodings_follow_from_the_8_points() {
    let all = small_order_encodings();
    assert_eq!(all.len(), 14);
    assert!(all.iter().all(is_small_order));
}

#[test]
fn the_196_small_order_cases_have_the_oracles_verdict_alone_and_in_batches() {
    let all = small_order_encodings();
    let mut random = Random(1);
    let honest = signed(&mut random, EIGHT_TORSION[0], EIGHT_TORSION[0]);
    let mut one = [0; 32];
    one[0] = 1;
    let mut cases = 0;
    for key in &all {
        for r in &all {
            // Any S but zero makes 8·S·B, which is not nothing.
            for (s, valid) in [([0; 32], true), (one, false), (ORDER, false)] {
                let case = claim(*key, *r, s, Hash([5; 32]));
                assert_eq!(case.is_valid(), valid, "{case:?}");
                assert_eq!(oracle(&case), valid, "{case:?}");
                let verdict = verify_all(&[honest, case, honest]);
                assert_eq!(verdict, if valid { Ok(()) } else { Err(1) }, "{case:?}");
            }
            cases += 1;
        }
    }
    assert_eq!(cases, 196);
}

#[test]
fn torsion_in_key_and_commitment_is_no_reason_to_refuse() {
    let mut random = Random(2);
    let mut claims = Vec::new();
    for _ in 0..8 {
        for key in EIGHT_TORSION {
            for r in EIGHT_TORSION {
                let claim = signed(&mut random, key, r);
                assert!(claim.is_valid() && oracle(&claim), "{claim:?}");
                claims.push(claim);
            }
        }
    }
    assert_eq!(claims.len(), 512);
    assert_eq!(verify_all(&claims), Ok(()));
}

/// As in Wycheproof's `SignatureMalleability`: S and any multiple of the order, and every single bit.
#[test]
fn no_third_party_can_alter_a_signature() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let mut random = Random(3);
    let plain = EIGHT_TORSION[0];
    let mut altered = 0;
    for _ in 0..if full { 1_000 } else { 8 } {
        let good = signed(&mut random, plain, plain);
        assert!(good.is_valid());
        let mut refuse = |signature: [u8; 64]| {
            let bad = Claim { signature: Signature(signature), ..good };
            assert!(!bad.is_valid() && !oracle(&bad), "{bad:?}");
            altered += 1;
        };
        let s: [u8; 32] = good.signature.0[32..].try_into().unwrap();
        for times in 1..=15 {
            if let Some(more) = add(s, &ORDER, times) {
                let mut signature = good.signature.0;
                signature[32..].copy_from_slice(&more);
                refuse(signature);
            }
        }
        for bit in 0..512 {
            let mut signature = good.signature.0;
            signature[bit / 8] ^= 1 << (bit % 8);
            refuse(signature);
        }
        // R with torsion: another commitment, so another challenge.
        for torsion in &EIGHT_TORSION[1..] {
            let r = CompressedEdwardsY(good.signature.0[..32].try_into().unwrap())
                .decompress()
                .unwrap();
            let mut signature = good.signature.0;
            signature[..32].copy_from_slice(&(r + torsion).compress().0);
            refuse(signature);
        }
    }
    println!("{altered} altered signatures refused");
    assert!(altered >= 8 * (512 + 7 + 14));
}

#[test]
fn a_signature_of_any_other_length_does_not_decode() {
    let good = signed(&mut Random(4), EIGHT_TORSION[0], EIGHT_TORSION[0]);
    for length in 0..130_usize {
        let mut bytes = good.signature.0.to_vec();
        bytes.resize(length, 0);
        assert_eq!(decode::<Signature>(&bytes, 1_000).is_ok(), length == 64, "{length} bytes");
    }
}

/// Batches with up to three bad signatures or some with torsion or of small order: one verdict.
#[test]
fn a_batch_has_the_verdicts_of_its_signatures_and_names_the_first_bad_one() {
    let full = std::env::var_os("HALFPENNY_FULL").is_some();
    let mut random = Random(5);
    let small = small_order_encodings();
    let good: Vec<Claim> =
        (0..64).map(|_| signed(&mut random, EIGHT_TORSION[0], EIGHT_TORSION[0])).collect();
    let below =
        |random: &mut Random, bound: usize| usize::try_from(random.below(bound as u64)).unwrap();
    let batches = if full { 10_000 } else { 200 };
    let (mut refused, mut signatures) = (0, 0);
    for number in 0..batches {
        let size = below(&mut random, 40);
        let mut batch: Vec<Claim> =
            (0..size).map(|_| good[below(&mut random, good.len())]).collect();
        for _ in 0..random.below(4).min(size as u64) {
            let at = below(&mut random, size);
            let one = &mut batch[at];
            match random.below(8) {
                0 => one.signature.0[below(&mut random, 64)] ^= 1 << random.below(8),
                1 => one.key.0[below(&mut random, 32)] ^= 1 << random.below(8),
                2 => one.digest.0[below(&mut random, 32)] ^= 1 << random.below(8),
                3 => one.signature.0[32..].copy_from_slice(&ORDER),
                4 => one.key = good[below(&mut random, good.len())].key,
                5 => {
                    let (key, r) = (below(&mut random, 14), below(&mut random, 14));
                    *one = claim(small[key], small[r], [0; 32], one.digest);
                }
                _ => {
                    let (key, r) = (below(&mut random, 8), below(&mut random, 8));
                    *one = signed(&mut random, EIGHT_TORSION[key], EIGHT_TORSION[r]);
                }
            }
        }
        let first_bad = batch.iter().position(|claim| !oracle(claim));
        assert_eq!(first_bad, batch.iter().position(|claim| !claim.is_valid()), "batch {number}");
        assert_eq!(verify_all(&batch), first_bad.map_or(Ok(()), Err), "batch {number}");
        refused += usize::from(first_bad.is_some());
        signatures += size;
    }
    println!("{batches} batches of {signatures} signatures, {refused} refused");
    assert!(refused > batches / 5 && refused < batches * 4 / 5, "{refused}");
}
