//! The task of one link: does what its [`crate::sync::Link`] says, one step after the other.
//!
//! Requests run beside it and come back as notes; each note names the connection (and, for the pull
//! lane, the attempt) that it belongs to, so that what comes too late is dropped.

use super::fetch::{self, Group};
use super::messages::Hello;
use super::operations;
use super::seen::Seen;
use super::transport::Peer;
use super::{Shared, Status, locked};
use crate::chain::{ChainEvent, Wanted};
use crate::pool::PoolChange;
use crate::sync::{Input, Link, Millis, Output, Stage, fault::Fault, pull};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio::task::JoinSet;

/// Notes that wait for the task, at most: every lane has one request at a time.
const NOTES: usize = 16;
/// A waiting link is nudged so often at most.
const NUDGES: Duration = Duration::from_secs(1);

/// What comes back from a request.
pub(super) struct Note {
    connection: u64,
    attempt: Option<u64>,
    what: What,
}

pub(super) enum What {
    Input(Box<Input>),
    /// The peer said who it is, after so long.
    Hello(Box<Hello>, Duration),
    /// Checked blocks, to be submitted in their turn.
    Group(Group, Box<Input>),
}

/// How a request tells what came of it.
#[derive(Clone)]
pub(super) struct Reporter {
    notes: mpsc::Sender<Note>,
    connection: u64,
    attempt: Option<u64>,
}

impl Reporter {
    pub(super) async fn tell(&self, what: What) {
        let Self { connection, attempt, .. } = *self;
        // The task has ended: so has everybody who would care.
        let _ = self.notes.send(Note { connection, attempt, what }).await;
    }

    pub(super) async fn input(&self, input: Input) {
        self.tell(What::Input(Box::new(input))).await;
    }
}

/// Everything that one link's task owns.
pub(super) struct Driver {
    shared: Arc<Shared>,
    number: u64,
    peer: Peer,
    link: Link,
    status: Arc<Mutex<Status>>,
    notes: mpsc::Receiver<Note>,
    sender: mpsc::Sender<Note>,
    connection: u64,
    attempt: u64,
    requests: JoinSet<()>,
    pulls: JoinSet<()>,
    ready: VecDeque<Group>,
    /// The branch that is being fetched, as long as it is: its headers have proven themselves.
    wanted: Option<Wanted>,
    seen: Arc<Mutex<Seen>>,
    instance: Option<u128>,
    follows: bool,
    nudged: Option<Instant>,
}

