//! Some accounts, loaded together to be changed together.

use super::{
    StateTree, prefix,
    sweep::{FEW, Sweep},
};
use crate::{
    account::AccountId,
    hash::Hash,
    ledger::{Account, Change, Ledger, LedgerDiff},
    parallel::join,
};
use alloc::vec::Vec;

/// All accounts that a block touches, loaded at once by [`StateTree::touch`]. To apply the block is then
/// arithmetic, without a single lookup.
#[derive(Debug)]
pub struct Touched<'a> {
    /// In the order of their keys.
    pub(super) entries: Vec<Entry>,
    pub(super) sweep: Sweep<'a>,
    /// How many accounts the whole tree has.
    pub(super) accounts: usize,
}

/// An account of a [`Touched`].
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Hash,
    pub(super) id: AccountId,
    pub(super) change: Change,
}

impl Entry {
    /// Whether the account is another than before.
    pub(super) fn is_changed(&self) -> bool {
        self.change.before != self.change.after
    }
}

/// Where an account stands in the [`Touched`] that gave this out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub(super) usize);

impl Place {
    /// No account at all.
    pub(crate) const NOWHERE: Self = Self(usize::MAX);
}

impl Touched<'_> {
    /// The state after what happened to the accounts, and the accounts that are different in it:
    /// untouched and restored ones are left out.
    #[must_use]
    pub fn into_tree(self) -> (StateTree, LedgerDiff) {
        let Self { entries, sweep, accounts } = self;
        let (update, diff) = (|| sweep.update(0, &entries), || diff(&entries));
        let is_many = entries.len() > FEW;
        let ((root, more), diff) = if is_many { join(update, diff) } else { (update(), diff()) };
        (StateTree { root, accounts: accounts.saturating_add_signed(more) }, diff)
    }
}

/// The accounts that are different now.
fn diff(entries: &[Entry]) -> LedgerDiff {
    let changed = entries.iter().filter(|entry| entry.is_changed());
    let mut changed: Vec<_> = changed.map(|entry| (prefix(&entry.id.0), entry)).collect();
    // As in `touch`; a map is made of what is in its order already without moving anything.
    changed.sort_unstable_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.id.cmp(&right.id)));
    LedgerDiff(changed.into_iter().map(|(_, entry)| (entry.id, entry.change)).collect())
}

impl Ledger for Touched<'_> {
    type Handle = Place;

    fn get(&self, place: Place) -> Account {
        self.entries.get(place.0).map(|entry| entry.change.after).unwrap_or_default()
    }

    fn set(&mut self, place: Place, account: Account) {
        if let Some(entry) = self.entries.get_mut(place.0) {
            entry.change.after = account;
        }
    }
}
