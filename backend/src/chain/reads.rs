//! What can be asked of a [`View`]: blocks, transactions, histories and proofs.

use std::sync::Arc;

use shared::{
    account::AccountId,
    amount::Amount,
    block::Block,
    encode::encode,
    hash::{BlockId, Hash, TransactionId},
    header::Header,
    history::HistoryProof,
    merkle,
    rules::transaction_isolated::CheckedTransaction,
    transaction::Transaction,
};

use super::{BlockSummary, Cursor, Role, StoreError, View};
use crate::{
    pool::Removal,
    store::tables::{BlockRow, Table, damaged},
};

/// A transaction in the main chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Its block.
    pub block: BlockId,
    /// The block's height.
    pub height: u64,
    /// Its position in the block.
    pub index: u32,
    /// The block's time.
    pub timestamp: u64,
    /// The transaction.
    pub transaction: Transaction,
}

/// Where a transaction stands.
#[derive(Clone, Debug)]
pub enum TransactionStatus {
    /// In the main chain.
    Confirmed(Box<Confirmed>),
    /// In the pool.
    Pending(Arc<CheckedTransaction>),
    /// It was in the pool and left it for a reason.
    Gone(Arc<CheckedTransaction>, Removal),
    /// Never heard of, or forgotten.
    Unknown,
}

/// One thing that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its place; the next page begins after the last row's.
    pub cursor: Cursor,
    /// The block.
    pub block: BlockId,
    /// The block's time.
    pub timestamp: u64,
    /// What happened.
    pub what: Moved,
}

/// What moved coins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// A block was mined.
    Mined {
        /// What the schedule gave.
        reward: Amount,
        /// What its transactions gave.
        fees: Amount,
    },
    /// A transaction; the cursor's role says on which side the account was.
    Transaction(Box<Transaction>),
}

/// Everything that proves a confirmed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction and its place.
    pub confirmed: Confirmed,
    /// Its block's header.
    pub header: Header,
    /// From the transaction's leaf up to the header's transactions root.
    pub path: Vec<Hash>,
    /// The block under the tip's history root; `None` when it is the tip.
    pub history: Option<HistoryProof>,
}

impl View {
    /// The id of the main chain's block at `height`.
    ///
    /// # Errors
    ///
    /// When the disk fails; so everywhere below.
    pub fn block_id_at(&self, height: u64) -> Result<Option<BlockId>, StoreError> {
        self.snapshot.id_at(height)
    }

