//! A set of writes that become true together.

use fjall::{PersistMode, Slice};

use super::tables::Table;

/// Writes to any tables. The last write to a key counts.
#[derive(Default)]
pub(crate) struct Batch {
    /// For each table its writes in the order in which they were asked for.
    tables: [Vec<Write>; Table::ALL.len()],
}

/// A key, and its value or that it goes.
type Write = (Slice, Option<Slice>);

/// What has happened when a commit returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It is on disk.
    Synced,
    /// The operating system has it: it survives a killed process, not a power cut.
    Handed,
}

impl Durability {
    pub(super) const fn mode(self) -> PersistMode {
        match self {
            Self::Synced => PersistMode::SyncAll,
            Self::Handed => PersistMode::Buffer,
        }
    }
}

impl Batch {
    /// Sets the value of `key`.
    pub(crate) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) {
        self.write(table, Slice::from(key), Some(Slice::from(value)));
    }

    /// Removes `key`.
    pub(crate) fn delete(&mut self, table: Table, key: &[u8]) {
        self.write(table, Slice::from(key), None);
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.iter().all(Vec::is_empty)
    }

    /// Number of writes.
    pub(crate) fn len(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    /// Every write once, by table and key. A key that was written twice keeps the last write: the
    /// database applies a batch in no particular order.
    pub(crate) fn into_writes(self) -> impl Iterator<Item = (Table, Slice, Option<Slice>)> {
        Table::ALL.into_iter().zip(self.tables).flat_map(|(table, mut writes)| {
            // Stable, so that equal keys stay in the order of writing; reversed, the first is the last.
            writes.reverse();
            writes.sort_by(|a, b| a.0.cmp(&b.0));
            writes.dedup_by(|later, first| later.0 == first.0);
            writes.into_iter().map(move |(key, value)| (table, key, value))
        })
    }

    fn write(&mut self, table: Table, key: Slice, value: Option<Slice>) {
        if let Some(writes) = self.tables.get_mut(table as usize) {
            writes.push((key, value));
        }
    }
}
