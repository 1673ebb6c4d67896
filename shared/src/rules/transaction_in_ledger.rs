//! Rules that need the ledger and the height at which a transaction applies (§5).

use super::transaction_isolated::CheckedTransaction;
use crate::{
    account::AccountId,
    amount::Amount,
    ledger::{Account, Ledger},
    params::Chain,
};
use alloc::vec::Vec;

/// Why a transaction does not apply to a ledger. One variant per rule of §5, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// §5: the transaction is of a rule set that is not in force at this height.
    #[error("transaction version is {got}, expected {expected} at this height")]
    Version {
        /// The version found.
        got: u8,
        /// The version in force.
        expected: u8,
    },
    /// §5: the last height at which it was valid has passed.
    #[error("expired at height {expires_at}, the block has height {height}")]
    Expired {
        /// The last height.
        expires_at: u64,
        /// The block's height.
        height: u64,
    },
    /// §5: it claims to be valid for longer than the chain allows.
    #[error("expires at height {expires_at}, at most {limit} is allowed")]
    ExpiresTooLate {
        /// The last height.
        expires_at: u64,
        /// The largest that is allowed.
        limit: u64,
    },
    /// §5: the account has used this nonce before: the transaction was replayed or is stale.
    #[error("nonce {got} was used before, the next one is {expected}")]
    NonceUsed {
        /// The nonce found.
        got: u64,
        /// The account's next one.
        expected: u64,
    },
    /// §5: an earlier transaction of the sender is missing.
    #[error("nonce is {got}, the next one is {expected}")]
    NonceGap {
        /// The nonce found.
        got: u64,
        /// The account's next one.
        expected: u64,
    },
    /// §5: the sender does not hold payments and fee.
    #[error("the account holds {have} mites, payments and fee need {need}")]
    NotEnough {
        /// The balance.
        have: Amount,
        /// Payments and fee.
        need: Amount,
    },
    /// §1: a balance would leave the range of amounts. No valid chain comes here.
    #[error("a balance leaves the range of amounts")]
    BalanceOverflow,
}

impl LedgerError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "transaction-version",
            Self::Expired { .. } => "transaction-expired",
            Self::ExpiresTooLate { .. } => "transaction-expires-too-late",
            Self::NonceUsed { .. } => "transaction-nonce-used",
            Self::NonceGap { .. } => "transaction-nonce-gap",
            Self::NotEnough { .. } => "transaction-not-enough",
            Self::BalanceOverflow => "transaction-balance-overflow",
        }
    }
}

/// A transaction, and what stands for its accounts in some [`Ledger`].
#[derive(Clone, Debug)]
pub struct Touching<'a, H> {
    /// The transaction.
    pub transaction: &'a CheckedTransaction,
    /// Its sender.
    pub sender: H,
    /// The recipients of its payments, in their order.
    pub recipients: Vec<H>,
}

impl<'a> From<&'a CheckedTransaction> for Touching<'a, AccountId> {
    fn from(transaction: &'a CheckedTransaction) -> Self {
        let body = &transaction.transaction().body;
        let recipients = body.payments.iter().map(|payment| payment.recipient).collect();
        Self { transaction, sender: body.sender, recipients }
    }
}

/// Checks `transaction` against its sender's account, without effect.
///
/// # Errors
///
/// The first rule of §5 that it breaks.
pub fn check(
    chain: &Chain,
    height: u64,
    sender: &Account,
    transaction: &CheckedTransaction,
) -> Result<(), LedgerError> {
    let body = &transaction.transaction().body;
    let expected = chain.version_at(height);
    if body.version != expected {
        return Err(LedgerError::Version { got: body.version, expected });
    }
    if body.expires_at < height {
        return Err(LedgerError::Expired { expires_at: body.expires_at, height });
    }
    let limit = height.saturating_add(chain.parameters().max_validity);
    if body.expires_at > limit {
        return Err(LedgerError::ExpiresTooLate { expires_at: body.expires_at, limit });
    }
    let Account { nonce, balance } = *sender;
    if body.nonce < nonce {
        return Err(LedgerError::NonceUsed { got: body.nonce, expected: nonce });
    }
    if body.nonce > nonce {
        return Err(LedgerError::NonceGap { got: body.nonce, expected: nonce });
    }
    if balance < transaction.debit() {
        return Err(LedgerError::NotEnough { have: balance, need: transaction.debit() });
    }
    Ok(())
}

/// Checks a transaction and applies it: the whole debit first, then every credit (§5).
///
/// # Errors
///
/// The first rule of §5 that it breaks; the ledger is then as it was.
pub fn apply<L: Ledger>(
    chain: &Chain,
    height: u64,
    ledger: &mut L,
    touching: &Touching<'_, L::Handle>,
) -> Result<(), LedgerError> {
    let Touching { transaction, sender, recipients } = touching;
    let account = ledger.get(*sender);
    check(chain, height, &account, transaction)?;
    let balance =
        account.balance.checked_sub(transaction.debit()).ok_or(LedgerError::BalanceOverflow)?;
    let nonce = account.nonce.checked_add(1).ok_or(LedgerError::BalanceOverflow)?;
    // Supply is capped below 2^53 by the parameters, so no credit can overflow; if one could, nothing
    // must be half done.
    let mut balances = recipients.iter().map(|recipient| ledger.get(*recipient).balance);
    if balances.any(|balance| balance.checked_add(transaction.debit()).is_none()) {
        return Err(LedgerError::BalanceOverflow);
    }
    ledger.set(*sender, Account { nonce, balance });
    let payments = transaction.transaction().body.payments.iter();
    for (recipient, payment) in recipients.iter().zip(payments) {
        credit(ledger, *recipient, payment.amount).ok_or(LedgerError::BalanceOverflow)?;
    }
    Ok(())
}

/// Adds `amount` to an account; nothing happens for an amount of zero. `None` past the range.
pub(crate) fn credit<L: Ledger>(ledger: &mut L, handle: L::Handle, amount: Amount) -> Option<()> {
    if amount > Amount::ZERO {
        let account = ledger.get(handle);
        let balance = account.balance.checked_add(amount)?;
        ledger.set(handle, Account { balance, ..account });
    }
    Some(())
}
