//! Goal: the app is loaded in parts; one that does not arrive is told and asked for again, and all are there
//! before they are wanted, so that a node that goes away takes no page with it.
//! Method: Chromium whose page is refused a file; a node that stops.

use anyhow::ensure;
use harness::{Net, PATIENCE, until, with_browsers};
use serde_json::json;

#[tokio::test]
async fn a_part_that_does_not_arrive_is_told_and_the_page_shows_when_it_does() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.allow_in_console("refused by the test");
        eve.prepare(
            "const native = fetch;
             window.fetch = (...all) => {
               const path = new URL(all[0]?.url ?? all[0], location).pathname;
               const refused = path.startsWith('/explorer-') && !window.isOpen;
               return refused ? Promise.reject(new TypeError('refused by the test')) : native(...all);
             };",
        )
        .await;
        eve.go("/explorer").await;
        eve.is_told("heading", "The rest of this page did not arrive", PATIENCE).await;
        eve.press("Try again").await;
        eve.is_told("heading", "The rest of this page did not arrive", PATIENCE).await;
        // The rest of the app is none the worse.
        eve.visit("Overview").await;
        eve.sees("Create wallet").await;
        eve.go("/explorer").await;
        eve.is_told("heading", "The rest of this page did not arrive", PATIENCE).await;
        eve.ask("window.isOpen = true;", &[]).await.unwrap();
        eve.press("Try again").await;
        eve.is_told("heading", "Explorer", PATIENCE).await;
        until("the title to name the page", PATIENCE, async || {
            let title = eve.ask("return document.title;", &[]).await?;
            ensure!(title == json!("Explorer · Halfpenny"), "it is {title}");
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn every_part_is_there_before_it_is_wanted() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.allow_in_console("net::ERR_");
        eve.sees("Create wallet").await;
        until("all parts to be loaded", PATIENCE, async || {
            let loaded = "return performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname);";
            let loaded = eve.ask(loaded, &[]).await?.to_string();
            for part in ["/welcome-", "/home-", "/wallet-", "/explorer-"] {
                ensure!(loaded.contains(part), "no {part} among {loaded}");
            }
            Ok(())
        })
        .await;
        net["alpha"].stop().await;
        eve.visit("Explorer").await;
        eve.is_told("heading", "Explorer", PATIENCE).await;
        eve.visit("Settings").await;
        eve.is_told("heading", "Settings", PATIENCE).await;
    })
    .await;
}
