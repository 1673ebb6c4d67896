//! The mining workers: started, watched, started again when they crash.

use crate::workers::{READY_MS, Worker, miner};
use gloo_timers::callback::Timeout;
use miner::{FromWorker, ToWorker, from_bytes, to_bytes};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

/// Crashes that are put up with before mining ends.
const MAX_CRASHES: u32 = 5;

/// What can be wrong with the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// One crashed and was started again.
    #[error("a worker crashed and was started again")]
    Restarted,
    /// They do not start.
    #[error(
        "this browser does not run mining workers: allow workers and WebAssembly for this address, \
         or reload the page if the node was updated"
    )]
    Blocked,
    /// They crash again and again.
    #[error("the mining workers crash again and again: try fewer threads, or reload the page")]
    KeepsCrashing,
}

type Heard = Box<dyn Fn(usize, FromWorker)>;
type Failed = Box<dyn Fn(Trouble)>;

/// The workers. Cloning gives another handle; the last one dropped ends them.
#[derive(Clone)]
pub(super) struct Pool(Rc<Shared>);

struct Shared {
    members: RefCell<Vec<Member>>,
    crashes: RefCell<u32>,
    heard: Heard,
    failed: Failed,
}

struct Member {
    worker: Option<Worker>,
    is_ready: bool,
    /// Dropping it, when the worker is ready, cancels the complaint.
    patience: Option<Timeout>,
}

impl Pool {
    /// No workers yet. `heard` gets what a worker says, `failed` what is wrong.
    pub(super) fn new(
        heard: impl Fn(usize, FromWorker) + 'static,
        failed: impl Fn(Trouble) + 'static,
    ) -> Self {
        Self(Rc::new(Shared {
            members: RefCell::default(),
            crashes: RefCell::default(),
            heard: Box::new(heard),
            failed: Box::new(failed),
        }))
    }

    /// Starts or ends workers until there are `count`.
    pub(super) fn resize(&self, count: u32) {
        let count = usize::try_from(count).unwrap_or(1);
        let surplus = {
            let mut members = self.0.members.borrow_mut();
            let keep = members.len().min(count);
            members.split_off(keep)
        };
        drop(surplus);
        let have = self.0.members.borrow().len();
        for index in have..count {
            let member = self.member(index);
            self.0.members.borrow_mut().push(member);
        }
    }

    /// Sends a message to a worker, if it is ready.
    pub(super) fn send(&self, index: usize, message: &ToWorker) {
        let members = self.0.members.borrow();
        if let Some(Member { worker: Some(worker), is_ready: true, .. }) = members.get(index) {
            worker.post(&to_bytes(message));
        }
    }

    /// Sends every worker that is ready its message.
    pub(super) fn send_all(&self, message: &dyn Fn(usize) -> Option<ToWorker>) {
        let count = self.0.members.borrow().len();
        for index in 0..count {
            if let Some(message) = message(index) {
                self.send(index, &message);
            }
        }
    }

    fn member(&self, index: usize) -> Member {
        let heard = {
            let pool = Rc::downgrade(&self.0);
            move |bytes: Vec<u8>| with(&pool, |pool| pool.hear(index, &bytes))
        };
        let failed = {
            let pool = Rc::downgrade(&self.0);
            // Not from within the worker's own call: it is about to be dropped.
            move || {
                let pool = pool.clone();
                Timeout::new(0, move || with(&pool, |pool| pool.fail(index))).forget();
            }
        };
        let impatient = {
            let pool = Rc::downgrade(&self.0);
            Timeout::new(READY_MS, move || with(&pool, |pool| pool.fail(index)))
        };
        let worker = Worker::start(miner(), heard, failed.clone());
        if worker.is_none() {
            failed();
        }
        Member { worker, is_ready: false, patience: Some(impatient) }
    }

    fn hear(&self, index: usize, bytes: &[u8]) {
        let Some(message) = from_bytes::<FromWorker>(bytes) else {
            return self.fail(index);
        };
        if message == FromWorker::Ready
            && let Some(member) = self.0.members.borrow_mut().get_mut(index)
        {
            member.is_ready = true;
            member.patience = None;
        }
        (self.0.heard)(index, message);
    }

    fn fail(&self, index: usize) {
        let was_ready = match self.0.members.borrow().get(index) {
            Some(member) => member.is_ready,
            // It was ended in between.
            None => return,
        };
        *self.0.crashes.borrow_mut() += 1;
        let trouble = match *self.0.crashes.borrow() {
            _ if !was_ready => Trouble::Blocked,
            MAX_CRASHES.. => Trouble::KeepsCrashing,
            _ => Trouble::Restarted,
        };
        if trouble == Trouble::Restarted {
            let fresh = self.member(index);
            let crashed = {
                let mut members = self.0.members.borrow_mut();
                members.get_mut(index).map(|member| std::mem::replace(member, fresh))
            };
            drop(crashed);
        }
        (self.0.failed)(trouble);
    }
}

fn with(pool: &Weak<Shared>, act: impl FnOnce(&Pool)) {
    if let Some(shared) = pool.upgrade() {
        act(&Pool(shared));
    }
}
