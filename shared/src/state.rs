//! What the rules need to know of a block to judge its children (§6, §8, §10).

use crate::{
    hash::{BlockId, Hash},
    header::Header,
    history::{History, Summary},
    params::Chain,
    work::{Target, Work},
};

/// The chain as of one block: everything that header rules ask, nothing about accounts.
#[derive(Clone, Debug)]
pub struct ChainState {
    chain: Chain,
    id: BlockId,
    header: Header,
    work: Work,
    history: History,
}

impl ChainState {
    /// The state as of genesis.
    #[must_use]
    pub fn genesis(chain: &Chain) -> Self {
        let header = chain.genesis().header.clone();
        let mut history = History::default();
        history.append(Summary::leaf(&chain.genesis_id(), Work::ZERO, 0));
        Self { chain: chain.clone(), id: chain.genesis_id(), header, work: Work::ZERO, history }
    }

    /// The state as of a block that was accepted before, put together from its parts: `history` covers
    /// the block itself too, and `work` is its chain's.
    #[must_use]
    pub fn restore(chain: &Chain, header: Header, work: Work, history: History) -> Self {
        Self { chain: chain.clone(), id: header.id(), header, work, history }
    }

    /// The state as of a child whose header was checked against this state.
    pub(crate) fn child(&self, header: &Header, id: BlockId) -> Self {
        let work = header.target.work();
        let mut history = self.history.clone();
        history.append(Summary::leaf(&id, work, header.clock));
        Self {
            chain: self.chain.clone(),
            id,
            header: header.clone(),
            // Cannot overflow: work of a block is at most 2^64 and heights are below 2^40.
            work: self.work.checked_add(work).unwrap_or(Work(u128::MAX)),
            history,
        }
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Id of the block.
    #[must_use]
    pub fn id(&self) -> BlockId {
        self.id
    }

    /// Header of the block.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Height of the block.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.header.height
    }

    /// Work of the block and everything before it.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// All blocks up to and including this one.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The history root that a child's header has (§8).
    #[must_use]
    pub fn child_history_root(&self) -> Hash {
        self.history.root()
    }

    /// The clock that a child with this timestamp has; `None` when the time does not increase (§10).
    #[must_use]
    pub fn child_clock(&self, timestamp: u64) -> Option<u64> {
        self.chain.difficulty().clock(
            self.height() + 1,
            self.header.clock,
            self.header.timestamp,
            timestamp,
        )
    }

    /// The target that a child with this clock has (§10).
    #[must_use]
    pub fn child_target(&self, clock: u64) -> Target {
        self.chain.difficulty().target(self.height() + 1, self.header.clock, clock)
    }
}
