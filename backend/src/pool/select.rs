//! The order in which a miner takes transactions, and the pool's own check of itself.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::Arc,
};

use shared::{
    amount::Amount, hash::TransactionId, policy, rules::transaction_isolated::CheckedTransaction,
};

use super::{Entry, Pool, queue::Queue};

/// How far down the order a page can begin: nobody needs to know who is ten-thousandth in a queue.
const MAX_PAGED: usize = 10_000;

/// A transaction whose turn it is among those of its sender. Whatever stands here was looked up once: a
/// full pool is far larger than what the processor keeps at hand.
pub(super) struct Ready<'a> {
    /// The higher the sooner; no two arrive at once.
    rank: (u64, Reverse<u64>),
    pub(super) entry: &'a Entry,
    queue: &'a Queue,
    position: usize,
}

impl<'a> Ready<'a> {
    fn new(pool: &'a Pool, queue: &'a Queue, position: usize) -> Option<Self> {
        let entry = pool.entries.get(&queue.get(position)?.id)?;
        Some(Self { rank: (entry.score, Reverse(entry.arrival)), entry, queue, position })
    }

    /// The first of every sender.
    pub(super) fn heads(pool: &'a Pool) -> impl Iterator<Item = Self> {
        pool.senders.values().filter_map(|queue| Self::new(pool, queue, 0))
    }

    /// What its sender sends after it.
    pub(super) fn next(&self, pool: &'a Pool) -> Option<Self> {
        Self::new(pool, self.queue, self.position + 1)
    }
}

impl Ord for Ready<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Ready<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ready<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ready<'_> {}

impl Pool {
    /// Transactions in the order in which a miner takes them, until they fill `max_bytes`: by score,
    /// of each sender by nonce, and of equal ones the oldest first.
    #[must_use]
    pub fn select(&self, max_bytes: usize) -> Vec<Arc<CheckedTransaction>> {
        let mut left = max_bytes;
        let taken = self.in_order().take_while(|entry| {
            let fits = left > 0;
            left = left.saturating_sub(entry.transaction.size());
            fits
        });
        taken.map(|entry| Arc::clone(&entry.transaction)).collect()
    }

    /// Up to `limit` transactions in the same order that come after `after`; from the beginning when
    /// that one waits no more.
    #[must_use]
    pub fn page(&self, after: Option<&TransactionId>, limit: usize) -> Vec<Entry> {
        let skip = after.filter(|id| self.contains(id)).and_then(|id| {
            let mut ids = self.in_order().take(MAX_PAGED);
            ids.position(|entry| entry.transaction.id() == *id)
        });
        let skip = skip.map_or(0, |position| position + 1);
        self.in_order().skip(skip).take(limit).cloned().collect()
    }

    /// All transactions in the order in which a miner takes them.
    pub fn in_order(&self) -> impl Iterator<Item = &Entry> {
        let mut heads: BinaryHeap<_> = Ready::heads(self).collect();
        std::iter::from_fn(move || {
            let ready = heads.pop()?;
            heads.extend(ready.next(self));
            Some(ready.entry)
        })
    }

    /// Checks everything that must hold between the pool's parts.
    ///
    /// # Errors
    ///
    /// What does not hold, for people.
    pub fn check_invariants(&self) -> Result<(), String> {
        let claim = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
        let sizes = self.entries.values().map(|entry| entry.transaction.size());
        claim(sizes.sum::<usize>() == self.bytes, "bytes are not the sum of sizes")?;
        claim(self.bytes <= self.limits.max_bytes, "there are more bytes than the limit")?;
        let mut queued = 0;
        for (sender, queue) in &self.senders {
            claim(!queue.is_empty(), "a queue is empty")?;
            queued += queue.len();
            let mut debits = Vec::new();
            for (nonce, id) in (queue.first_nonce()..).zip(queue.ids()) {
                let entry = self.entries.get(id).ok_or("a queue names what is not there")?;
                let body = &entry.transaction.transaction().body;
                claim(body.sender == *sender, "a queue names another sender's")?;
                claim(body.nonce == nonce, "a nonce is out of order")?;
                debits.push(entry.transaction.debit());
                self.check_entry(id, entry)?;
            }
            claim(Amount::sum(debits) == Some(queue.debit()), "a queue's debit is wrong")?;
            let tail = queue.cheapest_tail(&self.entries).map(|tail| tail.key);
            claim(tail == queue.tail(), "a queue's tail is out of date")?;
            let listed = tail.is_some_and(|key| self.tails.contains(&(key, *sender)));
            claim(listed, "a tail is not in the order of eviction")?;
        }
        claim(queued == self.entries.len(), "something is in no queue")?;
        claim(self.tails.len() == self.senders.len(), "the order of eviction has more")?;
        claim(self.expiries.len() == queued, "the expiries have more or fewer")?;
        claim(self.ages.len() == queued, "the ages have more or fewer")?;
        let creating = self.entries.values().filter(|entry| entry.new_accounts > 0).count();
        claim(self.creating.len() == creating, "those that create accounts are others")?;
        let paid = self.entries.values().map(|entry| Self::others(&entry.transaction).len());
        claim(self.received.len() == paid.sum::<usize>(), "the recipients have more or fewer")
    }

    fn check_entry(&self, id: &TransactionId, entry: &Entry) -> Result<(), String> {
        let transaction = &entry.transaction;
        let expires_at = transaction.transaction().body.expires_at;
        let fee = transaction.transaction().body.fee;
        let score = policy::score(fee, transaction.size(), entry.new_accounts);
        let others = Self::others(transaction);
        let mut paid = others.iter().map(|other| self.received.get(&(*other, entry.arrival)));
        let holds = transaction.id() == *id
            && entry.score == score
            && self.expiries.contains(&(expires_at, *id))
            && self.ages.contains(&(entry.added, *id))
            && self.creating.contains(id) == (entry.new_accounts > 0)
            && self.removal(id).is_none()
            && paid.all(|found| found == Some(id));
        if holds { Ok(()) } else { Err(format!("the indexes of {id} are wrong")) }
    }
}
