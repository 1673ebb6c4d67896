//! What `relay/link.rs` does for a real link, on virtual time.

use std::{
    collections::VecDeque,
    sync::LazyLock,
    time::{Duration, Instant},
};

use super::*;
use crate::sync::pull::Answer;

/// How long a request waits for its answer.
const DEADLINE: Millis = 10_000;
/// A waiting link is nudged so often at most.
const NUDGES: Millis = 1_000;

/// To which connection, and to which attempt to pull, something belongs: what is late is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    connection: u64,
    attempt: Option<u64>,
}

/// A link and what its driver keeps.
pub(super) struct Driver {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) link: Link,
    connection: u64,
    attempt: u64,
    /// Blocks that were fetched, to be submitted in their turn.
    ready: VecDeque<Vec<BlockId>>,
    /// Whether the peer follows this node's stream.
    follows: bool,
    nudged: Option<Millis>,
    /// When the link is woken next.
    wake: Option<Millis>,
}

impl Driver {
    pub(super) const fn new(from: usize, to: usize, link: Link) -> Self {
        Self {
            from,
            to,
            link,
            connection: 0,
            attempt: 0,
            ready: VecDeque::new(),
            follows: false,
            nudged: None,
            wake: None,
        }
    }
}

impl World {
    /// Virtual time for what wants an [`Instant`].
    pub(super) fn instant(&self) -> Instant {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        *START + Duration::from_millis(self.now)
    }

    /// One step of a link, and everything that it asks for.
    pub(super) fn feed(&mut self, link: usize, input: Input) {
        let opened = matches!(input, Input::Opened);
        let now = self.now;
        let mut outputs: VecDeque<_> = self.links[link].link.step(input, now).into();
        while let Some(output) = outputs.pop_front() {
            if let Some(answer) = self.perform(link, output) {
                outputs.extend(self.links[link].link.step(answer, now));
            }
        }
        if opened {
            self.links[link].follows = false;
            self.followers_changed(link);
        }
        let wake = self.links[link].link.wake_at().map(|at| at.max(now));
        if let Some(at) = wake
            && self.links[link].wake != Some(at)
        {
            self.after(at - now, Event::Wake { link });
        }
        self.links[link].wake = wake;
    }

    pub(super) fn woken(&mut self, link: usize) {
        // Another time may have been set since.
        if self.links[link].wake.is_some_and(|at| at <= self.now) {
            self.links[link].wake = None;
            self.feed(link, Input::Wake);
        }
    }

    pub(super) fn reported(&mut self, link: usize, report: Report, input: Input) {
        let driver = &mut self.links[link];
        if report.connection != driver.connection
            || report.attempt.is_some_and(|attempt| attempt != driver.attempt)
        {
            return;
        }
        self.feed(link, input);
    }

    fn perform(&mut self, link: usize, output: Output) -> Option<Input> {
        let (from, number) = (self.links[link].from, u64::try_from(link).unwrap());
        let now = self.instant();
        match output {
            Output::Greet => self.request(link, Ask::Hello, false),
            Output::OpenStream => self.request(link, Ask::Stream, false),
            Output::Close(_) => {
                self.links[link].connection += 1;
                self.unfollow(link);
                self.release(link);
            }
            Output::Ask(tip) => return Some(Input::Answer(self.judge(link, &tip))),
            Output::Release => self.release(link),
            Output::FetchBody(id) => self.request(link, Ask::Body(id), true),
            Output::Locate(after) => {
                self.nodes[from].slots.claim_catch_up(number, now);
                let ids = match &after {
                    Some(anchor) => vec![anchor.id],
                    None => self.nodes[from].locator(),
                };
                self.request(link, Ask::Locate { ids, after }, true);
            }
            Output::FetchBodies { from: height, expected } => {
                self.nodes[from].slots.claim_catch_up(number, now);
                self.request(link, Ask::Bodies { from: height, expected }, true);
            }
            Output::Submit => {
                let group = self.links[link].ready.pop_front().unwrap_or_default();
                let outcome = self.submit(from, &group);
                let report = self.report(link, true);
                let delay = 1 + self.random.below_u64(30);
                let input = Box::new(Input::Submitted(outcome));
                self.after(delay, Event::Report { link, report, input });
            }
            Output::Announce => {
                let tip = self.nodes[from].tip;
                self.request(link, Ask::Announce(tip), false);
            }
            Output::SendBlocks(start) => {
                let (blocks, next) = self.nodes[from].to_push(start);
                self.request(link, Ask::Push { blocks, next }, false);
            }
            Output::Exchange
            | Output::Offer(_)
            | Output::SendTransactions(_)
            | Output::FetchTransactions(_) => self.request(link, Ask::Pools, false),
        }
        None
    }

    fn report(&self, link: usize, pulls: bool) -> Report {
        let driver = &self.links[link];
        Report { connection: driver.connection, attempt: pulls.then_some(driver.attempt) }
    }

    fn release(&mut self, link: usize) {
        let driver = &mut self.links[link];
        driver.attempt += 1;
        driver.ready.clear();
        self.nodes[driver.from].slots.release(u64::try_from(link).unwrap());
    }

