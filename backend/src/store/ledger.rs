//! Accounts, what blocks changed, and what waited for a block.

use std::{collections::BTreeMap, ops::RangeInclusive};

use shared::{
    account::AccountId,
    encode::decode,
    hash::TransactionId,
    ledger::{Account, LedgerDiff},
    limits::MAX_TRANSACTION_BYTES,
    params::Chain,
    transaction::Transaction,
};

use super::{
    Batch, Posting, Snapshot, StoreError,
    tables::{
        Table, account_from_bytes, damaged, hash_from_bytes, height_key, meta, u64_from_bytes,
    },
};

/// What blocks changed since the tables of accounts and of totals were settled.
#[derive(Default)]
pub(crate) struct Unsettled {
    /// What became of accounts; of several entries of one the last counts.
    pub(crate) accounts: Vec<(AccountId, Account)>,
    /// What was added to totals, oldest first.
    pub(crate) postings: Vec<Posting>,
}

impl Unsettled {
    /// Adds what changed after it.
    pub(crate) fn append(&mut self, mut later: Self) {
        self.accounts.append(&mut later.accounts);
        self.postings.append(&mut later.postings);
    }

    /// Entries of the longer one of the two lists.
    pub(crate) fn len(&self) -> usize {
        self.accounts.len().max(self.postings.len())
    }
}

impl Snapshot {
    /// Every account as of the tip: those that did not change since the table was settled, and then the
    /// others, each in ascending order.
    pub(crate) fn accounts(
        &self,
    ) -> Result<impl Iterator<Item = Result<(AccountId, Account), StoreError>>, StoreError> {
        let changed = self.unsettled_accounts()?;
        let existing: Vec<_> = changed
            .iter()
            .filter(|(_, account)| account.exists())
            .map(|(id, one)| (*id, *one))
            .collect();
        let unchanged = self
            .settled_accounts()
            .filter(move |row| !row.as_ref().is_ok_and(|(id, _)| changed.contains_key(id)));
        Ok(unchanged.chain(existing.into_iter().map(Ok)))
    }

    /// What a node that was killed has left unsettled.
    pub(crate) fn unsettled(&self, chain: &Chain) -> Result<Unsettled, StoreError> {
        let accounts = self.unsettled_accounts()?.into_iter().collect();
        let mut postings = Vec::new();
        for height in self.unsettled_heights()? {
            postings.append(&mut self.postings_at(height, chain)?);
        }
        Ok(Unsettled { accounts, postings })
    }

    /// Accounts that changed since their table was settled, as of the tip.
    fn unsettled_accounts(&self) -> Result<BTreeMap<AccountId, Account>, StoreError> {
        let mut changed = BTreeMap::new();
        for height in self.unsettled_heights()? {
            let diff = self.undo(height)?.0;
            changed.extend(diff.into_iter().map(|(id, change)| (id, change.after)));
        }
        Ok(changed)
    }

    /// The heights of the blocks since the tables were settled.
    fn unsettled_heights(&self) -> Result<RangeInclusive<u64>, StoreError> {
        let tip = self.expect_block_row(&self.tip()?)?.header.height;
        Ok(self.settled()?.saturating_add(1)..=tip)
    }

    /// The height as of which the tables of accounts and of totals are.
    pub(crate) fn settled(&self) -> Result<u64, StoreError> {
        u64_from_bytes(Table::Meta, &self.expect(Table::Meta, meta::SETTLED)?)
    }

    /// Every row of the table of accounts, in ascending order.
    pub(crate) fn settled_accounts(
        &self,
    ) -> impl Iterator<Item = Result<(AccountId, Account), StoreError>> {
        self.rows(Table::Accounts, &[]).map(|row| {
            let (key, value) = row?;
            Ok((AccountId(hash_from_bytes(Table::Accounts, &key)?.0), account_from_bytes(&value)?))
        })
    }

    /// What the main chain's block at `height` changed.
    pub(crate) fn undo(&self, height: u64) -> Result<LedgerDiff, StoreError> {
        let bytes = self.expect(Table::Undo, &height_key(height))?;
        decode(&bytes, bytes.len()).map_err(|_| damaged(Table::Undo, "a row does not decode"))
    }

    /// Every transaction that was waiting, and since when. Rows that do not decode are left out: what
    /// waits is worth less than a start.
    pub(crate) fn waiting(&self) -> Result<Vec<(u64, Transaction)>, StoreError> {
        let mut waiting = Vec::new();
        for row in self.rows(Table::Pool, &[]) {
            let (_, value) = row?;
            let Some((added, bytes)) = value.split_first_chunk() else { continue };
            if let Ok(transaction) = decode(bytes, MAX_TRANSACTION_BYTES) {
                waiting.push((u64::from_le_bytes(*added), transaction));
            }
        }
        Ok(waiting)
    }
}

impl Batch {
    /// Makes the tables of accounts and of totals those of the main chain's block at `height`.
    /// `unsettled` is all that changed since they were settled last, as `snapshot` has them.
    ///
    /// # Errors
    ///
    /// When the disk fails or the totals are damaged.
    pub(crate) fn settle(
        &mut self,
        snapshot: &Snapshot,
        height: u64,
        unsettled: Unsettled,
    ) -> Result<(), StoreError> {
        self.settle_accounts(height, unsettled.accounts);
        self.post(snapshot, unsettled.postings)
    }

    /// Puts a waiting transaction.
    pub(crate) fn put_waiting(&mut self, id: &TransactionId, added: u64, bytes: &[u8]) {
        let value = [&added.to_le_bytes(), bytes].concat();
        self.put(Table::Pool, id.as_bytes(), &value);
    }

    /// Removes a transaction that waits no more.
    pub(crate) fn delete_waiting(&mut self, id: &TransactionId) {
        self.delete(Table::Pool, id.as_bytes());
    }
}
