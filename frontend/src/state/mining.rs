//! Mining in this tab: workers, the job they share, and the blocks they found.
//!
//! A new tip takes the workers' job away at once, and new work is asked for: the events drive it,
//! nothing is polled. What the node offers is checked before a single hash is spent on it.

mod device;
mod follow;
mod found;
mod job;
mod pool;
mod right;
mod show;

pub use found::{FoundBlock, FoundOutcome};
pub use job::JobView;

use crate::prelude::*;
use crate::{
    browser,
    mining::{plan, rate::Meter},
    state::{Refresh, chain::ChainState, settings::Settings, wallet::Wallet},
};
use job::Work;
use miner::{FromWorker, Job, ToWorker};
use pool::{Pool, Trouble};
use right::Right;
use shared::{hash::Hash, policy::Offered};

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
    /// Whether the device runs on its battery, as far as the browser tells.
    is_on_battery: RwSignal<bool>,
    /// Whether another tab of this browser mines.
    is_elsewhere: RwSignal<bool>,
    /// Blocks found, newest first.
    pub found: RwSignal<Vec<FoundBlock>>,
    /// Workers that crashed and were started again.
    pub restarts: RwSignal<u32>,
    /// Why the graphics processor does not mine, though it should.
    pub gpu_trouble: RwSignal<Option<String>>,
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
    /// What had been offered by then, of all that is counted in [`ChainState::offered`].
    offered: Offered,
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
        self.gpu_trouble.set(None);
        let mining = *self;
        let pool = Pool::new(
            move |worker, message| mining.hear(worker, message),
            move |trouble| mining.hear_trouble(trouble),
        );
        pool.resize(self.threads(), self.uses_gpu());
        let right = Right::ask(move |is_ours| {
            mining.is_elsewhere.set(!is_ours);
            mining.ask();
        });
        let run = self.inner.try_update_value(|inner| {
            inner.pool = Some(pool);
            inner.right = Some(right);
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

    /// Whether the page may ask for a graphics processor.
    #[must_use]
    pub fn may_use_gpu(&self) -> bool {
        device::may_have_gpu()
    }

    /// Whether the browser tells when the device runs on its battery.
    #[must_use]
    pub fn knows_battery(&self) -> bool {
        device::has_battery()
    }

    fn uses_gpu(&self) -> bool {
        self.settings.gpu.get_untracked() && self.may_use_gpu()
    }

    /// As many workers as are wanted.
    fn resize(&self) {
        let (threads, uses_gpu) = (self.threads(), self.uses_gpu());
        self.with_pool(|pool| pool.resize(threads, uses_gpu));
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
            Some(t!("another tab of this browser mines; this one goes on when that one stops"))
        } else if self.is_hidden.get() && self.settings.pause_hidden.get() {
            Some(t!("this tab is hidden"))
        } else if self.is_on_battery.get() && self.settings.pause_battery.get() {
            Some(t!("this device runs on its battery"))
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
        self.show();
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
                    self.show();
                    found::submit(*self, work, nonce);
                }
            }
            // The pool's own business.
            FromWorker::Gone => {}
        }
    }

    fn hear_trouble(&self, trouble: Trouble) {
        match trouble {
            Trouble::Restarted => self.restarts.update(|restarts| *restarts += 1),
            Trouble::Blocked | Trouble::KeepsCrashing => {
                self.end(Activity::Failed { reason: trouble.to_string() });
            }
            Trouble::NoGpu | Trouble::GpuLost => self.gpu_trouble.set(Some(trouble.to_string())),
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
        self.inner.update_value(|inner| inner.meter.stop(browser::monotonic_ms() / 1_000.0));
        self.job.set(None);
        self.activity.set(Activity::Waiting { reason: reason.to_string() });
    }

    /// Hands new work out, which was asked for when this had been offered.
    fn take(&self, mut work: Work, offered: Offered) {
        let threads = self.threads();
        let random = browser::random().map_or(0, u64::from_le_bytes);
        self.job.set(Some(work.view()));
        self.inner.update_value(|inner| {
            inner.number = inner.number.wrapping_add(1);
            work.number = inner.number;
            work.starts = plan::starts(random, Pool::parts(threads));
            inner.work = Some(work);
            inner.work_at = browser::monotonic_ms();
            inner.meter.start(inner.work_at / 1_000.0);
            inner.offered = offered;
        });
        self.with_pool(|pool| pool.send_all(&|worker| self.part_of(worker)));
        if self.activity.get_untracked() != Activity::Mining {
            self.activity.set(Activity::Mining);
        }
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
        is_on_battery: RwSignal::new(false),
        is_elsewhere: RwSignal::new(false),
        found: RwSignal::new(Vec::new()),
        restarts: RwSignal::new(0),
        gpu_trouble: RwSignal::new(None),
        rates: RwSignal::new(Vec::new()),
        inner: LocalValue::new_local(Inner::default()),
        renew: StoredValue::new(None),
        chain,
        wallet,
        settings,
    };
    mining.renew.set_value(Some(Refresh::new(move || follow::renew(mining))));
    mining.follow();
    effect(move || chain.is_needed.set(mining.running.get()));
    browser::on_window(&["visibilitychange"], move || mining.is_hidden.set(browser::is_hidden()));
    device::watch_battery(move |is_on_battery| mining.is_on_battery.set(is_on_battery));
    provide_context(mining);
    mining
}

/// The miner's state.
#[must_use]
pub fn use_mining() -> Mining {
    expect_context()
}
