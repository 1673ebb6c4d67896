//! The recovery phrase (BIP39, English) and the keys that follow from it (SLIP-0010, Ed25519).
//!
//! The path of account `n` is `m/44'/coin_type'/n'`: Ed25519 knows hardened steps only. BIP39's optional
//! passphrase is called the 25th word here, for a keystore has a passphrase as well. Without one, the
//! words alone restore a wallet; with one, they and it do, and nothing tells a wrong one from the right
//! one: each leads to other keys.

use super::secret::SecretKey;
use alloc::{borrow::Cow, string::String, vec::Vec};
use bip39::{Language, Mnemonic};
use core::fmt;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use zeroize::{Zeroize as _, Zeroizing};

/// The secret of a wallet: 16 or 32 random bytes, written as 12 or 24 words, and the 25th word, if the
/// person has chosen one.
#[derive(Clone, PartialEq, Eq)]
pub struct Entropy {
    bytes: Zeroizing<Vec<u8>>,
    /// In Unicode's form NFKD; empty: none.
    extra: Zeroizing<String>,
}

/// What keys are derived from: 64 bytes made of the words, slowly. Keep it to derive many keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(Zeroizing<[u8; 64]>);

/// Size of a 25th word in NFKD, at most.
pub const MAX_EXTRA_BYTES: usize = 128;

/// Why a text is no recovery phrase, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// There is nothing to read.
    #[error("enter the recovery phrase")]
    Empty,
    /// A word is not in the list. The word itself is a secret and is not told again.
    #[error("word {position} is not in the list of words: is it misspelt?")]
    UnknownWord {
        /// Which word, the first being 1.
        position: usize,
    },
    /// There are neither 12 nor 24 words.
    #[error("a recovery phrase has 12 or 24 words, not {got}")]
    WrongCount {
        /// Words read.
        got: usize,
    },
    /// All words are in the list, but the checksum in the last one does not fit.
    #[error("the words do not belong together: one is probably wrong or out of order")]
    Checksum,
    /// The 25th word is too long. Nothing else can be wrong with one.
    #[error("the 25th word is too long: {got} bytes, where at most 128 are allowed")]
    ExtraTooLong {
        /// Its bytes in NFKD.
        got: usize,
    },
}

impl PhraseError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "phrase-empty",
            Self::UnknownWord { .. } => "phrase-unknown-word",
            Self::WrongCount { .. } => "phrase-wrong-count",
            Self::Checksum => "phrase-checksum",
            Self::ExtraTooLong { .. } => "phrase-extra-too-long",
        }
    }
}

impl Entropy {
    /// The secret that 12 words write. `random` must come from the system's secure generator.
    #[must_use]
    pub fn of_12_words(random: [u8; 16]) -> Self {
        let random = Zeroizing::new(random);
        Self::of_words(random.to_vec())
    }

    /// The secret that 24 words write. `random` must come from the system's secure generator.
    #[must_use]
    pub fn of_24_words(random: [u8; 32]) -> Self {
        let random = Zeroizing::new(random);
        Self::of_words(random.to_vec())
    }

    fn of_words(bytes: Vec<u8>) -> Self {
        Self { bytes: Zeroizing::new(bytes), extra: Zeroizing::new(String::new()) }
    }

    /// The same words with this 25th word, any text; empty: without one. Every character counts, capital
    /// letters and spaces as well; how a letter with an accent is put together does not.
    ///
    /// # Errors
    ///
    /// When it is longer than [`MAX_EXTRA_BYTES`].
    pub fn with_25th_word(mut self, text: &str) -> Result<Self, PhraseError> {
        let extra = nfkd(text);
        if extra.len() > MAX_EXTRA_BYTES {
            return Err(PhraseError::ExtraTooLong { got: extra.len() });
        }
        self.extra = extra;
        Ok(self)
    }

    /// The 25th word in Unicode's form NFKD; empty: there is none.
    #[must_use]
    pub fn extra(&self) -> &str {
        &self.extra
    }

