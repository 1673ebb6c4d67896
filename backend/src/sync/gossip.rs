//! Gossip: both pools should hold the same transactions.
//!
//! When a link opens, both sides tell what waits with them and send what the other lacks. From then
//! on every transaction is passed on as it comes.

use super::{BUSY_DELAY, Millis, Output, fault::Fault};
use crate::relay::messages::MAX_BATCH;
use shared::hash::TransactionId;
use std::collections::VecDeque;

/// A peer that follows this node's stream has transactions from there. It is offered them after so
/// long all the same: whoever follows in its name must not be able to keep them from it.
const FOLLOWER_DELAY: Millis = 1_000;
/// With more than these waiting to be sent, the pools are compared as a whole instead.
const MAX_QUEUED: usize = 20_000;

/// What one side lacks of the other.
#[derive(Debug, Default)]
pub struct Exchanged {
    /// What the peer lacks.
    pub missing: Vec<TransactionId>,
    /// What this node lacks.
    pub extra: Vec<TransactionId>,
}

/// The state of this lane.
#[derive(Debug, Default)]
pub struct Gossip {
    busy: bool,
    follows: bool,
    /// The pools are to be compared.
    compare: bool,
    /// To be fetched from the peer.
    fetch: VecDeque<TransactionId>,
    /// Known to be missing there.
    send: VecDeque<TransactionId>,
    /// New here; the peer may have them from the stream.
    offer: VecDeque<TransactionId>,
    /// When the offer is due.
    offer_at: Millis,
    not_before: Millis,
}

impl Gossip {
    pub(super) const fn opened(&mut self) {
        self.compare = true;
    }

    pub(super) const fn lagged(&mut self) {
        self.compare = true;
    }

    pub(super) fn follows(&mut self, follows: bool) {
        self.follows = follows;
        if !follows {
            self.send.append(&mut self.offer);
        }
    }

    pub(super) fn fresh(&mut self, ids: Vec<TransactionId>, now: Millis) {
        let queue = if self.follows { &mut self.offer } else { &mut self.send };
        if self.follows && queue.is_empty() {
            self.offer_at = now.saturating_add(FOLLOWER_DELAY);
        }
        queue.extend(ids);
        if self.offer.len() + self.send.len() > MAX_QUEUED {
            self.offer.clear();
            self.send.clear();
            self.compare = true;
        }
    }

    pub(super) fn wake_at(&self) -> Option<Millis> {
        if self.busy {
            return None;
        }
        let work = self.compare || !self.fetch.is_empty() || !self.send.is_empty();
        let offer = (!self.offer.is_empty()).then_some(self.offer_at);
        let due = if work { Some(0) } else { offer };
        due.map(|due| due.max(self.not_before))
    }

    pub(super) fn exchanged(
        &mut self,
        result: Result<Exchanged, Fault>,
        now: Millis,
    ) -> Result<(), Fault> {
        self.busy = false;
        match result {
            Ok(Exchanged { missing, extra }) => {
                self.send.extend(missing);
                self.fetch.extend(extra);
                Ok(())
            }
            Err(fault) => self.failed(fault, now),
        }
    }

    pub(super) fn done(&mut self, result: Result<(), Fault>, now: Millis) -> Result<(), Fault> {
        self.busy = false;
        result.or_else(|fault| self.failed(fault, now))
    }

    pub(super) fn advance(&mut self, now: Millis, out: &mut Vec<Output>) {
        if self.busy || now < self.not_before {
            return;
        }
        let output = if !self.fetch.is_empty() {
            Output::FetchTransactions(batch(&mut self.fetch))
        } else if !self.send.is_empty() {
            Output::SendTransactions(batch(&mut self.send))
        } else if self.compare {
            self.compare = false;
            Output::Exchange
        } else if !self.offer.is_empty() && self.offer_at <= now {
            Output::Offer(batch(&mut self.offer))
        } else {
            return;
        };
        self.busy = true;
        out.push(output);
    }

    /// What was on its way is not known to have arrived: compare again later.
    fn failed(&mut self, fault: Fault, now: Millis) -> Result<(), Fault> {
        fault.passes()?;
        self.compare = true;
        self.not_before = now.saturating_add(BUSY_DELAY);
        Ok(())
    }
}

fn batch(queue: &mut VecDeque<TransactionId>) -> Vec<TransactionId> {
    queue.drain(..queue.len().min(MAX_BATCH)).collect()
}
