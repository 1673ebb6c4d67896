//! Goal: how long people wait, in figures: until a page can be used, and until a tab that mines works on the
//! newest block.
//! Method: real nodes and Chromium, several runs each, every figure printed. They are measurements, so only
//! the long tier runs them, and a figure fails only at twice what is promised.
//!
//! `cargo test -p tests --test scenarios speed -- --ignored --nocapture`

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use harness::{
    Browser, ChainSource, Net, PATIENCE, Purse, Setup, mining, purse::DEV_WORDS, until,
    with_browsers,
};
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

/// Notes what the app says to its workers and what they say, with the time of the machine's clock: 0 is a
/// job, 1 is rest; from a worker 1 is progress and 2 a find.
const WATCH_WORKERS: &str = "
    window.told = [];
    const note = (from, data) => {
      const bytes = new Uint8Array(data.buffer ?? data);
      const number = bytes.length >= 5 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true) : 0;
      window.told.push({ at: Date.now(), from, kind: bytes[0], number });
    };
    const Native = Worker;
    window.Worker = class extends Native {
      constructor(...all) {
        super(...all);
        this.addEventListener('message', (event) => note('worker', event.data));
      }
      postMessage(data, ...rest) {
        note('app', data);
        return super.postMessage(data, ...rest);
      }
    };";

/// After a moment: when the app took the old job away, when it gave the next one, and when the worker told
/// of its first attempts at that.
const NEXT_WORK: &str = "
    const rest = told.findIndex((one) => one.at >= arguments[0] && one.from === 'app' && one.kind === 1);
    if (rest < 0) return null;
    const job = told.find((one, place) => place > rest && one.from === 'app' && one.kind === 0);
    if (!job) return null;
    const work = told.find((one) => one.from === 'worker' && one.kind > 0 && one.number === job.number);
    return work ? [told[rest].at, job.at, work.at].map((at) => at - arguments[0]) : null;";

#[tokio::test]
#[ignore = "measures; the long tier runs it"]
async fn a_tab_that_mines_works_on_the_newest_block_at_once() {
    // Not of fixed difficulty, where the tab waits on purpose; hard enough for the tab not to be faster.
    let chain = ChainSource::like_dev(|file| {
        file.half_life = 3_600;
        (file.grace, file.max_future) = (660, 600);
        (file.first_target, file.first_zero_bits) = (None, Some(22));
        (file.easiest_target, file.easiest_zero_bits) = (None, Some(22));
    });
    let net: Net = Setup::new(["alpha"]).chain(chain).start().await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.prepare(WATCH_WORKERS).await;
        ada.reload().await;
        ada.start_mining(1).await;
        let (mut jobs, mut works) = (Vec::new(), Vec::new());
        for _ in 0..10 * RUNS {
            if works.len() == RUNS {
                break;
            }
            let block = mining::block(&alpha.template(&bob).await.unwrap());
            let block = tokio::task::spawn_blocking(|| mining::mine(block)).await.unwrap();
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
            let since = u64::try_from(since).unwrap();
            let id = mining::id(&block).to_string();
            alpha.submit_block(block).await.unwrap();
            if alpha.status().await.unwrap().tip != id {
                // The tab was faster after all.
                continue;
            }
            let [_, job, work] = until("the tab to work on the next block", PATIENCE, async || {
                let times = ada.ask(NEXT_WORK, &[json!(since)]).await?;
                serde_json::from_value::<[u64; 3]>(times).context("it does not yet")
            })
            .await;
            jobs.push(job);
            works.push(work);
        }
        assert_eq!(works.len(), RUNS, "the tab is faster than the test");
        report("from a block's submission to the tab's next job", 500, jobs);
        report("from a block's submission to the worker's word about it", 500, works);
        ada.stop_mining().await;
    })
    .await;
}
