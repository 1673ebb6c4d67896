//! The thread that owns the chain: takes a command, does it, publishes, replies.

use std::{
    sync::{Arc, PoisonError, RwLock, mpsc},
    time::Duration,
};

use shared::{encode::encode, params::Chain, rules::transaction_isolated::CheckedTransaction};
use tokio::sync::{broadcast, watch};
use tracing::{debug, error, info};

use super::{
    ChainChange, ChainEvent, Clock, MAX_EVENTS, OpenError, Options, StoreError, View,
    beside::{self, Beside},
    check,
    command::Command,
    log,
    reorg::Branches,
    stage::{Head, Stage, Staged},
    waiting::{Invalid, Later, Orphans},
};
use crate::{
    pool::{Accepted, Pool, PoolChange, PoolError},
    store::{Batch, Durability, Store, Unsettled},
};

/// How long the writer sleeps at most: blocks and transactions whose time has come are noticed then.
/// In tests time stands still, and only commands wake it.
const NAP: Duration = Duration::from_secs(if cfg!(test) { 3_600 } else { 1 });

/// Changes of accounts that are kept in memory while the writer has no pause. As many are read again
/// after a kill, a fraction of a second's work.
const MAX_UNSETTLED: usize = if cfg!(test) { 100 } else { 200_000 };

/// The owner of everything, on its own thread.
pub(super) struct Owner {
    pub(super) chain: Chain,
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) head: Head,
    /// Blocks connected in memory that are not written yet.
    pub(super) stage: Option<Stage>,
    /// What changed since the tables of accounts and of totals were settled.
    unsettled: Unsettled,
    /// What was written while the present command is done.
    pub(super) groups: Vec<Arc<ChainChange>>,
    pub(super) orphans: Orphans,
    pub(super) later: Later,
    pub(super) invalid: Invalid,
    pub(super) branches: Branches,
    pub(super) beside: Beside,
    /// What nobody looks at any more: to take a tree of accounts apart takes a while, and whoever waits
    /// for a reply need not wait for that.
    retired: Option<Arc<View>>,
    pool: Arc<RwLock<Pool>>,
    /// What the pool's table lacks.
    pool_rows: Batch,
    commands: mpsc::Receiver<Command>,
    view: watch::Sender<Arc<View>>,
    events: broadcast::Sender<ChainEvent>,
}

/// The owner, and what handles need.
pub(super) struct Parts {
    pub(super) writer: Owner,
    pub(super) view: watch::Receiver<Arc<View>>,
    pub(super) events: broadcast::Sender<ChainEvent>,
}

/// Opens the folder and puts everything together.
pub(super) fn open(
    options: Options,
    commands: mpsc::Receiver<Command>,
) -> Result<Parts, OpenError> {
    let Options { folder, chain, clock, pool: limits, beside: room } = options;
    let store = Store::open(&folder, &chain)?;
    let failed = |error| OpenError::Store { folder: folder.clone(), error };
    log::begin(&store, clock()).map_err(failed)?;
    beside::begin(&store).map_err(failed)?;
    let snapshot = store.snapshot();
    let head = Head::load(&snapshot, &chain).map_err(failed)?;
    let (found, expected) = (head.tree.root(), head.state.header().state_root);
    if found != expected {
        let height = head.state.height();
        return Err(OpenError::StateMismatch { folder, height, found, expected });
    }
    let beside = Beside::load(&snapshot, room).map_err(failed)?;
    let mut pool = Pool::new(chain.clone(), limits);
    let pool_rows = refill(&mut pool, &head, &store, clock()).map_err(failed)?;
    // A node that was killed left some; else the next settling would leave them out for good.
    let unsettled = snapshot.unsettled(&chain).map_err(failed)?;
    info!(
        block.height = head.state.height(),
        "opened {} at block {} with {} accounts and {} pending transactions",
        folder.display(),
        head.state.height(),
        head.tree.len(),
        pool.len()
    );
    let pool = Arc::new(RwLock::new(pool));
    let first = Arc::new(View::new(&head, snapshot, Arc::clone(&pool)));
    let (sender, view) = watch::channel(first);
    let (events, _) = broadcast::channel(MAX_EVENTS);
    let writer = Owner {
        chain,
        clock,
        store,
        head,
        stage: None,
        unsettled,
        groups: Vec::new(),
        orphans: Orphans::default(),
        later: Later::default(),
        invalid: Invalid::default(),
        branches: Branches::default(),
        beside,
        retired: None,
        pool,
        pool_rows,
        commands,
        view: sender,
        events: events.clone(),
    };
    Ok(Parts { writer, view, events })
}

