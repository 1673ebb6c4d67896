//! Goal: what happened can be found, named and taken along, and what waits can be changed once more.
//! Method: a wallet with payments both ways; search, label, files; a payment sped up, another called off.

use anyhow::ensure;
use harness::{
    Browser, Net, PATIENCE, Purse, Setup, page::Form, purse::DEV_WORDS, until, with_browsers,
};

const PASSPHRASE: &str = "correct horse battery";

/// Rows of the activity that can be seen.
async fn rows(browser: &Browser) -> anyhow::Result<usize> {
    let script = "return document.querySelectorAll('main .rows > .row:not(.plain)').length;";
    Ok(serde_json::from_value(browser.ask(script, &[]).await?)?)
}

async fn sees_rows(browser: &Browser, count: usize) {
    until(&format!("{count} rows of activity"), PATIENCE, async || {
        let shown = rows(browser).await?;
        ensure!(shown == count, "there are {shown}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_happened_is_found_by_any_word_labelled_and_taken_along() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let [own, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    bob.pay(alpha, &own.address(), 123_456_789).await.unwrap();
    alpha.mine(1, &bob.address()).await.unwrap();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let to_bob = bob.address();
        let memo = Some("=for the bus");
        ada.send(Form { recipient: &to_bob, amount: "5", fee: Some("0.5"), memo }).await;
        alpha.mine(1, &own.address()).await.unwrap();
        ada.visit("History").await;
        sees_rows(&ada, 3).await;
        for (search, count) in [
            ("bus", 1),
            ("1.23456789", 1),
            (&to_bob[..20], 2),
            ("mined", 1),
            ("nothing", 0),
            ("", 3),
        ] {
            ada.fill("Search", search).await;
            sees_rows(&ada, count).await;
        }
        ada.choose("Show", "Received").await;
        sees_rows(&ada, 1).await;

        ada.press("Label").await;
        ada.fill("Label of this row", "rent of May").await;
        ada.press("Save label").await;
        ada.sees("rent of May").await;
        ada.choose("Show", "Everything").await;
        ada.fill("Search", "RENT may").await;
        sees_rows(&ada, 1).await;

        ada.press("Export CSV").await;
        let csv = std::fs::read_to_string(ada.downloaded("csv").await).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 4, "{csv}");
        assert!(lines[0].starts_with("time,direction,amount,fee,other"), "{csv}");
        assert!(
            lines[2].contains(",sent,5,0.5,") && lines[2].contains("\"'=for the bus\""),
            "{csv}"
        );
        assert!(lines[3].contains("1.23456789") && lines[3].contains("rent of May"), "{csv}");
        ada.press("Export JSON").await;
        let json = std::fs::read_to_string(ada.downloaded("json").await).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&json[1]["memo"], &json[1]["amount"]), (&"=for the bus".into(), &"5".into()));

        ada.press("What the states mean").await;
        for word in
            ["draft", "sending", "pending", "final", "expired", "replaced", "reorganised out"]
        {
            ada.sees(word).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_waits_is_sped_up_and_another_is_called_off() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let before = alpha.account(&bob).await.unwrap().balance;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let own = ada.address().await;
        ada.send(Form { recipient: &bob, amount: "5", fee: Some("0.001"), memo: Some("hi") }).await;
        ada.press("Speed up").await;
        ada.sees("Only one of the two can ever be made").await;
        ada.press("Leave it as it is").await;
        ada.press("Speed up").await;
        ada.press("Send with the higher fee").await;
        let pool = until("the faster one to be in the pool", PATIENCE, async || {
            let pool = alpha.mempool().await?;
            let fees: Vec<u64> = pool.transactions.iter().map(|it| it.transaction.fee).collect();
            ensure!(fees == [110_000], "the fees are {fees:?}");
            Ok(pool)
        })
        .await;
        let faster = &pool.transactions[0].transaction;
        assert_eq!(faster.payments[0].amount, 500_000_000);
        ada.is_told("status", "pending", PATIENCE).await;
        alpha.mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        let paid = alpha.account(&bob).await.unwrap().balance;

        // The first one never happened, and says so.
        ada.visit("History").await;
        ada.sees("Another payment from this account took its place").await;

        ada.send(Form { recipient: &bob, amount: "7", fee: Some("0"), memo: None }).await;
        ada.visit("History").await;
        ada.press("Speed up or cancel").await;
        ada.press("Cancel payment").await;
        ada.press("Send the cancellation").await;
        until("the cancellation to be in the pool", PATIENCE, async || {
            let pool = alpha.mempool().await?;
            let to: Vec<_> =
                pool.transactions.iter().map(|it| &it.transaction.payments[0].recipient).collect();
            ensure!(to == [&own], "they pay {to:?}");
            Ok(())
        })
        .await;
        alpha.mine(1, &own).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        assert_eq!(alpha.account(&bob).await.unwrap().balance, paid, "Bob got the 7 all the same");
        assert!(paid > before);
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_a_reorganisation_took_back_says_so_and_is_confirmed_again() {
    let net = Setup::new(["alpha", "beta"]).links([]).start().await;
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    let [bob, eve] = [7, 8].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let own = ada.address().await;
        ada.send(Form { recipient: &bob, amount: "5", fee: Some("0"), memo: None }).await;
        // The block pays Ada as well: that reward is gone with it.
        alpha.mine(1, &own).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;

        beta.mine(2, &eve).await.unwrap();
        for height in ["1", "2"] {
            let block = beta.block_bytes(height).await.unwrap();
            let _ = alpha.submit_block(block).await.unwrap();
        }
        ada.is_told("status", "reorganised out", PATIENCE).await;
        ada.is_warned("Reorganised out: miners agreed on other blocks").await;
        alpha.mine(1, &eve).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
    })
    .await;
}

