//! Secret keys: what they sign, and nothing about where they are kept.

use crate::{
    account::Address,
    hash::{Hash, Tag},
    key::{Claim, PublicKey, Signature},
};
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

/// An Ed25519 secret key. Wiped when dropped; never shown.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of 32 secret bytes (the seed of RFC 8032).
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The 32 secret bytes, wiped when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// The address of the account that this key alone controls.
    #[must_use]
    pub fn address(&self) -> Address {
        Address::of_key(self.public_key())
    }

    /// Signs a digest of one of the protocol's domains, such as [`crate::transaction::Body::signing_hash`].
    /// The same digest gives the same signature.
    #[must_use]
    pub fn sign(&self, digest: &Hash) -> Signature {
        Signature(self.0.sign(&digest.0).to_bytes())
    }

    /// Signs a message of any bytes under [`Tag::MESSAGE`]: never a transaction.
    #[must_use]
    pub fn sign_message(&self, message: &[u8]) -> Signature {
        self.sign(&message_hash(message))
    }
}

/// What the signature of a message signs: `H("halfpenny/message", message)`.
#[must_use]
pub fn message_hash(message: &[u8]) -> Hash {
    Tag::MESSAGE.hash(&[message])
}

/// Whether `key` signed `message`.
#[must_use]
pub fn is_message_signature(key: PublicKey, message: &[u8], signature: Signature) -> bool {
    !key.is_small_order() && Claim { key, digest: message_hash(message), signature }.is_valid()
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{parse_hex, to_hex};

    /// RFC 8032 §7.1, tests 1 and 3.
    #[test]
    fn public_keys_are_those_of_rfc_8032() {
        for (secret, public) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            ),
        ] {
            let key = SecretKey::from_bytes(&parse_hex(secret).unwrap());
            assert_eq!(to_hex(&key.public_key().0), public);
        }
    }

    #[test]
    fn signatures_are_valid_and_always_the_same() {
        let key = SecretKey::from_bytes(&[7; 32]);
        let digest = Hash([9; 32]);
        let signature = key.sign(&digest);
        assert_eq!(signature, key.clone().sign(&digest));
        assert!(Claim { key: key.public_key(), digest, signature }.is_valid());
    }

    #[test]
    fn a_signed_message_is_for_one_key_and_one_text() {
        let (ada, bob) = (SecretKey::from_bytes(&[1; 32]), SecretKey::from_bytes(&[2; 32]));
        let signature = ada.sign_message(b"this is mine");
        assert!(is_message_signature(ada.public_key(), b"this is mine", signature));
        assert!(!is_message_signature(ada.public_key(), b"this is mine.", signature));
        assert!(!is_message_signature(bob.public_key(), b"this is mine", signature));
        // Anybody can sign for a key of small order: R = identity, s = 0.
        let mut free = Signature([0; 64]);
        free.0[0] = 1;
        let mut small = PublicKey([0; 32]);
        small.0[0] = 1;
        assert!(!is_message_signature(small, b"", free));
    }

    #[test]
    fn a_signed_message_is_no_signed_digest() {
        let key = SecretKey::from_bytes(&[1; 32]);
        let digest = Hash([3; 32]);
        assert_ne!(key.sign_message(&digest.0), key.sign(&digest));
    }

    #[test]
    fn debug_text_tells_nothing() {
        assert_eq!(alloc::format!("{:?}", SecretKey::from_bytes(&[1; 32])), "SecretKey(..)");
    }
}
