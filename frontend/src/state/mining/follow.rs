//! Following the chain: when new work is asked for, and when it is not worth it.

use super::{Mining, found, job::Work};
use crate::prelude::*;
use crate::{
    api, browser,
    mining::plan,
    state::{Refresh, chain::Connection, wallet::Phase},
};

/// New work is asked for at most this often when only the fees on offer have risen.
const FEES_MS: f64 = 2_000.0;

/// Asks the node for work and hands it out, if it is worth it.
pub(super) async fn renew(mining: Mining) {
    let Mining { chain, wallet, inner, .. } = mining;
    if !mining.running.get_untracked() {
        return;
    }
    if let Some(reason) = untrack(|| mining.held()) {
        mining.wait(reason);
        return;
    }
    if !mining.has_right() {
        return;
    }
    let (Some(parameters), Some(address), Some(account)) = (
        chain.parameters.get_untracked(),
        wallet.address.get_untracked(),
        untrack(|| wallet.account_id()),
    ) else {
        return;
    };
    let is_fixed = parameters.difficulty().half_life.is_none();
    let since_tip = browser::monotonic_ms() - inner.with_value(|inner| inner.tip_at);
    browser::sleep(plan::pause_ms(is_fixed, since_tip)).await;
    let is_live = || chain.connection.get_untracked() == Connection::Live;
    if !mining.running.get_untracked() || !is_live() {
        return;
    }
    let offered = chain.offered.get_untracked();
    let offer = api::template(&address).await;
    let (true, Some(tip)) = (mining.running.get_untracked(), chain.tip.get_untracked()) else {
        return;
    };
    // Bad news about the same block leave the old work as it is.
    let has_work = inner.with_value(|inner| inner.work.is_some());
    match offer.map(|offer| Work::check(&offer, &parameters, account, &tip.id)) {
        Ok(Ok(work)) => mining.take(work, offered),
        Ok(Err(error)) if !has_work => mining.wait(&error.to_string()),
        Err(error) if !has_work => mining.wait(&error.to_string()),
        Ok(Err(_)) | Err(_) => {}
    }
    // Once the node is back, or the tip moves, this is asked for anyway.
    if inner.with_value(|inner| inner.work.is_none()) && is_live() {
        // Beside this question, not within it: a block that comes meanwhile is asked about at once.
        spawn_local(async move {
            browser::sleep(1_000).await;
            if mining.running.get_untracked() && inner.with_value(|inner| inner.work.is_none()) {
                mining.ask();
            }
        });
    }
}

impl Mining {
    /// What makes the miner look again: a new tip, other fees, other settings, the node gone or back.
    pub(super) fn follow(&self) {
        let mining = *self;
        effect(move || {
            // Read, not only tracked: a memo that nobody reads follows nothing.
            mining.chain.tip.with(|_| ());
            mining.inner.update_value(|inner| inner.tip_at = browser::monotonic_ms());
            if mining.running.get_untracked() {
                mining.rest();
                mining.ask();
            }
        });
        effect(move || {
            mining.chain.revision.track();
            found::follow(mining);
        });
        let richer = Refresh::new(move || async move {
            let age = browser::monotonic_ms() - mining.inner.with_value(|inner| inner.work_at);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 2,000"
            )]
            browser::sleep((FEES_MS - age).clamp(0.0, FEES_MS) as u32).await;
            if mining.could_earn_more() {
                mining.ask();
            }
        });
        effect(move || {
            mining.chain.offered.track();
            if mining.running.get_untracked() && mining.could_earn_more() {
                richer.ask();
            }
        });
        effect(move || {
            mining.settings.threads.track();
            mining.settings.intensity.track();
            if mining.running.get_untracked() {
                mining.resize();
                mining.ask();
            }
        });
        effect(move || {
            mining.settings.gpu.track();
            mining.gpu_trouble.set(None);
            if mining.running.get_untracked() {
                mining.resize();
                mining.ask();
            }
        });
        effect(move || {
            mining.held();
            if mining.running.get_untracked() {
                mining.ask();
            }
        });
        effect(move || {
            let is_gone = mining.wallet.phase.get() == Phase::None;
            let is_refused = mining.chain.refusal.with(Option::is_some);
            if mining.running.get_untracked() && (is_gone || is_refused) {
                mining.stop();
            }
        });
        effect(move || match mining.chain.connection.get() {
            Connection::Lost { .. } if mining.running.get_untracked() => {
                mining.wait(t!("the node does not answer; mining goes on when it does"));
            }
            Connection::Live if mining.running.get_untracked() => mining.ask(),
            _ => {}
        });
    }

    /// Whether enough was offered since for other work to be worth it.
    fn could_earn_more(&self) -> bool {
        let offered = self.chain.offered.get_untracked();
        self.inner.with_value(|inner| {
            let work = inner.work.as_ref().map(Work::offered);
            work.is_some_and(|work| offered.since(inner.offered).is_worth_new_work(work))
        })
    }
}
