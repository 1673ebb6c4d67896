//! The keystore: a wallet's secret in a file, locked with a passphrase.
//!
//! The browser keeps this file and the command line reads it. It is JSON with the module layout and
//! the passphrase rules of ERC-2335, with one difference: an authenticated cipher takes the place of
//! cipher and checksum, and authenticates every other field with it, so that no byte of the file can
//! be changed unnoticed.
//!
//! - key: Argon2id of the passphrase (NFKD, without control characters), 32 bytes;
//! - plaintext of version 1: kind 0, then the 16 or 32 bytes of [`Entropy`];
//! - plaintext of version 2, which only a wallet with a 25th word has: kind 1; how many bytes of entropy
//!   there are, and these, in 32 bytes; how many bytes the 25th word has in UTF-8 and NFKD, and these, in
//!   128 bytes. What is not filled is zero, so that the size of the file tells nothing of the word;
//! - cipher: XChaCha20-Poly1305; associated data: the borsh encoding of all other fields, in the
//!   order of the file.
//!
//! What it does not do: until it is unlocked, nothing in it is authentic. The address in clear is
//! there to tell files apart, not to be paid. The form of the file is in [`mod@file`].

pub mod file;
mod plaintext;

use super::mnemonic::{Entropy, nfkd};
use crate::{
    account::{Address, Prefix},
    encode::encode,
    params::Chain,
};
use alloc::{string::String, vec::Vec};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

/// What the file says of the wallet in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name that the user gave it: at most [`MAX_NAME_BYTES`], no control characters.
    pub name: String,
    /// The prefix of the chain's addresses.
    pub chain: Prefix,
    /// The chain's coin type, part of every derivation path.
    pub coin_type: u32,
    /// The address of account 0.
    pub address: Address,
    /// When it was made, Unix seconds.
    pub created: u64,
}

/// What it costs to try one passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Argon2's `m`: memory in KiB.
    pub memory_kib: u32,
    /// Argon2's `t`: passes over the memory.
    pub passes: u32,
    /// Argon2's `p`: lanes.
    pub lanes: u32,
}

/// Random bytes from the system's secure generator, new for every file.
#[derive(Clone, Copy, Debug)]
pub struct Randomness {
    /// Salt of the passphrase.
    pub salt: [u8; 16],
    /// Nonce of the cipher.
    pub nonce: [u8; 24],
    /// Names the file.
    pub id: [u8; 16],
}

/// A locked secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keystore {
    version: u32,
    id: [u8; 16],
    header: Header,
    cost: Cost,
    salt: [u8; 16],
    nonce: [u8; 24],
    message: Vec<u8>,
}

/// Why a keystore cannot be made, read or unlocked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// It is not a keystore file, or not a whole one.
    #[error("this is not a keystore file: {reason}")]
    Malformed {
        /// What was found.
        reason: &'static str,
    },
    /// A later program made it.
    #[error("this keystore has version {got}; this program reads versions 1 and 2")]
    Version {
        /// The version found.
        got: u64,
    },
    /// The cost of a guess is too low to protect, or too high to be honest.
    #[error("the keystore's {parameter} is {got}, allowed are {least} to {most}")]
    Parameters {
        /// Argon2's name of the parameter.
        parameter: &'static str,
        /// The value found.
        got: u32,
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
    /// It is for a chain with other addresses.
    #[error("this keystore is for another chain: its addresses begin with {got}1, not {expected}1")]
    WrongChain {
        /// The prefix in the file.
        got: String,
        /// The prefix of this chain.
        expected: String,
    },
    /// The passphrase is empty.
    #[error("enter a passphrase")]
    EmptyPassphrase,
    /// The cipher does not open.
    #[error("wrong passphrase, or the file is damaged")]
    WrongPassphrase,
    /// The machine has not the memory that Argon2 needs.
    #[error("not enough memory: this needs {need_kib} KiB")]
    Memory {
        /// What is needed.
        need_kib: u32,
    },
}

/// Size of a name, at most.
pub const MAX_NAME_BYTES: usize = 100;

impl KeystoreError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "keystore-malformed",
            Self::Version { .. } => "keystore-version",
            Self::Parameters { .. } => "keystore-parameters",
            Self::WrongChain { .. } => "keystore-wrong-chain",
            Self::EmptyPassphrase => "keystore-empty-passphrase",
            Self::WrongPassphrase => "keystore-wrong-passphrase",
            Self::Memory { .. } => "keystore-memory",
        }
    }
}

impl Cost {
    /// What new files cost: 64 MiB, 3 passes, 1 lane. About a second in a browser.
    pub const DEFAULT: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The least that is accepted: OWASP's minimum.
    pub const LEAST: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The most that is accepted: a file must not stop the machine that opens it.
    pub const MOST: Self = Self { memory_kib: 1024 * 1024, passes: 10, lanes: 4 };

    fn check_between(&self, least: &Self, most: &Self) -> Result<(), KeystoreError> {
        for (parameter, got, least, most) in [
            ("m", self.memory_kib, least.memory_kib, most.memory_kib),
            ("t", self.passes, least.passes, most.passes),
            ("p", self.lanes, least.lanes, most.lanes),
        ] {
            if !(least..=most).contains(&got) {
                return Err(KeystoreError::Parameters { parameter, got, least, most });
            }
        }
        Ok(())
    }
}

