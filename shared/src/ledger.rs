//! Accounts and changes to them (§7).

use crate::{account::AccountId, amount::Amount, encode::invalid};
use alloc::{collections::BTreeMap, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize, io};

/// What the ledger knows of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// The number of transactions that the account has sent; the next one's nonce.
    pub nonce: u64,
    /// What the account holds.
    pub balance: Amount,
}

impl Account {
    /// Whether the account is in the state: it holds something or has sent something (§7).
    #[must_use]
    pub fn exists(&self) -> bool {
        *self != Self::default()
    }
}

/// Where the rules read accounts: a state tree, an overlay over one, a wallet's own account, or a map.
pub trait LedgerView {
    /// The account with this id; one that does not exist has nonce 0 and balance 0.
    fn account(&self, id: &AccountId) -> Account;
}

impl LedgerView for BTreeMap<AccountId, Account> {
    fn account(&self, id: &AccountId) -> Account {
        self.get(id).copied().unwrap_or_default()
    }
}

impl<V: LedgerView + ?Sized> LedgerView for &V {
    fn account(&self, id: &AccountId) -> Account {
        (**self).account(id)
    }
}

/// An account before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// As it was.
    pub before: Account,
    /// As it is.
    pub after: Account,
}

/// Every account that a block touched, in ascending order of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerDiff(pub BTreeMap<AccountId, Change>);

impl LedgerDiff {
    /// The diff that undoes this one.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let swap = |(id, change): (&AccountId, &Change)| {
            (*id, Change { before: change.after, after: change.before })
        };
        Self(self.0.iter().map(swap).collect())
    }
}

impl BorshSerialize for LedgerDiff {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        let entries: Vec<(&AccountId, &Change)> = self.0.iter().collect();
        entries.serialize(writer)
    }
}

impl BorshDeserialize for LedgerDiff {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let entries = Vec::<(AccountId, Change)>::deserialize_reader(reader)?;
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(invalid("the accounts of a diff are in ascending order"));
        }
        Ok(Self(entries.into_iter().collect()))
    }
}

/// A view with changes on top, which remembers what was below.
#[derive(Debug)]
pub struct Overlay<V> {
    base: V,
    changes: BTreeMap<AccountId, Change>,
}

impl<V: LedgerView> Overlay<V> {
    /// An overlay without changes.
    pub const fn new(base: V) -> Self {
        Self { base, changes: BTreeMap::new() }
    }

    /// Replaces an account.
    pub fn set(&mut self, id: AccountId, after: Account) {
        match self.changes.get_mut(&id) {
            Some(change) => change.after = after,
            None => {
                let before = self.base.account(&id);
                self.changes.insert(id, Change { before, after });
            }
        }
    }

    /// The accounts that are different now; untouched and restored ones are left out.
    #[must_use]
    pub fn into_diff(self) -> LedgerDiff {
        let mut changes = self.changes;
        changes.retain(|_, change| change.before != change.after);
        LedgerDiff(changes)
    }
}

impl<V: LedgerView> LedgerView for Overlay<V> {
    fn account(&self, id: &AccountId) -> Account {
        self.changes.get(id).map_or_else(|| self.base.account(id), |change| change.after)
    }
}
