//! The pending transactions of one sender: nonces without a gap.

use std::{
    cmp::Reverse,
    collections::{HashMap, VecDeque},
};

use shared::{amount::Amount, hash::TransactionId, policy};

use super::Entry;

/// One sender's transactions, by nonce. Never empty while it is in the pool.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// The nonce of the first: the account's.
    first: u64,
    waiting: VecDeque<Waiting>,
    /// The cheapest tail, as it stands in the pool's order of eviction.
    tail: Option<TailKey>,
}

/// What a queue knows of a transaction without looking it up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) id: TransactionId,
    pub(super) debit: Amount,
}

/// What stands in the order of eviction: the score of all transactions of a tail together; of equal
/// ones the youngest goes first.
pub(super) type TailKey = (u64, Reverse<u64>);

/// The cheapest tail of a queue: everything from `from` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) key: TailKey,
    pub(super) from: usize,
    pub(super) bytes: usize,
}

impl Queue {
    pub(super) const fn new(first: u64) -> Self {
        Self { first, waiting: VecDeque::new(), tail: None }
    }

    pub(super) const fn first_nonce(&self) -> u64 {
        self.first
    }

    pub(super) fn next_nonce(&self) -> u64 {
        self.first + self.waiting.len() as u64
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = &TransactionId> {
        self.waiting.iter().map(|waiting| &waiting.id)
    }

    pub(super) fn get(&self, position: usize) -> Option<&Waiting> {
        self.waiting.get(position)
    }

    /// The position of a nonce, if it is one of the queue's or the next one.
    pub(super) fn position(&self, nonce: u64) -> Option<usize> {
        let position = usize::try_from(nonce.checked_sub(self.first)?).ok()?;
        (position <= self.waiting.len()).then_some(position)
    }

    /// What all of them debit.
    pub(super) fn debit(&self) -> Amount {
        self.debit_before(self.waiting.len())
    }

    /// What those before `position` debit. Cannot overflow: the account holds it.
    pub(super) fn debit_before(&self, position: usize) -> Amount {
        let debits = self.waiting.iter().take(position).map(|waiting| waiting.debit);
        Amount::sum(debits).unwrap_or(Amount::MAX)
    }

    /// The first position whose transaction the sender cannot pay with `balance` any more.
    pub(super) fn first_unpaid(&self, balance: Amount) -> Option<usize> {
        let mut left = balance;
        self.waiting.iter().position(|waiting| match left.checked_sub(waiting.debit) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }

    pub(super) fn push_back(&mut self, waiting: Waiting) {
        self.waiting.push_back(waiting);
    }

    /// Puts the transaction whose nonce is just before the first.
    pub(super) fn push_front(&mut self, waiting: Waiting) {
        self.first = self.first.saturating_sub(1);
        self.waiting.push_front(waiting);
    }

    pub(super) fn pop_front(&mut self) -> Option<Waiting> {
        let waiting = self.waiting.pop_front()?;
        self.first += 1;
        Some(waiting)
    }

    /// Puts another transaction in the place of one; returns the old one.
    pub(super) fn replace(&mut self, position: usize, waiting: Waiting) -> Option<Waiting> {
        self.waiting.get_mut(position).map(|old| std::mem::replace(old, waiting))
    }

    /// Cuts off everything from `position` on.
    pub(super) fn cut(&mut self, position: usize) -> VecDeque<Waiting> {
        self.waiting.split_off(position.min(self.waiting.len()))
    }

    /// The tail whose transactions together pay least for their weight; of equal ones the shortest.
    pub(super) fn cheapest_tail(&self, entries: &HashMap<TransactionId, Entry>) -> Option<Tail> {
        let (mut fees, mut bytes, mut new_accounts) = (0_u64, 0_usize, 0_usize);
        let mut cheapest: Option<Tail> = None;
        for (from, waiting) in self.waiting.iter().enumerate().rev() {
            let entry = entries.get(&waiting.id)?;
            let size = entry.transaction.size();
            fees = fees.saturating_add(entry.transaction.transaction().body.fee.mites());
            (bytes, new_accounts) = (bytes + size, new_accounts + entry.new_accounts);
            let fees = Amount::from_mites(fees).unwrap_or(Amount::MAX);
            let key = (policy::score(fees, bytes, new_accounts), Reverse(entry.arrival));
            if cheapest.is_none_or(|cheapest| key.0 < cheapest.key.0) {
                cheapest = Some(Tail { key, from, bytes });
            }
        }
        cheapest
    }

    /// Remembers the tail that stands in the pool's order; returns the one that stood there.
    pub(super) fn set_tail(&mut self, tail: Option<TailKey>) -> Option<TailKey> {
        std::mem::replace(&mut self.tail, tail)
    }

    pub(super) const fn tail(&self) -> Option<TailKey> {
        self.tail
    }
}
