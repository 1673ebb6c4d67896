//! Rules that need the parent's state and the ledger (§5, §6, §7, §11).

use super::{
    block_isolated::CheckedBlock,
    header::{self, HeaderError},
    transaction_in_ledger::{self, LedgerError, Touching},
    transaction_isolated::CheckedTransaction,
};
use crate::{
    account::AccountId,
    amount::Amount,
    hash::Hash,
    ledger::{Ledger as _, LedgerDiff},
    params::Chain,
    state::ChainState,
    state_tree::{Place, StateTree, Touched},
};
use alloc::vec::Vec;

/// Why a block is not a valid child of its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The header breaks a rule.
    #[error("{0}")]
    Header(HeaderError),
    /// §5: a transaction does not apply.
    #[error("transaction {index}: {error}")]
    Transaction {
        /// Position in the block.
        index: usize,
        /// What is wrong with it.
        error: LedgerError,
    },
    /// §6: the block creates more accounts than the chain allows.
    #[error("transaction {index} creates more than {limit} accounts in one block")]
    TooManyNewAccounts {
        /// Position of the transaction that goes over the limit.
        index: usize,
        /// Accounts that a block may create.
        limit: u32,
    },
    /// §6: reward and fees do not fit the miner's balance. No valid chain comes here.
    #[error("the miner's balance leaves the range of amounts")]
    RewardOverflow,
    /// §7: the state after the block is not the one that the header commits to.
    #[error("state root is {got}, the header has {expected}")]
    WrongState {
        /// The root that follows from the transactions.
        got: Hash,
        /// The header's root.
        expected: Hash,
    },
}

impl ConnectError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Header(error) => error.code(),
            Self::Transaction { error, .. } => error.code(),
            Self::TooManyNewAccounts { .. } => "block-too-many-new-accounts",
            Self::RewardOverflow => "block-reward-overflow",
            Self::WrongState { .. } => "block-wrong-state",
        }
    }
}

/// A block that connects to its parent, and everything that follows from it.
#[derive(Clone, Debug)]
pub struct ConnectedBlock {
    /// The chain as of this block.
    pub state: ChainState,
    /// The accounts after it.
    pub tree: StateTree,
    /// What it changed; reversed, what undoes it.
    pub diff: LedgerDiff,
    /// Sum of the fees.
    pub fees: Amount,
    /// What the schedule gave the miner, fees apart.
    pub reward: Amount,
}

/// Connects `block` to its parent, whose state is `parent` and `tree`.
///
/// # Errors
///
/// The first rule that the block breaks.
pub fn connect(
    parent: &ChainState,
    tree: &StateTree,
    block: &CheckedBlock,
) -> Result<ConnectedBlock, ConnectError> {
    let state = header::check(parent, block.header()).map_err(ConnectError::Header)?;
    let (mut body, transactions) =
        BodyBuilder::new(parent, tree, Some(block.header().miner), block.transactions());
    for (index, transaction) in transactions.iter().enumerate() {
        body.push(transaction).map_err(|error| match error {
            PushError::Ledger(error) => ConnectError::Transaction { index, error },
            PushError::TooManyNewAccounts { limit } => {
                ConnectError::TooManyNewAccounts { index, limit }
            }
        })?;
    }
    let Body { tree, diff, fees, reward } = body.finish().ok_or(ConnectError::RewardOverflow)?;
    let root = tree.root();
    if root != block.header().state_root {
        return Err(ConnectError::WrongState { got: root, expected: block.header().state_root });
    }
    Ok(ConnectedBlock { state, tree, diff, fees, reward })
}

/// Why a transaction cannot be the next one of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// It does not apply to the ledger.
    #[error("{0}")]
    Ledger(LedgerError),
    /// It would create more accounts than a block may.
    #[error("creates more than {limit} accounts in one block")]
    TooManyNewAccounts {
        /// Accounts that a block may create.
        limit: u32,
    },
}

