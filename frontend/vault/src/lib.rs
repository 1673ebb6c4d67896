//! What the app and the vault say to each other, and what the vault does.
//!
//! Making a key of a passphrase takes a second on purpose, so it happens in a worker of its own,
//! which the app starts for one question and ends after the answer: with it goes all the memory
//! that held passphrase and secret. Whatever else needs words or secret keys happens here as well,
//! so that the app loads without their tables. Messages are canonical bytes inside one browser tab;
//! nothing here draws randomness, reads a clock or stores anything.

mod message;
mod phrase;

pub use message::{Account, RANDOM_BYTES, Reply, Request, Secret, from_bytes, to_bytes};
pub use phrase::Judgement;

use shared::{
    account::Prefix,
    hash::Hash,
    key::{Claim, PublicKey, Signature},
    wallet::{
        keystore::{Cost, Header, Keystore, KeystoreError, Randomness},
        mnemonic::{Entropy, PhraseError},
        secret::SecretKey,
    },
};

/// Answers a request. To lock and to unlock takes as long as the keystore's cost says.
#[must_use]
pub fn answer(request: &Request) -> Reply {
    let result = match request {
        Request::Lock { .. } => lock(request),
        Request::Unlock { passphrase, file, accounts } => unlock(passphrase, file, *accounts),
        Request::Inspect { file, prefix, coin_type } => inspect(file, prefix, *coin_type),
        Request::Accounts { secret, coin_type, count } => {
            opened(secret).map(|secret| Reply::Accounts(ids_of(&secret, *coin_type, *count)))
        }
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

/// The secret, however it is written.
fn opened(secret: &Secret) -> Result<Entropy, Failed> {
    match secret {
        Secret::Entropy(bytes) => secret_of(bytes),
        Secret::Phrase(words) => Ok(Entropy::parse_phrase(words)?),
    }
}

/// The key of an account: the bytes that it is made of again, and the address that it has.
fn key_of(secret: &Entropy, coin_type: u32, account: u16) -> SecretKey {
    secret.seed().account_key(coin_type, account)
}

/// The keys of a secret's accounts; there is always account 0. The seed is what takes time.
fn keys_of(secret: &Entropy, coin_type: u32, count: u16) -> impl Iterator<Item = SecretKey> {
    let seed = secret.seed();
    (0..count.max(1)).map(move |index| seed.account_key(coin_type, index))
}

fn accounts_of(secret: &Entropy, coin_type: u32, count: u16) -> Vec<Account> {
    let account = |key: SecretKey| Account { key: *key.to_bytes(), id: key.public_key().0 };
    keys_of(secret, coin_type, count).map(account).collect()
}

fn ids_of(secret: &Entropy, coin_type: u32, count: u16) -> Vec<[u8; 32]> {
    keys_of(secret, coin_type, count).map(|key| key.public_key().0).collect()
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
    let secret = opened(secret)?;
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
