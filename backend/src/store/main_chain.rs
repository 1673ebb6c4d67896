//! What a block on the main chain writes: one list of rows, put when it is connected and deleted when
//! it is reverted, so that reverting undoes connecting by construction.

use shared::{
    account::AccountId,
    amount::Amount,
    encode::encode,
    hash::BlockId,
    history::{History, Summary},
    ledger::{Account, LedgerDiff},
    limits::HEADER_BYTES,
    rules::block_isolated::CheckedBlock,
};

use super::{
    Batch,
    history::MINED_INDEX,
    tables::{self, BlockRow, BlockStatus, PART_BYTES, Place, Role, Table, TransactionRow, meta},
};

/// A block, and what the rows of its place in the main chain follow from.
#[derive(Clone, Copy)]
pub(crate) struct MainBlock<'a> {
    pub(crate) block: &'a CheckedBlock,
    /// The history of all blocks before it.
    pub(crate) history: &'a History,
    /// What it changed.
    pub(crate) diff: &'a LedgerDiff,
    /// What its miner got.
    pub(crate) income: Amount,
}

impl Batch {
    /// Puts what being on the main chain adds to a stored block.
    pub(crate) fn connect(&mut self, main: MainBlock<'_>) {
        rows(main, |table, key, value| self.put(table, key, value));
        self.put_tip(main.block.id());
    }

    /// Deletes what [`Batch::connect`] put.
    pub(crate) fn revert(&mut self, main: MainBlock<'_>) {
        rows(main, |table, key, _| self.delete(table, key));
        self.put_tip(BlockId(main.block.header().previous));
    }

    /// Makes the table of accounts that of the main chain's block at `height`: `accounts` are all that
    /// changed since it was settled last; of several entries of an account the last counts.
    pub(super) fn settle_accounts(
        &mut self,
        height: u64,
        accounts: impl IntoIterator<Item = (AccountId, Account)>,
    ) {
        for (id, account) in accounts {
            if account.exists() {
                self.put(Table::Accounts, &id.0, &tables::account_bytes(&account));
            } else {
                self.delete(Table::Accounts, &id.0);
            }
        }
        self.put(Table::Meta, meta::SETTLED, &height.to_le_bytes());
    }

    pub(crate) fn put_tip(&mut self, tip: BlockId) {
        self.put(Table::Meta, meta::TIP, tip.as_bytes());
    }

    pub(crate) fn put_counts(&mut self, arrivals: u64, transactions: u64) {
        self.put(Table::Meta, meta::ARRIVALS, &arrivals.to_le_bytes());
        self.put(Table::Meta, meta::TRANSACTIONS, &transactions.to_le_bytes());
    }

    /// Puts a block's row of the index.
    pub(crate) fn put_block_row(&mut self, id: &BlockId, row: &BlockRow) {
        self.put(Table::Index, id.as_bytes(), &row.to_bytes());
    }

    /// Puts a block's row again, with another status.
    pub(crate) fn put_status(&mut self, id: &BlockId, row: &BlockRow, status: BlockStatus) {
        self.put_block_row(id, &BlockRow { status, ..row.clone() });
    }

    /// Puts the encoding of a block.
    pub(crate) fn put_body(&mut self, height: u64, id: &BlockId, bytes: &[u8]) {
        for (part, bytes) in (0..=u16::MAX).zip(bytes.chunks(PART_BYTES)) {
            self.put(Table::Blocks, &tables::part_key(height, id, part), bytes);
        }
    }
}

/// The encoding of a checked block, without copying its transactions first.
pub(crate) fn block_bytes(block: &CheckedBlock) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(block.size());
    bytes.extend_from_slice(&encode(block.header()));
    bytes.extend_from_slice(&block.header().transaction_count.to_le_bytes());
    for transaction in block.transactions() {
        bytes.extend_from_slice(&encode(transaction.transaction()));
    }
    bytes
}

/// What a miner gets. Cannot overflow: the rules have added the same two numbers.
pub(crate) fn income(reward: Amount, fees: Amount) -> Amount {
    reward.checked_add(fees).unwrap_or(Amount::MAX)
}

/// Every row that exists because the block is on the main chain; accounts, totals and the tip apart.
fn rows(main: MainBlock<'_>, mut row: impl FnMut(Table, &[u8], &[u8])) {
    let header = main.block.header();
    let (id, height) = (main.block.id(), header.height);
    row(Table::Heights, &tables::height_key(height), id.as_bytes());
    row(Table::Undo, &tables::height_key(height), &encode(main.diff));

    let mut history = main.history.clone();
    for (position, summary) in
        history.append(Summary::leaf(&id, header.target.work(), header.clock))
    {
        row(Table::Nodes, &tables::node_key(position), &encode(&summary));
    }

    let mut touch = |account: &AccountId, index: u32, role: Role, place: &[u8]| {
        row(Table::History, &tables::history_key(account, height, index, role), place);
    };
    for (index, transaction, place) in places(main.block) {
        let body = &transaction.transaction().body;
        let place = place.to_bytes();
        touch(&body.sender, index, Role::Sent, &place);
        // A recipient that is paid twice has the same row twice, which is one row.
        for payment in body.payments.iter().filter(|payment| payment.recipient != body.sender) {
            touch(&payment.recipient, index, Role::Received, &place);
        }
    }
    if main.income > Amount::ZERO {
        touch(&header.miner, MINED_INDEX, Role::Mined, &[]);
    }
    for (index, transaction, place) in places(main.block) {
        let value = TransactionRow { height, index, place }.to_bytes();
        row(Table::Transactions, transaction.id().as_bytes(), &value);
    }
}

type Placed<'a> = (u32, &'a shared::rules::transaction_isolated::CheckedTransaction, Place);

/// The transactions of a block with their position and where their bytes stand.
fn places(block: &CheckedBlock) -> impl Iterator<Item = Placed<'_>> {
    let mut end = HEADER_BYTES + 4;
    (0_u32..).zip(block.transactions()).map(move |(index, transaction)| {
        let offset = u32::try_from(end).expect("a block is at most 4 MB");
        end += transaction.size();
        let length = u16::try_from(transaction.size()).expect("a transaction is below 2 kB");
        (index, transaction, Place { offset, length })
    })
}
