//! What is said to the vault and what it answers; whatever holds a secret wipes itself.

use crate::Judgement;
use borsh::{BorshDeserialize, BorshSerialize};
use shared::encode::{decode, encode};
use zeroize::{Zeroize as _, Zeroizing};

/// A secret, as it reaches the vault and leaves it.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Secret {
    /// Its words.
    pub words: Words,
    /// The 25th word; empty: there is none.
    pub extra: String,
}

/// The words of a secret.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Words {
    /// The 16 or 32 bytes that they write.
    Entropy(Vec<u8>),
    /// Themselves.
    Phrase(String),
}

impl Secret {
    /// The secret of 16 or 32 bytes, with a 25th word unless that is empty.
    #[must_use]
    pub fn of_entropy(entropy: &[u8], extra: &str) -> Self {
        Self { words: Words::Entropy(entropy.to_vec()), extra: extra.to_string() }
    }

    /// The secret of a recovery phrase, with a 25th word unless that is empty.
    #[must_use]
    pub fn of_phrase(phrase: &str, extra: &str) -> Self {
        Self { words: Words::Phrase(phrase.to_string()), extra: extra.to_string() }
    }
}

/// A question to the vault.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Request {
    /// Lock a secret.
    Lock {
        /// The passphrase.
        passphrase: String,
        /// The secret.
        secret: Secret,
        /// Fresh random bytes: salt, nonce and id of the file.
        randomness: [u8; RANDOM_BYTES],
        /// The name of the wallet.
        name: String,
        /// The prefix of the chain's addresses.
        prefix: String,
        /// The chain's coin type.
        coin_type: u32,
        /// When the wallet was made, Unix seconds.
        created: u64,
        /// How many accounts to tell the keys of, from account 0 on.
        accounts: u16,
    },
    /// Unlock a keystore.
    Unlock {
        /// The passphrase.
        passphrase: String,
        /// The keystore file.
        file: String,
        /// How many accounts to tell the keys of, from account 0 on.
        accounts: u16,
    },
    /// Tell what a keystore says in clear, if it is one for this chain.
    Inspect {
        /// The keystore file.
        file: String,
        /// The prefix of the chain's addresses.
        prefix: String,
        /// The chain's coin type.
        coin_type: u32,
    },
    /// Write a secret as words, and tell what accounts it leads to.
    Write {
        /// The secret.
        secret: Secret,
        /// The chain's coin type.
        coin_type: u32,
        /// How many accounts to tell the ids of, from account 0 on. No key of them is told.
        accounts: u16,
    },
    /// Judge words that are being typed.
    Judge {
        /// What was typed.
        text: String,
        /// Whether it is meant to be all: then everything that is wrong with it is told.
        is_all: bool,
    },
    /// Sign a digest.
    Sign {
        /// The secret key of the account.
        key: [u8; 32],
        /// The account whose key it is to be.
        signer: [u8; 32],
        /// The digest.
        digest: [u8; 32],
    },
    /// Tell whether a key signed a digest.
    Verify {
        /// The public key.
        key: [u8; 32],
        /// The digest.
        digest: [u8; 32],
        /// The signature.
        signature: [u8; 64],
    },
}

/// What an account is made of.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// Its secret key.
    pub key: [u8; 32],
    /// Its id, which is its public key.
    pub id: [u8; 32],
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.extra.zeroize();
        match &mut self.words {
            Words::Entropy(entropy) => entropy.zeroize(),
            Words::Phrase(words) => words.zeroize(),
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// The vault's answer.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Reply {
    /// The vault runs and listens.
    Ready,
    /// The secret is locked.
    Locked {
        /// The keystore file.
        file: String,
        /// Its accounts, from account 0 on.
        accounts: Vec<Account>,
    },
    /// The keystore is unlocked.
    Unlocked {
        /// The secret, in bytes.
        secret: Secret,
        /// Its accounts, from account 0 on.
        accounts: Vec<Account>,
    },
    /// The id of account 0, as a keystore says it in clear.
    Inspected([u8; 32]),
    /// The secret is written.
    Written {
        /// The words, with one space between them.
        words: String,
        /// The ids of its accounts, from account 0 on.
        ids: Vec<[u8; 32]>,
    },
    /// What can be said of the words.
    Judged(Judgement),
    /// The signature.
    Signed([u8; 64]),
    /// Whether the signature is valid.
    Verified(bool),
    /// It did not work.
    Failed {
        /// The stable code.
        code: String,
        /// What to tell.
        text: String,
    },
}

/// Random bytes that locking needs.
pub const RANDOM_BYTES: usize = 16 + 24 + 16;
/// More than any message has.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;

impl Drop for Request {
    fn drop(&mut self) {
        match self {
            // Secrets wipe themselves.
            Self::Lock { passphrase, .. } | Self::Unlock { passphrase, .. } => passphrase.zeroize(),
            Self::Judge { text, .. } => text.zeroize(),
            Self::Sign { key, .. } => key.zeroize(),
            Self::Inspect { .. } | Self::Write { .. } | Self::Verify { .. } => {}
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        match self {
            Self::Written { words, .. } => words.zeroize(),
            // Secrets and accounts wipe themselves.
            Self::Ready
            | Self::Unlocked { .. }
            | Self::Locked { .. }
            | Self::Inspected(_)
            | Self::Judged(_)
            | Self::Signed(_)
            | Self::Verified(_)
            | Self::Failed { .. } => {}
        }
    }
}

/// The bytes of a message, wiped when dropped.
#[must_use]
pub fn to_bytes<T: BorshSerialize>(message: &T) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(encode(message))
}

/// The message of bytes; `None` when the other side is of another version.
#[must_use]
pub fn from_bytes<T: BorshDeserialize>(bytes: &[u8]) -> Option<T> {
    decode(bytes, MAX_MESSAGE_BYTES).ok()
}
