//! What is kept beside the main chain, so that nobody can fill the disk.
//!
//! A block with little work costs little to make, and any number of them follow from any old block: each
//! breaks no rule and could be the beginning of a branch that wins. So there is room for some. When it is
//! full, the branches with the least work go, from their ends on; of equals, what came last.
//!
//! A branch that wins is not stopped by that: its blocks are [`Wanted`] once its headers have proven more
//! work than the main chain has, which nobody can do who has not done that work. As long as somebody
//! fetches it, its blocks take no room, and none of them goes.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::{Arc, Weak},
};

use shared::{hash::BlockId, work::Work};

use super::StoreError;
use crate::store::{
    Batch, BlockStatus, Durability, Snapshot, Store,
    tables::{BlockRow, PART_BYTES},
};

/// What a block's rows take besides its own bytes, about.
const BYTES_OF_ROWS: u64 = 400;
/// What each part of it takes besides.
const BYTES_OF_A_PART: u64 = 50;

/// How much is kept beside the main chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Blocks, at most.
    pub blocks: u64,
    /// Bytes on disk, at most, about.
    pub bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        // In tests little, so that it can be filled through any door.
        Self { blocks: if cfg!(test) { 1_000 } else { 10_000 }, bytes: 256 << 20 }
    }
}

/// Held by whoever fetches a branch whose headers have proven more work than the main chain has: as long
/// as one clone of it lives, the blocks that were submitted with it stay. Clones are the same branch.
#[derive(Clone, Debug, Default)]
pub struct Wanted(Arc<()>);

/// In what order blocks go: the least first.
type Rank = (Work, Reverse<u64>);

/// What must be known of a block beside the main chain.
struct Kept {
    parent: BlockId,
    height: u64,
    size: u32,
    rank: Rank,
    /// The branch that it was fetched for.
    wanted: Option<usize>,
}

/// Blocks and bytes.
#[derive(Clone, Copy, Default)]
struct Sum {
    blocks: u64,
    bytes: u64,
}

/// A block that must go: its height, its id and the bytes of its encoding.
pub(super) struct Gone {
    pub(super) height: u64,
    pub(super) id: BlockId,
    pub(super) size: u32,
}

/// The account of all blocks beside the main chain.
pub(super) struct Beside {
    room: Room,
    blocks: HashMap<BlockId, Kept>,
    /// How many of them follow a block, whichever.
    children: HashMap<BlockId, u64>,
    /// Those that none follows.
    ends: BTreeSet<(Rank, BlockId)>,
    sum: Sum,
    /// By number: who wants a branch, and how much of it is here.
    wanted: HashMap<usize, (Weak<()>, Sum)>,
    next_wanted: usize,
}

/// Begins the account in a folder of a version that kept none.
///
/// # Errors
///
/// When the disk fails.
pub(super) fn begin(store: &Store) -> Result<(), StoreError> {
    let snapshot = store.snapshot();
    if snapshot.has_beside()? {
        return Ok(());
    }
    let mut batch = Batch::default();
    snapshot.find_beside()?.iter().for_each(|(id, _)| batch.put_beside(id));
    batch.begin_beside();
    store.commit(batch, Durability::Synced)
}

impl Beside {
    /// What the store says.
    pub(super) fn load(snapshot: &Snapshot, room: Room) -> Result<Self, StoreError> {
        let mut beside = Self {
            room,
            blocks: HashMap::new(),
            children: HashMap::new(),
            ends: BTreeSet::new(),
            sum: Sum::default(),
            wanted: HashMap::new(),
            next_wanted: 0,
        };
        for id in snapshot.beside() {
            let id = id?;
            beside.insert(id, &snapshot.expect_block_row(&id)?, None);
        }
        Ok(beside)
    }

    pub(super) fn has(&self, id: &BlockId) -> bool {
        self.blocks.contains_key(id)
    }

