//! Goal: the emergency kit works when the app does not: it saves wallets, tells the state, and resets.
//! Method: the app's wasm is blocked; everything by the page's own controls.

use harness::{Net, PATIENCE, purse::DEV_WORDS, until, with_browsers};
use serde_json::json;

const PASSPHRASE: &str = "correct horse battery";

#[tokio::test]
async fn a_wallet_is_saved_and_everything_reset_while_the_app_cannot_start() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let address = ada.address().await;
        ada.devtools("Network.enable", json!({})).await;
        ada.devtools("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await;
        ada.allow_in_console("ERR_BLOCKED_BY_CLIENT");
        ada.allow_in_console("Failed to fetch");
        ada.allow_in_console("ERR_FAILED");
        ada.go("/").await;
        ada.sees_within("Emergency kit", PATIENCE).await;

        ada.go("/kit").await;
        ada.sees(&address).await;
        ada.sees("version").await;
        ada.press("Save keystore file").await;
        let file = ada.downloaded("json").await;
        let text = std::fs::read_to_string(&file).unwrap();
        ada.press("Show").await;
        let shown = ada.ask("return document.querySelector('#files pre').textContent;", &[]).await;
        assert_eq!(shown.unwrap(), json!(text));
        ada.press("Save report").await;
        let report = std::fs::read_to_string(ada.downloaded("txt").await).unwrap();
        assert!(report.contains("Secure context: yes") && !report.contains("cipher"), "{report}");

        ada.fill("Type delete to confirm", "yes").await;
        ada.press("Delete everything here").await;
        ada.is_warned("Nothing was deleted").await;
        ada.sees(&address).await;
        ada.fill("Type delete to confirm", "delete").await;
        ada.press("Delete everything here").await;
        ada.is_told("status", "was deleted from this browser", PATIENCE).await;
        ada.sees("There are none").await;
        let left = ada.ask("return Object.keys(localStorage).length;", &[]).await.unwrap();
        assert_eq!(left, json!(0));

        // The app finds a browser without a wallet, and the file brings it back.
        ada.devtools("Network.setBlockedURLs", json!({ "urls": [] })).await;
        ada.go("/").await;
        ada.restore_from_file(&file, PASSPHRASE).await;
        assert_eq!(ada.address().await, address);
    })
    .await;
}

#[tokio::test]
async fn the_kit_makes_nothing_where_there_is_nothing() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.go("/kit").await;
        ada.sees("There are none").await;
        // An empty database would keep the app from making its own.
        ada.go("/").await;
        ada.create_wallet(PASSPHRASE).await;
        until("the kit to find the wallet", PATIENCE, async || {
            ada.go("/kit").await;
            ada.element("button", "Save keystore file").await
        })
        .await;
    })
    .await;
}
