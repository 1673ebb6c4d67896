//! What everybody but the writer sees: the chain as of one tip.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
};

use shared::{
    account::AccountId,
    encode::encode,
    ledger::{Account, LedgerView as _},
    params::Chain,
    policy::Offered,
    state::ChainState,
    state_tree::{StateProof, StateTree},
    template::{self, Selection, Template},
    transaction::Transaction,
};

use super::{Tip, stage::Head};
use crate::{
    pool::{Pool, PoolError, ProjectedBlock},
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
    /// What the next block is made of, once somebody has asked.
    selected: Arc<Mutex<Option<Selected>>>,
    /// What the next blocks would be made of.
    projected: Arc<Mutex<Option<Projected>>>,
}

/// What was chosen, and all that had been offered by then.
type Selected = (Offered, Arc<Selection>);

/// How the pool was divided, and by what it is seen that it has changed: all that was ever offered, and how
/// many wait.
type Projected = ((Offered, usize), Arc<Vec<ProjectedBlock>>);

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
        let (selected, projected) = (Arc::default(), Arc::default());
        Self { state, tree, transactions, snapshot, pool, selected, projected }
    }

    /// The same tip, and what was stored since.
    pub(super) fn refreshed(&self, snapshot: Snapshot) -> Self {
        Self { snapshot, ..self.clone() }
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

    /// The next block as it could be mined now: the best of the pool, paying `miner`. What it is made of
    /// is chosen once for all miners, and again when so much more is offered that it is worth it
    /// ([`Offered::is_worth_new_work`]). `None` when the chain has come to its end in time.
    #[must_use]
    pub fn template(&self, miner: AccountId, now: u64) -> Option<Template> {
        self.selection().template(&self.state, miner, now)
    }

    /// The pool as miners would take it, were no more to come: the next block first, at most
    /// [`MAX_PROJECTED`](crate::pool::MAX_PROJECTED). Divided anew when the pool has changed.
    #[must_use]
    pub fn projected(&self) -> Arc<Vec<ProjectedBlock>> {
        // Whoever asks meanwhile waits, instead of doing it as well.
        let mut projected = self.projected.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = self.pool();
        let now = (pool.offered(), pool.len());
        if let Some((then, blocks)) = &*projected
            && *then == now
        {
            return Arc::clone(blocks);
        }
        let blocks = Arc::new(pool.projected());
        *projected = Some((now, Arc::clone(&blocks)));
        blocks
    }

    fn selection(&self) -> Arc<Selection> {
        // Whoever asks while it is made waits for it: made twice it would take as long.
        let mut selected = self.selected.lock().unwrap_or_else(PoisonError::into_inner);
        let offered = self.pool().offered();
        if let Some((then, selection)) = &*selected
            && !offered.since(*then).is_worth_new_work(selection.offered())
        {
            return Arc::clone(selection);
        }
        let selection = Arc::new(self.select());
        *selected = Some((offered, Arc::clone(&selection)));
        selection
    }

    fn select(&self) -> Selection {
        let room = self.chain().max_block_bytes();
        let select = |room: usize| {
            let candidates = self.pool().select(room);
            let candidates = candidates.iter().map(Arc::as_ref);
            let mut skipped = 0_usize;
            let count = |_, _| skipped += 1;
            let selection = template::select(&self.state, &self.tree, candidates, count);
            (selection, skipped)
        };
        match select(room) {
            (selection, 0) => selection,
            // The block has room for what comes after those that do not apply.
            (_, _) => select(room.saturating_mul(2)).0,
        }
    }
}
