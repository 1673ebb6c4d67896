//! A tip change in the making: in memory, next to the chain as it is. It becomes true with its batch, or
//! it is dropped and leaves no trace.

use std::sync::Arc;

use shared::{
    amount::Amount,
    hash::BlockId,
    params::Chain,
    rules::{
        block_in_chain::{self, ConnectError},
        block_isolated::CheckedBlock,
    },
    state::ChainState,
    state_tree::StateTree,
};

use super::{
    BlockSummary, ChainChange, MAX_GROUP_BLOCKS, MAX_GROUP_BYTES, StoreError, Tip, check::recheck,
};
use crate::{
    pool::Step,
    store::{
        Batch, BlockStatus, Posting, Snapshot, Unsettled,
        main_chain::{MainBlock, block_bytes, income},
        tables::{BlockRow, Table, damaged},
    },
};

/// The chain as of its newest block.
#[derive(Clone)]
pub(super) struct Head {
    pub(super) state: ChainState,
    pub(super) tree: StateTree,
    /// Transactions in the main chain.
    pub(super) transactions: u64,
    /// Blocks ever stored.
    pub(super) arrivals: u64,
}

/// Blocks reverted and connected on top of a head, and everything that they write.
pub(super) struct Stage {
    pub(super) head: Head,
    batch: Batch,
    /// Newest first.
    reverted: Vec<(BlockSummary, CheckedBlock)>,
    connected: Vec<BlockSummary>,
    step: Step,
    unsettled: Unsettled,
    body_bytes: usize,
}

/// A stage that is complete.
pub(super) struct Staged {
    pub(super) head: Head,
    pub(super) batch: Batch,
    pub(super) change: ChainChange,
    pub(super) step: Step,
    /// What is not in the batch.
    pub(super) unsettled: Unsettled,
}

impl Head {
    /// What the store holds. The accounts are read one by one and their root computed anew.
    pub(super) fn load(snapshot: &Snapshot, chain: &Chain) -> Result<Self, StoreError> {
        let tip = snapshot.tip()?;
        let mut read = Ok(());
        let accounts =
            snapshot.accounts()?.map_while(|row| row.map_err(|error| read = Err(error)).ok());
        let tree = StateTree::from_accounts(accounts);
        read?;
        Ok(Self {
            state: main_state(snapshot, chain, &tip)?,
            tree,
            transactions: snapshot.transaction_count()?,
            arrivals: snapshot.arrivals()?,
        })
    }
}

impl Stage {
    pub(super) fn on(head: &Head) -> Self {
        Self {
            head: head.clone(),
            batch: Batch::default(),
            reverted: Vec::new(),
            connected: Vec::new(),
            step: Step::default(),
            unsettled: Unsettled::default(),
            body_bytes: 0,
        }
    }

    /// Whether it is time to write.
    pub(super) fn is_full(&self) -> bool {
        self.connected.len() >= MAX_GROUP_BLOCKS || self.body_bytes >= MAX_GROUP_BYTES
    }

    /// Whether a block was connected here.
    pub(super) fn has(&self, id: &BlockId) -> bool {
        self.connected.iter().any(|block| block.id == *id)
    }

    /// Connects a block to the head. `arrival` is that of a block that is stored already; the body of
    /// any other is written too. On an error nothing has changed.
    pub(super) fn connect(
        &mut self,
        block: &CheckedBlock,
        arrival: Option<u64>,
    ) -> Result<(), ConnectError> {
        let connected = block_in_chain::connect(&self.head.state, &self.head.tree, block)?;
        let (id, header) = (block.id(), block.header());
        if arrival.is_none() {
            self.batch.put_body(header.height, &id, &block_bytes(block));
            self.body_bytes += block.size();
        }
        let row = BlockRow {
            header: header.clone(),
            work: connected.state.work(),
            arrival: arrival.unwrap_or(self.head.arrivals),
            size: size_of(block),
            fees: connected.fees,
            status: BlockStatus::Connected,
        };
        self.batch.put_block_row(&id, &row);
        let income = income(connected.reward, connected.fees);
        let (history, diff) = (self.head.state.history(), &connected.diff);
        self.batch.connect(MainBlock { block, history, diff, income });
        let transactions = block.transactions();
        self.step.confirmed.extend(transactions.iter().map(|transaction| {
            let body = &transaction.transaction().body;
            (body.sender, body.nonce, transaction.id())
        }));
        self.step.touched.extend(connected.diff.0.keys());
        let after = diff.0.iter().map(|(id, change)| (*id, change.after));
        self.unsettled.accounts.extend(after);
        self.unsettled.postings.extend(postings(block, income));
        self.connected.push(BlockSummary::of(self.head.state.chain(), id, row));
        self.head.state = connected.state;
        self.head.tree = connected.tree;
        self.head.transactions += transactions.len() as u64;
        self.head.arrivals += u64::from(arrival.is_none());
        Ok(())
    }

