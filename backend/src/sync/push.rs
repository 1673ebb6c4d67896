//! Push: this node's chain has more work than the peer's, so the peer is told, and sent what it lacks.

use super::{BUSY_DELAY, Millis, Output, Tip, fault::Fault};
use crate::relay::messages::Locator;
use shared::hash::BlockId;

/// A peer that follows this node's stream pulls by itself. Only if it has not after so long is it
/// pushed to: whoever follows in its name must not be able to keep blocks from it.
const FOLLOWER_DELAY: Millis = 1_500;
/// A peer with as much work is told of a change after so long: it may know, but cannot know that
/// this node knows.
const COURTESY_DELAY: Millis = 5_000;
/// When a push led to nothing, it is tried again after so long.
const VAIN_DELAY: Millis = 5_000;
/// When somebody else is sending the block, the peer is asked again after so long.
const LATER_DELAY: Millis = 1_000;

/// From where on to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// The last block alone.
    Tip,
    /// After the newest of these that is in this node's chain.
    Fork(Locator),
    /// This height.
    Height(u64),
}

/// What the peer said to an announcement.
#[derive(Debug)]
pub struct Told {
    /// What it was told.
    pub ours: BlockId,
    /// Where its chain ends, its header's own work proven.
    pub theirs: Tip,
    /// What it wants sent, if anything.
    pub wants: Wants,
}

/// What the peer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// Nothing yet.
    Later,
    /// Blocks.
    Blocks(From),
}

/// What became of blocks that were sent.
#[derive(Debug)]
pub struct Sent {
    /// Where its chain ends now, its header's own work proven.
    pub theirs: Tip,
    /// Whether all are stored there.
    pub stored: bool,
    /// Height of the next block to send; `None` when the end was sent.
    pub next: Option<u64>,
}

/// The state of this lane.
#[derive(Debug, Default)]
pub struct Push {
    /// A request is on its way.
    busy: bool,
    /// The peer follows this node's stream.
    follows: bool,
    /// When this node's chain last changed.
    changed: Millis,
    /// The end of this node's chain that the peer was last told.
    told: Option<BlockId>,
    /// Nothing is sent before.
    not_before: Millis,
    /// When the lane wants to act next.
    due: Option<Millis>,
}

impl Push {
    pub(super) const fn changed(&mut self, now: Millis) {
        self.changed = now;
        self.not_before = 0;
    }

    pub(super) const fn follows(&mut self, follows: bool) {
        self.follows = follows;
    }

    pub(super) fn wake_at(&self) -> Option<Millis> {
        self.due.filter(|_| !self.busy)
    }

    /// The announcement was answered: returns where the peer's chain ends.
    pub(super) fn told(
        &mut self,
        result: Result<Told, Fault>,
        local: &Tip,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<Option<Tip>, Fault> {
        let Some(told) = self.answered(result, now)? else { return Ok(None) };
        self.told = Some(told.ours);
        match told.wants {
            Wants::Blocks(from) => {
                self.busy = true;
                out.push(Output::SendBlocks(from));
            }
            Wants::Later => self.not_before = now + LATER_DELAY,
            Wants::Nothing => self.rest_unless_changed(told.ours, local, now),
        }
        Ok(Some(told.theirs))
    }

    /// Blocks were sent: returns where the peer's chain ends.
    pub(super) fn sent(
        &mut self,
        result: Result<Sent, Fault>,
        local: &Tip,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<Option<Tip>, Fault> {
        let Some(sent) = self.answered(result, now)? else { return Ok(None) };
        match sent.next {
            Some(height) if sent.stored => {
                self.busy = true;
                out.push(Output::SendBlocks(From::Height(height)));
            }
            Some(_) | None => {
                if sent.theirs.work < local.work && self.told == Some(local.id) {
                    self.not_before = now + VAIN_DELAY;
                }
            }
        }
        Ok(Some(sent.theirs))
    }

    /// Tells the peer when it is time.
    pub(super) fn advance(
        &mut self,
        local: &Tip,
        remote: &Tip,
        now: Millis,
        out: &mut Vec<Output>,
    ) {
        self.due = None;
        if self.busy {
            return;
        }
        let delay = if local.work > remote.work {
            if self.follows { FOLLOWER_DELAY } else { 0 }
        } else if self.told != Some(local.id) && local.work == remote.work {
            COURTESY_DELAY
        } else {
            return;
        };
        let due = self.changed.saturating_add(delay).max(self.not_before);
        if due <= now {
            self.busy = true;
            out.push(Output::Announce);
        } else {
            self.due = Some(due);
        }
    }

    /// The request is over. What failed and passes by itself is tried again.
    fn answered<T>(&mut self, result: Result<T, Fault>, now: Millis) -> Result<Option<T>, Fault> {
        self.busy = false;
        match result {
            Ok(answer) => Ok(Some(answer)),
            Err(fault) => {
                fault.passes()?;
                self.not_before = now.saturating_add(BUSY_DELAY);
                Ok(None)
            }
        }
    }

    fn rest_unless_changed(&mut self, ours: BlockId, local: &Tip, now: Millis) {
        if ours == local.id {
            self.not_before = now + VAIN_DELAY;
        }
    }
}
