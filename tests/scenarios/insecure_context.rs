//! Goal: a class opens the app at `http://` and a name or a LAN address, and everything essential works,
//! though the browser withholds what it calls secure: no `crypto.subtle`, no clipboard, no locks.
//! Method: a name that leads to this machine but is not 127.0.0.1; make, mine, copy, send, confirm.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, Setup, Wishes, page::Form, until, with_browsers};
use serde_json::json;
use thirtyfour::Key;

const NAME: &str = "class.test";

#[tokio::test]
async fn the_essential_flow_works_where_the_page_is_no_secure_context() {
    let net: Net = Setup::new(["alpha"]).flags(["--host", NAME]).start().await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let url = format!("http://{NAME}:{}", net["alpha"].ports().public);
        let ada = browsers.open_with("ada", &url, Wishes::insecure_name(NAME)).await;
        let script = "return [isSecureContext, !!globalThis.crypto?.subtle, !!navigator.clipboard, \
                      !!navigator.locks, !!navigator.storage?.persist];";
        let secure = ada.ask(script, &[]).await.unwrap();
        assert_eq!(secure, json!([false, false, false, false, false]));

        ada.create_wallet("a passphrase").await;
        ada.press("Copy address").await;
        ada.is_told("status", "Copied", PATIENCE).await;
        // What was copied can be pasted.
        let address = ada.address().await;
        ada.visit("Send").await;
        ada.fill("Recipient", "").await;
        ada.type_into("Recipient", &format!("{}v", Key::Control.value())).await;
        until("the address to be pasted", PATIENCE, async || {
            let pasted = ada.value("Recipient").await;
            ensure!(pasted == address, "it holds {pasted:?}");
            Ok(())
        })
        .await;
        // Where even the old way is withheld, the page says how else.
        ada.visit("Overview").await;
        ada.ask("document.execCommand = () => false;", &[]).await.unwrap();
        ada.press("Copy address").await;
        ada.is_told("status", "select the text and copy it", PATIENCE).await;
        ada.mine_blocks(1).await;
        ada.send(Form { recipient: &bob, amount: "1.5", fee: Some("0.1"), memo: None }).await;
        net["alpha"].api().mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        ada.lock().await;
        ada.unlock("a passphrase").await;
    })
    .await;
}

#[tokio::test]
async fn a_name_that_the_operator_did_not_give_is_refused() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let url = format!("http://{NAME}:{}", net["alpha"].ports().public);
        let ada = browsers.open_with("ada", &url, Wishes::insecure_name(NAME)).await;
        ada.allow_in_console("status of 421");
        ada.sees("host-not-allowed").await;
        ada.sees("--host").await;
    })
    .await;
}