impl Header {
    /// The header of a wallet on `chain`, whose account 0 has `address`.
    #[must_use]
    pub fn new(name: &str, chain: &Chain, address: Address, created: u64) -> Self {
        let coin_type = chain.parameters().coin_type;
        Self { name: name.into(), chain: *chain.prefix(), coin_type, address, created }
    }

    fn check(&self) -> Result<(), KeystoreError> {
        if self.name.len() > MAX_NAME_BYTES {
            return Err(KeystoreError::Malformed { reason: "the name is longer than 100 bytes" });
        }
        if self.name.chars().any(char::is_control) {
            return Err(KeystoreError::Malformed { reason: "the name has control characters" });
        }
        Ok(())
    }
}

impl Keystore {
    /// Locks `secret`. Takes as long as unlocking.
    ///
    /// # Errors
    ///
    /// When passphrase, header or cost are not acceptable, or there is not enough memory.
    pub fn encrypt(
        secret: &Entropy,
        passphrase: &str,
        randomness: &Randomness,
        header: Header,
        cost: Cost,
    ) -> Result<Self, KeystoreError> {
        header.check()?;
        cost.check_between(&Cost::LEAST, &Cost::MOST)?;
        Self::seal(secret, passphrase, randomness, header, cost)
    }

    /// Unlocks the secret. Takes [`Keystore::cost`]: run it where nothing waits.
    ///
    /// # Errors
    ///
    /// [`KeystoreError::WrongPassphrase`], also when any byte of the file was changed.
    pub fn decrypt(&self, passphrase: &str) -> Result<Entropy, KeystoreError> {
        let payload = Payload { msg: &self.message, aad: &self.associated_data() };
        let plaintext = self
            .cipher(passphrase)?
            .decrypt(&self.nonce.into(), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeystoreError::WrongPassphrase)?;
        plaintext::read(self.version, &plaintext)
            .ok_or(KeystoreError::Malformed { reason: "the secret is of an unknown kind" })
    }

    /// Checks that this keystore is for `chain`.
    ///
    /// # Errors
    ///
    /// [`KeystoreError::WrongChain`] when it is for another one.
    pub fn check_chain(&self, chain: &Chain) -> Result<(), KeystoreError> {
        let (got, expected) = (&self.header.chain, chain.prefix());
        if got != expected || self.header.coin_type != chain.parameters().coin_type {
            let (got, expected) = (got.as_str(), expected.as_str());
            return Err(KeystoreError::WrongChain { got, expected });
        }
        Ok(())
    }

    /// What the file says in clear; authentic only once [`Keystore::decrypt`] has succeeded.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The random name of the file.
    #[must_use]
    pub const fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// What unlocking costs.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
    }

    /// [`Keystore::encrypt`] at any cost, so that tests can be quick.
    fn seal(
        secret: &Entropy,
        passphrase: &str,
        randomness: &Randomness,
        header: Header,
        cost: Cost,
    ) -> Result<Self, KeystoreError> {
        let Randomness { salt, nonce, id } = *randomness;
        let (version, plaintext) = plaintext::write(secret);
        let mut keystore = Self { version, id, header, cost, salt, nonce, message: Vec::new() };
        let payload = Payload { msg: &plaintext, aad: &keystore.associated_data() };
        keystore.message = keystore
            .cipher(passphrase)?
            .encrypt(&nonce.into(), payload)
            .expect("a few bytes are below the cipher's limit");
        Ok(keystore)
    }

    /// The cipher under the key that `passphrase` gives.
    fn cipher(&self, passphrase: &str) -> Result<XChaCha20Poly1305, KeystoreError> {
        let passphrase = normalized(passphrase);
        if passphrase.is_empty() {
            return Err(KeystoreError::EmptyPassphrase);
        }
        let Cost { memory_kib, passes, lanes } = self.cost;
        let memory = KeystoreError::Memory { need_kib: memory_kib };
        let params =
            Params::new(memory_kib, passes, lanes, Some(32)).map_err(|_| memory.clone())?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, &mut *key)
            .map_err(|_| memory)?;
        Ok(XChaCha20Poly1305::new((&*key).into()))
    }

    /// Every field but the message, in the order of the file.
    fn associated_data(&self) -> Vec<u8> {
        let Header { name, chain, coin_type, address, created } = &self.header;
        let Cost { memory_kib, passes, lanes } = self.cost;
        let chain_text = chain.as_str();
        encode(&(
            (file::FORMAT, self.version, self.id, name),
            (chain_text, *coin_type, address.to_text(chain), *created),
            (file::KDF, memory_kib, passes, lanes, self.salt),
            (file::CIPHER, self.nonce),
        ))
    }
}

/// The passphrase as ERC-2335 has it: NFKD, without control characters.
fn normalized(passphrase: &str) -> Zeroizing<String> {
    let text = nfkd(passphrase);
    Zeroizing::new(text.chars().filter(|character| !character.is_control()).collect())
}

#[cfg(test)]
mod tests;
