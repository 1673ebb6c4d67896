//! Blocks: a header and the transactions it commits to (§6).

use crate::{
    encode::encode,
    header::Header,
    limits::{MAX_BLOCK_BYTES, MIN_TRANSACTION_BYTES},
    merkle,
    transaction::Transaction,
};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// More transactions than fit any block.
pub const MAX_TRANSACTIONS: usize = MAX_BLOCK_BYTES / MIN_TRANSACTION_BYTES;

/// A block: header bytes, then the list of transactions.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// The mined part.
    pub header: Header,
    /// The transactions, in the order in which they apply.
    pub transactions: crate::encode::Bounded<Transaction, 0, MAX_TRANSACTIONS>,
}

/// The transactions tree's root over `transactions` (§6).
#[must_use]
pub fn transactions_root(transactions: &[Transaction]) -> crate::hash::Hash {
    let leaves: Vec<_> =
        transactions.iter().map(|transaction| merkle::leaf(&encode(transaction))).collect();
    merkle::root(&leaves)
}
