//! What everybody but the writer sees: the chain as of one tip.

use std::{
    ops::Deref,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use shared::{
    account::AccountId,
    encode::encode,
    ledger::{Account, LedgerView as _},
    params::Chain,
    state::ChainState,
    state_tree::{StateProof, StateTree},
    template::{self, Template},
    transaction::Transaction,
};

use super::{Tip, stage::Head};
use crate::{
    pool::{Pool, PoolError},
    store::Snapshot,
};

/// The chain, the accounts and the store as of one tip. It stays as it is; [`super::Handle::view`] gives
/// a newer one. Held for long, it keeps the store from cleaning up.
#[derive(Clone)]
pub struct View {
    state: ChainState,
    tree: StateTree,
    transactions: u64,
    pub(super) snapshot: Snapshot,
    pool: Arc<RwLock<Pool>>,
}

/// The pool, held still. Keep it shortly and never across an `await`: the writer waits for it.
pub struct PoolGuard<'a>(RwLockReadGuard<'a, Pool>);

impl Deref for PoolGuard<'_> {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

impl View {
    pub(super) fn new(head: &Head, snapshot: Snapshot, pool: Arc<RwLock<Pool>>) -> Self {
        let Head { state, tree, transactions, .. } = head.clone();
        Self { state, tree, transactions, snapshot, pool }
    }

    /// Which chain it is.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        self.state.chain()
    }

    /// What the rules need to know of the tip.
    #[must_use]
    pub const fn state(&self) -> &ChainState {
        &self.state
    }

    /// The accounts as of the tip.
    #[must_use]
    pub const fn tree(&self) -> &StateTree {
        &self.tree
    }

    /// The newest block of the main chain.
    #[must_use]
    pub fn tip(&self) -> Tip {
        Tip::of(&self.state)
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.state.height()
    }

    /// An account as of the tip.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Account {
        self.tree.account(id)
    }

    /// Transactions in the main chain.
    #[must_use]
    pub const fn transaction_count(&self) -> u64 {
        self.transactions
    }

    /// The pool as it is now, which may be a moment newer than the tip of this view.
    #[must_use]
    pub fn pool(&self) -> PoolGuard<'_> {
        PoolGuard(self.pool.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What an account is, with proof under the tip's state root.
    #[must_use]
    pub fn state_proof(&self, id: &AccountId) -> StateProof {
        self.tree.prove(id)
    }

    /// Asks everything of a transaction that the pool asks, except its signatures, and so cheaply. A sum
    /// that no amount can hold is not judged here: the rules say what is wrong with it.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks. Whether the pool has room is only known on admission.
    pub fn precheck(&self, transaction: &Transaction) -> Result<(), PoolError> {
        if transaction.body.debit().is_none() {
            return Ok(());
        }
        let bytes = encode(transaction);
        let pool = self.pool();
        if pool.contains(&shared::transaction::id_of_bytes(&bytes)) {
            return Err(PoolError::AlreadyKnown);
        }
        let next_height = self.height() + 1;
        pool.check(&transaction.body, bytes.len(), &self.tree, next_height).map(|_| ())
    }

    /// The next block as it could be mined now: the best of the pool, paying `miner`. `None` when the
    /// chain has come to its end in time.
    #[must_use]
    pub fn template(&self, miner: AccountId, now: u64) -> Option<Template> {
        // Some do not fit the block or its limit on new accounts, so there must be more to choose from.
        let room = self.chain().max_block_bytes().saturating_mul(2);
        let candidates = self.pool().select(room);
        let candidates = candidates.iter().map(Arc::as_ref);
        template::assemble(&self.state, &self.tree, miner, now, candidates, |_, _| {})
    }
}
