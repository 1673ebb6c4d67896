//! A block's life.
//!
//! Known? Then it is done. Parent unknown: it waits for it. The header must follow from the parent, work
//! included. Ahead of the clock: it waits. On top of the tip: it is connected. More work than the tip:
//! the chain is reorganised. Else it is stored, should its branch grow, as long as there is room (`beside`).

use std::{collections::VecDeque, sync::Arc};

use shared::{
    amount::Amount,
    hash::BlockId,
    header::Header,
    history::{History, Summary},
    rules::{
        block_in_chain::ConnectError,
        block_isolated::CheckedBlock,
        header::{self, HeaderError},
    },
    state::ChainState,
};
use tracing::debug;

use super::{
    ChainChange, Imported, StoreError, SubmitError, Wanted,
    stage::{Stage, main_state, size_of},
    writer::Owner,
};
use crate::store::{
    Batch, BlockStatus, Durability, Snapshot, main_chain::block_bytes, tables::BlockRow,
};

/// What became of a block, while others of its group may still come.
pub(super) enum Outcome {
    /// This, for good.
    Done(Imported),
    /// It is connected and is written with the group of this number.
    Staged(usize),
}

/// Why a block is not taken, or why the node must stop.
pub(super) enum Refusal {
    Block(SubmitError),
    Store(StoreError),
}

impl Owner {
    /// Imports blocks one after the other, and with each the orphans that waited for it. With `wanted` the
    /// blocks, but not the orphans, are of that branch.
    ///
    /// # Errors
    ///
    /// When the disk fails. What is wrong with a block is its own outcome.
    pub(super) fn import_all(
        &mut self,
        blocks: Vec<CheckedBlock>,
        wanted: Option<&Wanted>,
    ) -> Result<Vec<Result<Imported, SubmitError>>, StoreError> {
        let mut queue: VecDeque<_> = blocks.into_iter().map(|block| (block, true)).collect();
        let mut outcomes = Vec::with_capacity(queue.len());
        while let Some((block, asked)) = queue.pop_front() {
            let id = block.id();
            let outcome = match self.import(block, wanted.filter(|_| asked)) {
                Ok(outcome) => {
                    let children = self.orphans.take_children(&id);
                    children.into_iter().for_each(|child| queue.push_front((child, false)));
                    Ok(outcome)
                }
                Err(Refusal::Block(error)) => {
                    debug!(block.hash = %id, code = error.code(), "refused block {id}: {error}");
                    Err(error)
                }
                Err(Refusal::Store(error)) => return Err(error),
            };
            if asked {
                outcomes.push(outcome);
            }
        }
        self.flush()?;
        let groups = std::mem::take(&mut self.groups);
        Ok(outcomes
            .into_iter()
            .map(|outcome| outcome.map(|outcome| outcome.told(&groups)))
            .collect())
    }

