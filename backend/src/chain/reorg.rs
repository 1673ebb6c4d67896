//! Changing to a branch with more work: back to the fork, then along the branch. All of it becomes true
//! in one batch, or nothing does.

use std::collections::{HashMap, VecDeque};

use shared::{hash::BlockId, rules::block_isolated::CheckedBlock, state::ChainState};
use tracing::{info, warn};

use super::{
    StoreError, SubmitError,
    import::{Outcome, Refusal},
    stage::{Stage, load_block},
    waiting::MAX_WAITING,
    writer::Owner,
};
use crate::store::{Batch, BlockStatus, Durability, Snapshot, tables::BlockRow};

impl Owner {
    /// Makes `block`, whose header is valid and whose chain has more work than the tip, the new tip.
    pub(super) fn reorganise(&mut self, block: &CheckedBlock) -> Result<Outcome, Refusal> {
        let snapshot = self.store.snapshot();
        let parent = BlockId(block.header().previous);
        let (fork, branch) = snapshot.branch_to(&parent)?;
        let mut stage = Stage::on(&self.head);
        while stage.head.state.id() != fork {
            stage.revert(&snapshot)?;
        }
        for (position, id) in branch.iter().enumerate() {
            let row = snapshot.expect_block_row(id)?;
            let stored = load_block(&snapshot, &self.chain, id, &row)?;
            if let Err(error) = stage.connect(&stored, Some(row.arrival)) {
                warn!(block.hash = %id, code = error.code(), "block {id} breaks a rule: {error}");
                let rest = branch.get(position..).unwrap_or_default();
                self.mark_invalid(&snapshot, rest)?;
                self.invalid.insert(block.id());
                return Err(Refusal::Block(SubmitError::InvalidParent { parent: *id }));
            }
        }
        if let Err(error) = stage.connect(block, None) {
            self.invalid.insert(block.id());
            return Err(error.into());
        }
        info!(
            block.hash = %block.id(),
            "reorganised at block {fork}: {} blocks more on the branch", branch.len() + 1
        );
        self.stage = Some(stage);
        let group = self.groups.len();
        self.flush()?;
        Ok(Outcome::Staged(group))
    }

    /// Marks stored blocks that break a rule or follow one that does. Only that mark is written.
    fn mark_invalid(&mut self, snapshot: &Snapshot, ids: &[BlockId]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for id in ids {
            let row = snapshot.expect_block_row(id)?;
            batch.put_status(id, &row, BlockStatus::Invalid);
            self.branches.remove(id);
            self.beside.remove(id);
            self.beside.insert(*id, &BlockRow { status: BlockStatus::Invalid, ..row }, None);
        }
        self.store.commit(batch, Durability::Synced)?;
        self.refresh_view();
        Ok(())
    }
}

impl Snapshot {
    /// The newest ancestor of a stored block that is on the main chain, and the blocks from there to
    /// the block, oldest first.
    pub(super) fn branch_to(&self, id: &BlockId) -> Result<(BlockId, Vec<BlockId>), StoreError> {
        let mut branch = Vec::new();
        let mut id = *id;
        loop {
            let header = self.expect_block_row(&id)?.header;
            if self.is_main(header.height, &id)? {
                branch.reverse();
                return Ok((id, branch));
            }
            branch.push(id);
            id = BlockId(header.previous);
        }
    }
}

/// The states of the branches that grew last, so that a long branch is not read again for each block.
#[derive(Default)]
pub(super) struct Branches {
    states: HashMap<BlockId, ChainState>,
    order: VecDeque<BlockId>,
}

impl Branches {
    pub(super) fn get(&self, id: &BlockId) -> Option<&ChainState> {
        self.states.get(id)
    }

    pub(super) fn insert(&mut self, state: ChainState) {
        let id = state.id();
        if self.states.insert(id, state).is_none() {
            self.order.push_back(id);
        }
        if self.order.len() > MAX_WAITING
            && let Some(oldest) = self.order.pop_front()
        {
            self.states.remove(&oldest);
        }
    }

    pub(super) fn remove(&mut self, id: &BlockId) {
        self.states.remove(id);
        self.order.retain(|kept| kept != id);
    }
}
