//! Mining in this tab: workers, the job they share, and the blocks they found.
//!
//! A new tip takes the workers' job away at once, and new work is asked for: the events drive it,
//! nothing is polled. What the node offers is checked before a single hash is spent on it.

mod follow;
mod found;
mod job;
mod pool;
mod right;

pub use found::{FoundBlock, FoundOutcome};
pub use job::JobView;

use crate::prelude::*;
use crate::{
    browser,
    mining::{plan, rate, rate::Meter},
    state::{Refresh, chain::ChainState, settings::Settings, wallet::Wallet},
};
use job::Work;
use miner::{FromWorker, Job, ToWorker};
use pool::{Pool, Trouble};
use right::Right;
use shared::hash::Hash;

/// Where the difficulty eases with time, work is renewed this often.
const RENEW_MS: f64 = 10_000.0;
/// How often the figures on the screen change.
const TICK_MS: u32 = 500;

/// How long another tab has to give the right to mine, in milliseconds, before that is told.
const RIGHT_MS: u32 = 300;

/// What the miner does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    Stopped,
    /// Workers are being loaded.
    Starting,
    /// Workers search.
    Mining,
    /// There is nothing to work on for now.
    Waiting {
        /// Why.
        reason: String,
    },
    /// It cannot go on.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Mining in this tab.
#[derive(Clone, Copy)]
pub struct Mining {
    /// Whether the user wants it to run.
    pub running: RwSignal<bool>,
    /// What it does.
    pub activity: RwSignal<Activity>,
    /// What is worked on.
    pub job: RwSignal<Option<JobView>>,
    /// Attempts per second of late.
    pub hash_rate: RwSignal<f64>,
    /// Attempts per second since mining first began.
    pub average: RwSignal<f64>,
    /// Attempts in all.
    pub attempts: RwSignal<u64>,
    /// Seconds mined in all.
    pub seconds: RwSignal<f64>,
    /// The smallest id among all attempts.
    pub best: RwSignal<Option<Hash>>,
    /// Whether the page cannot be seen.
    is_hidden: RwSignal<bool>,
    /// Whether another tab of this browser mines.
    is_elsewhere: RwSignal<bool>,
    /// Blocks found, newest first.
    pub found: RwSignal<Vec<FoundBlock>>,
    /// Workers that crashed and were started again.
    pub restarts: RwSignal<u32>,
    /// Unix seconds and attempts per second, one point a second, of the last ten minutes.
    pub rates: RwSignal<Vec<(f64, f64)>>,
    inner: LocalValue<Inner>,
    renew: StoredValue<Option<Refresh>>,
    chain: ChainState,
    wallet: Wallet,
    settings: Settings,
}

#[derive(Default)]
struct Inner {
    pool: Option<Pool>,
    work: Option<Work>,
    number: u32,
    meter: Meter,
    best: Option<Hash>,
    /// That of this tab to mine, where the browser keeps one.
    right: Option<Right>,
    /// When the newest block was heard of.
    tip_at: f64,
    /// When work was last taken.
    work_at: f64,
    /// Distinguishes one run of the ticker from the next.
    run: u32,
}

impl Mining {
    /// Starts the workers. Does nothing without a wallet.
    pub fn start(&self) {
        if self.running.get_untracked() || untrack(|| self.wallet.account_id()).is_none() {
            return;
        }
        self.running.set(true);
        self.activity.set(Activity::Starting);
        self.restarts.set(0);
        let mining = *self;
        let pool = Pool::new(
            move |worker, message| mining.hear(worker, message),
            move |trouble| mining.hear_trouble(trouble),
        );
        pool.resize(self.threads());
        let right = Right::ask(move || {
            mining.is_elsewhere.set(false);
            mining.ask();
        });
        let run = self.inner.try_update_value(|inner| {
            inner.pool = Some(pool);
            inner.right = right;
            inner.meter.start(browser::monotonic_ms() / 1_000.0);
            inner.run += 1;
            inner.run
        });
        self.tick(run.unwrap_or_default());
        self.ask();
        spawn_local(async move {
            browser::sleep(RIGHT_MS).await;
            mining.is_elsewhere.set(!mining.has_right());
        });
    }

