//! Pull: the peer's chain has more work than this node's, so it is fetched.
//!
//! One new block whose parent is known: its body alone. Anything else: headers first, from the last
//! block that both have, and no body before the headers prove more work than this node's chain has.
//! That takes one answer of 2,000 headers as a rule. A deeper fork takes more: then of each answer
//! only its last id is kept, and headers are fetched again together with their bodies, so that
//! cheap headers cost the peer work and this node nothing.
//!
//! Bodies come in groups: one is being fetched while the one before is checked and submitted.

use super::{BUSY_DELAY, Millis, Output, Tip, fault::Fault, headers::Anchor};
use crate::relay::messages::MAX_GROUP;
use shared::hash::BlockId;
use std::collections::VecDeque;

/// Groups that are checked and wait for the writer, at most.
const MAX_READY: usize = 2;
/// Attempts without any progress before the link is given up.
const MAX_ATTEMPTS: u32 = 8;

/// The answer to [`Output::Ask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The block is known here: there is nothing to fetch.
    Known,
    /// Another link is fetching: ask again later.
    Taken,
    /// Its parent is known: fetch its body.
    Body,
    /// Its parent is unknown: fetch headers.
    Headers,
}

/// Headers that passed every check that headers allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Height of the block that the first of `ids` follows.
    pub base: u64,
    /// Their ids, ascending; of the first answer only from the first on that is not known here.
    pub ids: Vec<BlockId>,
    /// The last header, known or not; `None` when there were none.
    pub last: Option<Box<Anchor>>,
    /// Whether there may be more.
    pub more: bool,
}

/// What became of submitted blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// All are stored.
    Stored,
    /// One is ahead of its time and waits where it was submitted, or has no room beside the chain.
    Waits,
    /// The parent of one is not known after all.
    Unlinked,
    /// The node has too much to do, or stops.
    Busy,
    /// One is the peer's fault.
    Refused(Fault),
}

/// The state of this lane.
#[derive(Debug, Default)]
pub struct Pull {
    state: State,
    /// A block that is known here, yet not part of the chain: nothing more is done about it.
    settled: Option<BlockId>,
    /// Attempts since something was stored.
    attempts: u32,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// Ask again at this time.
    Pause(Millis),
    Asking(Tip),
    Body(Tip),
    Proving(Proof),
    Bodies(Download),
    SubmittingBody(Tip),
}

/// Headers are fetched until they have more work than this node's chain.
#[derive(Debug)]
struct Proof {
    wanted: Tip,
    /// The first headers, kept.
    first: Option<Located>,
    /// Last ids of the answers after the first.
    checkpoints: VecDeque<BlockId>,
}

/// Bodies are fetched.
#[derive(Debug)]
struct Download {
    wanted: Tip,
    /// Blocks to fetch, and the height of the first.
    ids: VecDeque<BlockId>,
    height: u64,
    /// The last header known.
    last: Option<Box<Anchor>>,
    more: bool,
    checkpoints: VecDeque<BlockId>,
    fetching: bool,
    locating: bool,
    ready: usize,
    submitting: bool,
}

impl Pull {
    pub(super) const fn is_catching_up(&self) -> bool {
        matches!(self.state, State::Proving(_) | State::Bodies(_))
    }

    pub(super) const fn wake_at(&self) -> Option<Millis> {
        if let State::Pause(until) = self.state { Some(until) } else { None }
    }

    pub(super) fn advance(
        &mut self,
        local: &Tip,
        remote: &Tip,
        now: Millis,
        out: &mut Vec<Output>,
    ) {
        match &mut self.state {
            State::Pause(until) if *until > now => {}
            State::Idle | State::Pause(_) => {
                self.state = State::Idle;
                if remote.work > local.work && self.settled != Some(remote.id) {
                    self.state = State::Asking(*remote);
                    out.push(Output::Ask(*remote));
                }
            }
            State::Bodies(download) => {
                if download.advance(out) {
                    self.finish(out);
                    // The peer may have found more meanwhile.
                    self.advance(local, remote, now, out);
                }
            }
            State::Asking(_) | State::Body(_) | State::Proving(_) | State::SubmittingBody(_) => {}
        }
    }

    pub(super) fn answered(&mut self, answer: Answer, now: Millis, out: &mut Vec<Output>) {
        let State::Asking(wanted) = self.state else { return };
        self.state = match answer {
            Answer::Known => {
                self.settled = Some(wanted.id);
                State::Idle
            }
            Answer::Taken => State::Pause(now.saturating_add(BUSY_DELAY)),
            Answer::Body => {
                out.push(Output::FetchBody(wanted.id));
                State::Body(wanted)
            }
            Answer::Headers => {
                out.push(Output::Locate(None));
                State::Proving(Proof { wanted, first: None, checkpoints: VecDeque::new() })
            }
        };
    }

