//! Goal: a text is signed for an address, and anybody can check it; nothing changed passes.
//! Method: signed in one browser, checked in another that has no wallet.

use anyhow::ensure;
use harness::{Net, PATIENCE, purse::DEV_WORDS, until, with_browsers};

#[tokio::test]
async fn a_signed_message_is_checked_elsewhere_and_not_when_it_was_changed() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        let address = ada.address().await;
        ada.visit("Settings").await;
        ada.press("Sign or check a message").await;
        ada.press("Sign message").await;
        ada.is_warned("Enter a text to sign").await;
        ada.fill("Text to sign", "I am Ada.").await;
        ada.press("Sign message").await;
        let signature = until("the signature", PATIENCE, async || {
            let text = ada.named("Signature of the text").await?;
            ensure!(text.len() == 128, "it is {text:?}");
            Ok(text)
        })
        .await;

        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.sees("Create wallet").await;
        bob.go("/message").await;
        bob.sees("open your wallet first").await;
        let check = async |text: &str, signature: &str| {
            bob.fill("Text", text).await;
            bob.fill("Signed by", &address).await;
            bob.fill("Signature", signature).await;
            bob.press("Check signature").await;
        };
        check("I am Ada.", &signature).await;
        bob.is_told("status", "Valid", PATIENCE).await;
        check("I am Ada!", &signature).await;
        bob.is_warned("did not sign this text, or it was changed").await;
        check("I am Ada.", &signature[1..]).await;
        bob.is_warned("128 digits").await;
    })
    .await;
}
