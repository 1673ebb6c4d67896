//! Goal: what the app costs its user, in the figures that `scripts/bench app` prints: milliseconds and
//! memory. Its bytes are counted in `tidy`.
//! Method: a real node and Chromium; times are taken inside the page, so the driver's own are not in them.
//!
//! Measurements, and no promises: nothing here fails because a machine is slow.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};
use harness::{Browser, Net, PATIENCE, Purse, purse::DEV_WORDS, until, with_browsers};
use serde_json::{Value, json};

const PASSPHRASE: &str = "a passphrase";
/// Visits, unlockings.
const RUNS: usize = 7;
/// Blocks whose way to the screen is timed.
const BLOCKS: usize = 40;
/// Blocks after which memory is compared.
const MANY_BLOCKS: usize = 2_000;
/// Rows of the long history.
const ENTRIES: u32 = 20_000;

#[expect(clippy::print_stdout, reason = "a measurement is there to be read")]
fn figure(name: &str, value: f64, unit: &str) {
    // The runner leaves its own line unfinished.
    println!("\nfigure\tapp.{name}\t{value:.1}\t{unit}\t-\t-");
}

/// The value below which so many percent lie.
fn percentile(mut times: Vec<f64>, percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

/// Notes when a button of this name could first be pressed, two frames after it was there.
fn watch_for(button: &str) -> String {
    format!(
        "const seen = new MutationObserver(() => {{
           const found = [...document.querySelectorAll('button:enabled')].some((one) => one.textContent.trim() === {button:?});
           if (!found) return;
           seen.disconnect();
           requestAnimationFrame(() => requestAnimationFrame(() => {{ window.usableAt = performance.now(); }}));
         }});
         window.usableAt = 0; window.beganAt = performance.now();
         seen.observe(document, {{ childList: true, subtree: true, attributes: true }});"
    )
}

async fn number(browser: &Browser, script: &str) -> anyhow::Result<f64> {
    let value = browser.ask(script, &[]).await?;
    value.as_f64().filter(|value| *value > 0.0).context("not yet")
}

#[tokio::test]
#[ignore = "measures; scripts/bench runs it"]
async fn times_of_loading_unlocking_and_going_from_page_to_page() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.sees("Create wallet").await;
        ada.devtools("Network.enable", json!({})).await;
        ada.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        ada.prepare(&watch_for("Create wallet")).await;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            ada.go("/").await;
            times.push(
                until("the page to be usable", PATIENCE, async || {
                    number(&ada, "return window.usableAt;").await
                })
                .await,
            );
        }
        figure("interactive", percentile(times, 50), "ms");

        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            ada.lock().await;
            ada.fill("Passphrase", PASSPHRASE).await;
            let script = format!("{}; findAll('button', 'Unlock')[0].click();", watch_for("Lock"));
            ada.ask(&script, &[]).await.unwrap();
            let time = "return window.usableAt && window.usableAt - window.beganAt;";
            times.push(
                until("the wallet to open", PATIENCE, async || number(&ada, time).await).await,
            );
        }
        figure("unlock", percentile(times, 50), "ms");
        figure("route_change_p95", percentile(route_changes(&ada).await, 95), "ms");
    })
    .await;
}

/// From the click on a link to the frame that shows the page's heading.
async fn route_changes(ada: &Browser) -> Vec<f64> {
    let script = "
        const done = arguments[arguments.length - 1];
        const link = [...document.querySelectorAll('nav a[href]')].find((one) => one.textContent.trim() === arguments[0]);
        const seen = new MutationObserver(() => {
          if (document.querySelector('main h1')?.textContent.trim() !== arguments[0]) return;
          seen.disconnect();
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        });
        seen.observe(document.body, { childList: true, subtree: true, characterData: true });
        const start = performance.now();
        link.click();";
    let mut times = Vec::new();
    for _ in 0..RUNS {
        for page in
            ["Send", "Receive", "History", "Mine", "Explorer", "Network", "Settings", "Overview"]
        {
            let time = ada.driver().execute_async(script, vec![json!(page)]).await.unwrap();
            times.push(time.json().as_f64().expect("a time"));
        }
    }
    times
}

#[tokio::test]
#[ignore = "measures; scripts/bench runs it"]
async fn the_way_of_a_block_to_the_screen_and_the_memory_of_an_open_page() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.prepare(KEEP_MEMORY).await;
        ada.reload().await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.visit("Explorer").await;
        ada.sees_height(0, PATIENCE).await;
        ada.ask(WATCH_HEIGHT, &[]).await.unwrap();
        let mut times = Vec::new();
        for height in 1..=BLOCKS {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1e3;
            // From before the block is asked for: the time that its making takes is in it.
            alpha.mine(1, &bob).await.unwrap();
            let script = format!("return window.shownAt[{height}] ?? 0;");
            let shown =
                until("the block to be shown", PATIENCE, async || number(&ada, &script).await)
                    .await;
            times.push(shown - since);
        }
        figure("event_to_pixels_p95", percentile(times, 95), "ms");

        // What is kept for the newest blocks is full by now.
        let before = memory(&ada).await;
        for _ in 0..MANY_BLOCKS {
            alpha.mine(1, &bob).await.unwrap();
        }
        ada.sees_height(u64::try_from(BLOCKS + MANY_BLOCKS).unwrap(), PATIENCE).await;
        figure("memory_growth", (memory(&ada).await - before) / 1e6, "MB");
    })
    .await;
}

