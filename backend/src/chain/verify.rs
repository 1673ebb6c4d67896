//! `halfpenny verify`: everything that is stored, computed anew from the blocks and compared.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use shared::{
    account::AccountId,
    encode::decode,
    hash::{BlockId, Hash},
    ledger::LedgerView as _,
    params::Chain,
    rules::block_isolated::{self, CheckedBlock},
    state::ChainState,
};

use super::{
    OpenError, StoreError, Tip,
    check::verify_parallel,
    stage::{Head, Stage, load_block},
};
use crate::store::{
    Batch, Posting, Snapshot, Store,
    open::genesis,
    tables::{BlockRow, Table, Totals, damaged, hash_from_bytes},
};

/// What a chain that is in order consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Its newest block.
    pub tip: Tip,
    /// Transactions in all blocks.
    pub transactions: u64,
    /// Accounts in the state.
    pub accounts: u64,
    /// The state root, computed anew and equal to the tip's.
    pub state_root: Hash,
}

/// What is wrong with a stored chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The folder cannot be opened.
    #[error("{0}")]
    Open(OpenError),
    /// The disk fails, or something cannot be read.
    #[error("{0}")]
    Store(StoreError),
    /// A stored block is not valid.
    #[error("block {height} is not valid ({code}): {reason}; import a backup into a new folder")]
    Block {
        /// Its height.
        height: u64,
        /// The rule that it breaks.
        code: &'static str,
        /// The same for people.
        reason: String,
    },
    /// What is stored about a block does not follow from it.
    #[error("table {table} is wrong at block {height}; import a backup into a new folder")]
    Row {
        /// The block's height.
        height: u64,
        /// The table.
        table: &'static str,
    },
    /// A table has rows that follow from no block.
    #[error("table {table} has {got} rows, expected {expected}; import a backup into a new folder")]
    Rows {
        /// The table.
        table: &'static str,
        /// Rows found.
        got: u64,
        /// Rows that follow from the blocks.
        expected: u64,
    },
    /// The balance of an account, or what it paid and mined in all, does not follow from the blocks.
    #[error("account {account} is wrong; import a backup into a new folder")]
    Account {
        /// The account's 32 bytes in hex.
        account: Hash,
    },
}

impl VerifyError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Block { code, .. } => code,
            Self::Row { .. } => "store-wrong-row",
            Self::Rows { .. } => "store-wrong-rows",
            Self::Account { .. } => "store-wrong-account",
        }
    }
}

/// Recomputes the chain in a data folder from its blocks, signatures and all, and compares everything
/// that is stored. `progress` is told each height.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(
    folder: &Path,
    chain: &Chain,
    mut progress: impl FnMut(u64),
) -> Result<Verified, VerifyError> {
    let store = Store::open_existing(folder, chain).map_err(VerifyError::Open)?;
    let snapshot = store.snapshot();
    let tip = snapshot.tip()?;
    let height_of_tip = snapshot.expect_block_row(&tip)?.header.height;
    let mut stage = Stage::on(&Head {
        state: ChainState::genesis(chain),
        tree: chain.opening_state().clone(),
        transactions: 0,
        arrivals: snapshot.arrivals()?,
    });
    let mut expected = Counts::default();
    compare(&snapshot, genesis(chain), 0, &mut expected)?;
    let settled = snapshot.settled()?;
    let mut totals = BTreeMap::new();
    if settled == 0 {
        compare_settled(&snapshot, &stage.head, &totals)?;
    }
    for height in 1..=height_of_tip {
        let (block, row) = read(&snapshot, chain, height)?;
        stage.connect(&block, Some(row.arrival)).map_err(|error| VerifyError::Block {
            height,
            code: error.code(),
            reason: error.to_string(),
        })?;
        let (batch, unsettled) = stage.take();
        compare(&snapshot, batch, height, &mut expected)?;
        if height <= settled {
            add(&mut totals, &unsettled.postings)?;
        }
        if settled == height {
            compare_settled(&snapshot, &stage.head, &totals)?;
        }
        progress(height);
    }
    let head = &stage.head;
    let same_tip = head.state.id() == tip && head.transactions == snapshot.transaction_count()?;
    if !same_tip || settled > height_of_tip {
        return Err(VerifyError::Row { height: height_of_tip, table: Table::Meta.name() });
    }
    expected.0.iter().try_for_each(|&(table, count)| count_rows(&snapshot, table, count))?;
    let stored = check_side_blocks(&snapshot, chain)?;
    check_log(&snapshot, stored == snapshot.arrivals()?)?;
    Ok(Verified {
        tip: Tip::of(&head.state),
        transactions: head.transactions,
        accounts: head.tree.len() as u64,
        state_root: head.tree.root(),
    })
}

/// Rows that each table must have: those that only the main chain writes.
struct Counts([(Table, u64); 5]);

impl Default for Counts {
    fn default() -> Self {
        let tables =
            [Table::Heights, Table::Undo, Table::Transactions, Table::History, Table::Nodes];
        Self(tables.map(|table| (table, 0)))
    }
}

