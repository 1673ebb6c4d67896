//! Goal: whoever restores a wallet sees which accounts and coins the secret leads to before anything is
//! kept, and is told what it means when there are none, or when the node does not answer.
//! Method: words and a keystore file with several used accounts, words that were never used, a node that
//! is stopped and comes back.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Purse, until, with_browsers};
use serde_json::json;

const PASSPHRASE: &str = "correct horse battery";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const OTHERS: &str =
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above";

/// What is said of each account that was found.
async fn found(browser: &Browser) -> anyhow::Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.found-accounts .row')].map(textOf);";
    Ok(serde_json::from_value(browser.ask(script, &[]).await?)?)
}

/// Waits until so many accounts are shown; what is said of each.
async fn sees_found(browser: &Browser, count: usize) -> Vec<String> {
    until(&format!("{count} accounts to be found"), PATIENCE, async || {
        let found = found(browser).await?;
        ensure!(found.len() == count, "there are {found:?}");
        Ok(found)
    })
    .await
}

/// A node on which the first and the fifth account of the words hold coins, and the addresses of those.
async fn net_with_coins() -> (Net, [String; 2]) {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let chain = net["alpha"].chain();
    let payer = Purse::funded(chain, 0);
    let [first, fifth] = [0, 4].map(|n| Purse::of_words(chain, WORDS, n).address());
    payer.pay(alpha, &first, 250_000_000).await.unwrap();
    payer.pay(alpha, &fifth, 50_000_000).await.unwrap();
    alpha.mine(1, &payer.address()).await.unwrap();
    (net, [first, fifth])
}

#[tokio::test]
async fn the_coins_of_words_are_seen_before_the_wallet_is_kept() {
    let (net, [first, fifth]) = net_with_coins().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Restore wallet").await;
        ada.fill("Recovery phrase", WORDS).await;
        let rows = sees_found(&ada, 5).await;
        ada.sees("5 accounts found").await;
        assert!(rows[0].contains("2.5") && rows[0].contains("Verified in block 1"), "{rows:?}");
        assert!(rows[1].contains("never used"), "{rows:?}");
        assert!(rows[4].contains("0.5") && !rows[4].contains("never used"), "{rows:?}");
        // Other words, other accounts: what was found of the first is gone.
        ada.fill("Recovery phrase", OTHERS).await;
        ada.sees("No coins found").await;
        ada.sees("whose addresses begin with dhhc1").await;
        assert!(found(&ada).await.unwrap().is_empty());
        // Nothing is kept so far.
        ada.reload().await;
        ada.press("Restore wallet").await;
        ada.fill("Recovery phrase", WORDS).await;
        sees_found(&ada, 5).await;
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Restore wallet").await;
        assert_eq!(ada.address().await, first);
        ada.sees_balance("2.5").await;
        ada.choose("Account", "Account 5").await;
        ada.sees_balance("0.5").await;
        assert_eq!(ada.address().await, fifth);
    })
    .await;
}

#[tokio::test]
async fn a_file_shows_its_first_account_and_with_its_passphrase_all() {
    let (net, [first, fifth]) = net_with_coins().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(WORDS, PASSPHRASE).await;
        let file = ada.save_keystore_file().await;

        let again = browsers.open("again", &net["alpha"]).await;
        again.press("Restore wallet").await;
        again.tick("Keystore file").await;
        again.upload("Keystore file", &file).await;
        let rows = sees_found(&again, 1).await;
        assert!(rows[0].contains("2.5"), "{rows:?}");
        again.fill("Passphrase", "wrong").await;
        again.press("Look inside first").await;
        again.is_warned("wrong passphrase").await;
        again.fill("Passphrase", PASSPHRASE).await;
        again.press("Look inside first").await;
        let rows = sees_found(&again, 5).await;
        assert!(rows[4].contains("0.5"), "{rows:?}");
        again.press("Restore wallet").await;
        assert_eq!(again.address().await, first);
        again.choose("Account", "Account 5").await;
        assert_eq!(again.address().await, fifth);
    })
    .await;
}

#[tokio::test]
async fn a_node_that_does_not_answer_is_told_and_keeps_nobody_from_restoring() {
    let (net, [first, _]) = net_with_coins().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.allow_in_console("net::ERR_");
        ada.press("Restore wallet").await;
        // The vault is here before the node goes.
        ada.fill("Recovery phrase", "legal winn").await;
        ada.press("winner").await;
        assert_eq!(ada.value("Recovery phrase").await, "legal winner ");
        let is_cached = "return !!navigator.serviceWorker.controller;";
        until("the service worker to have the app", PATIENCE, async || {
            ensure!(ada.ask(is_cached, &[]).await? == json!(true), "it does not answer");
            Ok(())
        })
        .await;
        net["alpha"].stop().await;
        ada.fill("Recovery phrase", WORDS).await;
        ada.sees("The node does not answer").await;
        ada.press("Ask again").await;
        ada.sees("It can be restored all the same").await;
        // It is seen by itself when the node is back.
        net["alpha"].restart().await;
        sees_found(&ada, 5).await;
        net["alpha"].stop().await;
        ada.fill("Recovery phrase", OTHERS).await;
        ada.sees("It can be restored all the same").await;
        ada.fill("Recovery phrase", WORDS).await;
        ada.sees("It can be restored all the same").await;
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Restore wallet").await;
        assert_eq!(ada.address().await, first);
    })
    .await;
}
