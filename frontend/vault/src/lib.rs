//! What the app and the vault say to each other, and what the vault does.
//!
//! Making a key of a passphrase takes a second on purpose, so it happens in a worker of its own,
//! which the app starts for one question and ends after the answer: with it goes all the memory
//! that held passphrase and secret. Messages are canonical bytes inside one browser tab; nothing
//! here draws randomness, reads a clock or stores anything.

use borsh::{BorshDeserialize, BorshSerialize};
use shared::{
    account::{Address, Prefix},
    encode::{decode, encode},
    wallet::{
        keystore::{Cost, Header, Keystore, KeystoreError, Randomness},
        mnemonic::Entropy,
    },
};
use zeroize::{Zeroize, Zeroizing};

/// A question to the vault.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Request {
    /// Lock a secret.
    Lock {
        /// The passphrase.
        passphrase: String,
        /// The 16 or 32 bytes of the secret.
        entropy: Vec<u8>,
        /// Fresh random bytes: salt, nonce and id of the file.
        randomness: [u8; RANDOM_BYTES],
        /// The name of the wallet.
        name: String,
        /// The prefix of the chain's addresses.
        prefix: String,
        /// The chain's coin type.
        coin_type: u32,
        /// The address of account 0.
        address: String,
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
}

/// The vault's answer.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Reply {
    /// The vault runs and listens.
    Ready,
    /// The keystore file.
    Locked(String),
    /// The secret's 16 or 32 bytes.
    Unlocked(Vec<u8>),
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
            Self::Lock { passphrase, entropy, .. } => {
                passphrase.zeroize();
                entropy.zeroize();
            }
            Self::Unlock { passphrase, .. } => passphrase.zeroize(),
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Self::Unlocked(entropy) = self {
            entropy.zeroize();
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

/// Answers a request. Takes as long as the keystore's cost says.
#[must_use]
pub fn answer(request: &Request) -> Reply {
    let result = match request {
        Request::Lock { .. } => lock(request),
        Request::Unlock { passphrase, file } => unlock(passphrase, file),
    };
    result.unwrap_or_else(|error| Reply::Failed {
        code: error.code().to_string(),
        text: error.to_string(),
    })
}

fn lock(request: &Request) -> Result<Reply, KeystoreError> {
    let malformed = |reason| KeystoreError::Malformed { reason };
    let Request::Lock {
        passphrase,
        entropy,
        randomness,
        name,
        prefix,
        coin_type,
        address,
        created,
    } = request
    else {
        return Err(malformed("nothing to lock"));
    };
    let chain = Prefix::parse(prefix).ok_or(malformed("its chain is not a prefix"))?;
    let address = Address::parse(address, &chain)
        .map_err(|_| malformed("its address is not one of its chain"))?;
    let secret =
        Entropy::from_slice(entropy).ok_or(malformed("the secret is of an unknown kind"))?;
    let header =
        Header { name: name.clone(), chain, coin_type: *coin_type, address, created: *created };
    let randomness = split(randomness);
    Keystore::encrypt(&secret, passphrase, &randomness, header, Cost::DEFAULT)
        .map(|keystore| Reply::Locked(keystore.to_json()))
}

fn unlock(passphrase: &str, file: &str) -> Result<Reply, KeystoreError> {
    let secret = Keystore::parse(file)?.decrypt(passphrase)?;
    Ok(Reply::Unlocked(secret.as_bytes().to_vec()))
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
    use shared::wallet::mnemonic::Entropy;

    fn lock_request(passphrase: &str) -> Request {
        let key = Entropy::of_12_words([7; 16]).seed().account_key(1, 0);
        let prefix = Prefix::parse("tst").unwrap();
        Request::Lock {
            passphrase: passphrase.into(),
            entropy: vec![7; 16],
            randomness: core::array::from_fn(|index| u8::try_from(index).unwrap()),
            name: String::new(),
            prefix: "tst".into(),
            coin_type: 1,
            address: key.address().to_text(&prefix),
            created: 1_790_000_000,
        }
    }

    #[test]
    fn what_is_locked_unlocks_with_its_passphrase_only() {
        let request: Request = from_bytes(&to_bytes(&lock_request("correct horse"))).unwrap();
        let locked = answer(&request);
        let Reply::Locked(file) = &locked else { panic!("not locked") };
        assert!(file.contains("\"000102030405060708090a0b0c0d0e0f\""), "the salt");
        let unlock = |passphrase: &str| {
            let request = Request::Unlock { passphrase: passphrase.into(), file: file.clone() };
            from_bytes::<Reply>(&to_bytes(&answer(&request))).unwrap()
        };
        assert!(unlock("correct horse") == Reply::Unlocked(vec![7; 16]));
        let wrong = unlock("correct hors");
        let Reply::Failed { code, text } = &wrong else { panic!("unlocked") };
        assert_eq!(code, "keystore-wrong-passphrase");
        assert_eq!(text, "wrong passphrase, or the file is damaged");
    }

    #[test]
    fn what_cannot_be_locked_says_why() {
        let answer = answer(&lock_request(""));
        let Reply::Failed { code, .. } = &answer else { panic!("locked") };
        assert_eq!(code, "keystore-empty-passphrase");
    }

    #[test]
    fn bytes_of_another_version_are_no_message() {
        assert!(from_bytes::<Request>(&[7]).is_none());
        assert!(from_bytes::<Reply>(&[]).is_none());
    }
}