impl Driver {
    pub(super) fn new(
        shared: Arc<Shared>,
        number: u64,
        (client, url): (reqwest::Client, &str),
        status: Arc<Mutex<Status>>,
    ) -> Self {
        let (sender, notes) = mpsc::channel(NOTES);
        let peer = Peer::new(client, url, shared.instance, shared.deadlines);
        // Any bits will do: links of one node, and nodes of one network, should not share them.
        let seed = u64::try_from(shared.instance >> 64).unwrap_or_default()
            ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            link: Link::new(shared.local(), seed),
            shared,
            number,
            peer,
            status,
            notes,
            sender,
            connection: 0,
            attempt: 0,
            requests: JoinSet::new(),
            pulls: JoinSet::new(),
            ready: VecDeque::new(),
            wanted: None,
            seen: Arc::default(),
            instance: None,
            follows: false,
            nudged: None,
        }
    }

    /// Runs until the relay stops or forgets the peer.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Input>) {
        let mut events = self.shared.chain.events();
        let mut followers = self.shared.hub.changes();
        // What happened before the subscription is in the first look.
        self.feed(Input::Local(self.shared.local()));
        loop {
            let wake =
                self.link.wake_at().map(|at| self.shared.started + Duration::from_millis(at));
            let sleep = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                note = self.notes.recv() => {
                    if let Some(note) = note {
                        self.noted(note);
                    }
                }
                event = events.recv() => match event {
                    Ok(ChainEvent::Changed(_)) => self.feed(Input::Local(self.shared.local())),
                    Ok(ChainEvent::Pool(change)) => self.fresh(&change),
                    Err(RecvError::Lagged(_)) => {
                        self.feed(Input::Local(self.shared.local()));
                        self.feed(Input::Lagged);
                    }
                    Err(RecvError::Closed) => return,
                },
                command = commands.recv() => match command {
                    Some(input) => self.feed(input),
                    None => return,
                },
                changed = followers.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.followers_changed();
                }
                () = sleep => self.feed(Input::Wake),
            }
            // What has ended is forgotten, so that the sets do not grow.
            while self.requests.try_join_next().is_some() {}
            while self.pulls.try_join_next().is_some() {}
        }
    }

    fn noted(&mut self, note: Note) {
        let Note { connection, attempt, what } = note;
        if connection != self.connection || attempt.is_some_and(|attempt| attempt != self.attempt) {
            return;
        }
        match what {
            What::Input(input) => self.feed(*input),
            What::Group(group, input) => {
                self.ready.push_back(group);
                self.feed(*input);
            }
            What::Hello(hello, latency) => {
                let restarted = self.instance.replace(hello.instance) != Some(hello.instance);
                if restarted {
                    self.seen = Arc::default();
                }
                let program = String::from_utf8_lossy(&hello.program);
                let shown = program.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
                let mut status = locked(&self.status);
                status.version = Some(shown);
                status.latency_ms = Some(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
                drop(status);
                self.feed(Input::Greeted(Ok(super::tip_of(&hello.tip))));
            }
        }
    }

    /// One step of the machine, and everything that it asks for.
    fn feed(&mut self, input: Input) {
        let opened = matches!(input, Input::Opened);
        let mut outputs: VecDeque<_> = self.link.step(input, self.now()).into();
        while let Some(output) = outputs.pop_front() {
            if let Some(answer) = self.perform(output) {
                outputs.extend(self.link.step(answer, self.now()));
            }
        }
        if opened {
            self.follows = false;
            self.followers_changed();
        }
        self.show();
    }

    /// Does what the machine says; what can be answered at once is.
    fn perform(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Greet => self.request(operations::greet),
            Output::OpenStream => {
                let seen = self.seen.clone();
                self.request(|shared, peer, reporter| {
                    operations::follow(shared, peer, reporter, seen)
                });
            }
            Output::Close(fault) => self.close(&fault),
            Output::Ask(tip) => return Some(Input::Answer(self.answer(&tip))),
            Output::Release => self.release(),
            Output::FetchBody(id) => self.pull(move |s, p, r| fetch::fetch_body(s, p, r, id)),
            // No progress: a peer may have headers without end, and others have blocks.
            Output::Locate(after) => self.pull(move |s, p, r| fetch::locate(s, p, r, after)),
            Output::FetchBodies { from, expected } => {
                self.progress();
                self.wanted.get_or_insert_default();
                self.pull(move |s, p, r| fetch::fetch_bodies(s, p, r, from, expected));
            }
            Output::Submit => {
                let group = self.ready.pop_front().unwrap_or_default();
                let wanted = self.wanted.clone();
                self.pull(move |s, _, r| fetch::submit(s, r, group, wanted));
            }
            Output::Announce => self.request(operations::announce),
            Output::SendBlocks(from) => {
                self.request(move |s, p, r| operations::send_blocks(s, p, r, from));
            }
            Output::Exchange => self.request(operations::exchange),
            Output::Offer(ids) => self.request(move |s, p, r| operations::offer(s, p, r, ids)),
            Output::SendTransactions(ids) => {
                let seen = self.seen.clone();
                self.request(move |s, p, r| operations::send_transactions(s, p, r, ids, seen));
            }
            Output::FetchTransactions(ids) => {
                let seen = self.seen.clone();
                self.request(move |s, p, r| operations::fetch_transactions(s, p, r, ids, seen));
            }
        }
        None
    }

    fn request<F>(&mut self, make: impl FnOnce(Arc<Shared>, Peer, Reporter) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let reporter = self.reporter(None);
        self.requests.spawn(make(self.shared.clone(), self.peer.clone(), reporter));
    }

    fn pull<F>(&mut self, make: impl FnOnce(Arc<Shared>, Peer, Reporter) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let reporter = self.reporter(Some(self.attempt));
        self.pulls.spawn(make(self.shared.clone(), self.peer.clone(), reporter));
    }

    fn reporter(&self, attempt: Option<u64>) -> Reporter {
        Reporter { notes: self.sender.clone(), connection: self.connection, attempt }
    }

    fn close(&mut self, fault: &Fault) {
        tracing::debug!(peer = self.number, fault = fault.code(), "link ended: {fault}");
        self.connection += 1;
        self.requests.abort_all();
        self.release();
        let time = self.shared.chain.now();
        locked(&self.status).fault = Some((fault.clone(), time));
    }

    fn release(&mut self) {
        self.attempt += 1;
        self.pulls.abort_all();
        self.ready.clear();
        self.wanted = None;
        self.shared.slots().release(self.number);
    }

    /// What is known of a block that the peer has and this node's chain has not.
    fn answer(&self, tip: &crate::sync::Tip) -> pull::Answer {
        let view = self.shared.view();
        let parent = shared::hash::BlockId(tip.previous);
        let now = Instant::now();
        // An unreadable store is found by the writer, which ends the node.
        let known = |id| view.block(id).is_ok_and(|block| block.is_some());
        if known(&tip.id) {
            pull::Answer::Known
        } else if known(&parent) {
            let free = self.shared.slots().claim_body(tip.id, self.number, now);
            if free { pull::Answer::Body } else { pull::Answer::Taken }
        } else if self.shared.slots().claim_catch_up(self.number, now) {
            pull::Answer::Headers
        } else {
            pull::Answer::Taken
        }
    }

    fn progress(&self) {
        self.shared.slots().claim_catch_up(self.number, Instant::now());
    }

    fn fresh(&mut self, change: &PoolChange) {
        let seen = locked(&self.seen);
        let ids = change.added.iter().map(|checked| checked.id());
        let ids: Vec<_> = ids.filter(|id| !seen.contains(id)).collect();
        drop(seen);
        if !ids.is_empty() {
            self.feed(Input::Fresh(ids));
        }
    }

    /// Whoever begins to follow may be the peer that this link waits for.
    fn followers_changed(&mut self) {
        let follows =
            self.instance.is_some_and(|instance| self.shared.hub.is_followed_by(instance));
        if follows != self.follows {
            self.follows = follows;
            self.feed(Input::Follows(follows));
        }
        let now = Instant::now();
        if self.nudged.is_none_or(|last| now.duration_since(last) >= NUDGES) {
            self.nudged = Some(now);
            self.feed(Input::Nudge);
        }
    }

    /// Shows how things stand to whoever looks.
    fn show(&self) {
        let (stage, catching_up, remote) =
            (self.link.stage(), self.link.is_catching_up(), self.link.remote());
        let mut status = locked(&self.status);
        let same =
            status.stage == stage && status.catching_up == catching_up && status.remote == remote;
        let before = std::mem::replace(&mut status.stage, stage);
        let fault = status.fault.as_ref().map_or("none", |(fault, _)| fault.code());
        match (before == Stage::Connected, stage == Stage::Connected) {
            (false, true) => tracing::info!(peer = self.number, "peer connected"),
            (true, false) => tracing::info!(peer = self.number, fault, "peer lost: {fault}"),
            _ => {}
        }
        status.catching_up = catching_up;
        status.remote = remote;
        drop(status);
        if !same {
            self.shared.changed();
        }
    }

    fn now(&self) -> Millis {
        u64::try_from(self.shared.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.shared.slots().release(self.number);
    }
}
