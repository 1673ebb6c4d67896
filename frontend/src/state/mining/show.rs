//! The miner's figures on the screen, and the age of its work.

use super::Mining;
use crate::prelude::*;
use crate::{browser, mining::rate};

/// Where the difficulty eases with time, work is renewed this often.
const RENEW_MS: f64 = 10_000.0;
/// How often the figures on the screen change.
const TICK_MS: u32 = 500;

impl Mining {
    /// Keeps the figures on the screen fresh, and the work where it ages.
    pub(super) fn tick(&self, run: u32) {
        let mining = *self;
        spawn_local(async move {
            let mut ticks = 0_u32;
            while mining.inner.with_value(|inner| inner.run) == run {
                mining.show();
                if ticks % 2 == 1 {
                    let rate = mining.hash_rate.get_untracked();
                    mining.rates.update(|rates| rate::chart(rates, browser::now(), rate));
                }
                if mining.needs_work() {
                    mining.ask();
                }
                browser::sleep(TICK_MS).await;
                ticks = ticks.wrapping_add(1);
            }
        });
    }

    /// Shows the figures as they are now.
    pub(super) fn show(&self) {
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
    }

    /// Whether the work has aged, or there has been none for long.
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
