//! When the node left a branch for one with more work.

use std::collections::VecDeque;

use shared::api::{ReorganisationList, ReorganisationView};

use crate::chain::{BlockSummary, ChainChange};

/// Changes that are remembered.
const KEPT: usize = 100;
/// Ids of left blocks that are remembered of each.
const MAX_IDS: usize = 32;

/// The last changes, in memory: the node forgets them when it stops. The blocks that it left stay in
/// its store.
#[derive(Debug)]
pub(super) struct Log {
    since: u64,
    /// The newest first.
    changes: VecDeque<ReorganisationView>,
}

impl Log {
    /// An empty log that begins at a time in seconds since 1970.
    pub(super) const fn since(since: u64) -> Self {
        Self { since, changes: VecDeque::new() }
    }

    /// Remembers a change of `now`, in seconds since 1970, if blocks left the chain with it.
    pub(super) fn note(&mut self, change: &ChainChange, now: u64) {
        let Some(lowest) = change.reverted.last() else { return };
        let id = |block: &BlockSummary| block.id.to_string();
        let count = |blocks: &[BlockSummary]| u64::try_from(blocks.len()).unwrap_or(u64::MAX);
        self.changes.push_front(ReorganisationView {
            time: now,
            fork: lowest.header.height.saturating_sub(1),
            reverted: change.reverted.iter().take(MAX_IDS).map(id).collect(),
            depth: count(&change.reverted),
            connected: count(&change.connected),
            tip: change.tip.id.to_string(),
            height: change.tip.height,
        });
        self.changes.truncate(KEPT);
    }

    /// All that is remembered.
    pub(super) fn list(&self) -> ReorganisationList {
        let reorganisations = self.changes.iter().cloned().collect();
        ReorganisationList { since: self.since, reorganisations }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Imported, testkit::*};

    #[test]
    fn only_changes_that_leave_blocks_behind_are_remembered_and_only_the_last_hundred() {
        let chain = chain(|_| {});
        let mut forge = Forge::new(&chain);
        let node = Node::new(&chain);
        let left = forge.line(forge.genesis(), 1, 2);
        let more = forge.line(forge.genesis(), 2, 3);
        let mut log = Log::since(7);
        let mut changes = Vec::new();
        for block in left.iter().chain(&more) {
            if let Imported::Changed(change) = node.submit(block).unwrap() {
                log.note(&change, 9);
                changes.push(change);
            }
        }
        let list = log.list();
        assert_eq!((list.since, list.reorganisations.len(), changes.len()), (7, 1, 3));
        let change = &list.reorganisations[0];
        assert_eq!((change.fork, change.depth, change.connected, change.height), (0, 2, 3, 3));
        assert_eq!(change.time, 9);
        let ids = [left[1].id().to_string(), left[0].id().to_string()];
        assert_eq!(
            (change.reverted.as_slice(), &change.tip),
            (&ids[..], &more[2].id().to_string())
        );
        for _ in 0..2 * KEPT {
            log.note(&changes[2], 9);
        }
        assert_eq!(log.list().reorganisations.len(), KEPT);
    }
}
