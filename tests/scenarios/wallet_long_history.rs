//! Goal: a history of thousands is gone through as one of ten: every row once and in order, what is being
//! read or written stays, and the document stays small.
//! Method: 400 mined blocks on a real node; the page scrolled step by step, with what the window shows
//! noted frame by frame. How long that takes is measured in `figures`.

use anyhow::ensure;
use harness::{Api, Browser, Net, PATIENCE, Purse, purse::DEV_WORDS, until, with_browsers};
use serde_json::{Value, json};

/// Blocks that paid the wallet, below them one payment of somebody.
const BLOCKS: u32 = 400;
const ROWS: u32 = BLOCKS + 1;
/// Rows in the document, at most.
const MANY: u64 = 100;

/// What is known of the rows: the place that each says it has, its block, and where it is.
const LOOK: &str = "
    const rows = () => [...document.querySelectorAll('main .rows.long > .row')].map((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const block = Number(row.querySelector('a[href^=\"/block/\"]').getAttribute('href').slice(7));
      const [place, of] = ['posinset', 'setsize'].map((name) => Number(row.getAttribute(`aria-${name}`)));
      return { row, block, place, of, top, bottom };
    });
    const inView = ({ top, bottom }) => bottom > 0 && top < innerHeight;
    // Rows come a frame or two behind the window.
    const isComplete = () => ![...document.querySelectorAll('main .rows.long > .gap')]
      .some((gap) => inView(gap.getBoundingClientRect()));";

async fn look(browser: &Browser, script: &str) -> anyhow::Result<Value> {
    browser.ask(&format!("{LOOK}\n{script}"), &[]).await
}

/// Scrolls, and waits until all that the window shows is drawn.
async fn scroll_to(browser: &Browser, top: &str) {
    browser.ask(&format!("scrollTo(0, {top});"), &[]).await.unwrap();
    is_complete(browser).await;
}

async fn is_complete(browser: &Browser) {
    until("the window to be full of rows", PATIENCE, async || {
        let complete = look(browser, "return isComplete() && rows().some(inView);").await?;
        ensure!(complete == json!(true), "some are not drawn");
        Ok(())
    })
    .await;
}

/// Opens the history of a wallet with [`ROWS`] rows, all of them loaded.
async fn with_long_history(test: impl AsyncFnOnce(&Browser, &Api, &str)) {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let [own, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    bob.pay(alpha, &own.address(), 123_456_789).await.unwrap();
    alpha.mine(1, &bob.address()).await.unwrap();
    for _ in 0..BLOCKS / 100 {
        alpha.mine(100, &own.address()).await.unwrap();
    }
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.resize(1280, 900).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.visit("History").await;
        ada.press("Load everything").await;
        until("all rows to be loaded", 3 * PATIENCE, async || {
            ensure!(!ada.can_press("Older").await, "there are older ones");
            Ok(())
        })
        .await;
        scroll_to(&ada, "0").await;
        test(&ada, alpha, &own.address()).await;
    })
    .await;
}

/// From top to bottom: what the window showed, in the order in which it came, and the most rows that were
/// in the document.
const GO_THROUGH: &str = "
    window.gone = null;
    const seen = []; const faults = new Set(); let most = 0;
    const step = () => {
      if (window.gone) return;
      requestAnimationFrame(step);
      const drawn = rows();
      most = Math.max(most, drawn.length);
      if (!isComplete()) return;
      drawn.forEach(({ place, of, block }, index) => {
        if (index && place <= drawn[index - 1].place) faults.add(`${place} is behind ${drawn[index - 1].place}`);
        if (place + block !== of + 1) faults.add(`${place} of ${of} shows block ${block}`);
      });
      drawn.filter(inView).forEach(({ place }) => { if (place > (seen.at(-1) ?? 0)) seen.push(place); });
      if (scrollY + innerHeight >= document.documentElement.scrollHeight - 1) {
        window.gone = { seen, most, faults: [...faults] };
      }
      scrollBy(0, 400);
    };
    step();";