    /// Takes up the blocks whose time has come.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn release_due(&mut self) -> Result<(), StoreError> {
        let now = (self.clock)();
        while let Some(block) = self.later.pop(now) {
            self.import_all(vec![block], None)?;
        }
        Ok(())
    }

    fn import(&mut self, block: CheckedBlock, wanted: Option<&Wanted>) -> Result<Outcome, Refusal> {
        let (id, parent) = (block.id(), BlockId(block.header().previous));
        if self.is_known(&id)? {
            return Ok(Outcome::Done(Imported::Known));
        }
        let extends = self.head().state.id() == parent;
        if !extends {
            self.flush()?;
        }
        let Some(parent_state) = self.state_of(&parent)? else {
            return self.keep_orphan(block);
        };
        let state = header::check(&parent_state, block.header())?;
        if let Some(due) = self.early(block.header()) {
            return self.keep_for_later(due, block);
        }
        if extends {
            return self.extend(&block);
        }
        if state.work() > self.head.state.work() {
            return self.reorganise(&block);
        }
        self.store_side(&block, state, wanted)
    }

    /// Whether a block is here already.
    fn is_known(&self, id: &BlockId) -> Result<bool, Refusal> {
        if self.stage.as_ref().is_some_and(|stage| stage.has(id)) {
            return Ok(true);
        }
        match self.store.snapshot().block_row(id)? {
            Some(row) if row.status == BlockStatus::Invalid => {
                Err(Refusal::Block(SubmitError::KnownInvalid { id: *id }))
            }
            Some(_) => Ok(true),
            None if self.invalid.contains(id) => {
                Err(Refusal::Block(SubmitError::KnownInvalid { id: *id }))
            }
            None => Ok(false),
        }
    }

    /// The state as of a block; `None` when it is not here.
    fn state_of(&mut self, id: &BlockId) -> Result<Option<ChainState>, Refusal> {
        if self.head().state.id() == *id {
            return Ok(Some(self.head().state.clone()));
        }
        if self.invalid.contains(id) {
            return Err(Refusal::Block(SubmitError::InvalidParent { parent: *id }));
        }
        if let Some(state) = self.branches.get(id) {
            return Ok(Some(state.clone()));
        }
        let snapshot = self.store.snapshot();
        let Some(row) = snapshot.block_row(id)? else { return Ok(None) };
        if row.status == BlockStatus::Invalid {
            return Err(Refusal::Block(SubmitError::InvalidParent { parent: *id }));
        }
        if snapshot.is_main(row.header.height, id)? {
            return Ok(Some(main_state(&snapshot, &self.chain, id)?));
        }
        let (fork, branch) = snapshot.branch_to(id)?;
        let mut history = main_state(&snapshot, &self.chain, &fork)?.history().clone();
        append(&mut history, &branch, &snapshot)?;
        let state = ChainState::restore(&self.chain, row.header, row.work, history);
        self.branches.insert(state.clone());
        Ok(Some(state))
    }

    fn keep_orphan(&mut self, block: CheckedBlock) -> Result<Outcome, Refusal> {
        let (id, header) = (block.id(), block.header());
        // Its rules are not known yet; this much work makes it dear to fill the queue.
        let easiest = self.chain.parameters().easiest_target;
        if header.target > easiest || !header.target.is_met_by(&id) {
            return Err(Refusal::Block(SubmitError::OrphanWork { id }));
        }
        let missing = self.orphans.missing(BlockId(header.previous));
        self.orphans.insert(block);
        Ok(Outcome::Done(Imported::Orphan { missing }))
    }

    /// When a block that is ahead of the clock may be looked at; `None` when it may be now.
    fn early(&self, header: &Header) -> Option<u64> {
        let max_future = self.chain.parameters().max_future;
        let due = header.timestamp.saturating_sub(max_future);
        (max_future > 0 && due > (self.clock)()).then_some(due)
    }

    fn keep_for_later(&mut self, due: u64, block: CheckedBlock) -> Result<Outcome, Refusal> {
        if self.later.insert(due, block) {
            Ok(Outcome::Done(Imported::Later { due }))
        } else {
            Err(Refusal::Block(SubmitError::Busy))
        }
    }

    fn extend(&mut self, block: &CheckedBlock) -> Result<Outcome, Refusal> {
        let stage = self.stage.get_or_insert_with(|| Stage::on(&self.head));
        if let Err(error) = stage.connect(block, None) {
            self.invalid.insert(block.id());
            return Err(error.into());
        }
        let group = self.groups.len();
        if stage.is_full() {
            self.flush()?;
        }
        Ok(Outcome::Staged(group))
    }

    /// Keeps a block of a branch that does not have more work than the main chain, if there is room.
    fn store_side(
        &mut self,
        block: &CheckedBlock,
        state: ChainState,
        wanted: Option<&Wanted>,
    ) -> Result<Outcome, Refusal> {
        let (id, header) = (block.id(), block.header());
        let fees = block.transactions().iter().map(|checked| checked.transaction().body.fee);
        let row = BlockRow {
            header: header.clone(),
            work: state.work(),
            arrival: self.head.arrivals,
            size: size_of(block),
            // More fees than there can be coins: the block is invalid, which shows when it is connected.
            fees: Amount::sum(fees).unwrap_or(Amount::MAX),
            status: BlockStatus::Stored,
        };
        let mut batch = Batch::default();
        self.beside.insert(id, &row, wanted);
        self.make_room(&mut batch, Some(&id));
        if !self.beside.has(&id) {
            self.store.commit(batch, Durability::Synced)?;
            return Err(Refusal::Block(SubmitError::NoRoom { id }));
        }
        batch.put_body(header.height, &id, &block_bytes(block));
        batch.put_block_row(&id, &row);
        batch.put_beside(&id);
        batch.put_counts(self.head.arrivals + 1, self.head.transactions);
        self.store.commit(batch, Durability::Synced)?;
        self.head.arrivals += 1;
        self.branches.insert(state);
        self.refresh_view();
        Ok(Outcome::Done(Imported::Side))
    }

    /// Removes blocks beside the main chain, as many as are too many, together with what else `batch`
    /// does. `new` is on no disk yet.
    pub(super) fn make_room(&mut self, batch: &mut Batch, new: Option<&BlockId>) {
        for gone in self.beside.evict() {
            self.branches.remove(&gone.id);
            if new != Some(&gone.id) {
                batch.delete_block(gone.height, &gone.id, gone.size);
            }
        }
    }
}

impl Outcome {
    /// The outcome as it is told, once `groups` are written.
    fn told(self, groups: &[Arc<ChainChange>]) -> Imported {
        match self {
            Self::Done(imported) => imported,
            Self::Staged(group) => groups
                .get(group)
                .map_or(Imported::Known, |change| Imported::Changed(change.clone())),
        }
    }
}

/// Appends the blocks of a branch, oldest first, to the history of its fork.
fn append(
    history: &mut History,
    branch: &[BlockId],
    snapshot: &Snapshot,
) -> Result<(), StoreError> {
    for id in branch {
        let header = snapshot.expect_block_row(id)?.header;
        history.append(Summary::leaf(id, header.target.work(), header.clock));
    }
    Ok(())
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<HeaderError> for Refusal {
    fn from(error: HeaderError) -> Self {
        Self::Block(SubmitError::Header(error))
    }
}

impl From<ConnectError> for Refusal {
    fn from(error: ConnectError) -> Self {
        Self::Block(SubmitError::Connect(error))
    }
}
