//! Goal: no step of the wallet has to be scrolled sideways, on a telephone or a
//! desk, light or dark.
//! Method: the steps that no link leads to directly, each opened by hand, in every window, with its picture.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Purse, page::Form, purse::DEV_WORDS, until, with_browsers};

const WINDOWS: [(u32, u32, &str); 4] =
    [(390, 844, "light"), (390, 844, "dark"), (1_440, 900, "light"), (1_440, 900, "dark")];

/// Looks at a step in every window: takes its picture, and looks for an overhang.
async fn shows(browser: &Browser, name: &str, text: &str) {
    browser.sees(text).await;
    for (width, height, scheme) in WINDOWS {
        browser.resize(width, height).await;
        browser.prefer(scheme).await;
        until(&format!("{name} to fit into {width} pixels"), PATIENCE, async || {
            let has = browser.ask("return innerWidth;", &[]).await?;
            ensure!(has == serde_json::json!(width), "the window has {has}");
            let overhang = browser.overhang().await?;
            ensure!(overhang.is_none(), "it needs {}", overhang.unwrap_or_default());
            Ok(())
        })
        .await;
        browser.screenshot(&format!("wallet-{name}-{width}-{scheme}")).await;
    }
}

#[tokio::test]
async fn the_steps_of_the_wallet_fit_every_window() {
    let net = Net::start(["alpha"]).await;
    let [bob, eve] = [8, 9].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    with_browsers(async |browsers| {
        let new = browsers.open("new", &net["alpha"]).await;
        new.press("Restore wallet").await;
        new.fill("Recovery phrase", "legal winner thank year wave sau").await;
        new.press("Advanced: a 25th word").await;
        shows(&new, "completed", "sausage").await;
        new.fill("Recovery phrase", DEV_WORDS).await;
        shows(&new, "found", "10 accounts found").await;
        new.fill("25th word", "somewhere else").await;
        shows(&new, "nothing", "No coins found").await;
        new.press("Back").await;
        new.press("Create wallet").await;
        new.press("Advanced: a 25th word").await;
        new.fill("The 25th word again", "x").await;
        shows(&new, "extra", "not the same text").await;
        new.fill("The 25th word again", "").await;
        new.press("Reveal").await;
        new.press("Do this later").await;
        new.fill("Passphrase", "a passphrase").await;
        new.press("Create wallet").await;
        shows(&new, "unsafe", "Unsafe until backed up").await;
        new.visit("Receive").await;
        shows(&new, "gate", "Back up first").await;

        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.send(Form { recipient: &bob, amount: "5", fee: Some("0.1"), memo: None }).await;
        ada.press("Cancel payment").await;
        shows(&ada, "proposal", "Only one of the two can ever be made").await;
        ada.visit("History").await;
        ada.press("Label").await;
        ada.press("What the states mean").await;
        shows(&ada, "history", "Label of this row").await;
        ada.visit("Receive").await;
        ada.press("Ask for an amount").await;
        ada.fill("Amount to ask for", "12.5").await;
        shows(&ada, "request", "amount=12.5").await;
        ada.visit("Settings").await;
        ada.press("Add an account").await;
        ada.press("Add a contact").await;
        shows(&ada, "settings", "Name of the account").await;
        ada.press("Sign or check a message").await;
        ada.fill("Text to sign", "I am Ada.").await;
        ada.press("Sign message").await;
        shows(&ada, "message", "Copy signature").await;
        ada.visit("Send").await;
        ada.tick("Pay several people at once").await;
        ada.fill("Payments", &format!("{bob} 5\n{eve} 7")).await;
        ada.press("Review").await;
        shows(&ada, "several", "Confirm").await;
        ada.go("/kit").await;
        shows(&ada, "kit", "Delete everything").await;
    })
    .await;
}