    /// The secret of 16 or 32 bytes; `None` for any other number.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        matches!(bytes.len(), 16 | 32).then(|| Self::of_words(bytes.to_vec()))
    }

    /// Reads a phrase. Case, line breaks, commas and numbering ("1. abandon") do not matter.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the words.
    pub fn parse_phrase(text: &str) -> Result<Self, PhraseError> {
        let mut phrase = Zeroizing::new(String::with_capacity(24 * 9));
        let mut got = 0;
        for word in words_of(text) {
            got += 1;
            let word = find(word).ok_or(PhraseError::UnknownWord { position: got })?;
            // Past 24 words the phrase is not needed any more, only the count.
            if got <= 24 {
                phrase.push_str(word);
                phrase.push(' ');
            }
        }
        match got {
            0 => return Err(PhraseError::Empty),
            12 | 24 => {}
            got => return Err(PhraseError::WrongCount { got }),
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &phrase)
            .map_err(|_| PhraseError::Checksum)?;
        Ok(Self::of_words(mnemonic.to_entropy()))
    }

    /// The 16 or 32 bytes that the words write.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The 12 or 24 words, in order.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        self.mnemonic().words().collect()
    }

    /// The words with one space between them.
    #[must_use]
    pub fn phrase(&self) -> Zeroizing<String> {
        Zeroizing::new(self.words().join(" "))
    }

    /// The seed of the keys: 2,048 rounds of HMAC-SHA-512, milliseconds.
    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed(Zeroizing::new(self.mnemonic().to_seed_normalized(&self.extra)))
    }

    fn mnemonic(&self) -> Mnemonic {
        Mnemonic::from_entropy(&self.bytes).expect("16 and 32 bytes are lengths of BIP39")
    }
}

impl Seed {
    /// The key at `m/44'/coin_type'/account'`. `coin_type` is the chain's, below 2^31
    /// ([`crate::params::Parameters::coin_type`]).
    #[must_use]
    pub fn account_key(&self, coin_type: u32, account: u16) -> SecretKey {
        derive(&*self.0, &[44, coin_type, u32::from(account)])
    }
}

/// The first `limit` words of the list that begin with `prefix`, in any case. An empty prefix
/// completes to nothing.
#[must_use]
pub fn complete(prefix: &str, limit: usize) -> Vec<&'static str> {
    let prefix = Zeroizing::new(prefix.trim().to_lowercase());
    if prefix.is_empty() {
        return Vec::new();
    }
    let begins = |word: &&str| word.starts_with(prefix.as_str());
    word_list().iter().copied().filter(begins).take(limit).collect()
}

/// Whether `text` is a word of the list, in any case.
#[must_use]
pub fn is_word(text: &str) -> bool {
    find(text.trim()).is_some()
}

/// All 2,048 words, in alphabetical order.
#[must_use]
pub fn word_list() -> &'static [&'static str; 2048] {
    Language::English.word_list()
}

/// The text in Unicode's form NFKD, in which secrets that people type are compared.
pub(super) fn nfkd(text: &str) -> Zeroizing<String> {
    let mut text = Cow::Borrowed(text);
    Mnemonic::normalize_utf8_cow(&mut text);
    // Makes no second copy of what was changed.
    Zeroizing::new(text.into_owned())
}

/// The list's own copy of a word.
fn find(word: &str) -> Option<&'static str> {
    let word = Zeroizing::new(word.to_lowercase());
    let index = word_list().binary_search(&word.as_str()).ok()?;
    word_list().get(index).copied()
}

/// The runs of letters in a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty())
}

/// SLIP-0010 for Ed25519 along a path of hardened steps. The top bit of a step only says "hardened",
/// so it is set whatever the step.
fn derive(seed: &[u8], path: &[u32]) -> SecretKey {
    let mut node = hmac(b"ed25519 seed", &[seed]);
    for step in path {
        let (key, chain_code) = node.split_at(32);
        let child = hmac(chain_code, &[&[0], key, &(step | 1 << 31).to_be_bytes()]);
        node = child;
    }
    let mut secret = Zeroizing::new([0; 32]);
    secret.iter_mut().zip(node.iter()).for_each(|(to, from)| *to = *from);
    SecretKey::from_bytes(&secret)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    let mut output = mac.finalize().into_bytes();
    let mut result = Zeroizing::new([0; 64]);
    result.copy_from_slice(&output);
    output.as_mut_slice().zeroize();
    result
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

#[cfg(test)]
mod tests;
