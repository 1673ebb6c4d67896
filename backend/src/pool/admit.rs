//! Admission: what a transaction must fulfil to wait, and what it pushes out.

use std::sync::Arc;

use shared::{
    amount::Amount,
    hash::TransactionId,
    ledger::{Account, LedgerView},
    policy,
    rules::{transaction_in_ledger::LedgerError, transaction_isolated::CheckedTransaction},
    transaction::Body,
};

use super::{
    Accepted, Pool, PoolChange, PoolError, Removal,
    queue::{Queue, Waiting},
};

impl Pool {
    /// Admits `transaction` as one of the block at `next_height`, on top of `ledger`, at time `now`.
    /// What it pushes out is told to `change`.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks; the pool is then as it was.
    pub fn insert(
        &mut self,
        transaction: Arc<CheckedTransaction>,
        ledger: &impl LedgerView,
        next_height: u64,
        now: u64,
        change: &mut PoolChange,
    ) -> Result<Accepted, PoolError> {
        let id = transaction.id();
        if self.contains(&id) {
            return Err(PoolError::AlreadyKnown);
        }
        let body = &transaction.transaction().body;
        let size = transaction.size();
        let position = self.check(body, size, ledger, next_height)?;
        let new_accounts = Self::new_accounts(ledger, &transaction);
        self.make_room(body, size, new_accounts, position, change)?;

        let balance = ledger.account(&body.sender).balance;
        let sender = body.sender;
        let waiting = Waiting { id, debit: transaction.debit() };
        self.index(&transaction, new_accounts, now);
        let nonce = body.nonce;
        let queue = self.senders.entry(sender).or_insert_with(|| Queue::new(nonce));
        let replaced = queue.replace(position, waiting);
        if replaced.is_none() {
            queue.push_back(waiting);
        }
        let unpaid = queue.first_unpaid(balance).map(|position| queue.cut(position));
        if let Some(old) = replaced {
            self.unindex(&old.id, Removal::Replaced { by: id }, change);
        }
        for unpaid in unpaid.into_iter().flatten() {
            let why = Removal::Invalid { code: not_enough(Amount::ZERO, unpaid.debit).code() };
            self.unindex(&unpaid.id, why, change);
        }
        self.rank(&sender);
        change.added.push(transaction);
        Ok(Accepted { id, replaced: replaced.map(|old| old.id) })
    }

    /// Everything that admission asks and that needs no signature: version, expiry, nonce, balance and
    /// fee, in this order. Returns the position that the transaction would take in its sender's queue.
    ///
    /// # Errors
    ///
    /// The first rule that is broken. Whether there is room is only known on admission.
    pub fn check(
        &self,
        body: &Body,
        size: usize,
        ledger: &impl LedgerView,
        next_height: u64,
    ) -> Result<usize, PoolError> {
        let refuse = |error| Err(PoolError::Ledger(error));
        let (got, expected) = (body.version, self.chain.version_at(next_height));
        if got != expected {
            return refuse(LedgerError::Version { got, expected });
        }
        let expires_at = body.expires_at;
        if expires_at < next_height {
            return refuse(LedgerError::Expired { expires_at, height: next_height });
        }
        let limit = next_height.saturating_add(self.chain.parameters().max_validity);
        if expires_at > limit {
            return refuse(LedgerError::ExpiresTooLate { expires_at, limit });
        }
        let least = policy::earliest_expiry(next_height);
        if expires_at < least {
            return Err(PoolError::ExpiresTooSoon { expires_at, least });
        }
        let Account { nonce, balance } = ledger.account(&body.sender);
        if body.nonce < nonce {
            return refuse(LedgerError::NonceUsed { got: body.nonce, expected: nonce });
        }
        let empty = Queue::new(nonce);
        let queue = self.senders.get(&body.sender).unwrap_or(&empty);
        let Some(position) = queue.position(body.nonce) else {
            return refuse(LedgerError::NonceGap { got: body.nonce, expected: queue.next_nonce() });
        };
        if position >= self.limits.per_sender {
            return Err(PoolError::TooManyPending { limit: self.limits.per_sender });
        }
        let have = balance.checked_sub(queue.debit_before(position)).unwrap_or(Amount::ZERO);
        let need = body.debit().unwrap_or(Amount::MAX);
        if have < need || body.debit().is_none() {
            return refuse(not_enough(have, need));
        }
        if let Some(old) = queue.get(position).and_then(|old| self.entries.get(&old.id)) {
            let needed = policy::replacement_fee(old.transaction.transaction().body.fee, size);
            if body.fee < needed {
                return Err(PoolError::ReplacementFee { got: body.fee, needed });
            }
        }
        Ok(position)
    }

    /// Makes room for a transaction that takes `position` of its sender's queue.
    fn make_room(
        &mut self,
        body: &Body,
        size: usize,
        new_accounts: usize,
        position: usize,
        change: &mut PoolChange,
    ) -> Result<(), PoolError> {
        let replaced = self.size_at(&body.sender, position);
        let needed = (self.bytes + size).saturating_sub(self.limits.max_bytes + replaced);
        if needed == 0 {
            return Ok(());
        }
        let score = policy::score(body.fee, size, new_accounts);
        match self.victims(&body.sender, needed, score) {
            Ok(victims) => {
                for (sender, from) in victims {
                    self.cut(&sender, from, Removal::Evicted, change);
                }
                Ok(())
            }
            Err(to_beat) => {
                let needed = policy::fee_for_score(to_beat.saturating_add(1), size, new_accounts);
                Err(PoolError::Full { needed })
            }
        }
    }

    /// Bytes of the transaction at a position of a sender's queue; 0 when there is none.
    fn size_at(&self, sender: &shared::account::AccountId, position: usize) -> usize {
        let id: Option<&TransactionId> =
            self.senders.get(sender).and_then(|queue| queue.get(position)).map(|found| &found.id);
        id.and_then(|id| self.entries.get(id)).map_or(0, |entry| entry.transaction.size())
    }
}

pub(super) const fn not_enough(have: Amount, need: Amount) -> LedgerError {
    LedgerError::NotEnough { have, need }
}
