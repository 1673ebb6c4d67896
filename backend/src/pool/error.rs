//! Why a transaction is not admitted, and why one leaves.

use shared::{amount::Amount, hash::TransactionId, rules::transaction_in_ledger::LedgerError};

/// Why a transaction is not admitted. One variant per rule, in the order of checking: what is cheap
/// to find out comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// It waits already.
    #[error("the transaction is already waiting")]
    AlreadyKnown,
    /// It could not be the sender's next one, or replace one that waits.
    #[error("{0}")]
    Ledger(LedgerError),
    /// It would expire too soon to be worth relaying.
    #[error("expires at height {expires_at}, at least {least} is asked for")]
    ExpiresTooSoon {
        /// The last height at which it is valid.
        expires_at: u64,
        /// The least that is accepted.
        least: u64,
    },
    /// The sender has as many waiting as it may.
    #[error("the sender has {limit} transactions waiting, the most that are kept")]
    TooManyPending {
        /// How many one sender may have.
        limit: usize,
    },
    /// It pays too little to replace the one with the same nonce.
    #[error("a fee of {got} mites does not replace the waiting transaction, {needed} would")]
    ReplacementFee {
        /// The fee offered.
        got: Amount,
        /// The fee that would do.
        needed: Amount,
    },
    /// The pool is full of transactions that pay as much or more.
    #[error("too many transactions are waiting; with a fee of {needed} mites this one is kept")]
    Full {
        /// The fee that would do now.
        needed: Amount,
    },
    /// The node has too much to do.
    #[error("the node is busy; try again in a moment")]
    Busy,
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopped,
}

impl PoolError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyKnown => "transaction-already-known",
            Self::Ledger(error) => error.code(),
            Self::ExpiresTooSoon { .. } => "transaction-expires-too-soon",
            Self::TooManyPending { .. } => "transaction-too-many-pending",
            Self::ReplacementFee { .. } => "transaction-replacement-fee",
            Self::Full { .. } => "pool-full",
            Self::Busy => "busy",
            Self::Stopped => "stopping",
        }
    }

    /// Whether whoever sent it must have known better. Never: all of it depends on which blocks and
    /// transactions a node has seen.
    #[must_use]
    pub const fn is_peer_fault(&self) -> bool {
        match self {
            Self::AlreadyKnown
            | Self::Ledger(_)
            | Self::ExpiresTooSoon { .. }
            | Self::TooManyPending { .. }
            | Self::ReplacementFee { .. }
            | Self::Full { .. }
            | Self::Busy
            | Self::Stopped => false,
        }
    }
}

/// Why a transaction waits no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is in a block.
    Confirmed,
    /// The last height at which it was valid has passed.
    Expired,
    /// Another transaction with the same nonce took its place, in the pool or in a block.
    Replaced {
        /// That transaction.
        by: TransactionId,
    },
    /// The pool is full and it paid least.
    Evicted,
    /// It does not apply to the ledger any more.
    Invalid {
        /// The code of the rule.
        code: &'static str,
    },
    /// It waited for too long.
    Aged,
}

impl Removal {
    /// The stable code of this reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Expired => "expired",
            Self::Replaced { .. } => "replaced",
            Self::Evicted => "evicted",
            Self::Invalid { code } => code,
            Self::Aged => "aged",
        }
    }
}
