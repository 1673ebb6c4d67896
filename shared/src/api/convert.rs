//! From consensus types to views.

use super::view::{BlockView, HistoryStep, PaymentView, TransactionStatus, TransactionView};
use crate::{
    account::{AccountId, Address},
    amount::Amount,
    encode::encode,
    hash::{BlockId, TransactionId, to_hex},
    header::Header,
    history::Summary,
    params::Chain,
    transaction::Transaction,
    work::Work,
};
use alloc::string::ToString as _;

/// Where a confirmed transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Id of the block.
    pub block: BlockId,
    /// Height of the block.
    pub height: u64,
    /// Position in the block.
    pub index: u32,
    /// Timestamp of the block.
    pub timestamp: u64,
    /// 1 in the newest block.
    pub confirmations: u64,
}

/// The address text of an account on a chain.
#[must_use]
pub fn address_of(account: &AccountId, chain: &Chain) -> alloc::string::String {
    Address::of(*account).to_text(chain.prefix())
}

/// Expected attempts, as a number that JSON holds exactly; larger ones are cut off at 2^53 - 1.
#[must_use]
pub fn difficulty_number(work: Work) -> u64 {
    u64::try_from(work.0).unwrap_or(u64::MAX).min(crate::limits::MAX_AMOUNT)
}

impl BlockView {
    /// The view of a block with this header. `size` is in bytes, header included.
    #[must_use]
    pub fn new(
        chain: &Chain,
        id: &BlockId,
        header: &Header,
        size: usize,
        fees: Amount,
        confirmations: u64,
    ) -> Self {
        Self {
            id: id.to_string(),
            height: header.height,
            previous: header.previous.to_string(),
            timestamp: header.timestamp,
            clock: header.clock,
            miner: address_of(&header.miner, chain),
            reward: chain.parameters().reward_at(header.height).mites(),
            fees: fees.mites(),
            transaction_count: header.transaction_count,
            size,
            target: header.target.to_string(),
            difficulty: difficulty_number(header.target.work()),
            nonce: to_hex(&header.nonce.to_be_bytes()),
            version: header.version,
            state_root: header.state_root.to_string(),
            history_root: header.history_root.to_string(),
            transactions_root: header.transactions_root.to_string(),
            confirmations,
        }
    }
}

impl TransactionView {
    /// The view of a waiting transaction.
    #[must_use]
    pub fn pending(chain: &Chain, id: &TransactionId, transaction: &Transaction) -> Self {
        let body = &transaction.body;
        let payment = |payment: &crate::transaction::Payment| PaymentView {
            recipient: address_of(&payment.recipient, chain),
            amount: payment.amount.mites(),
        };
        Self {
            id: id.to_string(),
            status: TransactionStatus::Pending,
            reason: None,
            block: None,
            height: None,
            index: None,
            timestamp: None,
            confirmations: 0,
            sender: address_of(&body.sender, chain),
            nonce: body.nonce,
            fee: body.fee.mites(),
            payments: body.payments.iter().map(payment).collect(),
            memo: to_hex(&body.memo),
            expires_at: body.expires_at,
            size: encode(transaction).len(),
        }
    }

    /// The view of a confirmed transaction.
    #[must_use]
    pub fn confirmed(
        chain: &Chain,
        id: &TransactionId,
        transaction: &Transaction,
        place: &Place,
    ) -> Self {
        Self {
            status: TransactionStatus::Confirmed,
            block: Some(place.block.to_string()),
            height: Some(place.height),
            index: Some(place.index),
            timestamp: Some(place.timestamp),
            confirmations: place.confirmations,
            ..Self::pending(chain, id, transaction)
        }
    }

    /// The same transaction after it left the pool, other than into a block.
    #[must_use]
    pub fn gone(self, status: TransactionStatus, reason: &str) -> Self {
        Self { status, reason: Some(reason.to_string()), ..self }
    }
}

impl From<&Summary> for HistoryStep {
    fn from(summary: &Summary) -> Self {
        Self { hash: summary.hash.to_string(), work: summary.work.to_hex(), clock: summary.clock }
    }
}
