//! Goal: who runs a node chooses its peers in the page, at the operator's address and nowhere else.
//! Method: the page at the admin listener, with a wrong token and the right one; the page at the public one.

use anyhow::ensure;
use harness::{Browser, Net, Node, PATIENCE, Plan, Wishes, until, with_browsers};

#[tokio::test]
async fn a_peer_is_added_and_removed_in_the_page_at_the_operators_address() {
    let net = Net::start(["alpha"]).await;
    let beta = Node::start(Plan { name: "beta".into(), ..Plan::default() }).await;
    let token = std::fs::read_to_string(net["alpha"].folder().join("admin-token")).unwrap();
    with_browsers(async |browsers| {
        let url = format!("http://127.0.0.1:{}", net["alpha"].ports().admin);
        let ada = browsers.open_with("ada", &url, Wishes::default()).await;
        ada.allow_in_console("status of 401");
        ada.visit("Network").await;
        ada.sees("No peers").await;
        ada.sees(&format!("{url}/metrics")).await;

        // By itself, without a question.
        ada.fill("Token", "wrong").await;
        ada.fill("Peer", "127.0.0.1:1").await;
        ada.press("Add peer").await;
        ada.is_warned("begins with http:// or https://").await;
        ada.fill("Peer", &beta.url()).await;
        ada.press("Add peer").await;
        ada.is_warned("token is not this node's").await;
        assert_eq!(net["alpha"].api().peers().await.unwrap().peers, []);

        ada.fill("Token", token.trim()).await;
        ada.press("Add peer").await;
        ada.is_told("status", "was added", PATIENCE).await;
        has_row(&ada, &beta.url(), "connected").await;

        ada.press(&format!("Remove {}", beta.url())).await;
        ada.is_told("status", "was removed", PATIENCE).await;
        ada.sees("No peers").await;
        assert_eq!(net["alpha"].api().peers().await.unwrap().peers, []);
    })
    .await;
}

#[tokio::test]
async fn who_called_is_banned_in_the_page_and_comes_back_when_the_ban_is_lifted() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let caller = Plan { name: "beta".into(), peers: vec![net["alpha"].url()], ..Plan::default() };
    let _beta = Node::start(caller).await;
    let token = std::fs::read_to_string(net["alpha"].folder().join("admin-token")).unwrap();
    let called = async |count: usize| {
        until(&format!("{count} callers"), PATIENCE, async || {
            let peers = api.peers().await?.peers;
            let inbound = peers.iter().filter(|peer| peer.direction == "inbound").count();
            ensure!(inbound == count, "{peers:?}");
            Ok(())
        })
        .await;
    };
    called(1).await;
    let name = api.peers().await.unwrap().peers[0].url.clone();
    with_browsers(async |browsers| {
        let url = format!("http://127.0.0.1:{}", net["alpha"].ports().admin);
        let ada = browsers.open_with("ada", &url, Wishes::default()).await;
        ada.visit("Network").await;
        has_row(&ada, &name, "connected").await;
        ada.fill("Token", token.trim()).await;
        ada.press("Show bans").await;
        ada.sees("Nobody is banned").await;
        // Who does not mean it changes nothing.
        ada.press(&format!("Ban {name}")).await;
        ada.press("Cancel").await;
        assert_eq!(api.peers().await.unwrap().peers.len(), 1);
        ada.press(&format!("Ban {name}")).await;
        ada.press("Ban").await;
        ada.is_told("status", "was banned", PATIENCE).await;
        called(0).await;
        ada.sees("127.0.0.1").await;
        ada.press("Lift the ban of 127.0.0.1").await;
        ada.is_told("status", "is banned no more", PATIENCE).await;
        called(1).await;
    })
    .await;
}

#[tokio::test]
async fn at_the_public_address_nobody_is_offered_what_only_the_operator_may_do() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.visit("Network").await;
        ada.sees("No peers").await;
        assert!(!ada.can_press("Add peer").await);
        // Asked on purpose: the public listener knows no such path.
        ada.allow_in_console("status of 404");
        ada.press("I run this node").await;
        ada.sees("on the machine of the node").await;
        assert!(!ada.can_press("Add peer").await);
    })
    .await;
}

/// Waits until a row of the table of peers holds both texts.
async fn has_row(browser: &Browser, url: &str, state: &str) {
    until(&format!("{url} to be {state}"), PATIENCE, async || {
        let script = "return [...document.querySelectorAll('main tbody tr')].map((row) => tidy(row.innerText));";
        let rows: Vec<String> = serde_json::from_value(browser.ask(script, &[]).await?)?;
        ensure!(rows.iter().any(|row| row.contains(url) && row.contains(state)), "{rows:?}");
        Ok(())
    })
    .await;
}
