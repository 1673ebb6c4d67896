//! What can come of a block, and what is told of it.

use std::sync::Arc;

use shared::{
    amount::Amount,
    hash::BlockId,
    header::Header,
    params::Chain,
    rules::{block_in_chain::ConnectError, header::HeaderError},
    state::ChainState,
    work::Work,
};

use crate::{
    pool::PoolChange,
    store::{BlockStatus, tables::BlockRow},
};

/// The newest block of the main chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u64,
    /// Its id.
    pub id: BlockId,
    /// Work of the whole chain.
    pub work: Work,
}

/// A block without its transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSummary {
    /// Its id.
    pub id: BlockId,
    /// Its header.
    pub header: Header,
    /// Work of the block and everything before it.
    pub work: Work,
    /// Bytes of its encoding.
    pub size: u32,
    /// What its transactions pay the miner.
    pub fees: Amount,
    /// What the schedule gives the miner.
    pub reward: Amount,
    /// How many blocks this node had stored before it.
    pub arrival: u64,
    /// What this node knows of it.
    pub status: BlockStatus,
}

/// The one outcome of a tip change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainChange {
    /// Blocks that left the main chain, newest first.
    pub reverted: Vec<BlockSummary>,
    /// Blocks that came into it, oldest first.
    pub connected: Vec<BlockSummary>,
    /// Its newest block now.
    pub tip: Tip,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum ChainEvent {
    /// The tip moved. [`super::Handle::view`] shows it by now.
    Changed(Arc<ChainChange>),
    /// Transactions came to or left the pool.
    Pool(Arc<PoolChange>),
}

/// What became of a block that breaks no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was here before.
    Known,
    /// Its parent is unknown; it waits for `missing`, its deepest ancestor that is not here.
    Orphan {
        /// The block to ask for.
        missing: BlockId,
    },
    /// It has proven its work, but its time is ahead of the local clock; it waits and is not relayed.
    Later {
        /// When it will be looked at again, in seconds since 1970.
        due: u64,
    },
    /// It is stored; its chain does not have more work than the main chain.
    Side,
    /// The tip moved, perhaps by other blocks of the same group too.
    Changed(Arc<ChainChange>),
}

impl Imported {
    /// Whether the block is stored now.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        matches!(self, Self::Known | Self::Side | Self::Changed(_))
    }
}

/// Why a block is not taken. One variant per reason, in the order of finding out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// It was found to break a rule before.
    #[error("block {id} is known to break a rule")]
    KnownInvalid {
        /// The block.
        id: BlockId,
    },
    /// A block before it breaks a rule.
    #[error("block {parent}, an ancestor, breaks a rule")]
    InvalidParent {
        /// The parent, or the ancestor at fault.
        parent: BlockId,
    },
    /// Its parent is unknown, and it has not done enough work to be kept until that comes.
    #[error("block {id} has an unknown parent and too little work to be kept")]
    OrphanWork {
        /// The block.
        id: BlockId,
    },
    /// Its header breaks a rule.
    #[error("{0}")]
    Header(HeaderError),
    /// Its transactions or its state break a rule.
    #[error("{0}")]
    Connect(ConnectError),
    /// It breaks no rule, but beside the main chain there is room for branches with more work only.
    #[error("block {id} is of a branch with so little work that there is no room for it")]
    NoRoom {
        /// The block.
        id: BlockId,
    },
    /// The node has too much to do.
    #[error("the node is busy; try again in a moment")]
    Busy,
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopped,
}

impl SubmitError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KnownInvalid { .. } => "block-known-invalid",
            Self::InvalidParent { .. } => "block-invalid-parent",
            Self::OrphanWork { .. } => "block-orphan-work",
            Self::Header(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::NoRoom { .. } => "block-no-room",
            Self::Busy => "busy",
            Self::Stopped => "stopping",
        }
    }

    /// Whether whoever sent the block is at fault, and not this node.
    #[must_use]
    pub const fn is_peer_fault(&self) -> bool {
        match self {
            Self::KnownInvalid { .. }
            | Self::InvalidParent { .. }
            | Self::OrphanWork { .. }
            | Self::Header(_)
            | Self::Connect(_) => true,
            Self::NoRoom { .. } | Self::Busy | Self::Stopped => false,
        }
    }
}

impl Tip {
    pub(super) fn of(state: &ChainState) -> Self {
        Self { height: state.height(), id: state.id(), work: state.work() }
    }
}

impl BlockSummary {
    pub(super) fn of(chain: &Chain, id: BlockId, row: BlockRow) -> Self {
        let BlockRow { header, work, arrival, size, fees, status } = row;
        let reward = chain.parameters().reward_at(header.height);
        Self { id, header, work, size, fees, reward, arrival, status }
    }

    /// The row that it was made of.
    pub(super) fn row(&self) -> BlockRow {
        let Self { header, work, arrival, size, fees, status, .. } = self.clone();
        BlockRow { header, work, arrival, size, fees, status }
    }
}
