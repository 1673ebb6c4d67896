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
    },
    /// Unlock a keystore.
    Unlock {
        /// The passphrase.
        passphrase: String,
        /// The keystore file.
        file: String,
    },
    /// Write a secret as words.
    Write {
        /// The 16 or 32 bytes of the secret.
        entropy: Vec<u8>,
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
        /// The secret key of account 0.
        key: [u8; 32],
        /// The digest.
        digest: [u8; 32],
    },
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
        /// The secret key of account 0.
        key: [u8; 32],
    },
    /// The keystore is unlocked.
    Unlocked {
        /// The secret's 16 or 32 bytes.
        entropy: Vec<u8>,
        /// The secret key of account 0.
        key: [u8; 32],
    },
    /// The words, with one space between them.
    Written(String),
    /// What can be said of the words.
    Judged(Judgement),
    /// The signature.
    Signed([u8; 64]),
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
            Self::Write { entropy } => entropy.zeroize(),
            Self::Judge { text, .. } => text.zeroize(),
            Self::Sign { key, .. } => key.zeroize(),
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        match self {
            Self::Locked { key, .. } => key.zeroize(),
            Self::Unlocked { entropy, key } => {
                entropy.zeroize();
                key.zeroize();
            }
            Self::Written(words) => words.zeroize(),
            Self::Ready | Self::Judged(_) | Self::Signed(_) | Self::Failed { .. } => {}
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
        Request::Unlock { passphrase, file } => unlock(passphrase, file),
        Request::Write { entropy } => {
            secret_of(entropy).map(|secret| Reply::Written(secret.phrase().to_string()))
        }
        Request::Judge { text, is_all } => Ok(Reply::Judged(phrase::judge(text, *is_all))),
        Request::Sign { key, digest } => {
            Ok(Reply::Signed(SecretKey::from_bytes(key).sign(&Hash(*digest)).0))
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

/// The key of account 0: the bytes that it is made of again, and the address that it has.
fn key_of(secret: &Entropy, coin_type: u32) -> SecretKey {
    secret.seed().account_key(coin_type, 0)
}

fn lock(request: &Request) -> Result<Reply, Failed> {
    let Request::Lock { passphrase, secret, randomness, name, prefix, coin_type, created } =
        request
    else {
        return Err(malformed("nothing to lock").into());
    };
    let secret = match secret {
        Secret::Entropy(bytes) => secret_of(bytes)?,
        Secret::Phrase(words) => Entropy::parse_phrase(words)?,
    };
    let chain = Prefix::parse(prefix).ok_or(malformed("its chain is not a prefix"))?;
    let (name, coin_type, created) = (name.clone(), *coin_type, *created);
    let key = key_of(&secret, coin_type);
    let header = Header { name, chain, coin_type, address: key.address(), created };
    let randomness = split(randomness);
    let keystore = Keystore::encrypt(&secret, passphrase, &randomness, header, Cost::DEFAULT)?;
    Ok(Reply::Locked { file: keystore.to_json(), key: *key.to_bytes() })
}

fn unlock(passphrase: &str, file: &str) -> Result<Reply, Failed> {
    let keystore = Keystore::parse(file)?;
    let secret = keystore.decrypt(passphrase)?;
    let key = key_of(&secret, keystore.header().coin_type);
    // What the file says in clear must be what its secret makes, or coins would go astray.
    if keystore.header().address != key.address() {
        return Err(malformed("its address is not the one of its secret").into());
    }
    Ok(Reply::Unlocked { entropy: secret.as_bytes().to_vec(), key: *key.to_bytes() })
}

fn split(bytes: &[u8; RANDOM_BYTES]) -> Randomness {
    let mut randomness = Randomness { salt: [0; 16], nonce: [0; 24], id: [0; 16] };
    let Randomness { salt, nonce, id } = &mut randomness;
    let places = salt.iter_mut().chain(nonce).chain(id);
    places.zip(bytes).for_each(|(to, from)| *to = *from);
    randomness
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::key::{Claim, Signature};

    const ENTROPY: [u8; 16] = [7; 16];

    fn lock_request(passphrase: &str, secret: Secret) -> Request {
        Request::Lock {
            passphrase: passphrase.into(),
            secret,
            randomness: core::array::from_fn(|index| u8::try_from(index).unwrap()),
            name: String::new(),
            prefix: "tst".into(),
            coin_type: 1,
            created: 1_790_000_000,
        }
    }

    /// Asks as the app does, through bytes.
    fn ask(request: &Request) -> Reply {
        let request: Request = from_bytes(&to_bytes(request)).unwrap();
        from_bytes(&to_bytes(&answer(&request))).unwrap()
    }

    #[track_caller]
    fn check_failed(reply: &Reply, expected: &str) {
        let Reply::Failed { code, text } = reply else { panic!("it worked") };
        assert_eq!(code, expected);
        assert!(!text.is_empty());
    }

    #[test]
    fn what_is_locked_unlocks_with_its_passphrase_only() {
        let locked = ask(&lock_request("correct horse", Secret::Entropy(ENTROPY.to_vec())));
        let Reply::Locked { file, key } = &locked else { panic!("not locked") };
        assert!(file.contains("\"000102030405060708090a0b0c0d0e0f\""), "the salt");
        let unlock = |passphrase: &str| {
            ask(&Request::Unlock { passphrase: passphrase.into(), file: file.clone() })
        };
        let expected = Reply::Unlocked { entropy: ENTROPY.to_vec(), key: *key };
        assert!(unlock("correct horse") == expected);
        check_failed(&unlock("correct hors"), "keystore-wrong-passphrase");
    }

    #[test]
    fn words_and_bytes_are_the_same_secret() {
        let written = ask(&Request::Write { entropy: ENTROPY.to_vec() });
        let Reply::Written(words) = &written else { panic!("not written") };
        let bytes = ask(&lock_request("correct horse", Secret::Entropy(ENTROPY.to_vec())));
        let words = ask(&lock_request("correct horse", Secret::Phrase(words.clone())));
        assert!(bytes == words && matches!(bytes, Reply::Locked { .. }));
        let wrong = Secret::Phrase("abandon abandn".into());
        check_failed(&ask(&lock_request("correct horse", wrong)), "phrase-unknown-word");
    }

    #[test]
    fn an_address_that_is_not_of_the_secret_unlocks_nothing() {
        let secret = Entropy::of_12_words(ENTROPY);
        let header = Header {
            name: String::new(),
            chain: Prefix::parse("tst").unwrap(),
            coin_type: 1,
            address: SecretKey::from_bytes(&[1; 32]).address(),
            created: 0,
        };
        let random = split(&[0; RANDOM_BYTES]);
        let keystore = Keystore::encrypt(&secret, "pass", &random, header, Cost::DEFAULT).unwrap();
        let request = Request::Unlock { passphrase: "pass".into(), file: keystore.to_json() };
        check_failed(&ask(&request), "keystore-malformed");
    }

    #[test]
    fn what_is_signed_is_valid_under_the_key_of_the_wallet() {
        let key = key_of(&Entropy::of_12_words(ENTROPY), 1);
        let signed = ask(&Request::Sign { key: *key.to_bytes(), digest: [9; 32] });
        let Reply::Signed(signature) = &signed else { panic!("not signed") };
        let (digest, signature) = (Hash([9; 32]), Signature(*signature));
        assert!(Claim { key: key.public_key(), digest, signature }.is_valid());
    }

    #[test]
    fn what_cannot_be_locked_says_why() {
        let request = lock_request("", Secret::Entropy(ENTROPY.to_vec()));
        check_failed(&ask(&request), "keystore-empty-passphrase");
    }

    #[test]
    fn bytes_of_another_version_are_no_message() {
        assert!(from_bytes::<Request>(&[7]).is_none());
        assert!(from_bytes::<Reply>(&[]).is_none());
    }
}
