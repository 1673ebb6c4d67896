//! How a worker divides its time: it hashes in slices and listens between them.

use crate::{
    message::{FromWorker, Job, ToWorker},
    range::Range,
};
use shared::{
    hash::{BlockId, Hash},
    header::id_of,
    pow,
    work::Target,
};

/// How long a slice and the rest after it should take, in microseconds: stop and new work take effect
/// within it.
const SLICE_MICROS: u64 = 100_000;

/// A worker: at most one job, and a place in its nonces.
#[derive(Debug)]
pub struct Worker {
    job: Option<Job>,
    range: Range,
    /// The smallest id seen, of any job.
    best: BlockId,
    /// How long to rest before the next slice, in microseconds.
    rest_micros: u64,
}

impl Default for Worker {
    fn default() -> Self {
        let best = BlockId(Hash([0xff; 32]));
        Self { job: None, range: Range::default(), best, rest_micros: 0 }
    }
}

impl Worker {
    /// Takes a message. The speed learned so far is kept across jobs.
    pub fn hear(&mut self, message: ToWorker) {
        match message {
            ToWorker::Work(job) => {
                self.range.begin(job.start);
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

    /// How long to do nothing before the next slice, in milliseconds, for the intensity asked for.
    #[must_use]
    pub const fn rest_ms(&self) -> u64 {
        self.rest_micros / 1_000
    }

    /// Does one slice of the job, timed by `clock` in microseconds, and says how it went. `None`
    /// when there is no job.
    pub fn work(&mut self, clock: impl Fn() -> u64) -> Option<FromWorker> {
        let Job { number: job, core, target, intensity, .. } = *self.job.as_ref()?;
        let begin = clock();
        let (attempts, found) = self.search(&core, &target);
        let micros = clock().saturating_sub(begin);
        self.range.advance(attempts);
        if let Some(nonce) = found {
            self.job = None;
            return Some(FromWorker::Found { job, nonce, attempts, micros });
        }
        let intensity = u64::from(intensity.clamp(1, 100));
        self.range.adapt(micros, SLICE_MICROS * intensity / 100);
        self.rest_micros = micros.saturating_mul(100 - intensity) / intensity;
        Some(FromWorker::Progress { job, attempts, micros, best: self.best.0 })
    }

    /// One slice: how many attempts were made, and the nonce if one did.
    fn search(&mut self, core: &Hash, target: &Target) -> (u64, Option<u64>) {
        let (start, most) = self.range.slice();
        let mut done = 0_u64;
        while done < most {
            // A better attempt than the best one is looked for, too. There are few: the number of
            // records grows with the logarithm of the attempts.
            let wanted = Target::from_be_bytes(*self.best.as_bytes()).max(*target);
            let next = start.wrapping_add(done);
            let Some(nonce) = pow::first_hit(core, &wanted, next, most.saturating_sub(done)) else {
                return (most, None);
            };
            done = nonce.wrapping_sub(start).saturating_add(1);
            let id = id_of(core, nonce);
            self.best = self.best.min(id);
            if target.is_met_by(&id) {
                return (done, Some(nonce));
            }
        }
        (most, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    fn job(target: Target, start: u64) -> Job {
        Job { number: 3, core: Hash([5; 32]), target, start, intensity: 100 }
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
        assert_eq!(worker.range.slice().0, (u64::MAX - 100).wrapping_add(attempts));
    }

    #[test]
    fn the_best_attempt_so_far_is_the_smallest_id() {
        let mut worker = Worker::default();
        let core = Hash([5; 32]);
        let mut smallest = None;
        let mut next = 0;
        for _ in 0..3 {
            worker.hear(ToWorker::Work(job(Target::HARDEST, next)));
            let Some(FromWorker::Progress { attempts, best, .. }) = worker.work(clock(1)) else {
                panic!("the hardest target was met");
            };
            smallest =
                (next..next + attempts).map(|nonce| id_of(&core, nonce)).chain(smallest).min();
            assert_eq!(Some(BlockId(best)), smallest);
            next += attempts;
        }
    }

    #[test]
    fn at_half_the_intensity_a_worker_rests_as_long_as_it_works() {
        for (intensity, rest_ms) in [(100, 0), (50, 40), (80, 10), (10, 360), (0, 3_960), (200, 0)]
        {
            let mut worker = Worker::default();
            worker.hear(ToWorker::Work(Job { intensity, ..job(Target::HARDEST, 0) }));
            assert!(worker.work(clock(40_000)).is_some());
            assert_eq!(worker.rest_ms(), rest_ms, "{intensity}");
        }
    }
}
