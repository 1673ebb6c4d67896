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

/// Where the rules of §5 read and write accounts, by handles of its own choice: ids in a map, places in
/// [`Touched`](crate::state_tree::Touched).
pub trait Ledger {
    /// What stands for an account here.
    type Handle: Copy;

    /// The account; one that does not exist has nonce 0 and balance 0.
    fn get(&self, handle: Self::Handle) -> Account;

    /// Replaces the account.
    fn set(&mut self, handle: Self::Handle, account: Account);
}

impl Ledger for BTreeMap<AccountId, Account> {
    type Handle = AccountId;

    fn get(&self, id: AccountId) -> Account {
        self.account(&id)
    }

    fn set(&mut self, id: AccountId, account: Account) {
        if account.exists() {
            self.insert(id, account);
        } else {
            self.remove(&id);
        }
    }
}
