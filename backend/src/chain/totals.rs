//! What moved through an account in all, at a cost that does not grow with its history.

use shared::account::AccountId;

use super::{StoreError, View};
use crate::store::tables::{Table, damaged};

/// What moved through an account in all blocks up to the tip, in mites:
/// `balance = opening + received + mined - sent - fees`.
///
/// Coins that go round add up to more than there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountTotals {
    /// What the chain's parameters gave it.
    pub opening: u64,
    /// Paid to it by others.
    pub received: u128,
    /// Paid by it to others.
    pub sent: u128,
    /// Paid by it to miners.
    pub fees: u128,
    /// Rewards and fees of the blocks that it mined.
    pub mined: u128,
    /// The blocks that it mined and got something for.
    pub blocks: u64,
}

impl View {
    /// What moved through an account in all.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn totals(&self, id: &AccountId) -> Result<AccountTotals, StoreError> {
        let totals = self.snapshot.totals(id, self.chain())?;
        let opening = self.chain().opening_balance(id).mites();
        let received = || {
            let left = u128::from(self.account(id).balance.mites());
            let all = left.checked_add(totals.sent)?.checked_add(totals.fees)?;
            all.checked_sub(totals.mined)?.checked_sub(opening.into())
        };
        let received = received()
            .ok_or_else(|| damaged(Table::Totals, "a row does not fit its account's balance"))?;
        let (sent, fees, mined, blocks) = (totals.sent, totals.fees, totals.mined, totals.blocks);
        Ok(AccountTotals { opening, received, sent, fees, mined, blocks })
    }
}
