//! Goal: how long people wait, in figures: until a page can be used.
//! Method: real nodes and Chromium, several runs each, every figure printed. They are measurements, so only
//! the long tier runs them, and a figure fails only at twice what is promised.
//!
//! `cargo test -p tests --test scenarios speed -- --ignored --nocapture`

use anyhow::Context as _;
use harness::{Browser, Net, PATIENCE, purse::DEV_WORDS, until, with_browsers};
use serde_json::json;

const RUNS: usize = 7;

/// Prints milliseconds, and fails when their median is above twice the promise.
#[expect(clippy::print_stdout, reason = "a measurement is there to be read")]
fn report(what: &str, promise: u64, mut times: Vec<u64>) {
    println!("{what}: {times:?} ms");
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{what}: median {median} ms, worst {worst} ms, promised {promise} ms");
    assert!(median <= 2 * promise, "{what}: a median of {median} ms, {promise} ms are promised");
}

/// Notes when a button of this name could first be pressed: it is there, and two frames were drawn.
fn watch_for(button: &str) -> String {
    format!(
        "{{ const seen = new MutationObserver(() => {{
           const found = [...document.querySelectorAll('button:enabled')].some((one) => one.textContent.trim() === {button:?});
           if (!found) return;
           seen.disconnect();
           requestAnimationFrame(() => requestAnimationFrame(() => {{ window.usableAt = performance.now(); }}));
         }});
         seen.observe(document, {{ childList: true, subtree: true, attributes: true }}); }}"
    )
}

/// Milliseconds from the beginning of the navigation until the page could be used, run by run.
async fn load_times(browser: &Browser) -> Vec<u64> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        browser.go("/").await;
        let time = until("the page to be usable", PATIENCE, async || {
            let time = browser.ask("return Math.round(window.usableAt ?? 0);", &[]).await?;
            time.as_u64().filter(|time| *time > 0).context("it is not")
        });
        times.push(time.await);
    }
    times
}

#[tokio::test]
#[ignore = "measures; the long tier runs it"]
async fn the_first_page_and_a_locked_wallet_can_be_used_at_once() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.sees("Create wallet").await;
        ada.prepare(&watch_for("Create wallet")).await;
        ada.devtools("Network.enable", json!({})).await;
        for (cached, what) in [(false, "first visit"), (true, "again")] {
            let cache = json!({ "cacheDisabled": !cached });
            ada.devtools("Network.setCacheDisabled", cache).await;
            report(&format!("welcome page, {what}"), 1_500, load_times(&ada).await);
        }
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.prepare(&watch_for("Unlock")).await;
        report("locked wallet", 1_500, load_times(&ada).await);
    })
    .await;
}
