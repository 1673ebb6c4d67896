//! Goal: without its node the app still opens and tells what it knew, with its age; nothing that a node
//! answered is kept as if it were new; an open page hears of a new version; the kit takes it all away.
//! Method: Chromium with its service worker; the node stopped and started; a worker of another version.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Wishes, purse::DEV_WORDS, until, with_browsers};
use serde_json::json;

/// What the service worker has kept: the paths, of all its stores.
const KEPT: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
      const paths = [];
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
      }
      done(paths);
    })().catch((error) => done(String(error)));";

async fn kept(browser: &Browser) -> anyhow::Result<Vec<String>> {
    Ok(browser.driver().execute_async(KEPT, Vec::new()).await?.convert()?)
}

/// Waits until the service worker has everything and answers for the page.
async fn is_prepared(browser: &Browser) {
    until("the service worker to be ready", PATIENCE, async || {
        let controls = browser.ask("return !!navigator.serviceWorker.controller;", &[]).await?;
        ensure!(controls == json!(true), "it does not answer for the page");
        let kept = kept(browser).await?;
        for end in ["/", "_bg.wasm", "/vault_bg.wasm"] {
            ensure!(kept.iter().any(|path| path.ends_with(end)), "no {end} among {kept:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_its_node_the_app_opens_and_tells_the_balance_with_its_age() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.allow_in_console("net::ERR_");
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.sees_balance("10000").await;
        is_prepared(&ada).await;
        net["alpha"].stop().await;
        for path in ["/", "/explorer"] {
            ada.go(path).await;
            ada.is_told("status", "not connected", PATIENCE).await;
        }
        ada.go("/").await;
        ada.sees("The node does not answer").await;
        ada.sees("Your balance was 10 000 DHHC at block 0").await;
        ada.sees("ago").await;
        // What the app knew is in the page's own storage; answers are in no cache.
        let kept = kept(&ada).await.unwrap();
        assert!(
            kept.iter().all(|path| !path.starts_with("/api/") && !path.starts_with("/admin/")),
            "{kept:?}"
        );
        net["alpha"].restart().await;
        ada.unlock("a passphrase").await;
        ada.sees_balance("10000").await;
    })
    .await;
}

#[tokio::test]
async fn an_open_page_hears_of_a_new_version_and_the_kit_takes_everything_away() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.sees("Create wallet").await;
        is_prepared(&ada).await;
        // From here on, as after an update of the node: the same worker under another name is another one.
        ada.reload().await;
        ada.sees("Create wallet").await;
        until("the page to have begun with a worker", PATIENCE, async || {
            let ready = ada.ask("return performance.getEntriesByType('navigation')[0].loadEventEnd > 0;", &[]).await?;
            ensure!(ready == json!(true), "it has not");
            Ok(())
        })
        .await;
        ada.ask("navigator.serviceWorker.register('/sw.js?another');", &[]).await.unwrap();
        ada.is_told("status", "A new version of the app is here", PATIENCE).await;

        ada.go("/kit").await;
        let script = "const done = arguments[arguments.length - 1]; forgetFiles().then(() => done(true), (error) => done(String(error)));";
        let done = ada.driver().execute_async(script, Vec::new()).await.unwrap();
        assert_eq!(done.json(), &json!(true));
        assert_eq!(kept(&ada).await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn where_the_page_is_no_secure_context_nothing_of_this_is_missed() {
    let net: Net = harness::Setup::new(["alpha"]).flags(["--host", "class.test"]).start().await;
    with_browsers(async |browsers| {
        let url = format!("http://class.test:{}", net["alpha"].ports().public);
        let ada = browsers.open_with("ada", &url, Wishes::insecure_name("class.test")).await;
        ada.sees("Create wallet").await;
        let there = ada.ask("return 'serviceWorker' in navigator;", &[]).await.unwrap();
        assert_eq!(there, json!(false));
    })
    .await;
}

#[tokio::test]
async fn the_manifest_names_what_there_is() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let answer = api.raw("/manifest.webmanifest").await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/manifest+json");
    let manifest: serde_json::Value = answer.json().await.unwrap();
    assert_eq!((&manifest["scope"], &manifest["display"]), (&json!("/"), &json!("standalone")));
    let icons = manifest["icons"].as_array().unwrap();
    for icon in icons {
        let answer = api.raw(icon["src"].as_str().unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{icon}");
        assert_eq!(answer.headers()["content-type"], icon["type"].as_str().unwrap());
    }
    assert!(icons.iter().any(|icon| icon["sizes"] == "512x512"));
    // A worker of an old version must not live on in a cache on the way.
    let worker = api.raw("/sw.js").await.unwrap();
    assert_eq!(worker.headers()["cache-control"], "no-cache");
    assert_eq!(worker.headers()["content-type"], "text/javascript; charset=utf-8");
}
