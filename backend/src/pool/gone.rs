//! What left the pool lately and why, so that a wallet can be told.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use shared::{hash::TransactionId, rules::transaction_isolated::CheckedTransaction};

use super::Removal;

/// How many are remembered.
const MAX_GONE: usize = 10_000;

/// The last transactions that left without being confirmed.
#[derive(Debug, Default)]
pub(super) struct Gone {
    reasons: HashMap<TransactionId, (Arc<CheckedTransaction>, Removal, u64)>,
    /// In the order of leaving. What came back since is still here, under a number that is out of date.
    order: VecDeque<(TransactionId, u64)>,
    count: u64,
}

impl Gone {
    pub(super) fn get(&self, id: &TransactionId) -> Option<(Arc<CheckedTransaction>, Removal)> {
        self.reasons.get(id).map(|(transaction, why, _)| (Arc::clone(transaction), *why))
    }

    /// Remembers why a transaction left; what is in a block needs no memory.
    pub(super) fn remember(&mut self, transaction: &Arc<CheckedTransaction>, why: Removal) {
        if why == Removal::Confirmed {
            return;
        }
        let id = transaction.id();
        self.count += 1;
        self.reasons.insert(id, (Arc::clone(transaction), why, self.count));
        self.order.push_back((id, self.count));
        while self.order.len() > MAX_GONE {
            let Some((oldest, number)) = self.order.pop_front() else { break };
            if self.reasons.get(&oldest).is_some_and(|(_, _, latest)| *latest == number) {
                self.reasons.remove(&oldest);
            }
        }
    }

    /// It is back.
    pub(super) fn forget(&mut self, id: &TransactionId) {
        self.reasons.remove(id);
    }
}
