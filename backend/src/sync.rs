//! What a link to a peer does next, decided without sockets, clocks or threads.
//!
//! A [`Link`] is a state machine: [`Link::step`] takes what happened and the time, and returns what
//! to do. The driver (`relay/link.rs`) does it and comes back with the result. The side that dialled
//! does everything, in both directions, so that a node that nobody can reach is a full member:
//!
//! - **pull** ([`pull`]): the peer's chain has more work: fetch it;
//! - **push** ([`push`]): this node's chain has more work: offer it;
//! - **gossip** ([`gossip`]): let both pools hold the same transactions.
//!
//! What it does not do: judge blocks (`shared` does), or punish without proof: a fault's
//! [`Patience`] says what follows from it, one match for all of them.

pub mod fault;
pub mod gossip;
pub mod headers;
pub mod pull;
pub mod push;

use crate::peers::Backoff;
use fault::{Fault, Patience};
use gossip::Gossip;
use headers::Anchor;
use pull::Pull;
use push::Push;
use shared::hash::{BlockId, Hash, TransactionId};
use shared::work::Work;

/// Milliseconds since the driver's start.
pub type Millis = u64;

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Height of the last block.
    pub height: u64,
    /// Its id.
    pub id: BlockId,
    /// What it follows.
    pub previous: Hash,
    /// Work of the chain.
    pub work: Work,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// Time has passed.
    Wake,
    /// The peer may just have started: try now rather than later.
    Nudge,
    /// The answer to [`Output::Greet`]: where the peer's chain ends.
    Greeted(Result<Tip, Fault>),
    /// The stream is open.
    Opened,
    /// The peer told where its chain ends; the header's own work is proven.
    Heard(Tip),
    /// The stream broke.
    Broken(Fault),
    /// This node's chain ends there now.
    Local(Tip),
    /// Transactions entered this node's pool, and the peer is not known to have them.
    Fresh(Vec<TransactionId>),
    /// Events were missed: the pools may differ.
    Lagged,
    /// Whether the peer itself follows this node's stream (so that it pulls what it needs).
    Follows(bool),
    /// The answer to [`Output::Ask`].
    Answer(pull::Answer),
    /// The answer to [`Output::FetchBody`]: it is checked and kept for [`Output::Submit`].
    Body(Result<(), Fault>),
    /// The answer to [`Output::Locate`].
    Located(Result<pull::Located, Fault>),
    /// The answer to [`Output::FetchBodies`]: so many, checked and kept for [`Output::Submit`].
    Bodies(Result<usize, Fault>),
    /// The answer to [`Output::Submit`].
    Submitted(pull::Submitted),
    /// The answer to [`Output::Announce`].
    Told(Result<push::Told, Fault>),
    /// The answer to [`Output::SendBlocks`].
    Sent(Result<push::Sent, Fault>),
    /// The answer to [`Output::Exchange`] or [`Output::Offer`].
    Exchanged(Result<gossip::Exchanged, Fault>),
    /// The answer to [`Output::SendTransactions`] or [`Output::FetchTransactions`].
    Gossiped(Result<(), Fault>),
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask who is there.
    Greet,
    /// Follow the peer's stream.
    OpenStream,
    /// End everything that goes on with the peer.
    Close(Fault),
    /// Tell at once what is known of this block, and whether this link may fetch it.
    Ask(Tip),
    /// This link fetches nothing any more.
    Release,
    /// Fetch and check one block.
    FetchBody(BlockId),
    /// Fetch and check headers: after what both chains have, or after this one.
    Locate(Option<Box<Anchor>>),
    /// Fetch and check blocks from this height on; they must be these.
    FetchBodies {
        /// Height of the first.
        from: u64,
        /// All that may come.
        expected: Vec<BlockId>,
    },
    /// Submit the oldest checked blocks that are kept.
    Submit,
    /// Tell where this node's chain ends.
    Announce,
    /// Send blocks of this node's chain.
    SendBlocks(push::From),
    /// Offer the whole pool and learn what the peer has more.
    Exchange,
    /// Offer these transactions: the peer may have them.
    Offer(Vec<TransactionId>),
    /// Send these transactions.
    SendTransactions(Vec<TransactionId>),
    /// Fetch these transactions.
    FetchTransactions(Vec<TransactionId>),
}

/// How things stand, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Until the next try.
    Waiting,
    /// Greeting, or opening the stream.
    Connecting,
    /// Following the stream.
    Connected,
    /// On another chain.
    Refused,
    /// This node itself.
    Itself,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting { until: Millis, nudgeable: bool },
    Greeting,
    Opening,
    Live { since: Millis },
}

/// A link to one peer that this node dials.
#[derive(Debug)]
pub struct Link {
    phase: Phase,
    backoff: Backoff,
    local: Tip,
    remote: Option<Tip>,
    last_fault: Option<Fault>,
    pull: Pull,
    push: Push,
    gossip: Gossip,
}

/// What passes by itself, such as a busy node, is tried again after so long.
const BUSY_DELAY: Millis = 250;
/// A link that lasted so long was reachable: it is tried again soon.
const LASTED_AFTER: Millis = 5_000;
/// A link that has lasted so long without a fault starts over with a clean record.
const GOOD_AFTER: Millis = 60_000;

impl Link {
    /// A link that dials at its first [`Input::Wake`]. `seed` makes the jitter of its back-off.
    #[must_use]
    pub fn new(local: Tip, seed: u64) -> Self {
        Self {
            phase: Phase::Waiting { until: 0, nudgeable: true },
            backoff: Backoff::new(seed),
            local,
            remote: None,
            last_fault: None,
            pull: Pull::default(),
            push: Push::default(),
            gossip: Gossip::default(),
        }
    }

