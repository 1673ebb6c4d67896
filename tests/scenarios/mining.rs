//! Goal: the tab that mines is well-behaved: it mines only when told to, as much as told, in one tab, and
//! rests when it should.
//! Method: a chain too hard for a tab to find a block, and what the app and its workers say to each other.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use harness::{
    Browser, ChainSource, Net, PATIENCE, Setup, Wishes, page::Told, purse::DEV_WORDS, until,
    with_browsers,
};
use serde_json::json;

const NAME: &str = "class.test";

/// Milliseconds of the machine's clock, which is also the browser's.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// A chain on which no tab finds a block while a test lasts.
pub(crate) fn hard_chain() -> ChainSource {
    ChainSource::like_dev(|file| {
        (file.first_target, file.first_zero_bits) = (None, Some(60));
        (file.easiest_target, file.easiest_zero_bits) = (None, Some(60));
    })
}

async fn hard_net() -> Net {
    Setup::new(["alpha"]).flags(["--host", NAME]).chain(hard_chain()).start().await
}

/// Attempts per second of the clock on the wall, as the workers tell of them.
fn rate(told: &[Told]) -> f64 {
    let work: Vec<&Told> = told.iter().filter(|one| one.is_work()).collect();
    let [first, rest @ ..] = work.as_slice() else { panic!("no worker has worked") };
    let attempts: u64 = rest.iter().map(|one| one.attempts).sum();
    let span = rest.last().map_or(1, |last| last.at - first.at).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
    let rate = attempts as f64 * 1_000.0 / span as f64;
    rate
}

/// Waits until the page says why there is no mining, and until the workers rest.
async fn waits_because(browser: &Browser, why: &str) {
    browser.is_told("status", &format!("Waiting: {why}"), PATIENCE).await;
    until("the workers to rest", PATIENCE, async || {
        let told = browser.told_since(0).await?;
        let last = told.iter().rev().find(|one| one.from == "app");
        ensure!(last.is_none_or(Told::is_rest), "the last that they were told is a job");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn mining_begins_with_a_click_and_a_reload_ends_it() {
    let net = hard_net().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        let loaded = "return performance.getEntriesByType('resource').map((one) => one.name)
                      .filter((name) => name.includes('miner'));";
        for _ in 0..2 {
            ada.visit("Mine").await;
            ada.is_told("status", "Not mining.", PATIENCE).await;
            // Not even the file is loaded before somebody asks for it.
            assert_eq!(ada.ask(loaded, &[]).await.unwrap(), json!([]));
            assert_eq!(ada.ask("return miners.length;", &[]).await.unwrap(), json!(0));
            ada.start_mining(1).await;
            ada.hears_of_work(0, 3).await;
            ada.reload().await;
        }
    })
    .await;
}

#[tokio::test]
async fn intensity_is_the_share_of_the_time_that_a_worker_works() {
    let net = hard_net().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        ada.start_mining(1).await;
        let mut rates = Vec::new();
        for intensity in ["100", "20", "100"] {
            ada.fill("Intensity", intensity).await;
            // Slices grow to their length first.
            let told = ada.hears_of_work(now(), 15).await;
            let since = told.last().unwrap().at;
            rates.push(rate(&ada.hears_of_work(since, 25).await));
        }
        let [before, low, after] = rates[..] else { unreachable!() };
        // A fifth; a machine that others use as well may halve or double it.
        let share = low / before.max(after);
        assert!((0.08..0.45).contains(&share), "{share} of {rates:?} attempts a second");
    })
    .await;
}

#[tokio::test]
async fn a_hidden_tab_rests_when_that_was_chosen_and_goes_on_when_it_is_seen_again() {
    let net = hard_net().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        // A browser without a window hides no tab. The page is told so as a browser would tell it.
        let hide = "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });
                    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));";
        ada.start_mining(1).await;
        ada.hears_of_work(0, 3).await;
        ada.ask(hide, &[json!(true)]).await.unwrap();
        // It was not chosen.
        ada.hears_of_work(now(), 5).await;
        ada.ask(hide, &[json!(false)]).await.unwrap();
        ada.tick("Pause while this tab is hidden").await;
        ada.ask(hide, &[json!(true)]).await.unwrap();
        waits_because(&ada, "this tab is hidden").await;
        ada.ask(hide, &[json!(false)]).await.unwrap();
        ada.hears_of_work(now(), 3).await;
        ada.is_told("status", "Mining.", PATIENCE).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_on_its_battery_rests_unless_that_was_chosen_otherwise() {
    let net = hard_net().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.prepare(
            "window.battery = new EventTarget();
             battery.charging = true;
             navigator.getBattery = async () => battery;
             window.plug = (charging) => {
               battery.charging = charging;
               battery.dispatchEvent(new Event('chargingchange'));
             };",
        )
        .await;
        ada.watch_miners().await;
        ada.start_mining(1).await;
        ada.hears_of_work(0, 3).await;
        ada.ask("plug(false);", &[]).await.unwrap();
        waits_because(&ada, "this device runs on its battery").await;
        ada.ask("plug(true);", &[]).await.unwrap();
        ada.hears_of_work(now(), 3).await;
        ada.ask("plug(false);", &[]).await.unwrap();
        waits_because(&ada, "this device runs on its battery").await;
        let choice = ada.element("choice", "Pause while this device runs on its battery").await;
        choice.unwrap().click().await.unwrap();
        ada.hears_of_work(now(), 3).await;
    })
    .await;
}

/// The second tab waits while the first one mines, and goes on when that one stops.
async fn one_of_two_tabs_mines(ada: &Browser, prepare: &str) {
    ada.restore_from_words(DEV_WORDS, "a passphrase").await;
    let first = ada.tab().await;
    ada.prepare(prepare).await;
    ada.watch_miners().await;
    ada.start_mining(1).await;
    ada.hears_of_work(0, 3).await;
    let second = ada.open_tab().await;
    ada.prepare(prepare).await;
    ada.watch_miners().await;
    ada.visit("Mine").await;
    ada.fill("Threads", "1").await;
    ada.press("Start mining").await;
    waits_because(ada, "another tab of this browser mines").await;
    ada.look_at(&first).await;
    ada.hears_of_work(now(), 3).await;
    ada.stop_mining().await;
    ada.look_at(&second).await;
    ada.hears_of_work(now(), 3).await;
    ada.is_told("status", "Mining.", PATIENCE).await;
}

#[tokio::test]
async fn one_tab_of_a_browser_mines_at_a_time() {
    let net = hard_net().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        assert_eq!(ada.ask("return !!navigator.locks;", &[]).await.unwrap(), json!(true));
        one_of_two_tabs_mines(&ada, "").await;
    })
    .await;
}

#[tokio::test]
async fn one_tab_mines_at_a_time_where_the_browser_has_no_locks() {
    let net = hard_net().await;
    let url = format!("http://{NAME}:{}", net["alpha"].ports().public);
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &url, Wishes::insecure_name(NAME)).await;
        assert_eq!(ada.ask("return !!navigator.locks;", &[]).await.unwrap(), json!(false));
        one_of_two_tabs_mines(&ada, "").await;
        // Nor channels.
        let bob = browsers.open_with("bob", &url, Wishes::insecure_name(NAME)).await;
        one_of_two_tabs_mines(&bob, "delete window.BroadcastChannel;").await;
    })
    .await;
}
