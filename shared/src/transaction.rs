//! Transactions (§5).

use crate::{
    account::{AccountId, Policy},
    amount::Amount,
    encode::{Bounded, encode},
    hash::{Hash, Hasher, Tag, TransactionId},
    key::Signature,
    limits::{MAX_MEMO_BYTES, MAX_PAYMENTS, MAX_POLICY_KEYS},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// One recipient of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Payment {
    /// Who is paid. Never decoded as a key by the rules (§4).
    pub recipient: AccountId,
    /// How much, at least 1 mite.
    pub amount: Amount,
}

/// Everything of a transaction that its signatures commit to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Body {
    /// The rule set, 1 from genesis on.
    pub version: u8,
    /// The account that pays.
    pub sender: AccountId,
    /// The sender's nonce before this transaction.
    pub nonce: u64,
    /// What the miner gets.
    pub fee: Amount,
    /// The last height at which the transaction is valid.
    #[borsh(deserialize_with = "crate::encode::below_time_end")]
    pub expires_at: u64,
    /// Who is paid, 1 to 16.
    pub payments: Bounded<Payment, 1, MAX_PAYMENTS>,
    /// Up to 80 public bytes; shown as plain text only.
    pub memo: Bounded<u8, 0, MAX_MEMO_BYTES>,
}

/// A signature of a shared account: by the key at `index` of its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct IndexedSignature {
    /// Position of the key in the policy.
    pub index: u8,
    /// The signature.
    pub signature: Signature,
}

/// What permits a transaction (§5). The encoding begins with the kind: 0 or 1.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Authorization {
    /// Kind 0: the sender's key signed.
    Key(Signature),
    /// Kind 1: exactly `threshold` keys of the shared account signed, indexes ascending.
    Policy {
        /// The keys and the threshold; the sender is their hash.
        policy: Policy,
        /// The signatures.
        signatures: Bounded<IndexedSignature, 1, MAX_POLICY_KEYS>,
    },
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Transaction {
    /// What is signed.
    pub body: Body,
    /// What permits it.
    pub authorization: Authorization,
}

impl Body {
    /// The 32 bytes that are signed: `H("halfpenny/tx", genesis id || body)`, void on every other chain (§5).
    #[must_use]
    pub fn signing_hash(&self, genesis: &crate::hash::BlockId) -> Hash {
        let mut hasher = Hasher::new(&Tag::SIGNING);
        hasher.update(genesis.as_bytes());
        borsh::to_writer(&mut hasher, self).expect("hashing does not fail");
        hasher.finish()
    }

    /// The sum of the payments, or `None` above [`Amount::MAX`].
    #[must_use]
    pub fn paid(&self) -> Option<Amount> {
        Amount::sum(self.payments.iter().map(|payment| payment.amount))
    }

    /// What leaves the sender: payments and fee, or `None` above [`Amount::MAX`].
    #[must_use]
    pub fn debit(&self) -> Option<Amount> {
        self.paid().and_then(|paid| paid.checked_add(self.fee))
    }
}

impl Transaction {
    /// `H("halfpenny/txid", all bytes)` (§5).
    #[must_use]
    pub fn id(&self) -> TransactionId {
        id_of_bytes(&encode(self))
    }
}

/// The id of the transaction whose encoding is `bytes` (§5).
#[must_use]
pub fn id_of_bytes(bytes: &[u8]) -> TransactionId {
    TransactionId(Tag::TRANSACTION_ID.hash(&[bytes]))
}