impl Counts {
    fn add(&mut self, table: Table) {
        self.0.iter_mut().filter(|(one, _)| *one == table).for_each(|(_, count)| *count += 1);
    }
}

/// A block of the main chain with all of its signatures checked.
fn read(
    snapshot: &Snapshot,
    chain: &Chain,
    height: u64,
) -> Result<(CheckedBlock, BlockRow), VerifyError> {
    let id: Option<BlockId> = snapshot.id_at(height)?;
    let id = id.ok_or(VerifyError::Row { height, table: Table::Heights.name() })?;
    let row = snapshot.expect_block_row(&id)?;
    let bytes = snapshot.block_bytes(&id, &row)?;
    let block = decode(&bytes, chain.max_block_bytes());
    let block =
        block.map_err(|_| damaged(Table::Blocks, &format!("block {id} does not decode")))?;
    let block = block_isolated::check_with(block, chain, &|_| false, &verify_parallel);
    let block = block.map_err(|error| VerifyError::Block {
        height,
        code: error.code(),
        reason: error.to_string(),
    })?;
    if block.id() != id {
        return Err(VerifyError::Row { height, table: Table::Blocks.name() });
    }
    Ok((block, row))
}

/// Compares what a block writes with what is stored.
fn compare(
    snapshot: &Snapshot,
    batch: Batch,
    height: u64,
    expected: &mut Counts,
) -> Result<(), VerifyError> {
    for (table, key, value) in batch.into_writes() {
        // The tip is as of the end and accounts are as of another block; they are compared there.
        if matches!(table, Table::Accounts | Table::Meta) {
            continue;
        }
        expected.add(table);
        if snapshot.get(table, &key)? != value {
            return Err(VerifyError::Row { height, table: table.name() });
        }
    }
    Ok(())
}

fn count_rows(snapshot: &Snapshot, table: Table, expected: u64) -> Result<(), VerifyError> {
    let mut got = 0;
    for row in snapshot.rows(table, &[]) {
        row?;
        got += 1;
    }
    if got == expected {
        Ok(())
    } else {
        Err(VerifyError::Rows { table: table.name(), got, expected })
    }
}

/// Blocks beside the main chain: their headers are theirs, their bodies belong to them, and each is
/// accounted for. Returns how many blocks are stored, the main chain's among them.
fn check_side_blocks(snapshot: &Snapshot, chain: &Chain) -> Result<u64, VerifyError> {
    let mut account = snapshot.beside().collect::<Result<HashSet<_>, _>>()?;
    let (is_kept, mut stored) = (snapshot.has_beside()?, 0);
    for row in snapshot.rows(Table::Index, &[]) {
        let (key, value) = row?;
        let id = BlockId(hash_from_bytes(Table::Index, &key)?);
        let row = BlockRow::from_bytes(&value)?;
        let height = row.header.height;
        stored += 1;
        if row.header.id() != id {
            return Err(VerifyError::Row { height, table: Table::Index.name() });
        }
        if !snapshot.is_main(height, &id)? {
            load_block(snapshot, chain, &id, &row)?;
            if !account.remove(&id) && is_kept {
                return Err(VerifyError::Row { height, table: Table::Meta.name() });
            }
        }
    }
    if account.is_empty() {
        Ok(stored)
    } else {
        Err(damaged(Table::Meta, "a block is not beside the chain").into())
    }
}

/// The log of reorganisations: it can be read, has no hole, and names blocks that are stored, if no block
/// ever made room.
fn check_log(snapshot: &Snapshot, has_all: bool) -> Result<(), VerifyError> {
    let log = snapshot.reorganisations(None, usize::MAX)?;
    for (_, change) in log.iter().filter(|_| has_all) {
        for id in change.reverted.iter().chain([&change.tip]) {
            snapshot.expect_block_row(id)?;
        }
    }
    let has_hole = log.windows(2).any(|pair| pair[0].0 != pair[1].0 + 1);
    if has_hole {
        return Err(damaged(Table::Reorganisations, "a row is missing").into());
    }
    Ok(())
}

/// Adds what a block adds.
fn add(totals: &mut BTreeMap<AccountId, Totals>, postings: &[Posting]) -> Result<(), StoreError> {
    for posting in postings {
        let row = totals.entry(posting.account).or_default();
        *row = row.after(posting)?;
    }
    Ok(())
}

/// Compares the tables of accounts and of totals with what follows from the block as of which they are.
fn compare_settled(
    snapshot: &Snapshot,
    head: &Head,
    totals: &BTreeMap<AccountId, Totals>,
) -> Result<(), VerifyError> {
    for row in snapshot.settled_accounts() {
        let (id, account) = row?;
        if head.tree.account(&id) != account || !account.exists() {
            return Err(VerifyError::Account { account: Hash(id.0) });
        }
    }
    count_rows(snapshot, Table::Accounts, head.tree.len() as u64)?;
    for (id, expected) in totals {
        if snapshot.settled_totals(id)? != *expected {
            return Err(VerifyError::Account { account: Hash(id.0) });
        }
    }
    // A row of zeros is not kept.
    let expected = totals.values().filter(|row| **row != Totals::default()).count();
    count_rows(snapshot, Table::Totals, expected as u64)
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