/// Fills the pool with what waited when the node stopped. What cannot wait any more loses its row.
fn refill(pool: &mut Pool, head: &Head, store: &Store, now: u64) -> Result<Batch, StoreError> {
    let mut waiting = store.snapshot().waiting()?;
    // By nonce, so that none comes before the one that it needs.
    waiting.sort_by_key(|(added, transaction)| (transaction.body.nonce, *added));
    let ids: Vec<_> = waiting.iter().map(|(_, transaction)| transaction.id()).collect();
    let height = head.state.height() + 1;
    let mut change = PoolChange::default();
    for (added, transaction) in check::check_waiting(waiting, head.state.chain()) {
        let kept = pool.insert(Arc::new(transaction), &head.tree, height, added, &mut change);
        if let Err(error) = kept {
            debug!(code = error.code(), "a transaction waits no more: {error}");
        }
    }
    pool.expire(height, now, &mut change);
    let mut rows = Batch::default();
    ids.iter().filter(|id| !pool.contains(id)).for_each(|id| rows.delete_waiting(id));
    Ok(rows)
}

impl Owner {
    /// Runs until it is told to stop, the last handle is gone, or the disk fails.
    ///
    /// # Errors
    ///
    /// When the disk fails: nothing is written after that.
    pub(super) fn run(mut self) -> Result<(), StoreError> {
        let outcome = self.serve();
        if let Err(error) = &outcome {
            error!(code = error.code(), "the chain stops: {error}");
        }
        outcome
    }

    fn serve(&mut self) -> Result<(), StoreError> {
        loop {
            match self.next()? {
                Ok(Command::Blocks { blocks, wanted, reply }) => {
                    let outcomes = self.import_all(blocks, wanted.as_ref())?;
                    drop(wanted);
                    let _ = reply.send(outcomes);
                }
                Ok(Command::Transactions { transactions, reply }) => {
                    let outcomes = self.admit(transactions);
                    let _ = reply.send(outcomes);
                }
                Ok(Command::Stop { reply }) => {
                    self.close()?;
                    let _ = reply.send(());
                    return Ok(());
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return self.close(),
            }
            self.retired = None;
            self.release_due()?;
            self.tidy()?;
            self.expire_pool();
            self.save_pool()?;
        }
    }

    /// The next command. While nobody waits for an answer, accounts are settled.
    fn next(&mut self) -> Result<Result<Command, mpsc::RecvTimeoutError>, StoreError> {
        match self.commands.try_recv() {
            Ok(command) => Ok(Ok(command)),
            Err(_) => {
                self.settle()?;
                Ok(self.commands.recv_timeout(NAP))
            }
        }
    }

    /// Leaves nothing to be done again at the next start.
    fn close(&mut self) -> Result<(), StoreError> {
        self.settle()?;
        self.save_pool()
    }

    /// The newest block, written or not.
    pub(super) fn head(&self) -> &Head {
        self.stage.as_ref().map_or(&self.head, |stage| &stage.head)
    }

    /// Writes what is staged, and tells.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        let Some(stage) = self.stage.take() else { return Ok(()) };
        let Staged { head, mut batch, change, step, unsettled } = stage.finish();
        if change.connected.is_empty() {
            return Ok(());
        }
        self.change_sides(&change, &mut batch);
        self.unsettled.append(unsettled);
        // What a block that left had changed could not be read again.
        if !change.reverted.is_empty() || self.unsettled.len() >= MAX_UNSETTLED {
            let unsettled = std::mem::take(&mut self.unsettled);
            batch.settle(&self.store.snapshot(), change.tip.height, unsettled)?;
        }
        let now = (self.clock)();
        if let Some(reorganisation) = change.reorganisation(now) {
            batch.note(&self.store.snapshot(), &reorganisation)?;
        }
        self.store.commit(batch, Durability::Synced)?;
        self.head = head;
        let change = Arc::new(change);
        let view = View::new(&self.head, self.store.snapshot(), Arc::clone(&self.pool));
        let pool_change = {
            // Nobody sees the new tip with the old pool.
            let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
            let pool_change = pool.follow(&step, &self.head.tree, now);
            self.retired = Some(self.view.send_replace(Arc::new(view)));
            pool_change
        };
        self.groups.push(Arc::clone(&change));
        debug!(
            block.height = change.tip.height, block.hash = %change.tip.id,
            "connected block {}", change.tip.height
        );
        // An error says that nobody listens.
        let _ = self.events.send(ChainEvent::Changed(change));
        self.tell_pool(pool_change);
        Ok(())
    }

