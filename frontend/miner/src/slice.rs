//! How a worker divides its time: it hashes in slices and listens between them.
//!
//! A worker on the processor does a slice in one call, [`Worker::work`]. One that has it done elsewhere
//! asks for the [`Slice`], and tells afterwards which nonces may have hit.

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

/// The same on a graphics processor: while it hashes, it draws nothing.
const GPU_SLICE_MICROS: u64 = 30_000;
/// Attempts that a worker makes itself before it gives slices away: every one is better than none
/// before, and a slice has room for few hits.
const AHEAD: u64 = 4_096;

/// What is to be tried next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The job.
    pub job: u32,
    /// The 32 bytes to mine on.
    pub core: Hash,
    /// The largest id that is worth telling: it meets the target, or is the best so far.
    pub wanted: Target,
    /// The first nonce.
    pub start: u64,
    /// How many there are.
    pub count: u64,
}

/// A worker: at most one job, and a place in its nonces.
#[derive(Debug)]
pub struct Worker {
    job: Option<Job>,
    range: Range,
    /// How long a slice and the rest after it should take, in microseconds.
    goal_micros: u64,
    /// The smallest id seen, of any job.
    best: BlockId,
    /// How long to rest before the next slice, in microseconds.
    rest_micros: u64,
}

impl Default for Worker {
    fn default() -> Self {
        let best = BlockId(Hash([0xff; 32]));
        let range = Range::default();
        Self { job: None, range, goal_micros: SLICE_MICROS, best, rest_micros: 0 }
    }
}

impl Worker {
    /// A worker that has its slices done by a graphics processor.
    #[must_use]
    pub fn for_gpu() -> Self {
        Self { goal_micros: GPU_SLICE_MICROS, range: Range::for_gpu(), ..Self::default() }
    }

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
        Some(self.end_slice(job, intensity, attempts, found, micros))
    }

    /// The slice that is to be done elsewhere. `None` when there is no job.
    pub fn slice(&mut self) -> Option<Slice> {
        let Job { number: job, core, target, .. } = *self.job.as_ref()?;
        let (start, count) = self.range.slice();
        if self.best.0 == Hash([0xff; 32]) {
            // The slice's own first nonces: it tries them once more, and finds nothing better.
            let ahead = (0..AHEAD).map(|step| id_of(&core, start.wrapping_add(step)));
            self.best = ahead.fold(self.best, Ord::min);
        }
        Some(Slice { job, core, wanted: self.wanted(&target), start, count })
    }

    /// A slice was done elsewhere: so many of its nonces were tried, these may have hit, in their order.
    /// Says how it went, also when there is another job by now.
    pub fn hear_slice(
        &mut self,
        slice: &Slice,
        attempts: u64,
        nonces: impl IntoIterator<Item = u64>,
        micros: u64,
    ) -> FromWorker {
        let current = self.job.as_ref().filter(|job| job.number == slice.job);
        let Some(&Job { number: job, target, intensity, .. }) = current else {
            return FromWorker::Progress { job: slice.job, attempts, micros, best: self.best.0 };
        };
        let found = nonces.into_iter().find(|nonce| {
            let id = id_of(&slice.core, *nonce);
            self.best = self.best.min(id);
            target.is_met_by(&id)
        });
        self.end_slice(job, intensity, attempts, found, micros)
    }

    fn end_slice(
        &mut self,
        job: u32,
        intensity: u8,
        attempts: u64,
        found: Option<u64>,
        micros: u64,
    ) -> FromWorker {
        self.range.advance(attempts);
        if let Some(nonce) = found {
            self.job = None;
            return FromWorker::Found { job, nonce, attempts, micros };
        }
        let intensity = u64::from(intensity.clamp(1, 100));
        self.range.adapt(micros, self.goal_micros * intensity / 100);
        self.rest_micros = micros.saturating_mul(100 - intensity) / intensity;
        FromWorker::Progress { job, attempts, micros, best: self.best.0 }
    }

    /// A better attempt than the best one is looked for, too. There are few: the number of records
    /// grows with the logarithm of the attempts.
    fn wanted(&self, target: &Target) -> Target {
        Target::from_be_bytes(*self.best.as_bytes()).max(*target)
    }

    /// One slice: how many attempts were made, and the nonce if one did.
    fn search(&mut self, core: &Hash, target: &Target) -> (u64, Option<u64>) {
        let (start, most) = self.range.slice();
        let mut done = 0_u64;
        while done < most {
            let wanted = self.wanted(target);
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

    /// Does slices as a graphics processor would: all nonces whose first word is small enough.
    fn work_elsewhere(worker: &mut Worker) -> FromWorker {
        let slice = worker.slice().unwrap();
        let nonces = pow::search(&slice.core, &slice.wanted, slice.start, slice.count);
        worker.hear_slice(&slice, slice.count, nonces, 1_000)
    }

    #[test]
    fn slices_done_elsewhere_find_the_same_nonce_and_know_the_best_attempt() {
        let target = Target::from_zero_bits(14);
        let (mut here, mut elsewhere) = (Worker::default(), Worker::for_gpu());
        for worker in [&mut here, &mut elsewhere] {
            worker.hear(ToWorker::Work(job(target, 5)));
        }
        let found = |answer| match answer {
            FromWorker::Found { job: 3, nonce, .. } => Some(nonce),
            FromWorker::Progress { job: 3, .. } => None,
            other => panic!("{other:?}"),
        };
        let expected = std::iter::from_fn(|| here.work(clock(1))).find_map(found);
        let nonce = std::iter::repeat_with(|| work_elsewhere(&mut elsewhere)).find_map(found);
        assert_eq!(nonce, expected);
        assert_eq!(elsewhere.best, here.best);
        assert_eq!(elsewhere.slice(), None);
    }

    #[test]
    fn a_slice_of_an_older_job_changes_nothing() {
        let mut worker = Worker::for_gpu();
        worker.hear(ToWorker::Work(job(Target::from_zero_bits(1), 0)));
        let old = worker.slice().unwrap();
        worker.hear(ToWorker::Work(Job { number: 4, ..job(Target::HARDEST, 900) }));
        let answer = worker.hear_slice(&old, old.count, [0, 1, 2], 10);
        assert!(matches!(answer, FromWorker::Progress { job: 3, attempts: 2_000, .. }));
        assert_eq!(worker.slice().unwrap().start, 900);
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