    pub(super) fn body(
        &mut self,
        result: Result<(), Fault>,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<(), Fault> {
        let State::Body(wanted) = self.state else { return Ok(()) };
        match result {
            Ok(()) => {
                self.state = State::SubmittingBody(wanted);
                out.push(Output::Submit);
                Ok(())
            }
            Err(fault) => self.failed(fault, now, out),
        }
    }

    pub(super) fn located(
        &mut self,
        result: Result<Located, Fault>,
        local: &Tip,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<(), Fault> {
        let located = match result {
            Ok(located) => located,
            Err(fault) => return self.failed(fault, now, out),
        };
        match &mut self.state {
            State::Proving(proof) => match proof.take(located, local, out)? {
                Proven::NotYet => {}
                Proven::Nothing => return self.failed(Fault::Moved, now, out),
                Proven::Yes(download) => self.state = State::Bodies(*download),
            },
            State::Bodies(download) => {
                if !download.append(located)? {
                    return self.failed(Fault::Moved, now, out);
                }
            }
            State::Idle
            | State::Pause(_)
            | State::Asking(_)
            | State::Body(_)
            | State::SubmittingBody(_) => {}
        }
        Ok(())
    }

    pub(super) fn bodies(
        &mut self,
        result: Result<usize, Fault>,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<(), Fault> {
        let State::Bodies(download) = &mut self.state else { return Ok(()) };
        download.fetching = false;
        match result {
            Ok(0) => self.failed(Fault::Moved, now, out),
            Ok(count) => {
                download.ids.drain(..count.min(download.ids.len()));
                download.height =
                    download.height.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                download.ready += 1;
                Ok(())
            }
            Err(fault) => self.failed(fault, now, out),
        }
    }

    pub(super) fn submitted(
        &mut self,
        outcome: Submitted,
        now: Millis,
        out: &mut Vec<Output>,
    ) -> Result<(), Fault> {
        match outcome {
            Submitted::Stored => self.attempts = 0,
            Submitted::Waits => {
                // It connects by itself when its time has come, or never; asking again would not help.
                self.settled = match &self.state {
                    State::Bodies(download) => Some(download.wanted.id),
                    State::SubmittingBody(wanted) => Some(wanted.id),
                    State::Idle
                    | State::Pause(_)
                    | State::Asking(_)
                    | State::Body(_)
                    | State::Proving(_) => self.settled,
                };
                self.finish(out);
                return Ok(());
            }
            Submitted::Unlinked => return self.failed(Fault::Moved, now, out),
            Submitted::Busy => return self.failed(Fault::Busy, now, out),
            Submitted::Refused(fault) => return Err(fault),
        }
        match &mut self.state {
            State::Bodies(download) => download.submitting = false,
            State::SubmittingBody(_) => self.finish(out),
            State::Idle
            | State::Pause(_)
            | State::Asking(_)
            | State::Body(_)
            | State::Proving(_) => {}
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Output>) {
        self.state = State::Idle;
        out.push(Output::Release);
    }

    /// What passes by itself is tried again, but not for ever.
    fn failed(&mut self, fault: Fault, now: Millis, out: &mut Vec<Output>) -> Result<(), Fault> {
        let fault = fault.passes()?;
        if matches!(fault, Fault::Moved | Fault::Overloaded) {
            self.attempts += 1;
            if self.attempts >= MAX_ATTEMPTS {
                return Err(Fault::Unstable);
            }
        }
        self.finish(out);
        self.state = State::Pause(now.saturating_add(BUSY_DELAY));
        Ok(())
    }
}

enum Proven {
    NotYet,
    /// There is nothing to fetch after all.
    Nothing,
    Yes(Box<Download>),
}

impl Proof {
    fn take(
        &mut self,
        located: Located,
        local: &Tip,
        out: &mut Vec<Output>,
    ) -> Result<Proven, Fault> {
        let Some(last) = located.last.clone() else { return Ok(Proven::Nothing) };
        if last.id == self.wanted.id && last.work != self.wanted.work {
            return Err(Fault::WrongWork);
        }
        let more = located.more;
        if self.first.is_some() {
            self.checkpoints.push_back(last.id);
        } else {
            self.first = Some(located);
        }
        if last.work > local.work {
            let checkpoints = std::mem::take(&mut self.checkpoints);
            let first =
                self.first.take().map(|first| Download::new(self.wanted, first, checkpoints));
            return Ok(first.map_or(Proven::Nothing, |download| Proven::Yes(Box::new(download))));
        }
        if more {
            out.push(Output::Locate(Some(last)));
            return Ok(Proven::NotYet);
        }
        Ok(Proven::Nothing)
    }
}

impl Download {
    fn new(wanted: Tip, first: Located, checkpoints: VecDeque<BlockId>) -> Self {
        Self {
            wanted,
            ids: first.ids.into(),
            height: first.base.saturating_add(1),
            last: first.last,
            more: first.more,
            checkpoints,
            fetching: false,
            locating: false,
            ready: 0,
            submitting: false,
        }
    }

    /// More headers; false: they are not those that were proven.
    fn append(&mut self, located: Located) -> Result<bool, Fault> {
        self.locating = false;
        let Some(last) = located.last else {
            self.more = false;
            return Ok(self.checkpoints.is_empty());
        };
        if self.checkpoints.pop_front().is_some_and(|checkpoint| checkpoint != last.id) {
            return Ok(false);
        }
        if last.id == self.wanted.id && last.work != self.wanted.work {
            return Err(Fault::WrongWork);
        }
        self.ids.extend(located.ids);
        self.last = Some(last);
        self.more = located.more;
        Ok(true)
    }

    /// Starts what can start; true: everything is done.
    fn advance(&mut self, out: &mut Vec<Output>) -> bool {
        if !self.submitting && self.ready > 0 {
            self.ready -= 1;
            self.submitting = true;
            out.push(Output::Submit);
        }
        let network = self.fetching || self.locating;
        if !network && self.ready < MAX_READY {
            if !self.ids.is_empty() {
                self.fetching = true;
                let expected = self.ids.iter().take(MAX_GROUP).copied().collect();
                out.push(Output::FetchBodies { from: self.height, expected });
            } else if self.more {
                self.locating = true;
                out.push(Output::Locate(self.last.clone()));
            }
        }
        !(self.fetching || self.locating || self.submitting || self.ready > 0)
    }
}
