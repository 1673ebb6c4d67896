//! Payments of shared accounts: a proposal is a file that goes round until enough have signed.
//!
//! Whoever gets the file sees what they sign, from the very bytes that are signed: the file says
//! nothing twice. No node sees a proposal; only the finished transaction is sent. Files signed apart
//! are put together by [`Proposal::merge`]. The form of the file is in [`mod@file`].

pub mod file;

use super::{
    payment::{Draft, PaymentError, check_body, check_draft},
    secret::SecretKey,
};
use crate::{
    account::{AccountId, Policy, PolicyError},
    encode::Bounded,
    hash::{BlockId, Hash},
    key::{Claim, PublicKey, Signature},
    ledger::Account,
    params::Chain,
    rules::transaction_isolated::{self, CheckedTransaction, TransactionError},
    transaction::{Authorization, Body, IndexedSignature, Transaction},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// A payment of a shared account and the signatures it has so far, all of them valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    genesis: BlockId,
    policy: Policy,
    body: Body,
    signatures: BTreeMap<u8, Signature>,
}

/// Why a proposal cannot be read, signed or finished.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    /// It is not a proposal file, or not a whole one.
    #[error("this is not a proposal file: {reason}")]
    Malformed {
        /// What was found.
        reason: &'static str,
    },
    /// It is not the file of a shared account.
    #[error("this is not the file of a shared account: {reason}")]
    NotAnAccount {
        /// What was found.
        reason: &'static str,
    },
    /// A later program made it.
    #[error("this proposal has version {got}; this program reads version 1")]
    Version {
        /// The version found.
        got: u64,
    },
    /// It is for another chain.
    #[error("this proposal is for another chain: its genesis is {got}, not {expected}")]
    WrongChain {
        /// The genesis in the file.
        got: BlockId,
        /// The genesis of this chain.
        expected: BlockId,
    },
    /// The keys and the threshold make no shared account.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The payment breaks a rule.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// A signature in the file is not by the key it names.
    #[error("signature {index} is not by the key at that position")]
    WrongSignature {
        /// Position of the key in the policy.
        index: u8,
    },
    /// The key that should sign is none of the account's.
    #[error("this key is not one of the shared account's")]
    NotASigner,
    /// The key that should sign has signed.
    #[error("this key has signed already")]
    AlreadySigned,
    /// Two files are not about the same payment.
    #[error("the two files propose different payments")]
    Different,
    /// There are too few signatures.
    #[error("{got} signatures, {need} are needed")]
    Incomplete {
        /// Signatures so far.
        got: usize,
        /// The threshold.
        need: usize,
    },
}

impl ProposalError {
    /// The stable code of this error. Broken rules have the codes that a node answers with.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "proposal-malformed",
            Self::NotAnAccount { .. } => "shared-account-malformed",
            Self::Version { .. } => "proposal-version",
            Self::WrongChain { .. } => "proposal-wrong-chain",
            Self::Policy(error) => error.code(),
            Self::Payment(error) => error.code(),
            Self::WrongSignature { .. } => "proposal-wrong-signature",
            Self::NotASigner => "proposal-not-a-signer",
            Self::AlreadySigned => "proposal-already-signed",
            Self::Different => "proposal-different",
            Self::Incomplete { .. } => "proposal-incomplete",
        }
    }
}

impl From<TransactionError> for ProposalError {
    fn from(error: TransactionError) -> Self {
        Self::Payment(error.into())
    }
}

impl Proposal {
    /// Proposes the payment of a draft from the shared account of `policy`, unsigned.
    ///
    /// `account` is that account after its own pending payments, `next_height` the height of the next
    /// block. Signing by hand takes time: a longer expiry than a plain payment's is wise.
    ///
    /// # Errors
    ///
    /// The first reason for which a node would refuse the payment.
    pub fn propose(
        chain: &Chain,
        policy: Policy,
        account: Account,
        next_height: u64,
        draft: &Draft,
    ) -> Result<Self, ProposalError> {
        policy.check()?;
        let body = check_draft(chain, policy.account(), account, next_height, draft)?;
        Ok(Self { genesis: chain.genesis_id(), policy, body, signatures: BTreeMap::new() })
    }