#[tokio::test]
async fn tiny_payments_from_strangers_are_folded_away_until_somebody_wants_to_see_them() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let chain = net["alpha"].chain();
    let [own, rich] = [0, 1].map(|n| Purse::funded(chain, n));
    // The other accounts of the same words are no strangers.
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let [bob, eve] = [0, 1].map(|n| Purse::of_words(chain, words, n));
    for stranger in [&bob, &eve] {
        rich.pay(alpha, &stranger.address(), 100_000_000).await.unwrap();
        alpha.mine(1, &rich.address()).await.unwrap();
    }
    for (from, amount) in [(&rich, 1), (&bob, 1), (&eve, 2), (&eve, 10_000)] {
        from.pay(alpha, &own.address(), amount).await.unwrap();
        alpha.mine(1, &bob.address()).await.unwrap();
    }
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        // Only what is no dust is among the latest.
        ada.visit("Overview").await;
        sees_rows(&ada, 2).await;
        ada.visit("History").await;
        ada.is_told("status", "2 tiny payments from strangers are hidden", PATIENCE).await;
        sees_rows(&ada, 2).await;
        ada.press("Show tiny payments").await;
        sees_rows(&ada, 4).await;
        ada.is_told("status", "2 tiny payments from strangers are shown", PATIENCE).await;
        // Of those, nobody's address can be copied or followed.
        let script = "return [...document.querySelectorAll('main .rows > .row')].map((row) => \
                      [textOf(row).includes('a stranger'), !!row.querySelector('a[href^=\"/account/\"]'), \
                       row.innerHTML.includes(arguments[0])]);";
        let rows = ada.ask(script, &[eve.address().into()]).await.unwrap();
        let expected = serde_json::json!([
            [false, true, true],
            [true, false, false],
            [true, false, false],
            [false, true, false],
        ]);
        assert_eq!(rows, expected);
        // The choice stays.
        ada.reload().await;
        ada.unlock(PASSPHRASE).await;
        ada.visit("History").await;
        sees_rows(&ada, 4).await;
        ada.press("Hide tiny payments").await;
        sees_rows(&ada, 2).await;
        // A file has them all.
        ada.press("Export CSV").await;
        let csv = std::fs::read_to_string(ada.downloaded("csv").await).unwrap();
        assert_eq!(csv.lines().count(), 5, "{csv}");
        // Whoever is paid is no stranger any more.
        ada.send(Form { recipient: &bob.address(), amount: "1", fee: Some("0"), memo: None }).await;
        alpha.mine(1, &bob.address()).await.unwrap();
        ada.visit("History").await;
        ada.is_told("status", "1 tiny payment from a stranger is hidden", PATIENCE).await;
        sees_rows(&ada, 4).await;
    })
    .await;
}
