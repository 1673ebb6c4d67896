//! Following the chain: what a tip change does to what waits.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use shared::{
    account::AccountId, hash::TransactionId, ledger::LedgerView, policy,
    rules::transaction_isolated::CheckedTransaction,
};

use super::{
    Pool, PoolChange, Removal,
    admit::not_enough,
    queue::{Queue, Waiting},
};

/// What a tip change means for the pool.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Transactions of the blocks that left the main chain, in the order in which they were applied.
    pub reverted: Vec<Arc<CheckedTransaction>>,
    /// Sender, nonce and id of those that came into it, in the order in which they apply.
    pub confirmed: Vec<(AccountId, u64, TransactionId)>,
    /// Every account that changed.
    pub touched: Vec<AccountId>,
    /// Height of the block after the new tip.
    pub next_height: u64,
}

impl Pool {
    /// Follows the chain to a new tip, whose accounts are `ledger`. What was reverted waits again; what
    /// does not apply any more goes with a reason.
    pub fn follow(&mut self, step: &Step, ledger: &impl LedgerView, now: u64) -> PoolChange {
        let mut change = PoolChange::default();
        let mut moved = BTreeSet::new();
        // Newest first, so that each nonce is the one just before its sender's queue.
        for transaction in step.reverted.iter().rev() {
            self.put_back(transaction, ledger, now);
            moved.insert(transaction.transaction().body.sender);
        }
        for (sender, nonce, id) in &step.confirmed {
            if self.confirm(sender, *nonce, id, &mut change) {
                moved.insert(*sender);
            }
        }
        moved.extend(step.touched.iter().filter(|account| self.senders.contains_key(account)));
        for sender in &moved {
            self.drop_unpaid(sender, ledger, &mut change);
        }
        // What is back without having gone came now.
        let back = step.reverted.iter().filter(|transaction| self.contains(&transaction.id()));
        change.added.extend(back.cloned());
        self.rescore(ledger, !step.reverted.is_empty());
        self.expire(step.next_height, now, &mut change);
        self.shrink(&mut change);
        change
    }

    /// Removes what is too old at time `now`, or not valid any more at `next_height`.
    pub fn expire(&mut self, next_height: u64, now: u64, change: &mut PoolChange) {
        while let Some((expires_at, id)) = self.expiries.first().copied() {
            if expires_at >= next_height {
                break;
            }
            self.drop_from(&id, Removal::Expired, change);
        }
        while let Some((added, id)) = self.ages.first().copied() {
            if now.saturating_sub(added) < self.limits.max_age {
                break;
            }
            self.drop_from(&id, Removal::Aged, change);
        }
    }

    /// Puts a transaction of a reverted block in front of its sender's queue.
    fn put_back(
        &mut self,
        transaction: &Arc<CheckedTransaction>,
        ledger: &impl LedgerView,
        now: u64,
    ) {
        let (id, body) = (transaction.id(), &transaction.transaction().body);
        let queue = self.senders.entry(body.sender).or_insert_with(|| Queue::new(body.nonce + 1));
        queue.push_front(Waiting { id, debit: transaction.debit() });
        let new_accounts = Self::new_accounts(ledger, transaction);
        self.index(transaction, new_accounts, now);
    }

    /// A transaction came into the chain: whatever waits with its nonce is done. Whether anything was.
    fn confirm(
        &mut self,
        sender: &AccountId,
        nonce: u64,
        id: &TransactionId,
        change: &mut PoolChange,
    ) -> bool {
        let Some(queue) = self.senders.get_mut(sender) else { return false };
        if queue.first_nonce() != nonce {
            return false;
        }
        let Some(waiting) = queue.pop_front() else { return false };
        let confirmed = waiting.id == *id;
        let why = if confirmed { Removal::Confirmed } else { Removal::Replaced { by: *id } };
        self.unindex(&waiting.id, why, change);
        true
    }

    /// Drops the end of a sender's queue that its balance does not cover any more.
    fn drop_unpaid(
        &mut self,
        sender: &AccountId,
        ledger: &impl LedgerView,
        change: &mut PoolChange,
    ) {
        let balance = ledger.account(sender).balance;
        let Some(queue) = self.senders.get_mut(sender) else { return };
        let unpaid = queue.first_unpaid(balance).map_or_else(VecDeque::new, |from| queue.cut(from));
        for waiting in unpaid {
            let code = not_enough(balance, waiting.debit).code();
            self.unindex(&waiting.id, Removal::Invalid { code }, change);
        }
        self.rank(sender);
    }

    /// Accounts that a transaction would have created may exist by now, or no longer: then it stands
    /// elsewhere in the order. Only a reverted block can make an account vanish.
    fn rescore(&mut self, ledger: &impl LedgerView, all: bool) {
        let ids: Vec<TransactionId> =
            if all { self.ids() } else { self.creating.iter().copied().collect() };
        let mut senders = BTreeSet::new();
        for id in ids {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let new_accounts = Self::new_accounts(ledger, &entry.transaction);
            if new_accounts == entry.new_accounts {
                continue;
            }
            let body = &entry.transaction.transaction().body;
            entry.new_accounts = new_accounts;
            entry.score = policy::score(body.fee, entry.transaction.size(), new_accounts);
            senders.insert(body.sender);
            if new_accounts > 0 {
                self.creating.insert(id);
            } else {
                self.creating.remove(&id);
            }
        }
        for sender in senders {
            self.rank(&sender);
        }
    }
}