    /// Ends the workers.
    pub fn stop(&self) {
        self.end(Activity::Stopped);
    }

    /// The largest number of threads that makes sense here.
    #[must_use]
    pub fn max_threads(&self) -> u32 {
        browser::hardware_threads()
    }

    fn threads(&self) -> u32 {
        self.settings.threads.get_untracked().clamp(1, self.max_threads().max(1))
    }

    /// Whether no other tab has the right to mine. A tab that is stopped wants none.
    fn has_right(&self) -> bool {
        self.inner.with_value(|inner| inner.right.as_ref().is_none_or(Right::is_ours))
    }

    /// Why there is no mining now, though it was asked for.
    fn held(&self) -> Option<&'static str> {
        if self.is_elsewhere.get() {
            Some("another tab of this browser mines; this one goes on when that one stops")
        } else if self.is_hidden.get() && self.settings.pause_hidden.get() {
            Some("this tab is hidden")
        } else {
            None
        }
    }

    fn end(&self, activity: Activity) {
        self.running.set(false);
        self.activity.set(activity);
        self.job.set(None);
        let pool = self.inner.try_update_value(|inner| {
            inner.work = None;
            inner.meter.stop(browser::monotonic_ms() / 1_000.0);
            inner.run += 1;
            (inner.pool.take(), inner.right.take())
        });
        // Not inside the update: ending workers may call back.
        drop(pool);
        self.is_elsewhere.set(false);
        self.hash_rate.set(0.0);
    }

    /// Asks for new work.
    fn ask(&self) {
        if let Some(renew) = self.renew.get_value() {
            renew.ask();
        }
    }

    fn hear(&self, worker: usize, message: FromWorker) {
        let now = browser::monotonic_ms() / 1_000.0;
        match message {
            FromWorker::Ready => {
                if let Some(message) = self.part_of(worker) {
                    self.with_pool(|pool| pool.send(worker, &message));
                }
            }
            FromWorker::Progress { attempts, best, .. } => self.inner.update_value(|inner| {
                inner.meter.add(now, attempts);
                inner.best = Some(inner.best.map_or(best, |before| before.min(best)));
            }),
            FromWorker::Found { job, nonce, attempts, .. } => {
                let work = self.inner.try_update_value(|inner| {
                    inner.meter.add(now, attempts);
                    let is_current = inner.work.as_ref().is_some_and(|work| work.number == job);
                    if is_current { inner.work.take() } else { None }
                });
                if let Some(work) = work.flatten() {
                    self.rest();
                    found::submit(*self, work, nonce);
                }
            }
        }
    }

    fn hear_trouble(&self, trouble: Trouble) {
        match trouble {
            Trouble::Restarted => self.restarts.update(|restarts| *restarts += 1),
            Trouble::Blocked | Trouble::KeepsCrashing => {
                self.end(Activity::Failed { reason: trouble.to_string() });
            }
        }
    }

    /// The part of the present job that this worker does.
    fn part_of(&self, worker: usize) -> Option<ToWorker> {
        self.inner.with_value(|inner| {
            let work = inner.work.as_ref()?;
            let start = *work.starts.get(worker)?;
            let Work { number, core, .. } = *work;
            let target = work.header.target;
            let intensity = self.settings.intensity.get_untracked().clamp(1, 100);
            let intensity = u8::try_from(intensity).unwrap_or(100);
            Some(ToWorker::Work(Job { number, core, target, start, intensity }))
        })
    }

    fn with_pool(&self, act: impl FnOnce(&Pool)) {
        let pool = self.inner.with_value(|inner| inner.pool.clone());
        if let Some(pool) = pool {
            act(&pool);
        }
    }

    fn rest(&self) {
        self.inner.update_value(|inner| inner.work = None);
        self.with_pool(|pool| pool.send_all(&|_| Some(ToWorker::Rest)));
    }

    fn wait(&self, reason: &str) {
        self.rest();
        self.job.set(None);
        self.activity.set(Activity::Waiting { reason: reason.to_string() });
    }

    /// Hands new work out.
    fn take(&self, mut work: Work) {
        let threads = self.threads();
        let random = browser::random().map_or(0, u64::from_le_bytes);
        self.job.set(Some(work.view()));
        self.inner.update_value(|inner| {
            inner.number = inner.number.wrapping_add(1);
            work.number = inner.number;
            work.starts = plan::starts(random, threads);
            inner.work = Some(work);
            inner.work_at = browser::monotonic_ms();
        });
        self.with_pool(|pool| pool.send_all(&|worker| self.part_of(worker)));
        if self.activity.get_untracked() != Activity::Mining {
            self.activity.set(Activity::Mining);
        }
    }

    /// Keeps the figures on the screen fresh, and the work where it ages.
    fn tick(&self, run: u32) {
        let mining = *self;
        spawn_local(async move {
            let mut ticks = 0_u32;
            while mining.inner.with_value(|inner| inner.run) == run {
                mining.show(ticks);
                if mining.needs_work() {
                    mining.ask();
                }
                browser::sleep(TICK_MS).await;
                ticks = ticks.wrapping_add(1);
            }
        });
    }

    fn show(&self, ticks: u32) {
        let now = browser::monotonic_ms() / 1_000.0;
        let figures = self.inner.try_update_value(|inner| {
            let meter = &mut inner.meter;
            let rates = (meter.rate(now), meter.average(now));
            (rates, meter.attempts(), meter.seconds(now), inner.best)
        });
        let Some(((hash_rate, average), attempts, seconds, best)) = figures else { return };
        if self.best.get_untracked() != best {
            self.best.set(best);
        }
        self.hash_rate.set(hash_rate);
        self.average.set(average);
        self.attempts.set(attempts);
        self.seconds.set(seconds);
        if ticks % 2 == 1 {
            self.rates.update(|rates| rate::chart(rates, browser::now(), hash_rate));
        }
    }

    fn needs_work(&self) -> bool {
        let chain = self.chain.parameters.get_untracked();
        let is_fixed = chain.is_some_and(|chain| chain.difficulty().half_life.is_none());
        let now = browser::monotonic_ms();
        self.inner.with_value(|inner| {
            let age = now - inner.work_at;
            if inner.work.is_some() { !is_fixed && age >= RENEW_MS } else { age >= RENEW_MS / 2.0 }
        })
    }
}

/// Makes the miner's state; once, in the app, after the wallet's.
pub fn provide_mining(chain: ChainState, wallet: Wallet, settings: Settings) -> Mining {
    let mining = Mining {
        running: RwSignal::new(false),
        activity: RwSignal::new(Activity::Stopped),
        job: RwSignal::new(None),
        hash_rate: RwSignal::new(0.0),
        average: RwSignal::new(0.0),
        attempts: RwSignal::new(0),
        seconds: RwSignal::new(0.0),
        best: RwSignal::new(None),
        is_hidden: RwSignal::new(browser::is_hidden()),
        is_elsewhere: RwSignal::new(false),
        found: RwSignal::new(Vec::new()),
        restarts: RwSignal::new(0),
        rates: RwSignal::new(Vec::new()),
        inner: LocalValue::new_local(Inner::default()),
        renew: StoredValue::new(None),
        chain,
        wallet,
        settings,
    };
    mining.renew.set_value(Some(Refresh::new(move || follow::renew(mining))));
    mining.follow();
    browser::on_window(&["visibilitychange"], move || mining.is_hidden.set(browser::is_hidden()));
    provide_context(mining);
    mining
}

/// The miner's state.
#[must_use]
pub fn use_mining() -> Mining {
    expect_context()
}
