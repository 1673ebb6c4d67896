//! Branches that somebody who pushes has promised: their headers have proven more work than this node's
//! chain has, so their bodies are wanted, however little work the first of them have.
//!
//! Nobody can promise who has not done that work, so few places are enough. A promise that is not kept
//! lapses, and what came of it makes room like everything else beside the chain.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use shared::{hash::BlockId, rules::block_isolated::CheckedBlock};

use crate::chain::Wanted;

/// Promises at the same time, at most.
const MAX_PROMISES: usize = 4;
/// A promise of which nothing came for so long is forgotten.
const LAPSE: Duration = Duration::from_secs(30);

/// All promises.
#[derive(Debug, Default)]
pub(crate) struct Promised(Vec<Promise>);

#[derive(Debug)]
struct Promise {
    blocks: HashSet<BlockId>,
    wanted: Wanted,
    heard: Instant,
}

impl Promised {
    /// Takes a promise of these blocks; `false` when there are too many others.
    pub(crate) fn add(&mut self, ids: Vec<BlockId>, now: Instant) -> bool {
        self.sweep(now);
        let blocks: HashSet<_> = ids.into_iter().collect();
        // A branch that grew, or less of it, is the same branch.
        let is_same = |promise: &&mut Promise| {
            blocks.is_superset(&promise.blocks) || blocks.is_subset(&promise.blocks)
        };
        if let Some(promise) = self.0.iter_mut().find(is_same) {
            promise.blocks.extend(blocks);
            promise.heard = now;
            return true;
        }
        if self.0.len() >= MAX_PROMISES {
            return false;
        }
        self.0.push(Promise { blocks, wanted: Wanted::default(), heard: now });
        true
    }

    /// The branch that all of `blocks` are of, if they were promised.
    pub(crate) fn kept(&mut self, blocks: &[CheckedBlock], now: Instant) -> Option<Wanted> {
        self.sweep(now);
        let is_of = |promise: &&mut Promise| {
            blocks.iter().all(|block| promise.blocks.contains(&block.id()))
        };
        let promise = self.0.iter_mut().find(is_of)?;
        promise.heard = now;
        Some(promise.wanted.clone())
    }

    /// Forgets the promises that ended with the tip of this node's chain, whoever kept them.
    pub(crate) fn reached(&mut self, tip: &BlockId) {
        self.0.retain(|promise| !promise.blocks.contains(tip));
    }

    /// Forgets what was promised and did not come.
    pub(crate) fn sweep(&mut self, now: Instant) {
        self.0.retain(|promise| now.duration_since(promise.heard) < LAPSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::testkit::{Forge, chain};

    #[test]
    fn a_promise_holds_for_its_blocks_until_it_is_kept_or_lapses() {
        let chain = chain(|_| ());
        let mut forge = Forge::new(&chain);
        let blocks = forge.line(chain.genesis_id(), 0, 3);
        let ids: Vec<_> = blocks.iter().map(CheckedBlock::id).collect();
        let (mut promised, start) = (Promised::default(), Instant::now());
        assert!(promised.kept(&blocks, start).is_none());
        assert!(promised.add(ids[..2].to_vec(), start));
        assert!(promised.kept(&blocks[..2], start).is_some());
        // One that was not promised is not wanted because others are.
        assert!(promised.kept(&blocks, start).is_none());
        // What comes of it makes it last.
        let later = start + LAPSE / 2;
        assert!(promised.kept(&blocks[..1], later).is_some());
        assert!(promised.kept(&blocks[1..2], start + LAPSE).is_some());
        assert!(promised.kept(&blocks[1..2], start + LAPSE * 2).is_none());
        assert!(promised.add(ids.clone(), start));
        promised.reached(&ids[2]);
        assert!(promised.kept(&blocks, start).is_none());
    }

    #[test]
    fn promises_are_few_and_the_same_again_takes_no_other_place() {
        let (mut promised, start) = (Promised::default(), Instant::now());
        let id = |number| vec![BlockId(shared::hash::Hash([number; 32]))];
        for number in 0..4 {
            assert!(promised.add(id(number), start));
        }
        assert!(!promised.add(id(9), start));
        assert!(promised.add(id(0), start + LAPSE / 2));
        // Those that were not heard of again have lapsed.
        for number in 10..13 {
            assert!(promised.add(id(number), start + LAPSE));
        }
        assert!(!promised.add(id(13), start + LAPSE));
    }
}
