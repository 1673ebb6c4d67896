//! The log of reorganisations: when this node left a branch for one with more work.
//!
//! It follows from what this node saw, not from its blocks, so that no backup holds it and nobody can
//! compute it anew. It is written with the tip that it tells of.

use shared::hash::{BlockId, Hash};

use super::{
    Batch, Snapshot, StoreError,
    tables::{self, Table, damaged, meta, u64_from_bytes},
};

/// Reorganisations that are remembered; the oldest goes for the next.
pub(crate) const KEPT: u64 = 1_000;
/// Ids of left blocks that are remembered of each.
pub(crate) const MAX_IDS: usize = 32;

/// A change to a branch with more work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reorganisation {
    /// When this node changed, in seconds since 1970.
    pub time: u64,
    /// Height of the last block that both branches have.
    pub fork: u64,
    /// How many blocks left the chain.
    pub depth: u64,
    /// How many came in their place.
    pub connected: u64,
    /// Height of the newest block after the change.
    pub height: u64,
    /// Its id.
    pub tip: BlockId,
    /// Ids of the blocks that left the chain, newest first; at most 32 of them.
    pub reverted: Vec<BlockId>,
}

impl Batch {
    /// Adds to the log what is about to become true with this batch.
    ///
    /// # Errors
    ///
    /// When `before`, the store without this batch, cannot be read.
    pub(crate) fn note(
        &mut self,
        before: &Snapshot,
        reorganisation: &Reorganisation,
    ) -> Result<(), StoreError> {
        let number = before.next_reorganisation()?;
        let key = tables::number_key(number);
        self.put(Table::Reorganisations, &key, &reorganisation.to_bytes());
        if let Some(oldest) = number.checked_sub(KEPT) {
            self.delete(Table::Reorganisations, &tables::number_key(oldest));
        }
        Ok(())
    }

    /// Begins the log at a time in seconds since 1970.
    pub(crate) fn begin_log(&mut self, time: u64) {
        self.put(Table::Meta, meta::LOG, &time.to_le_bytes());
    }
}

impl Snapshot {
    /// Since when there is a log; `None` in a folder of a version that kept none.
    pub(crate) fn log_since(&self) -> Result<Option<u64>, StoreError> {
        let time = self.get(Table::Meta, meta::LOG)?;
        time.map(|time| u64_from_bytes(Table::Meta, &time)).transpose()
    }

    /// Up to `limit` reorganisations with a number below `before`, newest first, each with its number.
    pub(crate) fn reorganisations(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Reorganisation)>, StoreError> {
        let end = tables::number_key(before.unwrap_or(u64::MAX));
        let rows = self.range(Table::Reorganisations, &[], &end).rev().take(limit);
        rows.map(|row| {
            let (key, value) = row?;
            Ok((number(&key)?, Reorganisation::from_bytes(&value)?))
        })
        .collect()
    }

    /// The number of the next reorganisation; the first one's is 0.
    fn next_reorganisation(&self) -> Result<u64, StoreError> {
        let newest = self.rows(Table::Reorganisations, &[]).next_back().transpose()?;
        newest.map_or(Ok(0), |(key, _)| Ok(number(&key)?.saturating_add(1)))
    }
}

fn number(key: &[u8]) -> Result<u64, StoreError> {
    let bytes = key.try_into();
    let bytes = bytes.map_err(|_| damaged(Table::Reorganisations, "a key has not 8 bytes"))?;
    Ok(u64::from_be_bytes(bytes))
}

impl Reorganisation {
    fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.time, self.fork, self.depth, self.connected, self.height];
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u64::to_le_bytes).collect();
        bytes.extend_from_slice(self.tip.as_bytes());
        for id in self.reverted.iter().take(MAX_IDS) {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let row = || {
            let (numbers, ids) = bytes.split_first_chunk::<40>()?;
            let (numbers, []) = numbers.as_chunks::<8>() else { return None };
            let &[time, fork, depth, connected, height] = numbers else { return None };
            let (ids, []) = ids.as_chunks::<32>() else { return None };
            let (tip, reverted) = ids.split_first()?;
            let [time, fork, depth, connected, height] =
                [time, fork, depth, connected, height].map(u64::from_le_bytes);
            let reverted = reverted.iter().map(|id| BlockId(Hash(*id))).collect();
            let tip = BlockId(Hash(*tip));
            Some(Self { time, fork, depth, connected, height, tip, reverted })
        };
        row().ok_or_else(|| damaged(Table::Reorganisations, "a row does not decode"))
    }
}