    /// What is known of a block that the peer has and this node's chain has not.
    fn judge(&mut self, link: usize, tip: &Tip) -> Answer {
        let (now, number) = (self.instant(), u64::try_from(link).unwrap());
        let node = &mut self.nodes[self.links[link].from];
        if node.knows(&tip.id) {
            Answer::Known
        } else if node.known.contains(&tip.previous.0) {
            if node.slots.claim_body(tip.id, number, now) { Answer::Body } else { Answer::Taken }
        } else if node.slots.claim_catch_up(number, now) {
            Answer::Headers
        } else {
            Answer::Taken
        }
    }

    /// Sends a request on its way: it arrives once, twice or not at all.
    fn request(&mut self, link: usize, ask: Ask, pulls: bool) {
        let (from, to) = (self.links[link].from, self.links[link].to);
        let report = self.report(link, pulls);
        let Some(delay) = self.way(from, to) else {
            let is_greeting = matches!(ask, Ask::Hello);
            let (fault, wait) =
                if is_greeting { (Fault::Unreachable, 50) } else { (Fault::Timeout, DEADLINE) };
            let input = Box::new(failure(&ask, fault));
            self.after(wait, Event::Report { link, report, input });
            return;
        };
        // Who repeats it is not the link, so nobody waits for that answer.
        if self.random.share(self.weather.repeated) && !matches!(ask, Ask::Stream) {
            let nobody = Report { connection: u64::MAX, attempt: None };
            let late = delay + self.random.below_u64(1_000);
            self.after(late, Event::Request { link, report: nobody, ask: ask.clone() });
        }
        self.after(delay, Event::Request { link, report, ask });
    }

    pub(super) fn requested(&mut self, link: usize, report: Report, ask: Ask) {
        let to = self.links[link].to;
        let lost = failure(&ask, Fault::Timeout);
        let fetched = match &ask {
            Ask::Body(id) => vec![*id],
            Ask::Bodies { expected, .. } => expected.clone(),
            _ => Vec::new(),
        };
        let is_stream = matches!(ask, Ask::Stream);
        if is_stream && report != self.report(link, false) {
            return;
        }
        let answer = if self.liar == Some(to) {
            self.lie(link, report, ask)
        } else {
            self.answer(link, report, ask)
        };
        match self.way(to, self.links[link].from) {
            Some(delay) => {
                // What was fetched is kept as soon as it is there, for `Submit`.
                let count = match &answer {
                    Input::Body(Ok(())) => Some(1),
                    Input::Bodies(Ok(count)) => Some(*count),
                    _ => None,
                };
                if let Some(count) = count
                    && report == self.report(link, true)
                {
                    self.links[link].ready.push_back(fetched[..count].to_vec());
                }
                self.after(delay, Event::Report { link, report, input: Box::new(answer) });
                if is_stream {
                    let tip = self.nodes[to].tip;
                    let tip = if self.liar == Some(to) { self.lying_tip() } else { tip };
                    self.frame(to, link, report, tip);
                }
            }
            None => {
                self.after(DEADLINE, Event::Report { link, report, input: Box::new(lost) });
            }
        }
    }

    pub(super) fn follow(&mut self, link: usize, report: Report) {
        let node = self.links[link].to;
        self.nodes[node].followers.retain(|(other, _)| *other != link);
        self.nodes[node].followers.push((link, report));
        self.tell_links_of(node);
    }

    pub(super) fn unfollow(&mut self, link: usize) {
        let node = self.links[link].to;
        let before = self.nodes[node].followers.len();
        self.nodes[node].followers.retain(|(other, _)| *other != link);
        if self.nodes[node].followers.len() < before {
            self.tell_links_of(node);
        }
    }

    /// Nobody may feed a link while another one is being fed: it hears a moment later.
    fn tell_links_of(&mut self, node: usize) {
        for link in 0..self.links.len() {
            if self.links[link].from == node {
                self.after(1, Event::Followers { link });
            }
        }
    }

    /// Whoever begins to follow may be the peer that this link waits for.
    pub(super) fn followers_changed(&mut self, link: usize) {
        let (from, to) = (self.links[link].from, self.links[link].to);
        let follows =
            self.nodes[from].followers.iter().any(|(other, _)| self.links[*other].from == to);
        if follows != self.links[link].follows {
            self.links[link].follows = follows;
            self.feed(link, Input::Follows(follows));
        }
        if self.links[link].nudged.is_none_or(|last| self.now - last >= NUDGES) {
            self.links[link].nudged = Some(self.now);
            self.feed(link, Input::Nudge);
        }
    }
}

/// How the failure of a request is told.
fn failure(ask: &Ask, fault: Fault) -> Input {
    match ask {
        Ask::Hello => Input::Greeted(Err(fault)),
        Ask::Stream => Input::Broken(fault),
        Ask::Body(_) => Input::Body(Err(fault)),
        Ask::Locate { .. } => Input::Located(Err(fault)),
        Ask::Bodies { .. } => Input::Bodies(Err(fault)),
        Ask::Announce(_) => Input::Told(Err(fault)),
        Ask::Push { .. } => Input::Sent(Err(fault)),
        Ask::Pools => Input::Exchanged(Err(fault)),
    }
}
