//! Reading accounts, what blocks changed, and what waited for a block.

use std::collections::BTreeMap;

use shared::{
    account::AccountId,
    encode::decode,
    hash::TransactionId,
    ledger::{Account, LedgerDiff},
    limits::MAX_TRANSACTION_BYTES,
    transaction::Transaction,
};

use super::{
    Batch, Snapshot, StoreError,
    tables::{
        Table, account_from_bytes, damaged, hash_from_bytes, height_key, meta, u64_from_bytes,
    },
};

impl Snapshot {
    /// Every account as of the tip: those that did not change since the table was settled, and then the
    /// others, each in ascending order.
    pub(crate) fn accounts(
        &self,
    ) -> Result<impl Iterator<Item = Result<(AccountId, Account), StoreError>>, StoreError> {
        let changed = self.unsettled()?;
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

    /// Accounts that changed since the table of accounts was settled, as of the tip.
    pub(crate) fn unsettled(&self) -> Result<BTreeMap<AccountId, Account>, StoreError> {
        let mut changed = BTreeMap::new();
        let tip = self.expect_block_row(&self.tip()?)?.header.height;
        for height in self.settled()?.saturating_add(1)..=tip {
            let diff = self.undo(height)?.0;
            changed.extend(diff.into_iter().map(|(id, change)| (id, change.after)));
        }
        Ok(changed)
    }

    /// The height as of which the table of accounts is.
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
