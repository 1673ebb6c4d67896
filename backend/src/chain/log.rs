//! When the chain changed its mind, across restarts.

use super::{BlockSummary, ChainChange, Reorganisation, StoreError, View};
use crate::store::{Batch, Durability, MAX_IDS, Store};

/// Begins the log in a folder that has none: a new one, or one of a version that kept none.
///
/// # Errors
///
/// When the disk fails.
pub(super) fn begin(store: &Store, now: u64) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    if store.snapshot().log_since()?.is_none() {
        batch.begin_log(now);
    }
    store.commit(batch, Durability::Synced)
}

impl ChainChange {
    /// What the log says of this change of `now`, in seconds since 1970; `None` when no block left the
    /// chain.
    pub(super) fn reorganisation(&self, now: u64) -> Option<Reorganisation> {
        let lowest = self.reverted.last()?;
        let count = |blocks: &[BlockSummary]| u64::try_from(blocks.len()).unwrap_or(u64::MAX);
        Some(Reorganisation {
            time: now,
            fork: lowest.header.height.saturating_sub(1),
            depth: count(&self.reverted),
            connected: count(&self.connected),
            height: self.tip.height,
            tip: self.tip.id,
            reverted: self.reverted.iter().take(MAX_IDS).map(|block| block.id).collect(),
        })
    }
}

impl View {
    /// Since when this node remembers, in seconds since 1970: since its folder was made, or was first
    /// opened by a version that does.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn log_since(&self) -> Result<u64, StoreError> {
        Ok(self.snapshot.log_since()?.unwrap_or_default())
    }

    /// Of the last 1,000 reorganisations up to `limit` with a number below `before`, newest first, each
    /// with its number.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn reorganisations(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Reorganisation)>, StoreError> {
        self.snapshot.reorganisations(before, limit)
    }
}