/// The effect of a block's body on the ledger, transaction by transaction. Checking a block and making
/// one both use it, so that a template cannot differ from what is accepted.
pub(crate) struct BodyBuilder<'a> {
    chain: &'a Chain,
    height: u64,
    miner: Place,
    ledger: Touched<'a>,
    new_accounts: u32,
    fees: Amount,
}

/// What a body does.
pub(crate) struct Body {
    pub(crate) tree: StateTree,
    pub(crate) diff: LedgerDiff,
    pub(crate) fees: Amount,
    pub(crate) reward: Amount,
}

impl<'a> BodyBuilder<'a> {
    /// Loads every account that `candidates` and the miner touch, and says for each candidate which
    /// those are. Without a miner only [`BodyBuilder::unpaid`] makes something of it.
    pub(crate) fn new<'t>(
        parent: &'a ChainState,
        tree: &'a StateTree,
        miner: Option<AccountId>,
        candidates: impl IntoIterator<Item = &'t CheckedTransaction> + Clone,
    ) -> (Self, Vec<Touching<'t, Place>>) {
        let bodies = candidates.clone().into_iter().map(|candidate| &candidate.transaction().body);
        let touched = bodies.flat_map(|body| {
            let recipients = body.payments.iter().map(|payment| payment.recipient);
            core::iter::once(body.sender).chain(recipients)
        });
        let (ledger, places) = tree.touch(miner.into_iter().chain(touched).collect());
        let mut places = places.into_iter();
        // As many places come out as ids went in.
        let mut next = || places.next().unwrap_or(Place::NOWHERE);
        let miner = miner.map_or(Place::NOWHERE, |_| next());
        let touching = candidates.into_iter().map(|transaction| {
            let sender = next();
            let payments = transaction.transaction().body.payments.iter();
            Touching { transaction, sender, recipients: payments.map(|_| next()).collect() }
        });
        let touching = touching.collect();
        let (chain, height) = (parent.chain(), parent.height() + 1);
        let fees = Amount::ZERO;
        (Self { chain, height, miner, ledger, new_accounts: 0, fees }, touching)
    }

    /// Applies the next transaction; on an error nothing has changed.
    pub(crate) fn push(&mut self, touching: &Touching<'_, Place>) -> Result<(), PushError> {
        let new_accounts = self.new_accounts.saturating_add(self.created_by(touching));
        let limit = self.chain.parameters().max_new_accounts;
        if new_accounts > limit {
            let sender = self.ledger.get(touching.sender);
            transaction_in_ledger::check(self.chain, self.height, &sender, touching.transaction)
                .map_err(PushError::Ledger)?;
            return Err(PushError::TooManyNewAccounts { limit });
        }
        let fees = self.fees.checked_add(touching.transaction.transaction().body.fee);
        let fees = fees.ok_or(PushError::Ledger(LedgerError::BalanceOverflow))?;
        transaction_in_ledger::apply(self.chain, self.height, &mut self.ledger, touching)
            .map_err(PushError::Ledger)?;
        self.fees = fees;
        self.new_accounts = new_accounts;
        Ok(())
    }

    /// How many accounts a transaction creates (§6): the miner's exists in any case.
    fn created_by(&self, touching: &Touching<'_, Place>) -> u32 {
        let new = |place: &Place| *place != self.miner && !self.ledger.get(*place).exists();
        let mut new: Vec<_> = touching.recipients.iter().copied().filter(new).collect();
        new.sort_unstable();
        new.dedup();
        u32::try_from(new.len()).unwrap_or(u32::MAX)
    }

    /// The accounts before anybody is paid for the block, and the fees.
    pub(crate) fn unpaid(self) -> (StateTree, Amount) {
        (self.ledger.into_tree().0, self.fees)
    }

    /// Credits reward and fees to the miner after the last transaction (§6). `None`: a balance overflows.
    pub(crate) fn finish(mut self) -> Option<Body> {
        let reward = self.chain.parameters().reward_at(self.height);
        let income = reward.checked_add(self.fees)?;
        transaction_in_ledger::credit(&mut self.ledger, self.miner, income)?;
        let (tree, diff) = self.ledger.into_tree();
        Some(Body { tree, diff, fees: self.fees, reward })
    }
}
