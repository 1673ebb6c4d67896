//! Making a payment: from what a user asks for to a signed transaction that the node will take.
//!
//! A payment is judged here by the node's own rules ([`crate::rules`]) before anything leaves the
//! wallet. What the account holds is an argument: whoever calls has it from a node, proven or not.
//! What fees are worth is in [`crate::policy`].

use super::secret::SecretKey;
use crate::{
    account::AccountId,
    amount::Amount,
    encode::Bounded,
    key::is_small_order,
    ledger::Account,
    limits::{MAX_MEMO_BYTES, MAX_PAYMENTS, TIME_END},
    params::Chain,
    rules::{
        transaction_in_ledger::{self, LedgerError},
        transaction_isolated::{self, CheckedTransaction, TransactionError},
    },
    transaction::{Authorization, Body, Payment, Transaction},
};
use alloc::{string::String, vec::Vec};

/// Blocks that a payment stays valid unless the user says otherwise.
pub const DEFAULT_EXPIRY_BLOCKS: u64 = 240;
/// Blocks that a payment stays valid at least: many blocks can come at once after a quiet time.
pub const MIN_EXPIRY_BLOCKS: u64 = 100;

/// What a user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Who is paid how much, 1 to 16 times.
    pub payments: Vec<Payment>,
    /// What the miner gets; zero is allowed.
    pub fee: Amount,
    /// A public text, at most 80 bytes.
    pub memo: String,
    /// Blocks after the next one during which the payment stays valid; `None`:
    /// [`DEFAULT_EXPIRY_BLOCKS`], or less where the chain allows less.
    pub expires_in: Option<u64>,
}

/// Why no payment can be made of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// Nobody is paid, or too many are.
    #[error("a payment has 1 to 16 recipients, not {got}")]
    RecipientCount {
        /// Recipients given.
        got: usize,
    },
    /// The memo is too long.
    #[error("the memo has {got} bytes, at most 80 are allowed")]
    MemoTooLong {
        /// Its size.
        got: usize,
    },
    /// It could expire before it is confirmed.
    #[error("the payment would expire after {got} blocks, at least {least} are needed")]
    ExpiresTooSoon {
        /// Blocks asked for.
        got: u64,
        /// The least.
        least: u64,
    },
    /// A rule about transactions is broken.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// A rule about transactions and balances is broken.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl PaymentError {
    /// The stable code of this error. Broken rules have the codes that a node answers with.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RecipientCount { .. } => "payment-recipient-count",
            Self::MemoTooLong { .. } => "payment-memo-too-long",
            Self::ExpiresTooSoon { .. } => "payment-expires-too-soon",
            Self::Transaction(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }
}

/// Makes and signs the payment of a draft from the account of `key`.
///
/// `account` is that account after its own pending payments; to replace one of those, as it was
/// before that one. `next_height` is the height of the next block.
///
/// # Errors
///
/// The first reason for which a node would refuse the payment.
pub fn build(
    chain: &Chain,
    key: &SecretKey,
    account: Account,
    next_height: u64,
    draft: &Draft,
) -> Result<CheckedTransaction, PaymentError> {
    let sender = key.public_key().account();
    let body = check_draft(chain, sender, account, next_height, draft)?;
    let signature = key.sign(&body.signing_hash(&chain.genesis_id()));
    let transaction = Transaction { body, authorization: Authorization::Key(signature) };
    let checked = transaction_isolated::check(transaction, &chain.genesis_id())?;
    transaction_in_ledger::check(chain, next_height, &account, &checked)?;
    Ok(checked)
}

/// What would be signed for a draft: everything that can be judged without a key, such as while the
/// user types.
///
/// # Errors
///
/// The first reason for which a node would refuse the payment.
pub fn check_draft(
    chain: &Chain,
    sender: AccountId,
    account: Account,
    next_height: u64,
    draft: &Draft,
) -> Result<Body, PaymentError> {
    let got = draft.payments.len();
    let payments =
        Bounded::new(draft.payments.clone()).ok_or(PaymentError::RecipientCount { got })?;
    let memo = draft.memo.as_bytes();
    let memo = Bounded::new(memo.to_vec()).ok_or(PaymentError::MemoTooLong { got: memo.len() })?;
    let expires_at = expiry(chain, next_height, draft.expires_in)?;
    let version = chain.version_at(next_height);
    let body =
        Body { version, sender, nonce: account.nonce, fee: draft.fee, expires_at, payments, memo };
    let need = check_body(&body)?;
    if account.balance < need {
        return Err(LedgerError::NotEnough { have: account.balance, need }.into());
    }
    Ok(body)
}

/// The rules of §5 that a body can break before it is signed; returns its debit. The same verdicts,
/// in the same order, as [`transaction_isolated::check`], which judges again once there is a signature.
pub(super) fn check_body(body: &Body) -> Result<Amount, TransactionError> {
    if body.version != 1 {
        return Err(TransactionError::Version { got: body.version });
    }
    if let Some(index) = body.payments.iter().position(|payment| payment.amount == Amount::ZERO) {
        return Err(TransactionError::ZeroPayment { index });
    }
    let Some(debit) = body.debit() else { return Err(TransactionError::DebitOverflow) };
    if is_small_order(&body.sender.0) {
        return Err(TransactionError::SmallOrderSender);
    }
    let small = |payment: &Payment| is_small_order(&payment.recipient.0);
    if let Some(index) = body.payments.iter().position(small) {
        return Err(TransactionError::SmallOrderRecipient { index });
    }
    Ok(debit)
}

/// The last height at which a payment made for the block at `next_height` is valid.
fn expiry(chain: &Chain, next_height: u64, blocks: Option<u64>) -> Result<u64, PaymentError> {
    let most = chain.parameters().max_validity;
    let least = MIN_EXPIRY_BLOCKS.min(most);
    let blocks = blocks.unwrap_or(DEFAULT_EXPIRY_BLOCKS.min(most));
    if blocks < least {
        return Err(PaymentError::ExpiresTooSoon { got: blocks, least });
    }
    let at = |blocks| next_height.saturating_add(blocks).min(TIME_END - 1);
    if blocks > most {
        let (expires_at, limit) = (at(blocks), at(most));
        return Err(LedgerError::ExpiresTooLate { expires_at, limit }.into());
    }
    Ok(at(blocks))
}

/// The most that can be paid with this balance and fee; `None` when nothing is left to pay.
#[must_use]
pub fn max_amount(balance: Amount, fee: Amount) -> Option<Amount> {
    balance.checked_sub(fee).filter(|amount| *amount > Amount::ZERO)
}

/// Size in bytes of a payment signed by one key, before it is made: what its fee is reckoned by.
#[must_use]
pub const fn signed_size(payments: usize, memo_bytes: usize) -> usize {
    body_size(payments, memo_bytes) + 1 + 64
}

/// Size in bytes of a payment from a shared account, before it is made.
#[must_use]
pub const fn shared_signed_size(
    payments: usize,
    memo_bytes: usize,
    keys: usize,
    threshold: usize,
) -> usize {
    body_size(payments, memo_bytes) + 1 + 1 + 4 + keys * 32 + 4 + threshold * 65
}

const fn body_size(payments: usize, memo_bytes: usize) -> usize {
    57 + 4 + payments * 40 + 4 + memo_bytes
}

const _: () = assert!(signed_size(1, 0) == crate::limits::MIN_TRANSACTION_BYTES);
const _: () = assert!(
    shared_signed_size(MAX_PAYMENTS, MAX_MEMO_BYTES, 8, 8) == crate::limits::MAX_TRANSACTION_BYTES
);

#[cfg(test)]
mod tests;
