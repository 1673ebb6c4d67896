//! Accounts: ids, shared accounts, and the text form of an address (§4).

mod typo;

use crate::{
    encode::Bounded,
    hash::{Hash, Hasher, Tag},
    key::PublicKey,
    limits::{MAX_POLICY_KEYS, MIN_POLICY_KEYS},
};
use alloc::{string::String, vec::Vec};
use bech32::{
    Bech32m, ByteIterExt as _, Fe32, Fe32IterExt as _, Hrp, primitives::decode::CheckedHrpstring,
};
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;

/// Who holds coins: a public key, or the hash of a [`Policy`]. The rules never look inside (§4).
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct AccountId(pub [u8; 32]);

/// The keys of a shared account and how many of them must sign (§4).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Policy {
    /// Signatures needed, `1..=keys.len()`.
    pub threshold: u8,
    /// The keys, strictly ascending.
    pub keys: Bounded<PublicKey, MIN_POLICY_KEYS, MAX_POLICY_KEYS>,
}

/// Why a list of keys and a threshold is no shared account (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// §4: 2 to 8 keys.
    #[error("a shared account has 2 to 8 keys, not {got}")]
    KeyCount {
        /// Keys given.
        got: usize,
    },
    /// §4: the keys are strictly ascending.
    #[error("the keys of a shared account are distinct and in ascending order")]
    KeyOrder,
    /// §4: a key is of small order.
    #[error("a key of the shared account is of small order")]
    SmallOrderKey,
    /// §4: the threshold is 1 to the number of keys.
    #[error("{threshold} signatures are asked of {keys} keys")]
    Threshold {
        /// Signatures asked for.
        threshold: u8,
        /// Keys there are.
        keys: usize,
    },
}

impl PolicyError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyCount { .. } => "policy-key-count",
            Self::KeyOrder => "policy-key-order",
            Self::SmallOrderKey => "policy-small-order-key",
            Self::Threshold { .. } => "policy-threshold",
        }
    }
}

impl Policy {
    /// The shared account of `keys`, put in order, of which `threshold` must sign.
    ///
    /// # Errors
    ///
    /// When the keys or the threshold break §4.
    pub fn new(threshold: u8, mut keys: Vec<PublicKey>) -> Result<Self, PolicyError> {
        keys.sort_unstable();
        let got = keys.len();
        let keys = Bounded::new(keys).ok_or(PolicyError::KeyCount { got })?;
        let policy = Self { threshold, keys };
        policy.check()?;
        Ok(policy)
    }

    /// Checks order, strength and threshold (§4).
    ///
    /// # Errors
    ///
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.keys.is_sorted_by(|a, b| a < b) {
            if self.keys.iter().any(PublicKey::is_small_order) {
                return Err(PolicyError::SmallOrderKey);
            }
        } else {
            return Err(PolicyError::KeyOrder);
        }
        let keys = self.keys.len();
        if self.threshold == 0 || usize::from(self.threshold) > keys {
            return Err(PolicyError::Threshold { threshold: self.threshold, keys });
        }
        Ok(())
    }

    /// `H("halfpenny/policy", threshold || keys || counter)` with the smallest counter for which the
    /// hash is not a curve point (§4). So no shared account is ever somebody's key as well, and an
    /// account's kind follows from its id: one account has one address.
    ///
    /// # Panics
    ///
    /// Never: every second hash is no point, so that 256 in a row are not met.
    #[must_use]
    pub fn account(&self) -> AccountId {
        let mut hasher = Hasher::new(&Tag::POLICY);
        hasher.update(&[self.threshold]);
        for key in self.keys.iter() {
            hasher.update(&key.0);
        }
        let candidate = |counter: u8| {
            let mut hasher = hasher.clone();
            hasher.update(&[counter]);
            AccountId(hasher.finish().0)
        };
        let first = (0..=u8::MAX).map(candidate).find(|id| id.kind() == AddressKind::Policy);
        first.expect("one of 256 hashes is no curve point")
    }
}

impl AccountId {
    /// The kind of account: a curve point is a key, anything else a shared account (§4).
    #[must_use]
    pub fn kind(&self) -> AddressKind {
        if PublicKey(self.0).is_point() { AddressKind::Key } else { AddressKind::Policy }
    }
}

/// What an address says about its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressKind {
    /// One key controls it.
    Key,
    /// A shared account.
    Policy,
}

/// An address: an account id and its kind, written as bech32m under the chain's prefix (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The account.
    pub account: AccountId,
    /// The kind that the text tells. The rules do not know it.
    pub kind: AddressKind,
}

