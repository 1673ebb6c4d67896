//! Reading blocks, their place in the chain, and single transactions of them.

use std::ops::Range;

use shared::{
    block::Block,
    encode::decode,
    hash::{BlockId, Hash, TransactionId},
    history::{History, Position, Summary},
    limits::MAX_TRANSACTION_BYTES,
    transaction::Transaction,
};

use super::{
    Snapshot, StoreError,
    tables::{
        self, BlockRow, PART_BYTES, Place, Table, TransactionRow, damaged, hash_from_bytes, meta,
        u64_from_bytes,
    },
};

impl Snapshot {
    /// The id of the newest block of the main chain.
    pub(crate) fn tip(&self) -> Result<BlockId, StoreError> {
        let id = self.expect(Table::Meta, meta::TIP)?;
        hash_from_bytes(Table::Meta, &id).map(BlockId)
    }

    /// How many blocks were ever stored.
    pub(crate) fn arrivals(&self) -> Result<u64, StoreError> {
        u64_from_bytes(Table::Meta, &self.expect(Table::Meta, meta::ARRIVALS)?)
    }

    /// Transactions in the main chain.
    pub(crate) fn transaction_count(&self) -> Result<u64, StoreError> {
        u64_from_bytes(Table::Meta, &self.expect(Table::Meta, meta::TRANSACTIONS)?)
    }

    /// The main chain's block at `height`.
    pub(crate) fn id_at(&self, height: u64) -> Result<Option<BlockId>, StoreError> {
        let id = self.get(Table::Heights, &tables::height_key(height))?;
        id.map(|id| hash_from_bytes(Table::Heights, &id).map(BlockId)).transpose()
    }

    /// The main chain's block at a height up to the tip's.
    pub(crate) fn expect_id_at(&self, height: u64) -> Result<BlockId, StoreError> {
        let id = self.id_at(height)?;
        id.ok_or_else(|| damaged(Table::Heights, "a row is missing"))
    }

    /// What the index says about a block.
    pub(crate) fn block_row(&self, id: &BlockId) -> Result<Option<BlockRow>, StoreError> {
        let row = self.get(Table::Index, id.as_bytes())?;
        row.map(|row| BlockRow::from_bytes(&row)).transpose()
    }

    /// What the index says about a block that another row names.
    pub(crate) fn expect_block_row(&self, id: &BlockId) -> Result<BlockRow, StoreError> {
        BlockRow::from_bytes(&self.expect(Table::Index, id.as_bytes())?)
    }

    /// Whether a stored block is on the main chain.
    pub(crate) fn is_main(&self, height: u64, id: &BlockId) -> Result<bool, StoreError> {
        Ok(self.id_at(height)? == Some(*id))
    }

    /// The ids of the main chain in `heights`, ascending.
    pub(crate) fn ids_in(
        &self,
        heights: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = Result<BlockId, StoreError>> {
        let (from, to) = (tables::height_key(heights.start), tables::height_key(heights.end));
        let rows = (heights.start < heights.end).then(|| self.range(Table::Heights, &from, &to));
        rows.into_iter().flatten().map(|row| hash_from_bytes(Table::Heights, &row?.1).map(BlockId))
    }

    /// Every stored block from `height` on, of any branch.
    pub(crate) fn stored_since(&self, height: u64) -> Result<Vec<BlockId>, StoreError> {
        let mut ids = Vec::new();
        let mut from = tables::part_key(height, &BlockId(Hash::ZERO), 0);
        let end = tables::part_key(u64::MAX, &BlockId(Hash([u8::MAX; 32])), u16::MAX);
        // From the first part of each block to the first of the next: the others are not read.
        while let Some(row) = self.range(Table::Blocks, &from, &end).next() {
            let (key, _) = row?;
            let wrong = || damaged(Table::Blocks, "a key has not 42 bytes");
            let (at, rest) = key.split_first_chunk().ok_or_else(wrong)?;
            let id = BlockId(Hash(*rest.first_chunk().ok_or_else(wrong)?));
            from = tables::part_key(u64::from_be_bytes(*at), &id, u16::MAX);
            ids.push(id);
        }
        Ok(ids)
    }

    /// The encoding of a stored block.
    pub(crate) fn block_bytes(&self, id: &BlockId, row: &BlockRow) -> Result<Vec<u8>, StoreError> {
        let size = usize::try_from(row.size).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(size);
        for part in self.rows(Table::Blocks, &tables::parts_key(row.header.height, id)) {
            bytes.extend_from_slice(&part?.1);
        }
        if bytes.len() != size {
            return Err(damaged(Table::Blocks, "a block has a part too few or too many"));
        }
        Ok(bytes)
    }

    /// A stored block with its transactions, only decoded.
    pub(crate) fn full_block(&self, id: &BlockId, row: &BlockRow) -> Result<Block, StoreError> {
        let bytes = self.block_bytes(id, row)?;
        let block = decode(&bytes, bytes.len());
        block.map_err(|_| damaged(Table::Blocks, "a block does not decode"))
    }

    /// Where a confirmed transaction is.
    pub(crate) fn transaction_row(
        &self,
        id: &TransactionId,
    ) -> Result<Option<TransactionRow>, StoreError> {
        let row = self.get(Table::Transactions, id.as_bytes())?;
        row.map(|row| TransactionRow::from_bytes(&row)).transpose()
    }

    /// Reads one transaction without its block.
    pub(crate) fn transaction_at(
        &self,
        height: u64,
        block: &BlockId,
        place: Place,
    ) -> Result<Transaction, StoreError> {
        let wrong = || damaged(Table::Blocks, "a transaction is not where the index says");
        let offset = usize::try_from(place.offset).map_err(|_| wrong())?;
        let end = offset + usize::from(place.length);
        let mut bytes = Vec::with_capacity(usize::from(place.length));
        for part in offset / PART_BYTES..end.div_ceil(PART_BYTES) {
            let number = u16::try_from(part).map_err(|_| wrong())?;
            let row = self.expect(Table::Blocks, &tables::part_key(height, block, number))?;
            let start = part * PART_BYTES;
            let from = offset.saturating_sub(start);
            let to = (end - start).min(PART_BYTES);
            bytes.extend_from_slice(row.get(from..to).ok_or_else(wrong)?);
        }
        decode(&bytes, MAX_TRANSACTION_BYTES).map_err(|_| wrong())
    }

    /// A node of the main chain's history.
    pub(crate) fn node(&self, position: Position) -> Result<Option<Summary>, StoreError> {
        let row = self.get(Table::Nodes, &tables::node_key(position))?;
        row.map(|row| tables::summary_from_bytes(&row)).transpose()
    }

    /// The history of the main chain's first `count` blocks.
    pub(crate) fn history_of(&self, count: u64) -> Result<History, StoreError> {
        let history = self.with_nodes(|node| History::load(count, node))?;
        history.ok_or_else(|| damaged(Table::Nodes, "a row is missing"))
    }

    /// Lets `read` look nodes up; an error of the disk is returned after it is done.
    pub(crate) fn with_nodes<T>(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Position) -> Option<Summary>) -> T,
    ) -> Result<T, StoreError> {
        let mut failed = None;
        let value = read(&mut |position| {
            self.node(position).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        failed.map_or(Ok(value), Err)
    }
}
