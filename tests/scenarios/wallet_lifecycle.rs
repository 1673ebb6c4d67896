//! Goal: a wallet can be locked, opened, lost and brought back, and only by whoever may.
//! Method: every way into a wallet, right and wrong; the same file in the browser and on the command line.

use std::path::Path;

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, program, until, with_browsers};
use serde_json::json;
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery";

#[tokio::test]
async fn a_wallet_is_locked_and_opened_and_restored_from_its_words() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        let words = ada.create_wallet(PASSPHRASE).await;
        let address = ada.address().await;
        assert!(address.starts_with("dhhc1q"), "{address}");

        ada.lock().await;
        // Who keeps passphrases in another program may paste them; who types is told of Caps Lock.
        let script = "const [field] = findAll('field', 'Passphrase'); \
                      field.dispatchEvent(new KeyboardEvent('keyup', { key: 'A', bubbles: true, modifierCapsLock: true })); \
                      return field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }));";
        until("the field to take what is pasted", PATIENCE, async || {
            ensure!(ada.ask(script, &[]).await? == json!(true), "it does not");
            Ok(())
        })
        .await;
        ada.sees("Caps Lock is on").await;
        ada.try_to_unlock("wrong").await;
        ada.is_warned("wrong passphrase").await;
        ada.unlock(PASSPHRASE).await;
        assert_eq!(ada.address().await, address);
        ada.reload().await;
        ada.is_locked().await;
        ada.unlock(PASSPHRASE).await;
        assert_eq!(ada.address().await, address);

        // In another browser, which never saw this wallet.
        let again = browsers.open("again", &net["alpha"]).await;
        again.press("Restore wallet").await;
        let mut wrong = words.clone();
        wrong[2] = "halfpeny".to_owned();
        again.fill("Recovery phrase", &wrong.join(" ")).await;
        again.is_warned("word 3 is not in the list").await;
        let mut swapped = words.clone();
        swapped[0] = if words[0] == "zoo" { "zone" } else { "zoo" }.to_owned();
        again.fill("Recovery phrase", &swapped[..11].join(" ")).await;
        again.fill("Passphrase", PASSPHRASE).await;
        again.press("Restore wallet").await;
        again.is_warned("12 or 24 words, not 11").await;
        again.reload().await;
        again.restore_from_words(&words.join(" "), "another passphrase").await;
        assert_eq!(again.address().await, address);
    })
    .await;
}

#[tokio::test]
async fn twenty_four_words_make_a_wallet_and_what_is_printed_has_none_of_them() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Create wallet").await;
        ada.tick("24 words instead of 12").await;
        ada.press("Reveal").await;
        let words = ada.words_shown(24).await;
        ada.ask("window.print = () => { window.printed = true; };", &[]).await.unwrap();
        ada.press("Print an empty sheet").await;
        assert_eq!(ada.ask("return window.printed;", &[]).await.unwrap(), json!(true));
        let on = json!({ "media": "print" });
        ada.devtools("Emulation.setEmulatedMedia", on).await;
        // What is invisible is not in it.
        let sheet = ada.page_text().await.unwrap();
        ada.screenshot("sheet").await;
        ada.devtools("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
        let is_word = |text: &str| words.iter().any(|word| word == text);
        let printed: Vec<&str> = sheet.split_whitespace().collect();
        assert!(!printed.iter().any(|text| is_word(text)), "{sheet}");
        assert!(sheet.contains("Halfpenny") && sheet.contains("DHHC"), "{sheet}");

        ada.finish_wallet(&words, PASSPHRASE).await;
        let address = ada.address().await;
        assert!(printed.concat().contains(&address), "{address} is not on the sheet: {sheet}");
        let again = browsers.open("again", &net["alpha"]).await;
        again.restore_from_words(&words.join(" "), PASSPHRASE).await;
        assert_eq!(again.address().await, address);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_answer_about_the_words_is_named_and_makes_no_wallet() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Create wallet").await;
        ada.press("Reveal").await;
        ada.press("I have written them down").await;
        ada.press("Check").await;
        ada.is_warned("not right").await;
        ada.reload().await;
        ada.press("Create wallet").await;
        ada.is_told("heading", "recovery words", PATIENCE).await;
    })
    .await;
}

#[tokio::test]
async fn a_wallet_of_the_browser_opens_on_the_command_line_and_the_reverse() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    let made = folder.path().join("made.json");
    let made_address = wallet(&made, &["new"]).await.success().trim().to_owned();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet(PASSPHRASE).await;
        let address = ada.address().await;
        let saved = ada.save_keystore_file().await;
        assert_eq!(wallet(&saved, &["address"]).await.success().trim(), address);
        let text = std::fs::read_to_string(&saved).unwrap();
        std::fs::write(&saved, text.replacen("\"message\"", "\"massage\"", 1)).unwrap();
        let said = wallet(&saved, &["address"]).await.failure();
        assert!(said.contains("not a keystore file"), "{said}");

        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.press("Restore wallet").await;
        bob.tick("Keystore file").await;
        bob.upload("Keystore file", &saved).await;
        bob.is_warned("not a keystore file").await;
        bob.upload("Keystore file", &made).await;
        bob.fill("Passphrase", "wrong").await;
        bob.press("Restore wallet").await;
        bob.is_warned("wrong passphrase").await;
        bob.reload().await;
        bob.restore_from_file(&made, PASSPHRASE).await;
        assert_eq!(bob.address().await, made_address);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_chain_is_refused_by_name() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    let foreign = folder.path().join("foreign.json");
    let file = foreign.display().to_string();
    let new = ["wallet", "--file", &file, "--chain", "main", "new"];
    let _ = program::run(&new, &[("HALFPENNY_PASSPHRASE", PASSPHRASE)], "").await.success();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Restore wallet").await;
        ada.tick("Keystore file").await;
        ada.upload("Keystore file", &foreign).await;
        ada.is_warned("for another chain: its addresses begin with hhc1, not dhhc1").await;
    })
    .await;
}

#[tokio::test]
async fn known_words_give_the_known_address() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, PASSPHRASE).await;
        assert_eq!(ada.address().await, Purse::funded(net["alpha"].chain(), 0).address());
        ada.sees_balance("10000").await;
    })
    .await;
}

async fn wallet(file: &Path, arguments: &[&str]) -> program::Output {
    let file = file.display().to_string();
    let all = [&["wallet", "--file", &file, "--chain", "dev"], arguments].concat();
    program::run(&all, &[("HALFPENNY_PASSPHRASE", PASSPHRASE)], "").await
}
