//! Goal: somebody asks for an amount, by link or by code, and who pays has nothing to type.
//! Method: the code that one browser shows is read from a picture of it by another.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, purse::DEV_WORDS, until, with_browsers};
use tempfile::TempDir;
use thirtyfour::By;

async fn holds(browser: &Browser, field: &str, text: &str) {
    until(&format!("{field} to hold {text:?}"), PATIENCE, async || {
        let value = browser.value(field).await;
        ensure!(value == text, "it holds {value:?}");
        Ok(())
    })
    .await;
}

/// The code that is shown, once it is another than `before`.
async fn drawn(browser: &Browser, before: &str) -> String {
    until("a code to be drawn", PATIENCE, async || {
        let script = "return document.querySelector('main svg.qr path').getAttribute('d');";
        let path = browser.ask(script, &[]).await?.as_str().unwrap_or_default().to_owned();
        ensure!(!path.is_empty() && path != before, "it is still the old one");
        Ok(path)
    })
    .await
}

#[tokio::test]
async fn a_code_on_one_screen_fills_the_form_on_another() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    with_browsers(async |browsers| {
        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.create_wallet("a passphrase of Bob's").await;
        let address = bob.address().await;
        let script = "navigator.share = async (what) => { window.shared = what.text; };";
        bob.ask(script, &[]).await.unwrap();
        bob.visit("Receive").await;
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        // It is drawn by a worker, and anew for what is asked for.
        let plain = drawn(&bob, "").await;
        // The plain code is upper case: the address is what it was all the same.
        let bare = folder.path().join("bare.png");
        bob.driver().find(By::Css("main svg.qr")).await.unwrap().screenshot(&bare).await.unwrap();
        ada.visit("Send").await;
        ada.press("Read a QR code from a picture").await;
        ada.upload("Picture of a QR code", &bare).await;
        until("the address to be read", PATIENCE, async || {
            let value = ada.value("Recipient").await;
            ensure!(value.eq_ignore_ascii_case(&address), "it holds {value:?}");
            Ok(())
        })
        .await;

        bob.press("Ask for an amount").await;
        bob.fill("Amount to ask for", "1.25").await;
        bob.fill("Who asks, what for", "Bob & the bus").await;
        bob.sees("amount=1.25&label=Bob%20%26%20the%20bus").await;
        drawn(&bob, &plain).await;
        bob.press("Share").await;
        let shared = bob.ask("return window.shared;", &[]).await.unwrap();
        assert!(
            shared.as_str().unwrap().ends_with("amount=1.25&label=Bob%20%26%20the%20bus"),
            "{shared}"
        );
        let picture = folder.path().join("amount.png");
        let code = bob.driver().find(By::Css("main svg.qr")).await.unwrap();
        code.scroll_into_view().await.unwrap();
        code.screenshot(&picture).await.unwrap();
        ada.press("Read a QR code from a picture").await;
        ada.upload("Picture of a QR code", &picture).await;
        holds(&ada, "Recipient", &address).await;
        holds(&ada, "Amount", "1.25").await;
        ada.sees("Bob & the bus").await;

        // A picture without a code says so, and the form stays as it was.
        ada.press("Read a QR code from a picture").await;
        let nothing = ada.screenshot("no-code").await;
        ada.upload("Picture of a QR code", &nothing).await;
        ada.is_warned("no QR code in this picture").await;
        holds(&ada, "Amount", "1.25").await;

        // As a link, and one that demands what nobody knows.
        ada.go(&format!("/send?uri=halfpenny:{address}%3Famount%3D3")).await;
        ada.unlock("a passphrase").await;
        holds(&ada, "Recipient", &address).await;
        holds(&ada, "Amount", "3").await;
        ada.fill("Recipient", "halfpenny:x?req-future=1").await;
        ada.sees("needs \"req-future\", which this version does not know").await;
    })
    .await;
}
