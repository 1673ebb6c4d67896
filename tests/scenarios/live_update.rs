//! Goal: a page that is open tells when its node is away, and goes on by itself when it is back.
//! Method: the node is stopped, another mines meanwhile, the node is started again; no reload.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Purse, page::Form, until, with_browsers};
use serde_json::json;

#[tokio::test]
async fn a_page_outlives_a_restart_of_its_node_and_shows_what_came_meanwhile() {
    let net = Net::start(["beta", "alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.allow_in_console("net::ERR_CONNECTION_REFUSED");
        ada.allow_in_console("net::ERR_INCOMPLETE_CHUNKED_ENCODING");
        ada.allow_in_console("net::ERR_EMPTY_RESPONSE");
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        ada.sees_balance("10000").await;
        ada.mark_page().await;

        net["alpha"].stop().await;
        ada.is_told("status", "not connected", PATIENCE).await;
        // What is signed now is kept, and goes out when the node is back.
        ada.fill_payment(Form { recipient: &bob, amount: "2", fee: Some("0"), memo: None }).await;
        ada.press("Review").await;
        ada.press("Confirm").await;
        ada.is_told("status", "not sent", PATIENCE).await;
        net["beta"].api().mine(3, &bob).await.unwrap();

        net["alpha"].restart().await;
        net.agrees_on_tip().await;
        ada.sees_height(3, PATIENCE).await;
        ada.is_told("status", "pending", PATIENCE).await;
        net["beta"].api().mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        ada.visit("Overview").await;
        ada.sees_balance("9998").await;
        ada.is_marked().await;
    })
    .await;
}

#[tokio::test]
async fn a_reorganisation_takes_a_confirmed_payment_back_on_an_open_page() {
    let net = Net::start(["alpha", "beta"]).await;
    let chain = net["alpha"].chain();
    let [ada_purse, bob_purse, miner] = [0, 1, 2].map(|n| Purse::funded(chain, n));
    with_browsers(async |browsers| {
        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.create_wallet("a passphrase").await;
        let to_bob = bob.address().await;
        bob.mark_page().await;
        net.cut_off("beta").await;
        ada_purse.pay(net["alpha"].api(), &to_bob, 100_000_000).await.unwrap();
        net["alpha"].api().mine(1, &miner.address()).await.unwrap();
        bob.sees_balance("1").await;
        net["beta"].api().mine(2, &bob_purse.address()).await.unwrap();
        net.rejoin("beta").await;
        net.agrees_on_tip().await;
        bob.sees_balance("0").await;
        bob.sees("pending in").await;
        net["beta"].api().mine(1, &miner.address()).await.unwrap();
        bob.sees_balance("1").await;
        bob.is_marked().await;
    })
    .await;
}

#[tokio::test]
async fn eight_tabs_of_one_browser_all_load_and_are_live_when_they_are_looked_at() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let miner = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        let mut tabs = vec![ada.tab().await];
        // Browsers open six connections to one node over HTTP/1.1, for all their tabs together.
        for _ in 1..8 {
            ada.sees_height(0, PATIENCE).await;
            tabs.push(ada.open_tab().await);
        }
        for (height, tab) in (1..).zip(tabs.iter().chain(&tabs)) {
            ada.look_at(tab).await;
            alpha.mine(1, &miner).await.unwrap();
            ada.sees_height(height, PATIENCE).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_left_lets_go_of_its_stream_and_is_live_again_when_it_is_shown_again() {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    let miner = Purse::funded(alpha.chain(), 1).address();
    let streams = async |expected: usize| {
        until("the streams to be counted", PATIENCE, async || {
            let open = alpha.event_streams().await?;
            ensure!(open == expected, "{open} are open, not {expected}");
            Ok(())
        })
        .await;
    };
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", alpha).await;
        ada.sees_height(0, PATIENCE).await;
        streams(1).await;
        // What a browser tells a page that it keeps for the way back. That a stream is open can make it
        // keep none, so the test says it in the browser's place.
        let tell = "dispatchEvent(new PageTransitionEvent(arguments[0], { persisted: true }));";
        ada.ask(tell, &[json!("pagehide")]).await.unwrap();
        streams(0).await;
        alpha.api().mine(1, &miner).await.unwrap();
        ada.ask(tell, &[json!("pageshow")]).await.unwrap();
        streams(1).await;
        ada.sees_height(1, PATIENCE).await;
        alpha.api().mine(1, &miner).await.unwrap();
        ada.sees_height(2, PATIENCE).await;
        // And a real way back, over pages that were loaded one after the other.
        for path in ["/explorer", "/network", "/charts", "/about"] {
            ada.go(path).await;
            ada.sees_height(2, PATIENCE).await;
        }
        for height in 3..7 {
            ada.driver().back().await.unwrap();
            alpha.api().mine(1, &miner).await.unwrap();
            ada.sees_height(height, PATIENCE).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_settings_lead_to_another_node_and_to_nothing_but_web_addresses() {
    let net = Net::start(["alpha", "beta"]).await;
    let origin =
        async |browser: &Browser| browser.ask("return location.origin;", &[]).await.unwrap();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.visit("Settings").await;
        ada.sees(&net["alpha"].url()).await;
        ada.press("Use another node").await;
        for wrong in ["javascript:document.title='x'", "beta", "file:///etc/passwd"] {
            ada.fill("Address of the node", wrong).await;
            ada.press("Open that node").await;
            ada.is_warned("Enter the address of a node").await;
            assert_eq!(origin(&ada).await, net["alpha"].url());
        }
        ada.fill("Address of the node", &net["beta"].url()).await;
        ada.press("Open that node").await;
        until("the page of the other node", PATIENCE, async || {
            let at = origin(&ada).await;
            ensure!(at == net["beta"].url(), "it is at {at}");
            Ok(())
        })
        .await;
        ada.sees("Welcome to Halfpenny").await;
    })
    .await;
}
