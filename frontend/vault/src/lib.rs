//! What the app and the vault say to each other, and what the vault does.
//!
//! Making a key of a passphrase takes a second on purpose, so it happens in a worker of its own,
//! which the app starts for one question and ends after the answer: with it goes all the memory
//! that held passphrase and secret. Whatever else needs words or secret keys happens here as well,
//! so that the app loads without their tables. Messages are canonical bytes inside one browser tab;
//! nothing here draws randomness, reads a clock or stores anything.

mod message;
mod phrase;

pub use message::{Account, RANDOM_BYTES, Reply, Request, Secret, Words, from_bytes, to_bytes};
pub use phrase::Judgement;

use shared::{
    account::{AccountId, Address, Prefix},
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
        Request::Write { secret, coin_type, accounts } => {
            opened(secret).map(|secret| written(&secret, *coin_type, *accounts))
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
    let words = match &secret.words {
        Words::Entropy(bytes) => secret_of(bytes)?,
        Words::Phrase(words) => Entropy::parse_phrase(words)?,
    };
    Ok(words.with_25th_word(&secret.extra)?)
}

/// The accounts of a secret; there is always account 0. The seed, which takes a while, is made once.
fn accounts_of(secret: &Entropy, coin_type: u32, count: u16) -> Vec<Account> {
    let seed = secret.seed();
    let account = |index| {
        let key = seed.account_key(coin_type, index);
        Account { key: *key.to_bytes(), id: key.public_key().0 }
    };
    (0..count.max(1)).map(account).collect()
}

/// The address of account 0.
fn first_of(accounts: &[Account]) -> Address {
    Address::of(AccountId(accounts.first().map_or([0; 32], |account| account.id)))
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
    let accounts = accounts_of(&secret, coin_type, *accounts);
    let address = first_of(&accounts);
    let header = Header { name, chain, coin_type, address, created };
    let randomness = split(randomness);
    let keystore = Keystore::encrypt(&secret, passphrase, &randomness, header, Cost::DEFAULT)?;
    Ok(Reply::Locked { file: keystore.to_json(), accounts })
}

fn written(secret: &Entropy, coin_type: u32, accounts: u16) -> Reply {
    let ids = accounts_of(secret, coin_type, accounts).iter().map(|account| account.id).collect();
    Reply::Written { words: secret.phrase().to_string(), ids }
}

fn unlock(passphrase: &str, file: &str, accounts: u16) -> Result<Reply, Failed> {
    let keystore = Keystore::parse(file)?;
    let secret = keystore.decrypt(passphrase)?;
    let coin_type = keystore.header().coin_type;
    // What the file says in clear must be what its secret makes, or coins would go astray.
    let accounts = accounts_of(&secret, coin_type, accounts);
    if keystore.header().address != first_of(&accounts) {
        return Err(malformed("its address is not the one of its secret").into());
    }
    let secret = Secret::of_entropy(secret.as_bytes(), secret.extra());
    Ok(Reply::Unlocked { secret, accounts })
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