    /// Adds the signature of `key`.
    ///
    /// # Errors
    ///
    /// When the key is none of the policy's, or has signed.
    pub fn sign(&mut self, key: &SecretKey) -> Result<(), ProposalError> {
        let index = self.free_place(key.public_key())?;
        self.signatures.insert(index, key.sign(&self.digest()));
        Ok(())
    }

    /// Adds a signature of [`Proposal::digest`] that was made where the secret key is.
    ///
    /// # Errors
    ///
    /// As for [`Proposal::sign`], and when the signature is not by `key`.
    pub fn add(&mut self, key: PublicKey, signature: Signature) -> Result<(), ProposalError> {
        let index = self.free_place(key)?;
        if !(Claim { key, digest: self.digest(), signature }).is_valid() {
            return Err(ProposalError::WrongSignature { index });
        }
        self.signatures.insert(index, signature);
        Ok(())
    }

    /// Adds the signatures that `other` has and this one has not.
    ///
    /// # Errors
    ///
    /// When the two are not about the same payment.
    pub fn merge(&mut self, other: &Self) -> Result<(), ProposalError> {
        let same =
            self.genesis == other.genesis && self.policy == other.policy && self.body == other.body;
        if !same {
            return Err(ProposalError::Different);
        }
        for (index, signature) in &other.signatures {
            self.signatures.entry(*index).or_insert(*signature);
        }
        Ok(())
    }

    /// The transaction, once enough have signed. Of more signatures than are needed, the first ones
    /// in the order of the keys are taken.
    ///
    /// # Errors
    ///
    /// When signatures are missing.
    pub fn finish(&self) -> Result<CheckedTransaction, ProposalError> {
        let need = self.threshold();
        let got = self.signatures.len();
        let indexed = |(index, signature): (&u8, &Signature)| IndexedSignature {
            index: *index,
            signature: *signature,
        };
        let signatures: Vec<_> = self.signatures.iter().map(indexed).take(need).collect();
        let signatures = Bounded::new(signatures)
            .filter(|taken| taken.len() == need)
            .ok_or(ProposalError::Incomplete { got, need })?;
        let authorization = Authorization::Policy { policy: self.policy.clone(), signatures };
        let transaction = Transaction { body: self.body.clone(), authorization };
        Ok(transaction_isolated::check(transaction, &self.genesis)?)
    }

    /// What is signed.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// What every signature is of.
    #[must_use]
    pub fn digest(&self) -> Hash {
        self.body.signing_hash(&self.genesis)
    }

    /// The keys and the threshold.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The shared account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.body.sender
    }

    /// Signatures that are needed.
    #[must_use]
    pub fn threshold(&self) -> usize {
        usize::from(self.policy.threshold)
    }

    /// Signatures that are missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.threshold().saturating_sub(self.signatures.len())
    }

    /// Every key of the account, in order, and whether it has signed.
    pub fn signers(&self) -> impl Iterator<Item = (PublicKey, bool)> + '_ {
        (0..)
            .zip(self.policy.keys.iter())
            .map(|(index, key)| (*key, self.signatures.contains_key(&index)))
    }

    /// Puts a proposal together from its parts, which may come from anybody.
    fn of_parts(
        chain: &Chain,
        policy: Policy,
        body: Body,
        signatures: BTreeMap<u8, Signature>,
    ) -> Result<Self, ProposalError> {
        policy.check()?;
        check_body(&body)?;
        let account = policy.account();
        if body.sender != account {
            let sender = body.sender;
            return Err(TransactionError::WrongPolicy { sender, policy: account }.into());
        }
        let proposal = Self { genesis: chain.genesis_id(), policy, body, signatures };
        let digest = proposal.digest();
        for (index, signature) in &proposal.signatures {
            let key = proposal.policy.keys.get(usize::from(*index)).copied();
            let is_valid = |key| Claim { key, digest, signature: *signature }.is_valid();
            if !key.is_some_and(is_valid) {
                return Err(ProposalError::WrongSignature { index: *index });
            }
        }
        Ok(proposal)
    }

    /// The place of a key that may sign and has not.
    fn free_place(&self, key: PublicKey) -> Result<u8, ProposalError> {
        let mut places = (0..).zip(self.policy.keys.iter());
        let (index, _) =
            places.find(|(_, other)| **other == key).ok_or(ProposalError::NotASigner)?;
        if self.signatures.contains_key(&index) {
            return Err(ProposalError::AlreadySigned);
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests;