/// Notes the machine's time at which each height was drawn.
const WATCH_HEIGHT: &str = "
    window.shownAt = {};
    const height = document.querySelector('output[aria-label=Height]');
    new MutationObserver(() => {
      const number = Number(height.textContent.replace(/\\D/g, ''));
      requestAnimationFrame(() => { window.shownAt[number] ??= performance.timeOrigin + performance.now(); });
    }).observe(height, { childList: true, subtree: true, characterData: true });";

/// Keeps the memory of the app's wasm file where it can be asked for.
const KEEP_MEMORY: &str = "
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const native = WebAssembly[name];
      WebAssembly[name] = async (...all) => {
        const made = await native.apply(WebAssembly, all);
        window.appMemory = (made.instance ?? made).exports.memory;
        return made;
      };
    }";

/// Bytes in use by scripts, and bytes that the app's wasm file has taken.
async fn memory(browser: &Browser) -> f64 {
    let tools = browser.driver().cdp();
    for (command, parameters) in
        [("HeapProfiler.collectGarbage", json!({})), ("Performance.enable", json!({}))]
    {
        tools.send_raw(command, parameters).await.unwrap();
    }
    let metrics: Value = tools.send_raw("Performance.getMetrics", json!({})).await.unwrap();
    let metrics = metrics["metrics"].as_array().expect("metrics").clone();
    let heap =
        metrics.iter().find(|one| one["name"] == "JSHeapUsedSize").expect("the heap")["value"]
            .as_f64();
    let wasm = browser.ask("return window.appMemory.buffer.byteLength;", &[]).await.unwrap();
    heap.unwrap() + wasm.as_f64().unwrap()
}

#[tokio::test]
#[ignore = "measures; scripts/bench runs it"]
async fn the_longest_task_while_a_long_history_is_gone_through() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let own = Purse::funded(net["alpha"].chain(), 0).address();
    for _ in 0..ENTRIES / 100 {
        alpha.mine(100, &own).await.unwrap();
    }
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.visit("History").await;
        ada.is_told("heading", "History", PATIENCE).await;
        ada.ask(WATCH_TASKS, &[]).await.unwrap();
        ada.press("Load everything").await;
        until("the whole history to be loaded", 20 * PATIENCE, async || {
            ensure!(!ada.can_press("Older").await, "there are older ones");
            Ok(())
        })
        .await;
        figure("history_load_long_task", longest_task(&ada).await, "ms");
        for (name, script) in [
            ("history_long_task", SCROLL),
            ("history_jump_long_task", JUMP),
            ("history_filter_long_task", FILTER),
        ] {
            let mut times = Vec::new();
            for _ in 0..RUNS {
                ada.ask("window.longest = 0; window.isOver = false;", &[]).await.unwrap();
                ada.ask(script, &[]).await.unwrap();
                until("an end of it", 2 * PATIENCE, async || {
                    let is_over = ada.ask("return window.isOver;", &[]).await?;
                    ensure!(is_over == json!(true), "it goes on");
                    Ok(())
                })
                .await;
                times.push(longest_task(&ada).await);
            }
            figure(name, percentile(times, 50), "ms");
        }
    })
    .await;
}

/// Notes the longest task: only what is longer than 50 ms is one.
const WATCH_TASKS: &str = "
    window.longest = 0;
    const longer = (list) => list.getEntries().forEach((one) => { window.longest = Math.max(window.longest, one.duration); });
    const seen = new PerformanceObserver(longer);
    seen.observe({ type: 'longtask' });
    window.takeTasks = () => longer({ getEntries: () => seen.takeRecords() });";

async fn longest_task(browser: &Browser) -> f64 {
    let longest = browser.ask("window.takeTasks(); return window.longest;", &[]).await.unwrap();
    longest.as_f64().unwrap_or_default()
}

/// As a finger that does not rest: down for some seconds, from where the page is.
const SCROLL: &str = "
    let steps = 0;
    const step = () => {
      if (++steps > 300) return setTimeout(() => { window.isOver = true; }, 100);
      scrollBy(0, 60);
      requestAnimationFrame(step);
    };
    step();";

/// As somebody who pulls the bar at the side: from one end to the other.
const JUMP: &str = "
    let steps = 0;
    const step = () => {
      if (++steps > 20) return setTimeout(() => { window.isOver = true; }, 100);
      scrollTo(0, document.documentElement.scrollHeight * Math.abs(10 - steps) / 10);
      setTimeout(step, 100);
    };
    step();";

/// As somebody who looks for a block by its height, and then for everything again.
const FILTER: &str = "
    scrollTo(0, 0);
    const [field] = findAll('field', 'Search');
    const texts = ['1', '12', '123', '1234', '12345', ''];
    const step = () => {
      if (!texts.length) return setTimeout(() => { window.isOver = true; }, 500);
      field.value = texts.shift();
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      setTimeout(step, 400);
    };
    step();";