    /// A block of any branch.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn block(&self, id: &BlockId) -> Result<Option<BlockSummary>, StoreError> {
        let row = self.snapshot.block_row(id)?;
        Ok(row.map(|row| BlockSummary::of(self.chain(), *id, row)))
    }

    /// The main chain's block at `height`.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn block_at(&self, height: u64) -> Result<Option<BlockSummary>, StoreError> {
        self.block_id_at(height)?.map(|id| self.main_block(id)).transpose()
    }

    /// Whether a block is on the main chain.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn is_main(&self, block: &BlockSummary) -> Result<bool, StoreError> {
        self.snapshot.is_main(block.header.height, &block.id)
    }

    /// Blocks on top of a block, itself included; 0 when it is not on the main chain.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn confirmations(&self, block: &BlockSummary) -> Result<u64, StoreError> {
        let blocks = (self.height() + 1).saturating_sub(block.header.height);
        Ok(if self.is_main(block)? { blocks } else { 0 })
    }

    /// The encoding of a block of any branch.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn block_bytes(&self, id: &BlockId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.snapshot.block_row(id)?;
        row.map(|row| self.snapshot.block_bytes(id, &row)).transpose()
    }

    /// A block of any branch with its transactions.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn full_block(&self, id: &BlockId) -> Result<Option<Block>, StoreError> {
        let row = self.snapshot.block_row(id)?;
        row.map(|row| self.snapshot.full_block(id, &row)).transpose()
    }

    /// Up to `limit` blocks of the main chain below height `before`, newest first.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn blocks_before(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<BlockSummary>, StoreError> {
        let end = self.height() + 1;
        let end = before.map_or(end, |before| before.min(end));
        let ids = self.snapshot.ids_in(end.saturating_sub(limit as u64)..end);
        ids.rev().map(|id| self.main_block(id?)).collect()
    }

    /// Up to `count` headers of the main chain from height `from` on.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn headers(&self, from: u64, count: usize) -> Result<Vec<Header>, StoreError> {
        let ids = self.snapshot.ids_in(from..from.saturating_add(count as u64));
        ids.map(|id| Ok(self.snapshot.expect_block_row(&id?)?.header)).collect()
    }

    /// The encodings of up to `count` blocks of the main chain from height `from` on, as long as they
    /// have at most `max_bytes` together; the first one in any case.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn bodies(
        &self,
        from: u64,
        count: usize,
        max_bytes: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut bodies = Vec::new();
        let mut left = max_bytes;
        for id in self.snapshot.ids_in(from..from.saturating_add(count as u64)) {
            let id = id?;
            let row = self.snapshot.expect_block_row(&id)?;
            let size = usize::try_from(row.size).unwrap_or(usize::MAX);
            if size > left && !bodies.is_empty() {
                break;
            }
            left = left.saturating_sub(size);
            bodies.push(self.snapshot.block_bytes(&id, &row)?);
        }
        Ok(bodies)
    }

    /// The last `limit` blocks stored that are not on the main chain, the latest arrival first. Looks
    /// at no more than the newest 1,000 heights.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn side_blocks(&self, limit: usize) -> Result<Vec<BlockSummary>, StoreError> {
        let mut side = Vec::new();
        for id in self.snapshot.stored_since(self.height().saturating_sub(1_000))? {
            let row = self.snapshot.expect_block_row(&id)?;
            if !self.snapshot.is_main(row.header.height, &id)? {
                side.push(BlockSummary::of(self.chain(), id, row));
            }
        }
        side.sort_by_key(|block| std::cmp::Reverse(block.arrival));
        side.truncate(limit);
        Ok(side)
    }

    /// Ids of the main chain, from the tip down with growing steps, genesis last: what a node tells
    /// another so that they find the last block that both have.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn locator(&self) -> Result<Vec<BlockId>, StoreError> {
        let mut locator = vec![self.state().id()];
        let mut step = 1;
        let mut height = self.height();
        while height > 0 {
            height = height.saturating_sub(step);
            step *= 2;
            locator.extend(self.block_id_at(height)?);
        }
        Ok(locator)
    }

    /// The height of the first block of a locator that is on the main chain; genesis if none is.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn common_ancestor(&self, locator: &[BlockId]) -> Result<u64, StoreError> {
        for id in locator {
            if let Some(row) = self.snapshot.block_row(id)?
                && self.snapshot.is_main(row.header.height, id)?
            {
                return Ok(row.header.height);
            }
        }
        Ok(0)
    }

    /// A transaction of the main chain.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn transaction(&self, id: &TransactionId) -> Result<Option<Confirmed>, StoreError> {
        let Some(row) = self.snapshot.transaction_row(id)? else { return Ok(None) };
        let block = self.snapshot.expect_id_at(row.height)?;
        let timestamp = self.snapshot.expect_block_row(&block)?.header.timestamp;
        let transaction = self.snapshot.transaction_at(row.height, &block, row.place)?;
        let (height, index) = (row.height, row.index);
        Ok(Some(Confirmed { block, height, index, timestamp, transaction }))
    }

    /// Where a transaction stands.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn status(&self, id: &TransactionId) -> Result<TransactionStatus, StoreError> {
        if let Some(confirmed) = self.transaction(id)? {
            return Ok(TransactionStatus::Confirmed(Box::new(confirmed)));
        }
        let pool = self.pool();
        Ok(match (pool.get(id), pool.removal(id)) {
            (Some(transaction), _) => TransactionStatus::Pending(transaction),
            (None, Some((transaction, why))) => TransactionStatus::Gone(transaction, why),
            (None, None) => TransactionStatus::Unknown,
        })
    }

    /// Up to `limit` rows of an account's history that are older than `after`, newest first.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn history(
        &self,
        account: &AccountId,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let mut rows = Vec::new();
        for stored in self.snapshot.account_history(account, after, limit)? {
            let cursor = stored.cursor;
            let id = self.snapshot.expect_id_at(cursor.height)?;
            let BlockRow { header, fees, .. } = self.snapshot.expect_block_row(&id)?;
            let what = match stored.place {
                Some(place) => {
                    let transaction = self.snapshot.transaction_at(cursor.height, &id, place)?;
                    Moved::Transaction(Box::new(transaction))
                }
                None => {
                    let reward = self.chain().parameters().reward_at(cursor.height);
                    Moved::Mined { reward, fees }
                }
            };
            debug_assert_eq!(stored.place.is_none(), cursor.role == Role::Mined);
            rows.push(HistoryRow { cursor, block: id, timestamp: header.timestamp, what });
        }
        Ok(rows)
    }

    /// The block at `height` under the history root of the header at height `under`. `None` unless
    /// `height < under` and `under` is not above the tip.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn history_proof(
        &self,
        height: u64,
        under: u64,
    ) -> Result<Option<HistoryProof>, StoreError> {
        if height >= under || under > self.height() {
            return Ok(None);
        }
        let history = self.snapshot.history_of(under)?;
        self.snapshot.with_nodes(|node| history.prove(height, node))
    }

    /// A confirmed transaction with everything that proves it.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn receipt(&self, id: &TransactionId) -> Result<Option<Receipt>, StoreError> {
        let Some(confirmed) = self.transaction(id)? else { return Ok(None) };
        let missing = || damaged(Table::Blocks, "a transaction is not in its block");
        let block = self.full_block(&confirmed.block)?.ok_or_else(missing)?;
        let transactions = block.transactions.iter();
        let leaves: Vec<_> = transactions.map(|one| merkle::leaf(&encode(one))).collect();
        let index = usize::try_from(confirmed.index).map_err(|_| missing())?;
        let path = merkle::path(&leaves, index).ok_or_else(missing)?;
        let history = self.history_proof(confirmed.height, self.height())?;
        Ok(Some(Receipt { confirmed, header: block.header, path, history }))
    }

    /// Bytes of the database on disk, as of now.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn disk_bytes(&self) -> Result<u64, StoreError> {
        self.snapshot.disk_bytes()
    }

    fn main_block(&self, id: BlockId) -> Result<BlockSummary, StoreError> {
        let row = self.snapshot.expect_block_row(&id)?;
        Ok(BlockSummary::of(self.chain(), id, row))
    }
}
