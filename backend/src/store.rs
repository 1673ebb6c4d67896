//! What a node keeps on disk: one fjall database, every table of it, and nothing about rules.
//!
//! A [`Batch`] is the only way to write, and it is atomic: after a crash all of it is there or nothing.
//! Only `chain/` commits batches. A [`Snapshot`] is the only way to read, and it never sees half a batch.
//! Tables and their bytes are described in [`tables`]; what connecting a block writes is in [`main_chain`].

pub(crate) mod batch;
mod beside;
mod blocks;
mod error;
mod history;
mod journal;
mod ledger;
pub(crate) mod main_chain;
pub(crate) mod open;
mod reorganisations;
pub(crate) mod tables;
mod totals;

use std::{fs::File, sync::Arc};

use fjall::{Database, Keyspace, Readable as _, Slice};

pub(crate) use batch::{Batch, Durability};
pub use error::{OpenError, StoreError};
pub use history::{Cursor, NotACursor};
pub(crate) use ledger::Unsettled;
pub(crate) use reorganisations::MAX_IDS;
pub use reorganisations::Reorganisation;
pub use tables::{BlockStatus, Role};
use tables::{Table, damaged};
pub(crate) use totals::Posting;

/// The open database. Cloning is cheap; the folder stays locked until the last clone and the last
/// [`Snapshot`] are gone.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    /// In the order of [`Table::ALL`].
    keyspaces: [Keyspace; Table::ALL.len()],
    /// Held, not used: closing the file unlocks the folder. Last, so that it goes last.
    _lock: Arc<File>,
}

/// What a data folder takes on disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// All tables: blocks, accounts, indexes.
    pub tables: u64,
    /// What was written last, before it came into the tables; room that is kept for it counts.
    pub journal: u64,
}

/// The database as it was after some batch.
#[derive(Clone)]
pub(crate) struct Snapshot {
    inner: fjall::Snapshot,
    store: Store,
}

impl Store {
    /// Everything as it is now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { inner: self.0.database.snapshot(), store: self.clone() }
    }

    /// Writes all of `batch` or nothing. With [`Durability::Synced`] it is on disk on return.
    ///
    /// # Errors
    ///
    /// When the disk fails. Nothing can be written any more then: the caller must stop.
    pub(crate) fn commit(&self, batch: Batch, durability: Durability) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut writes =
            fjall::OwnedWriteBatch::with_capacity(self.0.database.clone(), batch.len())
                .durability(Some(durability.mode()));
        for (table, key, value) in batch.into_writes() {
            match value {
                Some(value) => writes.insert(self.keyspace(table), key, value),
                None => writes.remove(self.keyspace(table), key),
            }
        }
        writes.commit().map_err(StoreError::from)
    }

    /// Writes everything out of memory and merges every table, so that nothing stands twice on disk.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(crate) fn compact(&self) -> Result<Sizes, StoreError> {
        let mut tables = 0;
        for keyspace in &self.0.keyspaces {
            keyspace.rotate_memtable_and_wait()?;
            keyspace.major_compact()?;
            tables += keyspace.disk_space();
        }
        Ok(Sizes { tables, journal: self.0.database.journal_disk_space()? })
    }

    fn keyspace(&self, table: Table) -> &Keyspace {
        let [
            meta,
            blocks,
            index,
            heights,
            undo,
            accounts,
            totals,
            transactions,
            history,
            nodes,
            pool,
            reorganisations,
        ] = &self.0.keyspaces;
        match table {
            Table::Meta => meta,
            Table::Blocks => blocks,
            Table::Index => index,
            Table::Heights => heights,
            Table::Undo => undo,
            Table::Accounts => accounts,
            Table::Totals => totals,
            Table::Transactions => transactions,
            Table::History => history,
            Table::Nodes => nodes,
            Table::Pool => pool,
            Table::Reorganisations => reorganisations,
        }
    }
}

impl Snapshot {
    /// The value of `key`.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Slice>, StoreError> {
        self.inner.get(self.store.keyspace(table), key).map_err(StoreError::from)
    }

    /// The rows whose keys begin with `prefix`, ascending.
    pub(crate) fn rows(&self, table: Table, prefix: &[u8]) -> Rows {
        Rows(self.inner.prefix(self.store.keyspace(table), prefix))
    }

    /// The rows from key `from` to before key `to`, ascending.
    pub(crate) fn range(&self, table: Table, from: &[u8], to: &[u8]) -> Rows {
        Rows(self.inner.range(self.store.keyspace(table), from..to))
    }

    /// A row that must be there because another one says so.
    pub(crate) fn expect(&self, table: Table, key: &[u8]) -> Result<Slice, StoreError> {
        self.get(table, key)?.ok_or_else(|| damaged(table, "a row is missing"))
    }

    /// Bytes of the whole database on disk, as of now.
    pub(crate) fn disk_bytes(&self) -> Result<u64, StoreError> {
        self.store.0.database.disk_space().map_err(StoreError::from)
    }
}

/// Rows of a table, from both ends.
pub(crate) struct Rows(fjall::Iter);

impl Iterator for Rows {
    type Item = Result<(Slice, Slice), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|row| row.into_inner().map_err(StoreError::from))
    }
}

impl DoubleEndedIterator for Rows {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|row| row.into_inner().map_err(StoreError::from))
    }
}

#[cfg(test)]
mod tests;