    /// Reverts the head's newest block, which `snapshot` holds.
    pub(super) fn revert(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let chain = self.head.state.chain().clone();
        let (id, height) = (self.head.state.id(), self.head.state.height());
        let row = snapshot.expect_block_row(&id)?;
        let block = load_block(snapshot, &chain, &id, &row)?;
        let diff = snapshot.undo(height)?;
        let parent = main_state(snapshot, &chain, &BlockId(row.header.previous))?;
        let summary = BlockSummary::of(&chain, id, row);
        let income = income(summary.reward, summary.fees);
        let (history, diff) = (parent.history(), &diff);
        self.batch.revert(MainBlock { block: &block, history, diff, income });
        let tree = self.head.tree.apply(&diff.reversed());
        if tree.root() != parent.header().state_root {
            return Err(damaged(Table::Undo, "a row does not undo its block"));
        }
        self.step.touched.extend(diff.0.keys());
        let before = diff.0.iter().map(|(id, change)| (*id, change.before));
        self.unsettled.accounts.extend(before);
        self.unsettled.postings.extend(postings(&block, income).map(Posting::reversed));
        self.head.state = parent;
        self.head.tree = tree;
        self.head.transactions -= block.transactions().len() as u64;
        self.reverted.push((summary, block));
        Ok(())
    }

    /// What is to be written and told.
    pub(super) fn finish(mut self) -> Staged {
        self.batch.put_counts(self.head.arrivals, self.head.transactions);
        let reverted = self.reverted.iter().rev().flat_map(|(_, block)| block.transactions());
        self.step.reverted = reverted.cloned().map(Arc::new).collect();
        self.step.next_height = self.head.state.height() + 1;
        let change = ChainChange {
            reverted: self.reverted.into_iter().map(|(summary, _)| summary).collect(),
            connected: self.connected,
            tip: Tip::of(&self.head.state),
        };
        Staged {
            head: self.head,
            batch: self.batch,
            change,
            step: self.step,
            unsettled: self.unsettled,
        }
    }

    /// The writes so far, to compare them with what is stored, and what is not among them; they are gone
    /// from the stage.
    pub(super) fn take(&mut self) -> (Batch, Unsettled) {
        self.connected.clear();
        self.step = Step::default();
        (std::mem::take(&mut self.batch), std::mem::take(&mut self.unsettled))
    }
}

/// The state as of a block of the main chain.
pub(super) fn main_state(
    snapshot: &Snapshot,
    chain: &Chain,
    id: &BlockId,
) -> Result<ChainState, StoreError> {
    let row = snapshot.expect_block_row(id)?;
    let history = snapshot.history_of(row.header.height + 1)?;
    Ok(ChainState::restore(chain, row.header, row.work, history))
}

/// A stored block. It was checked before it was stored; only its form is checked again.
pub(super) fn load_block(
    snapshot: &Snapshot,
    chain: &Chain,
    id: &BlockId,
    row: &BlockRow,
) -> Result<CheckedBlock, StoreError> {
    let bytes = snapshot.block_bytes(id, row)?;
    let wrong = || damaged(Table::Blocks, &format!("block {id} is not what it was"));
    let block = shared::encode::decode(&bytes, bytes.len()).map_err(|_| wrong())?;
    let block = recheck(block, chain).map_err(|_| wrong())?;
    if block.id() == *id { Ok(block) } else { Err(wrong()) }
}

pub(super) fn size_of(block: &CheckedBlock) -> u32 {
    u32::try_from(block.size()).expect("a block is at most 4 MB")
}

/// What a block adds to totals.
fn postings(block: &CheckedBlock, income: Amount) -> impl Iterator<Item = Posting> {
    let bodies = block.transactions().iter().map(|checked| &checked.transaction().body);
    Posting::of_block(bodies, &block.header().miner, income)
}
