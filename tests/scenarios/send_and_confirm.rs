//! Goal: coin sent in Ada's browser is confirmed in Bob's, on another node, without a reload.
//! Method: two nodes, two browsers, one easy chain; everything by the controls that people have.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, page::Form, until, with_browsers};

#[tokio::test]
async fn sent_coin_is_confirmed_on_another_node() {
    let net = Net::start(["alpha", "beta"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        let bob = browsers.open("bob", &net["beta"]).await;
        ada.create_wallet("a passphrase of Ada's").await;
        bob.create_wallet("a passphrase of Bob's").await;
        let to_bob = bob.address().await;
        assert_ne!(to_bob, ada.address().await);
        bob.sees_balance("0").await;
        bob.mark_page().await;
        ada.mark_page().await;

        mine_until_rich(&ada).await;
        let form = Form {
            recipient: &to_bob,
            amount: "0.25",
            fee: Some("0.001"),
            memo: Some("half a penny for your thoughts"),
        };
        review(&ada, form, &to_bob).await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;

        // Bob's page shows the payment before it is in a block.
        bob.sees("0.25 DHHC pending in").await;
        bob.sees_balance("0").await;

        ada.mine_blocks(1).await;
        bob.sees_balance("0.25").await;
        bob.sees("1 confirmation").await;
        ada.visit("History").await;
        ada.sees("0.25 DHHC").await;

        net.agrees_on_tip().await;
        let account = net["beta"].api().account(&to_bob).await.unwrap();
        assert_eq!((account.balance, account.pending.incoming), (25_000_000, 0));
        ada.is_marked().await;
        bob.is_marked().await;
        take_pictures(&ada, &bob).await;
    })
    .await;
}

/// Starts mining, sees that it runs, stops once there is something to send.
async fn mine_until_rich(ada: &Browser) {
    ada.start_mining(1).await;
    until("the hash rate to rise", PATIENCE, async || {
        let rate = ada.named("Hash rate").await?;
        ensure!(!rate.starts_with("0 "), "it is {rate}");
        Ok(())
    })
    .await;
    ada.sees("in the chain").await;
    ada.visit("Overview").await;
    until("Ada's balance to be above 0", PATIENCE, async || {
        let balance = ada.balance().await?;
        ensure!(balance > 0, "it is {balance}");
        Ok(())
    })
    .await;
    // It went on while another page was looked at.
    ada.visit("Mine").await;
    ada.stop_mining().await;
}

/// The review shows everything that is about to be signed.
async fn review(ada: &Browser, form: Form<'_>, to_bob: &str) {
    ada.fill_payment(form).await;
    ada.press("Review").await;
    until("the review to show the payment", PATIENCE, async || {
        let shown =
            ada.ask("return tidy(document.querySelector('main').textContent);", &[]).await?;
        let shown = shown.as_str().unwrap_or_default();
        for part in
            [to_bob, "0.25 DHHC", "0.001 DHHC", "0.251 DHHC", "half a penny for your thoughts"]
        {
            ensure!(shown.contains(part), "{part:?} is not in {shown:?}");
        }
        Ok(())
    })
    .await;
}

/// For the README, and for who wants to see what the test saw.
async fn take_pictures(ada: &Browser, bob: &Browser) {
    bob.screenshot("overview").await;
    ada.visit("Explorer").await;
    ada.sees("mined by you").await;
    ada.screenshot("explorer").await;
}
