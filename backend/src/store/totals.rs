//! What accounts have paid and mined in all.
//!
//! Kept for those who did: what somebody received follows from its balance, so that being paid writes
//! nothing. Settled together with the accounts, and as of the same block.

use std::collections::BTreeMap;

use shared::{account::AccountId, amount::Amount, params::Chain, transaction::Body};

use super::{
    Batch, Role, Snapshot, StoreError,
    main_chain::income,
    tables::{Table, Totals, damaged},
};

/// What one transaction or one block adds to somebody's totals; with the opposite sign what it takes
/// away again when it is reverted. Mites of amounts are below 2^53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) account: AccountId,
    sent: i64,
    fee: i64,
    /// Not zero for a block only.
    mined: i64,
}

impl Posting {
    /// That of a transaction.
    fn of(body: &Body) -> Self {
        let others = body.payments.iter().filter(|payment| payment.recipient != body.sender);
        let sent = Amount::sum(others.map(|payment| payment.amount)).unwrap_or(Amount::MAX);
        Self { account: body.sender, sent: signed(sent), fee: signed(body.fee), mined: 0 }
    }

    /// Those of a block, of which `miner` got `income`.
    pub(crate) fn of_block<'a>(
        bodies: impl IntoIterator<Item = &'a Body>,
        miner: &AccountId,
        income: Amount,
    ) -> impl Iterator<Item = Self> {
        let mined = Self { account: *miner, sent: 0, fee: 0, mined: signed(income) };
        bodies.into_iter().map(Self::of).chain((income > Amount::ZERO).then_some(mined))
    }

    /// What undoes it.
    pub(crate) const fn reversed(self) -> Self {
        let Self { account, sent, fee, mined } = self;
        Self { account, sent: -sent, fee: -fee, mined: -mined }
    }
}

/// Amounts are below 2^53.
fn signed(amount: Amount) -> i64 {
    i64::try_from(amount.mites()).unwrap_or(i64::MAX)
}

impl Totals {
    /// The totals after `posting`.
    ///
    /// # Errors
    ///
    /// When it takes away what was never added: the table is damaged.
    pub(crate) fn after(self, posting: &Posting) -> Result<Self, StoreError> {
        let add = || {
            Some(Self {
                sent: self.sent.checked_add_signed(posting.sent.into())?,
                fees: self.fees.checked_add_signed(posting.fee.into())?,
                mined: self.mined.checked_add_signed(posting.mined.into())?,
                blocks: self.blocks.checked_add_signed(posting.mined.signum())?,
            })
        };
        add().ok_or_else(|| damaged(Table::Totals, "a row does not fit its account's blocks"))
    }
}

impl Snapshot {
    /// An account's totals as of the block at which the table is.
    pub(crate) fn settled_totals(&self, account: &AccountId) -> Result<Totals, StoreError> {
        let row = self.get(Table::Totals, &account.0)?;
        row.map_or(Ok(Totals::default()), |row| Totals::from_bytes(&row))
    }

    /// An account's totals as of the tip. Reads a row for each block since the table was settled in
    /// which the account had a part.
    pub(crate) fn totals(&self, account: &AccountId, chain: &Chain) -> Result<Totals, StoreError> {
        let mut totals = self.settled_totals(account)?;
        let first = self.settled()?.saturating_add(1);
        for row in self.account_history_from(account, first) {
            let row = row?;
            let height = row.cursor.height;
            let posting = match (row.cursor.role, row.place) {
                (Role::Sent, Some(place)) => {
                    let block = self.expect_id_at(height)?;
                    Posting::of(&self.transaction_at(height, &block, place)?.body)
                }
                (Role::Mined, _) => {
                    let income = self.income_at(height, chain)?;
                    Posting { account: *account, sent: 0, fee: 0, mined: signed(income) }
                }
                (Role::Sent | Role::Received, _) => continue,
            };
            totals = totals.after(&posting)?;
        }
        Ok(totals)
    }

    /// What the main chain's block at `height` adds to totals.
    pub(crate) fn postings_at(
        &self,
        height: u64,
        chain: &Chain,
    ) -> Result<Vec<Posting>, StoreError> {
        let id = self.expect_id_at(height)?;
        let row = self.expect_block_row(&id)?;
        let block = self.full_block(&id, &row)?;
        let bodies = block.transactions.iter().map(|transaction| &transaction.body);
        let income = income(chain.parameters().reward_at(height), row.fees);
        Ok(Posting::of_block(bodies, &block.header.miner, income).collect())
    }

    /// What the miner of the main chain's block at `height` got.
    fn income_at(&self, height: u64, chain: &Chain) -> Result<Amount, StoreError> {
        let row = self.expect_block_row(&self.expect_id_at(height)?)?;
        Ok(income(chain.parameters().reward_at(height), row.fees))
    }
}

impl Batch {
    /// Adds `postings` to the table, which `snapshot` holds. Rows that say nothing are not kept, so that
    /// reverting leaves what was.
    ///
    /// # Errors
    ///
    /// When the disk fails, or the table is damaged.
    pub(super) fn post(
        &mut self,
        snapshot: &Snapshot,
        postings: Vec<Posting>,
    ) -> Result<(), StoreError> {
        let mut changed = BTreeMap::new();
        for posting in postings {
            let totals = match changed.get(&posting.account) {
                Some(totals) => *totals,
                None => snapshot.settled_totals(&posting.account)?,
            };
            changed.insert(posting.account, totals.after(&posting)?);
        }
        for (account, totals) in changed {
            if totals == Totals::default() {
                self.delete(Table::Totals, &account.0);
            } else {
                self.put(Table::Totals, &account.0, &totals.to_bytes());
            }
        }
        Ok(())
    }
}
