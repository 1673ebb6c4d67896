//! Goal: whatever is typed wrong is said under its field, in words, before anything is sent.
//! Method: one valid payment and a table of mistakes.

use anyhow::ensure;
use harness::{ChainSource, Net, PATIENCE, Purse, page::Form, until, with_browsers};

#[tokio::test]
async fn every_mistake_in_a_payment_is_named_and_nothing_is_sent() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let other = ChainSource::like_dev(|file| file.prefix = "xyz".into());
    let foreign = Purse::funded(other.chain(), 1).address();
    let last = if bob.ends_with('q') { 'p' } else { 'q' };
    let mistyped = format!("{}{last}", &bob[..bob.len() - 1]);
    let long_memo = "m".repeat(81);
    let valid = Form { recipient: &bob, amount: "1", fee: Some("0"), memo: None };
    let mistakes = [
        ("typing mistake", Form { recipient: &mistyped, ..valid }),
        ("for another chain", Form { recipient: &foreign, ..valid }),
        ("not an address", Form { recipient: "bob", ..valid }),
        ("enter an address", Form { recipient: "", ..valid }),
        ("enter an amount", Form { amount: "", ..valid }),
        ("above 0", Form { amount: "0", ..valid }),
        ("at most 8 decimals", Form { amount: "0.123456789", ..valid }),
        ("digits", Form { amount: "-1", ..valid }),
        ("larger than any supply", Form { amount: "99999999999", ..valid }),
        ("10000", Form { amount: "10000.00000001", ..valid }),
        ("10000", Form { amount: "10000", fee: Some("0.00000001"), ..valid }),
        ("81 bytes", Form { memo: Some(&long_memo), ..valid }),
    ];
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        ada.sees_balance("10000").await;
        for (says, form) in mistakes {
            ada.fill_payment(form).await;
            ada.press("Review").await;
            until(&format!("{form:?} to be judged"), PATIENCE, async || {
                let alerts = ada.texts("alert").await?;
                // Thousands are set apart in what the page shows.
                let told = alerts
                    .iter()
                    .any(|text| text.to_lowercase().replace("10 000", "10000").contains(says));
                ensure!(told, "the page says {alerts:?} instead of {says:?}");
                Ok(())
            })
            .await;
            assert!(!ada.can_press("Confirm").await, "{form:?} was let through");
            ada.press("Clear").await;
        }
        assert_eq!(net["alpha"].api().mempool().await.unwrap().totals.count, 0);
        ada.send(valid).await;
        assert_eq!(net["alpha"].api().mempool().await.unwrap().totals.count, 1);
    })
    .await;
}

#[tokio::test]
async fn paying_oneself_is_warned_about_and_costs_the_fee_only() {
    let net = Net::start(["alpha"]).await;
    let ada_address = Purse::funded(net["alpha"].chain(), 0).address();
    let bob_address = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        ada.sees_balance("10000").await;
        let form = Form { recipient: &ada_address, amount: "5", fee: Some("0.01"), memo: None };
        ada.fill_payment(form).await;
        ada.press("Review").await;
        ada.sees("You are paying yourself").await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        net["alpha"].api().mine(1, &bob_address).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        ada.visit("Overview").await;
        ada.sees_balance("9999.99").await;
    })
    .await;
}

#[tokio::test]
async fn everything_can_be_sent_by_max_and_leaves_nothing() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        ada.sees_balance("10000").await;
        ada.fill_payment(Form { recipient: &bob, amount: "1", fee: Some("0.5"), memo: None }).await;
        ada.press("Max").await;
        // The fee changes; what is left for the amount follows.
        ada.fill("Fee", "0.25").await;
        until("the amount to follow the fee", PATIENCE, async || {
            let amount = ada.value("Amount").await;
            ensure!(amount == "9999.75", "it is {amount}");
            Ok(())
        })
        .await;
        ada.press("Review").await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        net["alpha"].api().mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        ada.visit("Overview").await;
        ada.sees_balance("0").await;
    })
    .await;
}
