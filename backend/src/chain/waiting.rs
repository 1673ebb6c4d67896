//! Blocks that cannot be judged yet: their parent is unknown, or their time has not come. Bounded, in
//! memory only: whoever sent them has them still.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use shared::{hash::BlockId, rules::block_isolated::CheckedBlock};

/// Blocks kept of each kind, at most.
pub(super) const MAX_WAITING: usize = 64;
/// Ids of invalid blocks remembered, at most.
const MAX_INVALID: usize = 1_024;

/// Blocks whose parent is unknown. When there are too many, the oldest goes.
#[derive(Default)]
pub(super) struct Orphans {
    blocks: HashMap<BlockId, CheckedBlock>,
    order: VecDeque<BlockId>,
}

impl Orphans {
    pub(super) fn insert(&mut self, block: CheckedBlock) {
        let id = block.id();
        if self.blocks.insert(id, block).is_some() {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_WAITING
            && let Some(oldest) = self.order.pop_front()
        {
            self.blocks.remove(&oldest);
        }
    }

    /// The deepest ancestor of `id` that is not among them.
    pub(super) fn missing(&self, mut id: BlockId) -> BlockId {
        while let Some(block) = self.blocks.get(&id) {
            id = BlockId(block.header().previous);
        }
        id
    }

    /// Takes out the children of `parent`.
    pub(super) fn take_children(&mut self, parent: &BlockId) -> Vec<CheckedBlock> {
        let is_child = |block: &CheckedBlock| block.header().previous == parent.0;
        let children = self.order.iter().filter(|id| self.blocks.get(id).is_some_and(is_child));
        let children: Vec<BlockId> = children.copied().collect();
        self.order.retain(|id| !children.contains(id));
        children.iter().filter_map(|id| self.blocks.remove(id)).collect()
    }
}

/// Blocks from the future, by when they are due.
#[derive(Default)]
pub(super) struct Later(BTreeMap<(u64, BlockId), CheckedBlock>);

impl Later {
    /// Keeps a block until `due`; `false` when there are too many that are due before.
    pub(super) fn insert(&mut self, due: u64, block: CheckedBlock) -> bool {
        self.0.insert((due, block.id()), block);
        if self.0.len() <= MAX_WAITING {
            return true;
        }
        self.0.pop_last().is_none_or(|((last, _), _)| last > due)
    }

    /// When the first is due.
    pub(super) fn next_due(&self) -> Option<u64> {
        self.0.first_key_value().map(|((due, _), _)| *due)
    }

    /// Takes out one that is due.
    pub(super) fn pop(&mut self, now: u64) -> Option<CheckedBlock> {
        self.next_due().filter(|due| *due <= now)?;
        self.0.pop_first().map(|(_, block)| block)
    }
}

/// Ids of blocks that break a rule and were not stored.
#[derive(Default)]
pub(super) struct Invalid {
    ids: HashSet<BlockId>,
    order: VecDeque<BlockId>,
}

impl Invalid {
    pub(super) fn insert(&mut self, id: BlockId) {
        if self.ids.insert(id) {
            self.order.push_back(id);
        }
        if self.order.len() > MAX_INVALID
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, id: &BlockId) -> bool {
        self.ids.contains(id)
    }
}
