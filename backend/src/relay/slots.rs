//! Who fetches what: links share these, so that a block is fetched once and not from every peer.
//!
//! A claim that makes no progress lapses, so that a peer that stalls holds nobody up for long.

use shared::hash::BlockId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A body that has not come after so long may be fetched from another peer as well.
const BODY_LAPSE: Duration = Duration::from_millis(1_000);
/// A catch-up without progress for so long may be taken over.
const CATCH_UP_LAPSE: Duration = Duration::from_millis(3_000);
/// How long a push is remembered.
const PUSH_MEMORY: Duration = Duration::from_secs(60);
/// Bodies claimed at once, at most; every link claims one.
const MAX_BODIES: usize = 1_024;

/// Claims of all links, each known by its number, and of whoever pushes to this node.
///
/// Strangers push, so their claims hold nobody up but each other, and each block but once.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    pushes: HashMap<BlockId, Instant>,
    bodies: HashMap<BlockId, (u64, Instant)>,
    catch_up: Option<(u64, Instant)>,
}

impl Slots {
    /// Claims the body of a block; false while another link is fetching it.
    pub(crate) fn claim_body(&mut self, id: BlockId, link: u64, now: Instant) -> bool {
        self.bodies.retain(|_, (_, since)| now.duration_since(*since) < BODY_LAPSE);
        if self.bodies.len() >= MAX_BODIES {
            return true;
        }
        let (holder, _) = self.bodies.entry(id).or_insert((link, now));
        *holder == link
    }

    /// Whether somebody who announced a block is asked for it: not while its body is on the way,
    /// but whatever happens no later than [`BODY_LAPSE`] after it was first asked for.
    pub(crate) fn claim_push(&mut self, id: BlockId, now: Instant) -> bool {
        self.pushes.retain(|_, since| now.duration_since(*since) < PUSH_MEMORY);
        if self.pushes.len() >= MAX_BODIES {
            return true;
        }
        if let Some(since) = self.pushes.get(&id) {
            return now.duration_since(*since) >= BODY_LAPSE;
        }
        self.pushes.insert(id, now);
        true
    }

    /// Claims the catch-up, or tells of progress in it; false while another link is making progress.
    pub(crate) fn claim_catch_up(&mut self, link: u64, now: Instant) -> bool {
        let free = self.catch_up.is_none_or(|(holder, progress)| {
            holder == link || now.duration_since(progress) >= CATCH_UP_LAPSE
        });
        if free {
            self.catch_up = Some((link, now));
        }
        free
    }

    /// The link fetches nothing any more.
    pub(crate) fn release(&mut self, link: u64) {
        self.bodies.retain(|_, (holder, _)| *holder != link);
        if self.catch_up.is_some_and(|(holder, _)| holder == link) {
            self.catch_up = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::hash::Hash;

    #[test]
    fn one_link_fetches_a_body_until_it_stalls() {
        let (mut slots, start) = (Slots::default(), Instant::now());
        let id = BlockId(Hash([1; 32]));
        assert!(slots.claim_body(id, 1, start));
        assert!(slots.claim_body(id, 1, start));
        assert!(!slots.claim_body(id, 2, start));
        assert!(slots.claim_body(BlockId::default(), 2, start));
        assert!(slots.claim_body(id, 2, start + BODY_LAPSE));
        slots.release(2);
        assert!(slots.claim_body(id, 1, start + BODY_LAPSE));
    }

    #[test]
    fn a_stranger_holds_a_push_up_once_and_a_pull_never() {
        let (mut slots, start) = (Slots::default(), Instant::now());
        let id = BlockId(Hash([1; 32]));
        assert!(slots.claim_push(id, start));
        assert!(!slots.claim_push(id, start));
        assert!(slots.claim_body(id, 1, start));
        assert!(slots.claim_push(id, start + BODY_LAPSE));
        assert!(slots.claim_push(id, start + BODY_LAPSE));
    }

    #[test]
    fn one_link_catches_up_while_it_makes_progress() {
        let (mut slots, start) = (Slots::default(), Instant::now());
        assert!(slots.claim_catch_up(1, start));
        let later = start + CATCH_UP_LAPSE / 2;
        assert!(slots.claim_catch_up(1, later));
        assert!(!slots.claim_catch_up(2, start + CATCH_UP_LAPSE));
        assert!(slots.claim_catch_up(2, later + CATCH_UP_LAPSE));
        assert!(!slots.claim_catch_up(1, later + CATCH_UP_LAPSE));
        slots.release(2);
        assert!(slots.claim_catch_up(1, later + CATCH_UP_LAPSE));
    }
}