/// Why a text is not an address of this chain (§4).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is nothing to read.
    #[error("enter an address")]
    Empty,
    /// The prefix is another chain's.
    #[error(
        "this address is for another chain: it begins with {got}1, addresses here begin with {expected}1"
    )]
    WrongChain {
        /// The prefix read.
        got: String,
        /// The prefix of this chain.
        expected: String,
    },
    /// The checksum does not fit: there is a typing mistake.
    #[error("this address has a typing mistake: {}", typo::told(.suspects))]
    Checksum {
        /// Which characters look wrong, the first of the address being 1; none if nobody can tell.
        suspects: Vec<usize>,
    },
    /// The text is not bech32 at all.
    #[error("this is not an address: addresses begin with {expected}1")]
    NotAnAddress {
        /// The prefix of this chain.
        expected: String,
    },
    /// The version symbol or the length is unknown.
    #[error("this address is of a kind that this version does not know")]
    UnknownKind,
    /// The key is of small order or the kind is not the id's: coins sent there would be lost or free for all.
    #[error("nobody can hold the key of this address")]
    InvalidKey,
}

impl AddressError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "address-empty",
            Self::WrongChain { .. } => "address-wrong-chain",
            Self::Checksum { .. } => "address-checksum",
            Self::NotAnAddress { .. } => "address-malformed",
            Self::UnknownKind => "address-unknown-kind",
            Self::InvalidKey => "address-invalid-key",
        }
    }
}

impl Address {
    /// The address of any account.
    #[must_use]
    pub fn of(account: AccountId) -> Self {
        Self { account, kind: account.kind() }
    }

    /// The address of a key.
    #[must_use]
    pub const fn of_key(key: PublicKey) -> Self {
        Self { account: key.account(), kind: AddressKind::Key }
    }

    /// The address of a shared account.
    #[must_use]
    pub fn of_policy(policy: &Policy) -> Self {
        Self { account: policy.account(), kind: AddressKind::Policy }
    }

    /// The text under `prefix`, lower-case.
    #[must_use]
    pub fn to_text(&self, prefix: &Prefix) -> String {
        let version = match self.kind {
            AddressKind::Key => Fe32::Q,
            AddressKind::Policy => Fe32::P,
        };
        let bytes = self.account.0;
        bytes
            .iter()
            .copied()
            .bytes_to_fes()
            .with_checksum::<Bech32m>(&prefix.0)
            .with_witness_version(version)
            .chars()
            .collect()
    }

    /// Reads an address of the chain with this prefix. All-upper-case is accepted, mixed case is not.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub fn parse(text: &str, prefix: &Prefix) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let expected = || prefix.as_str();
        let Ok(unchecked) = bech32::primitives::decode::UncheckedHrpstring::new(text) else {
            let suspects = typo::suspects(text, &expected());
            return Err(if suspects.is_empty() {
                AddressError::NotAnAddress { expected: expected() }
            } else {
                AddressError::Checksum { suspects }
            });
        };
        // The checksum covers the prefix: judge the prefix first, or another chain's address is "a typing mistake".
        let right_chain = unchecked.hrp().to_lowercase() == prefix.as_str();
        let Ok(mut checked) = CheckedHrpstring::new::<Bech32m>(text) else {
            return Err(if right_chain {
                AddressError::Checksum { suspects: typo::suspects(text, &expected()) }
            } else {
                AddressError::NotAnAddress { expected: expected() }
            });
        };
        if !right_chain {
            return Err(AddressError::WrongChain {
                got: checked.hrp().to_lowercase(),
                expected: expected(),
            });
        }
        let kind = match checked.remove_witness_version() {
            Some(Fe32::Q) => AddressKind::Key,
            Some(Fe32::P) => AddressKind::Policy,
            _ => return Err(AddressError::UnknownKind),
        };
        checked.validate_segwit_padding().map_err(|_| AddressError::UnknownKind)?;
        let bytes: Vec<u8> = checked.byte_iter().collect();
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| AddressError::UnknownKind)?;
        let key = PublicKey(bytes);
        let account = AccountId(bytes);
        if key.is_small_order() || kind != account.kind() {
            return Err(AddressError::InvalidKey);
        }
        Ok(Self { account, kind })
    }
}

/// The human-readable part of a chain's addresses: 1 to 16 lower-case letters or digits (§4, §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix(Hrp);

impl Prefix {
    /// A prefix, or `None` when the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        (plain && (1..=16).contains(&text.len())).then(|| Hrp::parse(text).ok().map(Self)).flatten()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash(self.0), f)
    }
}

#[cfg(test)]
mod tests;
