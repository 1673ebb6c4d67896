//! What a peer is known to have: a set that forgets the oldest.

use shared::hash::TransactionId;
use std::collections::{HashSet, VecDeque};

/// Ids that are remembered, at most.
const CAPACITY: usize = 16_384;

/// A bounded set of transaction ids.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    set: HashSet<TransactionId>,
    order: VecDeque<TransactionId>,
}

impl Seen {
    /// Remembers an id; true when it is new.
    pub(crate) fn insert(&mut self, id: TransactionId) -> bool {
        if !self.set.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        true
    }

    /// Whether an id is remembered.
    pub(crate) fn contains(&self, id: &TransactionId) -> bool {
        self.set.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::hash::Hash;

    #[test]
    fn it_forgets_the_oldest_and_never_grows() {
        let id = |number: usize| {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_le_bytes());
            TransactionId(Hash(hash))
        };
        let mut seen = Seen::default();
        for number in 0..CAPACITY + 10 {
            assert!(seen.insert(id(number)));
        }
        assert!(!seen.contains(&id(9)));
        assert!(seen.contains(&id(10)));
        assert!(!seen.insert(id(10)));
        assert_eq!(seen.set.len(), CAPACITY);
    }
}