    /// Takes account of a block that is beside the main chain now.
    pub(super) fn insert(&mut self, id: BlockId, row: &BlockRow, wanted: Option<&Wanted>) {
        let wanted = wanted.map(|wanted| self.number_of(wanted));
        let parent = BlockId(row.header.previous);
        let (height, size) = (row.header.height, row.size);
        let kept = Kept { parent, height, size, rank: rank(row), wanted };
        let cost = kept.cost();
        if !self.children.contains_key(&id) {
            self.ends.insert((kept.rank, id));
        }
        if let Some(parent_kept) = self.blocks.get(&parent) {
            self.ends.remove(&(parent_kept.rank, parent));
        }
        *self.children.entry(parent).or_default() += 1;
        self.sum.add(cost);
        if let Some((_, sum)) = wanted.and_then(|number| self.wanted.get_mut(&number)) {
            sum.add(cost);
        }
        self.blocks.insert(id, kept);
    }

    /// Takes account of a block that is beside the main chain no more; `None` if it never was.
    pub(super) fn remove(&mut self, id: &BlockId) -> Option<Gone> {
        let kept = self.blocks.remove(id)?;
        let cost = kept.cost();
        self.ends.remove(&(kept.rank, *id));
        if let Some(count) = self.children.get_mut(&kept.parent) {
            *count -= 1;
            if *count == 0 {
                self.children.remove(&kept.parent);
                if let Some(parent) = self.blocks.get(&kept.parent) {
                    self.ends.insert((parent.rank, kept.parent));
                }
            }
        }
        self.sum.subtract(cost);
        if let Some((_, sum)) = kept.wanted.and_then(|number| self.wanted.get_mut(&number)) {
            sum.subtract(cost);
        }
        Some(Gone { height: kept.height, id: *id, size: kept.size })
    }

    /// What must go so that the rest has room. What is wanted stays.
    pub(super) fn evict(&mut self) -> Vec<Gone> {
        self.wanted.retain(|_, (holder, _)| holder.strong_count() > 0);
        let mut gone = Vec::new();
        while self.is_too_much() {
            let mut ends = self.ends.iter().map(|(_, id)| *id);
            let Some(id) = ends.find(|id| !self.is_wanted(id)) else { break };
            gone.extend(self.remove(&id));
        }
        gone
    }

    /// Whether more is kept than there is room for, but for what is wanted.
    fn is_too_much(&self) -> bool {
        let mut sum = self.sum;
        self.wanted.values().for_each(|(_, wanted)| sum.subtract(*wanted));
        sum.blocks > self.room.blocks || sum.bytes > self.room.bytes
    }

    fn is_wanted(&self, id: &BlockId) -> bool {
        let number = self.blocks.get(id).and_then(|kept| kept.wanted);
        number.is_some_and(|number| self.wanted.contains_key(&number))
    }

    fn number_of(&mut self, wanted: &Wanted) -> usize {
        let holder = Arc::downgrade(&wanted.0);
        let known = self.wanted.iter().find(|(_, (other, _))| other.ptr_eq(&holder));
        if let Some((number, _)) = known {
            return *number;
        }
        self.next_wanted += 1;
        self.wanted.insert(self.next_wanted, (holder, Sum::default()));
        self.next_wanted
    }
}

impl Kept {
    fn cost(&self) -> Sum {
        let bytes = u64::from(self.size);
        let parts = bytes.div_ceil(PART_BYTES as u64);
        Sum { blocks: 1, bytes: bytes + BYTES_OF_ROWS + parts * BYTES_OF_A_PART }
    }
}

impl Sum {
    const fn add(&mut self, other: Self) {
        self.blocks += other.blocks;
        self.bytes += other.bytes;
    }

    const fn subtract(&mut self, other: Self) {
        self.blocks -= other.blocks;
        self.bytes -= other.bytes;
    }
}

/// What breaks a rule goes before everything else, whatever work is in it.
const fn rank(row: &BlockRow) -> Rank {
    let work = match row.status {
        BlockStatus::Stored | BlockStatus::Connected => row.work,
        BlockStatus::Invalid => Work::ZERO,
    };
    (work, Reverse(row.arrival))
}
