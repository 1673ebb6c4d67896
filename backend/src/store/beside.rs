//! Which blocks are stored beside the main chain: a row of `meta` for each, so that they need not be
//! sought among all blocks, and what takes one of them away.

use shared::hash::BlockId;

use super::{
    Batch, Snapshot, StoreError,
    tables::{self, BlockRow, PART_BYTES, Table, hash_from_bytes, meta},
};

impl Batch {
    /// Begins to keep account of the blocks beside the main chain.
    pub(crate) fn begin_beside(&mut self) {
        self.put(Table::Meta, meta::BESIDE, &[]);
    }

    /// Notes that a stored block is beside the main chain.
    pub(crate) fn put_beside(&mut self, id: &BlockId) {
        self.put(Table::Meta, &tables::beside_key(id), &[]);
    }

    /// Notes that a stored block is on the main chain.
    pub(crate) fn delete_beside(&mut self, id: &BlockId) {
        self.delete(Table::Meta, &tables::beside_key(id));
    }

    /// Removes a block of `size` bytes that is beside the main chain: every row of it.
    pub(crate) fn delete_block(&mut self, height: u64, id: &BlockId, size: u32) {
        let bytes = usize::try_from(size).unwrap_or(usize::MAX);
        for (part, _) in (0..=u16::MAX).zip((0..bytes).step_by(PART_BYTES)) {
            self.delete(Table::Blocks, &tables::part_key(height, id, part));
        }
        self.delete(Table::Index, id.as_bytes());
        self.delete_beside(id);
    }
}

impl Snapshot {
    /// Whether there is an account of the blocks beside the main chain: not in a folder of a version
    /// that kept none.
    pub(crate) fn has_beside(&self) -> Result<bool, StoreError> {
        Ok(self.get(Table::Meta, meta::BESIDE)?.is_some())
    }

    /// The blocks beside the main chain, as the account of them says.
    pub(crate) fn beside(&self) -> impl Iterator<Item = Result<BlockId, StoreError>> {
        self.rows(Table::Meta, meta::BESIDE_ROWS).map(|row| {
            let (key, _) = row?;
            let id = key.get(meta::BESIDE_ROWS.len()..).unwrap_or_default();
            hash_from_bytes(Table::Meta, id).map(BlockId)
        })
    }

    /// The blocks beside the main chain, sought among all blocks.
    pub(crate) fn find_beside(&self) -> Result<Vec<(BlockId, BlockRow)>, StoreError> {
        let mut beside = Vec::new();
        for row in self.rows(Table::Index, &[]) {
            let (key, value) = row?;
            let id = BlockId(hash_from_bytes(Table::Index, &key)?);
            let row = BlockRow::from_bytes(&value)?;
            if !self.is_main(row.header.height, &id)? {
                beside.push((id, row));
            }
        }
        Ok(beside)
    }
}