    /// Takes account of what came to the main chain from beside it, and the other way round.
    fn change_sides(&mut self, change: &ChainChange, batch: &mut Batch) {
        for block in &change.connected {
            if self.beside.remove(&block.id).is_some() {
                batch.delete_beside(&block.id);
            }
        }
        for block in &change.reverted {
            self.beside.insert(block.id, &block.row(), None);
            batch.put_beside(&block.id);
        }
        if !change.reverted.is_empty() {
            self.make_room(batch, None);
        }
    }

    /// Lets go what is too much beside the main chain since nobody wants it any more.
    fn tidy(&mut self) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        self.make_room(&mut batch, None);
        if batch.is_empty() {
            return Ok(());
        }
        self.store.commit(batch, Durability::Handed)?;
        self.refresh_view();
        Ok(())
    }

    /// Lets readers see what was stored beside the main chain, or settled; the tip is the same.
    pub(super) fn refresh_view(&self) {
        let snapshot = self.store.snapshot();
        self.view.send_if_modified(|current| {
            *current = Arc::new(current.refreshed(snapshot));
            false
        });
    }

    fn admit(&mut self, transactions: Vec<CheckedTransaction>) -> Vec<Result<Accepted, PoolError>> {
        let (now, next_height) = ((self.clock)(), self.head.state.height() + 1);
        let mut change = PoolChange::default();
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        let outcomes = transactions.into_iter().map(|transaction| {
            let transaction = Arc::new(transaction);
            pool.insert(transaction, &self.head.tree, next_height, now, &mut change)
        });
        let outcomes = outcomes.collect();
        drop(pool);
        self.tell_pool(change);
        outcomes
    }

    fn expire_pool(&mut self) {
        let (now, next_height) = ((self.clock)(), self.head.state.height() + 1);
        let mut change = PoolChange::default();
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        pool.expire(next_height, now, &mut change);
        drop(pool);
        self.tell_pool(change);
    }

    /// Notes what the pool's table must say, and tells whoever listens.
    fn tell_pool(&mut self, change: PoolChange) {
        if change.is_empty() {
            return;
        }
        let pool = self.pool.read().unwrap_or_else(PoisonError::into_inner);
        let removed = change.removed.iter().map(|(transaction, _)| transaction);
        for transaction in change.added.iter().chain(removed) {
            // What came may have gone within the same change, and the other way round.
            let id = transaction.id();
            match pool.entry(&id) {
                Some(entry) => {
                    let bytes = encode(transaction.transaction());
                    self.pool_rows.put_waiting(&id, entry.added, &bytes);
                }
                None => self.pool_rows.delete_waiting(&id),
            }
        }
        drop(pool);
        let _ = self.events.send(ChainEvent::Pool(Arc::new(change)));
    }

    /// Writes the tables of accounts and of totals. Nothing depends on when: what a power cut takes is
    /// done again.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.unsettled.len() == 0 {
            return Ok(());
        }
        let mut batch = Batch::default();
        let unsettled = std::mem::take(&mut self.unsettled);
        batch.settle(&self.store.snapshot(), self.head.state.height(), unsettled)?;
        self.store.commit(batch, Durability::Handed)?;
        // Readers need not add up what is settled now.
        self.refresh_view();
        Ok(())
    }

    /// Writes the pool's table. A power cut may lose the last of it, which costs nobody anything.
    fn save_pool(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.pool_rows);
        self.store.commit(rows, Durability::Handed)
    }
}
