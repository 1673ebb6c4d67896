//! What the app and the vault say to each other, and what the vault does.
//!
//! Making a key of a passphrase takes a second on purpose, so it happens in a worker of its own,
//! which the app starts for one question and ends after the answer: with it goes all the memory
//! that held passphrase and secret. Whatever else needs words or secret keys happens here as well,
//! so that the app loads without their tables. Messages are canonical bytes inside one browser tab;
//! nothing here draws randomness, reads a clock or stores anything.

mod phrase;

pub use phrase::Judgement;

use borsh::{BorshDeserialize, BorshSerialize};
use shared::{
    account::Prefix,
    encode::{decode, encode},
    hash::Hash,
    key::{Claim, PublicKey, Signature},
    wallet::{
        keystore::{Cost, Header, Keystore, KeystoreError, Randomness},
        mnemonic::{Entropy, PhraseError},
        secret::SecretKey,
    },
};
use zeroize::{Zeroize, Zeroizing};

/// A secret, as it reaches the vault.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Secret {
    /// Its 16 or 32 bytes.
    Entropy(Vec<u8>),
    /// The words that write it.
    Phrase(String),
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
    /// Write a secret as words.
    Write {
        /// The 16 or 32 bytes of the secret.
        entropy: Vec<u8>,
        /// The chain's coin type.
        coin_type: u32,
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
        /// The secret's 16 or 32 bytes.
        entropy: Vec<u8>,
        /// Its accounts, from account 0 on.
        accounts: Vec<Account>,
    },
    /// The id of account 0, as a keystore says it in clear.
    Inspected([u8; 32]),
    /// The secret is written.
    Written {
        /// The words, with one space between them.
        words: String,
        /// The id of account 0.
        id: [u8; 32],
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
            Self::Lock { passphrase, secret, .. } => {
                passphrase.zeroize();
                match secret {
                    Secret::Entropy(entropy) => entropy.zeroize(),
                    Secret::Phrase(words) => words.zeroize(),
                }
            }
            Self::Unlock { passphrase, .. } => passphrase.zeroize(),
            Self::Write { entropy, .. } => entropy.zeroize(),
            Self::Judge { text, .. } => text.zeroize(),
            Self::Sign { key, .. } => key.zeroize(),
            Self::Inspect { .. } | Self::Verify { .. } => {}
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        match self {
            // Accounts wipe themselves.
            Self::Unlocked { entropy, .. } => entropy.zeroize(),
            Self::Written { words, .. } => words.zeroize(),
            Self::Ready
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

/// Answers a request. To lock and to unlock takes as long as the keystore's cost says.
#[must_use]
pub fn answer(request: &Request) -> Reply {
    let result = match request {
        Request::Lock { .. } => lock(request),
        Request::Unlock { passphrase, file, accounts } => unlock(passphrase, file, *accounts),
        Request::Inspect { file, prefix, coin_type } => inspect(file, prefix, *coin_type),
        Request::Write { entropy, coin_type } => {
            secret_of(entropy).map(|secret| written(&secret, *coin_type))
        }
        Request::Judge { text, is_all } => Ok(Reply::Judged(phrase::judge(text, *is_all))),
        Request::Sign { key, signer, digest } => sign(key, signer, digest),
        Request::Verify { key, digest, signature } => {
            Ok(Reply::Verified(is_signed(key, digest, signature)))
        }
    };
    result.unwrap_or_else(|failed| failed.0)
}

/// A [`Reply::Failed`].
struct Failed(Reply);

impl Failed {
    fn new(code: &str, text: &impl ToString) -> Self {
        Self(Reply::Failed { code: code.to_string(), text: text.to_string() })
    }
}

impl From<KeystoreError> for Failed {
    fn from(error: KeystoreError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<PhraseError> for Failed {
    fn from(error: PhraseError) -> Self {
        Self::new(error.code(), &error)
    }
}

const fn malformed(reason: &'static str) -> KeystoreError {
    KeystoreError::Malformed { reason }
}

fn secret_of(bytes: &[u8]) -> Result<Entropy, Failed> {
    Ok(Entropy::from_slice(bytes).ok_or(malformed("the secret is of an unknown kind"))?)
}

/// The key of an account: the bytes that it is made of again, and the address that it has.
fn key_of(secret: &Entropy, coin_type: u32, account: u16) -> SecretKey {
    secret.seed().account_key(coin_type, account)
}

/// The accounts of a secret; there is always account 0.
fn accounts_of(secret: &Entropy, coin_type: u32, count: u16) -> Vec<Account> {
    let account = |index| {
        let key = key_of(secret, coin_type, index);
        Account { key: *key.to_bytes(), id: key.public_key().0 }
    };
    (0..count.max(1)).map(account).collect()
}

fn prefix_of(text: &str) -> Result<Prefix, Failed> {
    Ok(Prefix::parse(text).ok_or(malformed("its chain is not a prefix"))?)
}

fn lock(request: &Request) -> Result<Reply, Failed> {
    let Request::Lock {
        passphrase,
        secret,
        randomness,
        name,
        prefix,
        coin_type,
        created,
        accounts,
    } = request
    else {
        return Err(malformed("nothing to lock").into());
    };
    let secret = match secret {
        Secret::Entropy(bytes) => secret_of(bytes)?,
        Secret::Phrase(words) => Entropy::parse_phrase(words)?,
    };
    let chain = prefix_of(prefix)?;
    let (name, coin_type, created) = (name.clone(), *coin_type, *created);
    let address = key_of(&secret, coin_type, 0).address();
    let header = Header { name, chain, coin_type, address, created };
    let randomness = split(randomness);
    let keystore = Keystore::encrypt(&secret, passphrase, &randomness, header, Cost::DEFAULT)?;
    let accounts = accounts_of(&secret, coin_type, *accounts);
    Ok(Reply::Locked { file: keystore.to_json(), accounts })
}

fn written(secret: &Entropy, coin_type: u32) -> Reply {
    let id = key_of(secret, coin_type, 0).public_key().0;
    Reply::Written { words: secret.phrase().to_string(), id }
}

fn unlock(passphrase: &str, file: &str, accounts: u16) -> Result<Reply, Failed> {
    let keystore = Keystore::parse(file)?;
    let secret = keystore.decrypt(passphrase)?;
    let coin_type = keystore.header().coin_type;
    // What the file says in clear must be what its secret makes, or coins would go astray.
    if keystore.header().address != key_of(&secret, coin_type, 0).address() {
        return Err(malformed("its address is not the one of its secret").into());
    }
    let accounts = accounts_of(&secret, coin_type, accounts);
    Ok(Reply::Unlocked { entropy: secret.as_bytes().to_vec(), accounts })
}

fn inspect(file: &str, prefix: &str, coin_type: u32) -> Result<Reply, Failed> {
    let header = Keystore::parse(file)?.header().clone();
    let (got, expected) = (header.chain.as_str(), prefix_of(prefix)?.as_str());
    if got != expected || header.coin_type != coin_type {
        return Err(KeystoreError::WrongChain { got, expected }.into());
    }
    Ok(Reply::Inspected(header.address.account.0))
}

/// The signature, once it was seen to be one that every node takes for that of `signer`.
fn sign(key: &[u8; 32], signer: &[u8; 32], digest: &[u8; 32]) -> Result<Reply, Failed> {
    let signature = SecretKey::from_bytes(key).sign(&Hash(*digest)).0;
    if is_signed(signer, digest, &signature) {
        Ok(Reply::Signed(signature))
    } else {
        Err(malformed("its key is not the one of this account").into())
    }
}

fn is_signed(key: &[u8; 32], digest: &[u8; 32], signature: &[u8; 64]) -> bool {
    let (key, digest, signature) = (PublicKey(*key), Hash(*digest), Signature(*signature));
    !key.is_small_order() && Claim { key, digest, signature }.is_valid()
}

fn split(bytes: &[u8; RANDOM_BYTES]) -> Randomness {
    let mut randomness = Randomness { salt: [0; 16], nonce: [0; 24], id: [0; 16] };
    let Randomness { salt, nonce, id } = &mut randomness;
    let places = salt.iter_mut().chain(nonce).chain(id);
    places.zip(bytes).for_each(|(to, from)| *to = *from);
    randomness
}

#[cfg(test)]
mod tests;
