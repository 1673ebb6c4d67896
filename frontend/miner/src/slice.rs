//! How a worker divides its time: it hashes in slices and listens between them.

use crate::message::{FromWorker, Job, ToWorker};
use shared::pow;

/// How long a slice should take, in microseconds: stop and new work take effect within it.
const SLICE_MICROS: u64 = 100_000;
/// Attempts in the first slice: a few milliseconds on a slow phone.
const FIRST_SLICE: u64 = 2_000;
/// No slice is larger: four seconds' worth of the fastest core known.
const LARGEST_SLICE: u64 = 100_000_000;

/// What a worker does between two looks at its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The nonce found, if one was.
    pub found: Option<u64>,
    /// Attempts made.
    pub attempts: u64,
}

/// A worker: at most one job, and a place in its nonces.
#[derive(Debug)]
pub struct Worker {
    job: Option<Job>,
    next: u64,
    slice: u64,
}

impl Default for Worker {
    fn default() -> Self {
        Self { job: None, next: 0, slice: FIRST_SLICE }
    }
}

impl Worker {
    /// Takes a message. The speed learned so far is kept across jobs.
    pub fn hear(&mut self, message: ToWorker) {
        match message {
            ToWorker::Work(job) => {
                self.next = job.start;
                self.job = Some(job);
            }
            ToWorker::Rest => self.job = None,
        }
    }

    /// Whether there is something to do.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Does one slice of the job, timed by `clock` in microseconds, and says how it went. `None`
    /// when there is no job.
    pub fn work(&mut self, clock: impl Fn() -> u64) -> Option<FromWorker> {
        let job = self.job.as_ref()?;
        let number = job.number;
        let before = clock();
        let found = pow::search(&job.core, &job.target, self.next, self.slice);
        let micros = clock().saturating_sub(before);
        let attempts = match found {
            Some(nonce) => nonce.wrapping_sub(self.next).saturating_add(1),
            None => self.slice,
        };
        self.next = self.next.wrapping_add(attempts);
        Some(match found {
            Some(nonce) => {
                self.job = None;
                FromWorker::Found { job: number, nonce, attempts, micros }
            }
            None => {
                self.adapt(micros);
                FromWorker::Progress { job: number, attempts, micros }
            }
        })
    }

    /// The next slice at the speed of the last one. It at most doubles, so that a clock of coarse
    /// steps cannot blow it up.
    fn adapt(&mut self, micros: u64) {
        let fitting = match self.slice.saturating_mul(SLICE_MICROS).checked_div(micros) {
            Some(fitting) => fitting.min(self.slice.saturating_mul(2)),
            None => self.slice.saturating_mul(2),
        };
        self.slice = fitting.clamp(FIRST_SLICE, LARGEST_SLICE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use shared::{hash::Hash, header::id_of, work::Target};

    fn job(target: Target, start: u64) -> Job {
        Job { number: 3, core: Hash([5; 32]), target, start }
    }

    /// A clock that goes on by `step` at every look.
    fn clock(step: u64) -> impl Fn() -> u64 {
        let now = Cell::new(0);
        move || {
            now.set(now.get() + step);
            now.get()
        }
    }

    #[test]
    fn a_worker_without_a_job_rests() {
        let mut worker = Worker::default();
        assert_eq!(worker.work(clock(1)), None);
        worker.hear(ToWorker::Work(job(Target::HARDEST, 0)));
        assert!(worker.is_busy());
        worker.hear(ToWorker::Rest);
        assert_eq!(worker.work(clock(1)), None);
    }

    #[test]
    fn a_found_nonce_meets_the_target_and_ends_the_job() {
        let target = Target::from_zero_bits(8);
        let mut worker = Worker::default();
        worker.hear(ToWorker::Work(job(target, 77)));
        let found = loop {
            match worker.work(clock(1)) {
                Some(FromWorker::Found { job: 3, nonce, .. }) => break nonce,
                Some(FromWorker::Progress { job: 3, .. }) => {}
                other => panic!("{other:?}"),
            }
        };
        assert!(target.is_met_by(&id_of(&Hash([5; 32]), found)));
        assert!(!worker.is_busy());
    }

    #[test]
    fn slices_go_on_where_the_last_one_ended_and_count_every_attempt() {
        let mut worker = Worker::default();
        worker.hear(ToWorker::Work(job(Target::HARDEST, u64::MAX - 100)));
        let mut attempts = 0;
        for _ in 0..4 {
            match worker.work(clock(SLICE_MICROS)) {
                Some(FromWorker::Progress { attempts: some, .. }) => attempts += some,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(worker.next, (u64::MAX - 100).wrapping_add(attempts));
    }

    #[test]
    fn slices_grow_towards_a_tenth_of_a_second_and_shrink_again() {
        let mut worker = Worker { slice: 10_000, ..Worker::default() };
        worker.adapt(50_000);
        assert_eq!(worker.slice, 20_000);
        worker.adapt(1);
        assert_eq!(worker.slice, 40_000);
        worker.adapt(0);
        assert_eq!(worker.slice, 80_000);
        worker.adapt(400_000);
        assert_eq!(worker.slice, 20_000);
        worker.adapt(u64::MAX);
        assert_eq!(worker.slice, FIRST_SLICE);
        for _ in 0..40 {
            worker.adapt(0);
        }
        assert_eq!(worker.slice, LARGEST_SLICE);
    }
}
