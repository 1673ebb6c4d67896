//! Project Wycheproof's vectors against what this crate signs, seals and derives with, natively and in
//! wasm: Ed25519 (§4), the cipher of the keystore, and HMAC and PBKDF2 under the wallet's words (§14).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "kit/zip215.rs"]
mod zip215;

use ed25519_zebra::{Signature, VerificationKey, VerificationKeyBytes, batch};
use shared::{
    encode::decode,
    hash::Hash,
    key::{Claim, PublicKey},
};
use wycheproof::{TestResult, eddsa};

/// Runs in wasm too: `wasm-bindgen-test` for wasm32, the usual harness elsewhere.
macro_rules! everywhere {
    ($(#[$attribute:meta])* fn $name:ident() $body:block) => {
        $(#[$attribute])*
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        fn $name() $body
    };
}

/// What RFC 8032 refuses for the way in which `R` is spelt, and ZIP-215 accepts (§4): here the neutral
/// element with the sign of its x set, which is 0.
const OTHER_SPELLINGS: [usize; 1] = [151];

/// The same alone and in a batch with itself, with the rule's own formula as the judge. What is signed
/// here is 32 bytes, always; whichever vector signs as many is put to the crate's own function, too.
fn verdict(key: [u8; 32], message: &[u8], signature: [u8; 64]) -> bool {
    let zebra = Signature::from(signature);
    let alone = VerificationKey::try_from(key).and_then(|key| key.verify(&zebra, message)).is_ok();
    let mut together = batch::Verifier::new();
    for _ in 0..2 {
        together.queue((VerificationKeyBytes::from(key), zebra, message));
    }
    assert_eq!(together.verify(Numbers(7)).is_ok(), alone);
    assert_eq!(zip215::is_valid(&key, message, &signature), alone);
    if let Ok(digest) = message.try_into() {
        let signature = shared::key::Signature(signature);
        let claim = Claim { key: PublicKey(key), digest: Hash(digest), signature };
        assert_eq!(claim.is_valid(), alone);
    }
    alone
}

/// Coefficients of a batch that are no secret.
struct Numbers(u64);

impl rand_core::TryRng for Numbers {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|number| u32::try_from(number >> 32).unwrap())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = self.try_next_u64()?.to_be_bytes()[0];
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Numbers {}

everywhere! {
    /// Every valid signature is accepted. Refused are wrong signatures, encodings of no point, `S` at or
    /// above the order (malleability), and what has another length than 64 bytes and so is no signature.
    fn ed25519_has_the_verdicts_of_wycheproof() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (mut valid, mut invalid, mut no_signature, mut malleable) = (0_usize, 0, 0, 0_u32);
        for group in set.test_groups {
            let key = <[u8; 32]>::try_from(&group.key.pk[..]).unwrap();
            for test in group.tests {
                let as_signature = decode::<shared::key::Signature>(&test.sig, 1_000);
                assert_eq!(as_signature.is_ok(), test.sig.len() == 64, "{test:?}");
                let Ok(signature) = as_signature else {
                    assert_eq!(test.result, TestResult::Invalid, "{test:?}");
                    no_signature += 1;
                    continue;
                };
                let expected = test.result == TestResult::Valid || OTHER_SPELLINGS.contains(&test.tc_id);
                assert_eq!(verdict(key, &test.msg, signature.0), expected, "{test:?}");
                (valid, invalid) = (valid + usize::from(expected), invalid + usize::from(!expected));
                let is_malleable = test.flags.contains(&eddsa::TestFlag::SignatureMalleability);
                malleable += u32::from(is_malleable);
            }
        }
        assert_eq!(valid, 88 + OTHER_SPELLINGS.len());
        assert_eq!((valid + invalid + no_signature, malleable), (151, 8));
    }
}

#[cfg(feature = "wallet")]
mod wallet {
    use chacha20poly1305::{
        KeyInit as _, XChaCha20Poly1305,
        aead::{Aead as _, Payload},
    };
    use hmac::{Hmac, Mac as _};
    use sha2::Sha512;
    use shared::wallet::{mnemonic::Entropy, secret::SecretKey};
    use wycheproof::{TestResult, aead, mac, pbkdf2};

    everywhere! {
        /// The cipher of the keystore seals as Wycheproof does and opens what it calls valid; nothing else.
        fn xchacha20_poly1305_has_the_verdicts_of_wycheproof() {
            let set = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).unwrap();
            let (mut valid, mut invalid, mut no_nonce) = (0, 0, 0);
            for group in set.test_groups {
                for test in group.tests {
                    let Ok(nonce) = <[u8; 24]>::try_from(&test.nonce[..]) else {
                        // A nonce of another length cannot be given to the cipher.
                        assert_eq!(test.result, TestResult::Invalid, "{test:?}");
                        no_nonce += 1;
                        continue;
                    };
                    let key = <[u8; 32]>::try_from(&test.key[..]).unwrap();
                    let cipher = XChaCha20Poly1305::new(&key.into());
                    let sealed = [&test.ct[..], &test.tag].concat();
                    let opened = cipher.decrypt(&nonce.into(), Payload { msg: &sealed, aad: &test.aad });
                    if test.result == TestResult::Valid {
                        assert_eq!(opened.unwrap(), *test.pt, "{}", test.tc_id);
                        let payload = Payload { msg: &test.pt, aad: &test.aad };
                        assert_eq!(cipher.encrypt(&nonce.into(), payload).unwrap(), sealed);
                        valid += 1;
                    } else {
                        assert!(opened.is_err(), "{test:?}");
                        invalid += 1;
                    }
                }
            }
            assert_eq!((valid, invalid, no_nonce), (246, 60, 9));
        }
    }

    fn hmac_sha512(key: &[u8], message: &[u8]) -> [u8; 64] {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    everywhere! {
        fn hmac_sha_512_has_the_verdicts_of_wycheproof() {
            let set = mac::TestSet::load(mac::TestName::HmacSha512).unwrap();
            let (mut valid, mut invalid) = (0, 0);
            for group in set.test_groups {
                for test in group.tests {
                    let tag = hmac_sha512(&test.key, &test.msg);
                    let same = tag[..group.tag_size / 8] == test.tag[..];
                    assert_eq!(same, test.result == TestResult::Valid, "{test:?}");
                    (valid, invalid) = (valid + u32::from(same), invalid + u32::from(!same));
                }
            }
            assert_eq!((valid, invalid), (66, 108));
        }
    }

    /// PBKDF2 of RFC 8018, over the HMAC of the wallet.
    fn derived(password: &[u8], salt: &[u8], rounds: usize, length: usize) -> Vec<u8> {
        let mut key = Vec::new();
        for block in 1_u32.. {
            if key.len() >= length {
                break;
            }
            let mut last = hmac_sha512(password, &[salt, &block.to_be_bytes()].concat());
            let mut sum = last;
            for _ in 1..rounds {
                last = hmac_sha512(password, &last);
                sum.iter_mut().zip(last).for_each(|(sum, last)| *sum ^= last);
            }
            key.extend(sum);
        }
        key.truncate(length);
        key
    }

    everywhere! {
        fn pbkdf2_over_this_hmac_has_the_results_of_wycheproof() {
            let set = pbkdf2::TestSet::load(pbkdf2::TestName::Pbkdf2HmacSha512).unwrap();
            let mut equal = 0;
            for group in set.test_groups {
                for test in group.tests {
                    let key = derived(&test.password, &test.salt, test.iteration_count, test.dk_len);
                    assert_eq!(key, *test.dk, "{}", test.tc_id);
                    equal += 1;
                }
            }
            assert_eq!(equal, 58);
        }
    }

    everywhere! {
        /// What the words become goes through the library's own PBKDF2, which takes no other numbers of
        /// rounds than BIP39's: so it is compared with the one that has just been.
        fn the_keys_of_words_are_those_of_that_pbkdf2() {
            for number in 0..24_u8 {
                let bytes = [number, 7, 255 - number, 128].repeat(if number % 2 == 0 { 4 } else { 8 });
                let entropy = Entropy::from_slice(&bytes).unwrap();
                let seed = derived(entropy.phrase().as_bytes(), b"mnemonic", 2_048, 64);
                let mut node = hmac_sha512(b"ed25519 seed", &seed);
                for step in [44_u32, 1, u32::from(number)] {
                    let (key, code) = node.split_at(32);
                    let data = [&[0], key, &(step | 1 << 31).to_be_bytes()].concat();
                    node = hmac_sha512(code, &data);
                }
                let expected = SecretKey::from_bytes(node[..32].try_into().unwrap());
                let key = entropy.seed().account_key(1, u16::from(number));
                assert_eq!(key.public_key(), expected.public_key());
            }
        }
    }
}
