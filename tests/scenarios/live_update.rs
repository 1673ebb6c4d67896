//! Goal: a page that is open tells when its node is away, and goes on by itself when it is back.
//! Method: the node is stopped, another mines meanwhile, the node is started again; no reload.

use harness::{Net, PATIENCE, Purse, page::Form, with_browsers};

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
