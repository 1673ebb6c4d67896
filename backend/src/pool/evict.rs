//! Who goes when the pool is full: the tail of a sender's transactions that pays least for its weight.
//! Whole tails go, so that no gap arises.

use shared::{account::AccountId, hash::TransactionId};

use super::{Pool, PoolChange, Removal};

impl Pool {
    /// The tails to cut so that `needed` bytes come free, without touching `keep`'s, all of which pay
    /// less than `score`. The error is the score that would have to be beaten.
    pub(super) fn victims(
        &self,
        keep: &AccountId,
        needed: usize,
        score: u64,
    ) -> Result<Vec<(AccountId, usize)>, u64> {
        let mut victims = Vec::new();
        let mut free = 0;
        // The dearest that was looked at, should all of them not suffice.
        let mut dearest = score;
        for ((tail_score, _), sender) in &self.tails {
            if sender == keep {
                continue;
            }
            if *tail_score >= score {
                return Err(*tail_score);
            }
            let Some(tail) =
                self.senders.get(sender).and_then(|queue| queue.cheapest_tail(&self.entries))
            else {
                continue;
            };
            dearest = dearest.max(*tail_score);
            victims.push((*sender, tail.from));
            free += tail.bytes;
            if free >= needed {
                return Ok(victims);
            }
        }
        Err(dearest)
    }

    /// Evicts the cheapest tails until the pool is within its limit.
    pub(super) fn shrink(&mut self, change: &mut PoolChange) {
        while self.bytes > self.limits.max_bytes {
            let Some((_, sender)) = self.tails.first().copied() else { break };
            let tail =
                self.senders.get(&sender).and_then(|queue| queue.cheapest_tail(&self.entries));
            let Some(tail) = tail else { break };
            self.cut(&sender, tail.from, Removal::Evicted, change);
        }
    }

    /// Removes a sender's transactions from position `from` on.
    pub(super) fn cut(
        &mut self,
        sender: &AccountId,
        from: usize,
        why: Removal,
        change: &mut PoolChange,
    ) {
        let Some(queue) = self.senders.get_mut(sender) else { return };
        for waiting in queue.cut(from) {
            self.unindex(&waiting.id, why, change);
        }
        self.rank(sender);
    }

    /// Removes a transaction for a reason of its own, and those after it because their nonces would
    /// leave a gap.
    pub(super) fn drop_from(&mut self, id: &TransactionId, why: Removal, change: &mut PoolChange) {
        let Some(entry) = self.entries.get(id) else { return };
        let body = &entry.transaction.transaction().body;
        let (sender, nonce) = (body.sender, body.nonce);
        let Some(queue) = self.senders.get_mut(&sender) else { return };
        let Some(position) = queue.position(nonce) else { return };
        let removed = queue.cut(position);
        for (waiting, first) in
            removed.into_iter().zip(std::iter::once(true).chain(std::iter::repeat(false)))
        {
            let gap = Removal::Invalid { code: "transaction-nonce-gap" };
            self.unindex(&waiting.id, if first { why } else { gap }, change);
        }
        self.rank(&sender);
    }

    /// Puts a sender's cheapest tail into the order of eviction anew; drops an empty queue.
    pub(super) fn rank(&mut self, sender: &AccountId) {
        let Some(queue) = self.senders.get_mut(sender) else { return };
        let tail = queue.cheapest_tail(&self.entries).map(|tail| tail.key);
        if let Some(old) = queue.set_tail(tail) {
            self.tails.remove(&(old, *sender));
        }
        match tail {
            Some(key) => {
                self.tails.insert((key, *sender));
            }
            None => {
                self.senders.remove(sender);
            }
        }
    }
}
