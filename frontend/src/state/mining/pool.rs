//! The mining workers: started, watched, started again when they crash.

use crate::workers::{GPU_MINER, READY_MS, Worker, miner};
use gloo_timers::callback::Timeout;
use miner::{FromWorker, ToWorker, from_bytes, to_bytes};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

/// Crashes that are put up with before mining ends.
const MAX_CRASHES: u32 = 5;
/// The place of the worker for the graphics processor, if there is one. The others come after it.
const GPU: usize = 0;

/// What can be wrong with the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// One crashed and was started again.
    #[error("a worker crashed and was started again")]
    Restarted,
    /// They do not start.
    #[error(
        "this browser does not run mining workers: a content blocker may have stopped them, or \
         workers or WebAssembly are not allowed for this address, or the node was updated"
    )]
    Blocked,
    /// They crash again and again.
    #[error("the mining workers crash again and again: try fewer threads")]
    KeepsCrashing,
    /// There is no graphics processor that the page may use; the others go on.
    #[error(
        "The browser gives this page no graphics processor, or has blocked the file that uses it. \
         Mining goes on with the processor."
    )]
    NoGpu,
    /// The graphics processor is lost again and again; the others go on.
    #[error(
        "The graphics processor was lost again and again. Mining goes on with the processor; switch \
         it off and on to try again."
    )]
    GpuLost,
}

type Heard = Box<dyn Fn(usize, FromWorker)>;
type Failed = Box<dyn Fn(Trouble)>;

/// The workers. Cloning gives another handle; the last one dropped ends them.
#[derive(Clone)]
pub(super) struct Pool(Rc<Shared>);

struct Shared {
    /// The first is for the graphics processor.
    members: RefCell<Vec<Option<Member>>>,
    crashes: RefCell<Crashes>,
    /// The number of the last worker started.
    newest: Cell<u32>,
    heard: Heard,
    failed: Failed,
}

#[derive(Default)]
struct Crashes {
    gpu: u32,
    others: u32,
}

struct Member {
    /// Tells it from those in the same place before.
    number: u32,
    worker: Option<Worker>,
    is_ready: bool,
    /// Dropping it, when the worker is ready, cancels the complaint.
    patience: Option<Timeout>,
}

impl Crashes {
    /// One more, of a worker that had told that it is ready or had not.
    fn count(&mut self, is_gpu: bool, was_ready: bool) -> Trouble {
        let crashes = if is_gpu { &mut self.gpu } else { &mut self.others };
        *crashes += 1;
        match (is_gpu, *crashes) {
            (true, _) if !was_ready => Trouble::NoGpu,
            (false, _) if !was_ready => Trouble::Blocked,
            (true, MAX_CRASHES..) => Trouble::GpuLost,
            (false, MAX_CRASHES..) => Trouble::KeepsCrashing,
            _ => Trouble::Restarted,
        }
    }
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
            newest: Cell::new(0),
            heard: Box::new(heard),
            failed: Box::new(failed),
        }))
    }

    /// How many parts a job has for so many threads: one is the graphics processor's, used or not.
    pub(super) const fn parts(threads: u32) -> u32 {
        threads + 1
    }

    /// Starts or ends workers until there are so many threads, and one for the graphics processor if
    /// that is wanted.
    pub(super) fn resize(&self, threads: u32, with_gpu: bool) {
        let count = usize::try_from(Self::parts(threads)).unwrap_or(2);
        let has_gpu = self.has(GPU);
        let (surplus, gpu) = {
            let mut members = self.0.members.borrow_mut();
            let keep = members.len().min(count);
            let surplus = members.split_off(keep);
            members.resize_with(count, || None);
            let gpu = if with_gpu { None } else { members.get_mut(GPU).and_then(Option::take) };
            (surplus, gpu)
        };
        drop((surplus, gpu));
        if with_gpu && !has_gpu {
            self.0.crashes.borrow_mut().gpu = 0;
            self.start(GPU);
        }
        for index in GPU + 1..count {
            if !self.has(index) {
                self.start(index);
            }
        }
    }

    /// Sends a message to a worker, if it is ready.
    pub(super) fn send(&self, index: usize, message: &ToWorker) {
        let members = self.0.members.borrow();
        if let Some(Some(Member { worker: Some(worker), is_ready: true, .. })) = members.get(index)
        {
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

    fn has(&self, index: usize) -> bool {
        self.0.members.borrow().get(index).is_some_and(Option::is_some)
    }

    fn start(&self, index: usize) {
        let member = self.member(index);
        self.put(index, Some(member));
    }

    fn put(&self, index: usize, member: Option<Member>) {
        let before = {
            let mut members = self.0.members.borrow_mut();
            members.get_mut(index).map(|place| std::mem::replace(place, member))
        };
        // Not while the members are borrowed.
        drop(before);
    }

    fn member(&self, index: usize) -> Member {
        let number = self.0.newest.get().wrapping_add(1);
        self.0.newest.set(number);
        let pool = Rc::downgrade(&self.0);
        let failed = move || {
            let pool = pool.clone();
            // It is about to be dropped, so not from within its own call.
            Timeout::new(0, move || with(&pool, |pool| pool.fail(index, number))).forget();
        };
        let (pool, gone) = (Rc::downgrade(&self.0), failed.clone());
        let heard = move |bytes: Vec<u8>| match from_bytes::<FromWorker>(&bytes) {
            None | Some(FromWorker::Gone) => gone(),
            Some(message) => with(&pool, |pool| pool.hear(index, message)),
        };
        let impatient = Timeout::new(READY_MS, failed.clone());
        let script = if index == GPU { GPU_MINER } else { miner() };
        let worker = Worker::start(script, heard, failed.clone());
        if worker.is_none() {
            failed();
        }
        Member { number, worker, is_ready: false, patience: Some(impatient) }
    }

    fn hear(&self, index: usize, message: FromWorker) {
        if message == FromWorker::Ready
            && let Some(Some(member)) = self.0.members.borrow_mut().get_mut(index)
        {
            member.is_ready = true;
            member.patience = None;
        }
        (self.0.heard)(index, message);
    }

    fn fail(&self, index: usize, number: u32) {
        let was_ready = match self.0.members.borrow().get(index) {
            Some(Some(member)) if member.number == number => member.is_ready,
            // It was ended in between.
            _ => return,
        };
        let trouble = self.0.crashes.borrow_mut().count(index == GPU, was_ready);
        match trouble {
            Trouble::Restarted => self.start(index),
            Trouble::NoGpu | Trouble::GpuLost => self.put(index, None),
            Trouble::Blocked | Trouble::KeepsCrashing => {}
        }
        (self.0.failed)(trouble);
    }
}

fn with(pool: &Weak<Shared>, act: impl FnOnce(&Pool)) {
    if let Some(shared) = pool.upgrade() {
        act(&Pool(shared));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crashes_are_put_up_with_for_a_while_and_the_graphics_processors_never_end_the_others() {
        let mut crashes = Crashes::default();
        for crash in 1..MAX_CRASHES {
            assert_eq!(crashes.count(false, true), Trouble::Restarted, "{crash}");
            assert_eq!(crashes.count(true, true), Trouble::Restarted, "{crash}");
        }
        assert_eq!(crashes.count(false, true), Trouble::KeepsCrashing);
        assert_eq!(crashes.count(true, true), Trouble::GpuLost);
        assert_eq!(Crashes::default().count(false, false), Trouble::Blocked);
        assert_eq!(Crashes::default().count(true, false), Trouble::NoGpu);
    }
}