#[tokio::test]
async fn every_row_of_a_long_history_is_seen_once_and_few_are_in_the_document() {
    with_long_history(async |ada, _, _| {
        for (width, height) in [(1280, 900), (390, 844)] {
            ada.resize(width, height).await;
            scroll_to(ada, "0").await;
            look(ada, GO_THROUGH).await.unwrap();
            let gone = until("the end of the history", 3 * PATIENCE, async || {
                let gone = ada.ask("return window.gone;", &[]).await?;
                ensure!(gone.is_object(), "it goes on");
                Ok(gone)
            })
            .await;
            let expected: Vec<u32> = (1..=ROWS).collect();
            assert_eq!(gone["seen"], json!(expected), "at {width} px");
            assert_eq!(gone["faults"], json!([]), "at {width} px");
            let most = gone["most"].as_u64().unwrap();
            assert!(most < MANY, "{most} rows are in the document at {width} px");
        }

        // What is looked for may be far below.
        scroll_to(ada, "0").await;
        for (search, count) in [("1.23456789", 1), ("", MANY)] {
            ada.fill("Search", search).await;
            until("what was looked for", PATIENCE, async || {
                let found = look(ada, "return rows().map(({ of }) => of);").await?;
                let found: Vec<u64> = serde_json::from_value(found)?;
                ensure!(!found.is_empty() && found.iter().all(|of| (*of == 1) == (count == 1)));
                Ok(())
            })
            .await;
        }
        ada.choose("Show", "Received").await;
        until("the only payment", PATIENCE, async || {
            let found = look(ada, "return rows().map(({ of, block }) => [of, block]);").await?;
            ensure!(found == json!([[1, 1]]), "there are {found}");
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_read_or_written_in_a_long_history_stays_when_it_is_scrolled_and_grows() {
    with_long_history(async |ada, alpha, own| {
        let focus = "const active = document.activeElement;
            const row = rows().find(({ row }) => row.contains(active));
            return [row?.place ?? 0, active.value ?? active.textContent, !!row && inView(row)];";
        // A label that is being written, and the focus in it.
        ada.press("Label").await;
        ada.fill("Label of this row", "rent of May").await;
        scroll_to(ada, "1e9").await;
        assert_eq!(look(ada, focus).await.unwrap(), json!([1, "rent of May", false]));
        // Without the focus the row may go, and is as it was when it comes again.
        ada.ask("document.activeElement.blur(); scrollBy(0, -2000);", &[]).await.unwrap();
        until("the first row to leave the document", PATIENCE, async || {
            let first = look(ada, "return rows()[0].place;").await?;
            ensure!(first.as_u64() > Some(1), "it is there");
            Ok(())
        })
        .await;
        scroll_to(ada, "0").await;
        assert_eq!(ada.value("Label of this row").await, "rent of May");
        ada.press("Save label").await;
        ada.sees("rent of May").await;

        // The keys go on from the row that has the focus, however far it was scrolled away.
        let label = "const [first] = rows(); first.row.querySelector('button').focus();";
        look(ada, label).await.unwrap();
        scroll_to(ada, "1e9").await;
        ada.press_key("\u{e004}").await;
        until("the second row to have the focus", PATIENCE, async || {
            let focus = look(ada, focus).await?;
            ensure!(focus[0] == json!(2) && focus[2] == json!(true), "it is at {focus}");
            Ok(())
        })
        .await;

        // What comes in above moves nothing of what is read.
        scroll_to(ada, "9000").await;
        let read = "const { row, ...read } = rows().find(({ top }) => top > 100); return read;";
        let before = look(ada, read).await.unwrap();
        alpha.mine(2, own).await.unwrap();
        until("the same row to be read, two places further down", PATIENCE, async || {
            let after = look(ada, read).await?;
            let place = before["place"].as_u64().map(|place| place + 2);
            ensure!(after["of"] == json!(ROWS + 2) && after["place"].as_u64() == place, "{after}");
            let [was, is] = [&before, &after].map(|read| read["top"].as_f64().unwrap_or_default());
            ensure!(after["block"] == before["block"] && (was - is).abs() < 1.5, "{after}");
            Ok(())
        })
        .await;

        // At the top they are what is read.
        scroll_to(ada, "0").await;
        alpha.mine(1, own).await.unwrap();
        until("the newest row", PATIENCE, async || {
            let first = look(ada, "const { row, ...first } = rows()[0]; return first;").await?;
            let is_newest = first["block"] == json!(ROWS + 3) && first["place"] == json!(1);
            ensure!(is_newest && first["top"].as_f64() > Some(0.0), "the first one is {first}");
            Ok(())
        })
        .await;
        ada.sees("rent of May").await;
    })
    .await;
}
