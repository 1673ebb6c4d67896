//! Threads that search, in slices: between two slices they look whether there is other work.

use super::job::Job;
use shared::hash::Hash;
use shared::pow::first_hit;
use shared::work::Target;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;
use tokio::sync::mpsc;

/// Attempts in one slice: some milliseconds.
const SLICE: u64 = 1 << 18;

/// A proof of work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The core that was searched on.
    pub(super) job: Hash,
    /// The nonce.
    pub(super) nonce: u64,
}

#[derive(Clone, Copy)]
enum Order {
    Wait,
    Search { core: Hash, target: Target },
    Stop,
}

/// Where the threads read what to do.
struct Board {
    order: Mutex<Order>,
    changed: Condvar,
    /// Counts the orders: read between two slices, which is cheaper than the lock.
    number: AtomicU64,
    attempts: AtomicU64,
}

/// All threads.
pub(super) struct Threads {
    board: Arc<Board>,
    results: mpsc::Receiver<Found>,
    told: (Instant, u64),
}

impl Threads {
    /// Starts `count` threads that wait for work.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let board = Arc::new(Board {
            order: Mutex::new(Order::Wait),
            changed: Condvar::new(),
            number: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
        });
        let (sender, results) = mpsc::channel(count.max(1));
        // Each has a part of the nonces to itself, far larger than it ever searches.
        let parts = u64::try_from(count).unwrap_or(1).max(1);
        for part in 0..parts {
            let (board, sender) = (board.clone(), sender.clone());
            let first = part.wrapping_mul(u64::MAX / parts);
            let run = move || board.run(first, &sender);
            thread::Builder::new().name(format!("miner-{part}")).spawn(run)?;
        }
        Ok(Self { board, results, told: (Instant::now(), 0) })
    }

    /// All threads leave what they do and search on this.
    pub(super) fn work_on(&self, job: &Job) {
        self.board.say(Order::Search { core: job.core, target: job.target() });
    }

    /// All threads wait.
    pub(super) fn pause(&self) {
        self.board.say(Order::Wait);
    }

    /// The next proof of work; it may be for work that is over. `None`: there are no threads.
    pub(super) async fn found(&mut self) -> Option<Found> {
        self.results.recv().await
    }

    /// Attempts per second since this was last asked.
    pub(super) fn rate(&mut self) -> u64 {
        let (since, before) = self.told;
        let attempts = self.board.attempts.load(Ordering::Relaxed);
        let milliseconds = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.told = (Instant::now(), attempts);
        attempts.saturating_sub(before).saturating_mul(1_000) / milliseconds
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.board.say(Order::Stop);
    }
}

impl Board {
    fn say(&self, order: Order) {
        let mut current = self.order();
        *current = order;
        // Under the lock: whoever is about to wait has seen the number or will be woken.
        self.number.fetch_add(1, Ordering::Release);
        drop(current);
        self.changed.notify_all();
    }

    fn run(&self, first: u64, results: &mpsc::Sender<Found>) {
        let mut nonce = first;
        loop {
            let number = self.number.load(Ordering::Acquire);
            let order = *self.order();
            let (core, target) = match order {
                Order::Stop => return,
                Order::Wait => {
                    self.wait();
                    continue;
                }
                Order::Search { core, target } => (core, target),
            };
            while self.number.load(Ordering::Acquire) == number {
                let found = first_hit(&core, &target, nonce, SLICE);
                let tried = found.map_or(SLICE, |found| found.wrapping_sub(nonce).wrapping_add(1));
                self.attempts.fetch_add(tried, Ordering::Relaxed);
                nonce = nonce.wrapping_add(tried);
                if let Some(nonce) = found {
                    // One proof is enough; whoever wants another gives another order.
                    if results.blocking_send(Found { job: core, nonce }).is_err() {
                        return;
                    }
                    self.wait_for_other(number);
                }
            }
        }
    }

    fn wait(&self) {
        let order = self.order();
        let waits = |order: &mut Order| matches!(order, Order::Wait);
        drop(self.changed.wait_while(order, waits).unwrap_or_else(PoisonError::into_inner));
    }

    fn wait_for_other(&self, number: u64) {
        let order = self.order();
        let same = |_: &mut Order| self.number.load(Ordering::Acquire) == number;
        drop(self.changed.wait_while(order, same).unwrap_or_else(PoisonError::into_inner));
    }

    /// Nothing panics while it holds the lock.
    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn threads_find_proofs_for_the_newest_work_and_end() {
        let mut threads = Threads::start(2).unwrap();
        for seed in 1..4 {
            let core = Hash([seed; 32]);
            let target = Target::from_zero_bits(12);
            threads.board.say(Order::Search { core, target });
            let found = loop {
                let found = threads.found().await.unwrap();
                if found.job == core {
                    break found;
                }
            };
            assert!(target.is_met_by(&shared::header::id_of(&core, found.nonce)));
        }
        threads.pause();
        let board = Arc::downgrade(&threads.board);
        let mut results = std::mem::replace(&mut threads.results, mpsc::channel(1).1);
        drop(threads);
        while results.recv().await.is_some() {}
        assert!(board.upgrade().is_none_or(|board| Arc::strong_count(&board) <= 3));
    }
}