    /// Takes what happened and returns what to do, in order.
    #[must_use]
    pub fn step(&mut self, input: Input, now: Millis) -> Vec<Output> {
        let mut out = Vec::new();
        match self.take(input, now, &mut out) {
            Ok(()) => self.advance(now, &mut out),
            Err(fault) => self.close(fault, now, &mut out),
        }
        out
    }

    /// When [`Input::Wake`] is wanted, whatever else happens.
    #[must_use]
    pub fn wake_at(&self) -> Option<Millis> {
        match self.phase {
            Phase::Waiting { until, .. } => Some(until),
            Phase::Greeting | Phase::Opening => None,
            Phase::Live { .. } => {
                let lanes = [self.pull.wake_at(), self.push.wake_at(), self.gossip.wake_at()];
                lanes.into_iter().flatten().min()
            }
        }
    }

    /// How things stand.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match (self.phase, &self.last_fault) {
            (Phase::Waiting { .. }, Some(Fault::OtherChain | Fault::OtherProtocol)) => {
                Stage::Refused
            }
            (Phase::Waiting { .. }, Some(Fault::Itself)) => Stage::Itself,
            (Phase::Waiting { .. }, _) => Stage::Waiting,
            (Phase::Greeting | Phase::Opening, _) => Stage::Connecting,
            (Phase::Live { .. }, _) => Stage::Connected,
        }
    }

    /// Where the peer's chain ends, as far as it has told.
    #[must_use]
    pub const fn remote(&self) -> Option<Tip> {
        self.remote
    }

    /// Whether a longer stretch of the peer's chain is being fetched.
    #[must_use]
    pub const fn is_catching_up(&self) -> bool {
        self.pull.is_catching_up()
    }

    fn take(&mut self, input: Input, now: Millis, out: &mut Vec<Output>) -> Result<(), Fault> {
        match input {
            Input::Wake => {}
            Input::Nudge => {
                if let Phase::Waiting { nudgeable: true, .. } = self.phase {
                    self.phase = Phase::Waiting { until: now, nudgeable: true };
                }
            }
            Input::Greeted(result) => {
                self.remote = Some(result?);
                self.phase = Phase::Opening;
                out.push(Output::OpenStream);
            }
            Input::Opened => {
                self.phase = Phase::Live { since: now };
                self.push.changed(now);
                self.gossip.opened();
            }
            Input::Heard(tip) => self.heard(tip),
            Input::Broken(fault) => return Err(fault),
            Input::Local(tip) => {
                self.local = tip;
                self.push.changed(now);
            }
            Input::Fresh(ids) => self.gossip.fresh(ids, now),
            Input::Lagged => self.gossip.lagged(),
            Input::Follows(follows) => {
                self.push.follows(follows);
                self.gossip.follows(follows);
            }
            Input::Answer(answer) => self.pull.answered(answer, now, out),
            Input::Body(result) => self.pull.body(result, now, out)?,
            Input::Located(result) => self.pull.located(result, &self.local, now, out)?,
            Input::Bodies(result) => self.pull.bodies(result, now, out)?,
            Input::Submitted(outcome) => self.pull.submitted(outcome, now, out)?,
            Input::Told(result) => {
                let tip = self.push.told(result, &self.local, now, out)?;
                tip.into_iter().for_each(|tip| self.heard(tip));
            }
            Input::Sent(result) => {
                let tip = self.push.sent(result, &self.local, now, out)?;
                tip.into_iter().for_each(|tip| self.heard(tip));
            }
            Input::Exchanged(result) => self.gossip.exchanged(result, now)?,
            Input::Gossiped(result) => self.gossip.done(result, now)?,
        }
        Ok(())
    }

    /// A chain's work never falls: answers that cross each other do not take it back.
    fn heard(&mut self, tip: Tip) {
        if self.remote.is_none_or(|known| tip.work >= known.work) {
            self.remote = Some(tip);
        }
    }

    fn advance(&mut self, now: Millis, out: &mut Vec<Output>) {
        match self.phase {
            Phase::Waiting { until, .. } if until <= now => {
                self.phase = Phase::Greeting;
                out.push(Output::Greet);
            }
            Phase::Waiting { .. } | Phase::Greeting | Phase::Opening => {}
            Phase::Live { since } => {
                if now.saturating_sub(since) >= GOOD_AFTER {
                    self.backoff.proved_good();
                }
                let Some(remote) = self.remote else { return };
                self.pull.advance(&self.local, &remote, now, out);
                self.push.advance(&self.local, &remote, now, out);
                self.gossip.advance(now, out);
            }
        }
    }

    fn close(&mut self, fault: Fault, now: Millis, out: &mut Vec<Output>) {
        if let Phase::Live { since } = self.phase
            && now.saturating_sub(since) >= LASTED_AFTER
        {
            self.backoff.lasted();
        }
        let delay = self.backoff.after(fault.patience());
        let nudgeable = fault.patience() == Patience::Soon;
        self.phase = Phase::Waiting { until: now.saturating_add(delay), nudgeable };
        self.remote = None;
        self.pull = Pull::default();
        self.push = Push::default();
        self.gossip = Gossip::default();
        self.last_fault = Some(fault.clone());
        out.push(Output::Close(fault));
    }
}

#[cfg(test)]
mod tests;
