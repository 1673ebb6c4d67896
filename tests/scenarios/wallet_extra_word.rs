//! Goal: a wallet with a 25th word is the same in the browser and on the command line, in both directions;
//! without the word, or with another one, the words lead to an empty wallet; and it leaves the tab no more
//! than the words do.
//! Method: words and files carried from one to the other; every request of the browser is kept and searched.

use std::path::Path;

use anyhow::ensure;
use harness::{
    Browser, Net, PATIENCE, Purse, Wishes, program, recorder::Recorder, until, with_browsers,
};
use serde_json::json;
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery";
const EXTRA: &str = "Zürich im Mai ";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

async fn wallet(file: &Path, arguments: &[&str]) -> program::Output {
    let file = file.display().to_string();
    let all = [&["wallet", "--file", &file, "--chain", "dev"], arguments].concat();
    program::run(&all, &[("HALFPENNY_PASSPHRASE", PASSPHRASE)], "").await
}

/// Restores on the command line from these words and [`EXTRA`]; the address.
async fn restored(folder: &Path, file: &str, words: &str) -> String {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (words, extra) = (write("words", words), write("extra", &format!("{EXTRA}\n")));
    let arguments = ["restore", "--words-file", &words, "--25th-word-file", &extra];
    wallet(&folder.join(file), &arguments).await.success().trim().to_owned()
}

async fn stored(browser: &Browser) -> String {
    let script =
        "return JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });";
    browser.ask(script, &[]).await.unwrap().as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_25th_word_of_the_browser_opens_on_the_command_line() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    let recorder = Recorder::before(net["alpha"].ports().public).await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &recorder.url(), Wishes::default()).await;
        ada.press("Create wallet").await;
        ada.press("Advanced: a 25th word").await;
        ada.fill("25th word", EXTRA).await;
        ada.fill("The 25th word again", "zürich im Mai ").await;
        ada.press("Reveal").await;
        ada.is_warned("not the same text").await;
        ada.fill("The 25th word again", EXTRA).await;
        ada.press("Reveal").await;
        ada.sees("Your 25th word belongs to them").await;
        let words = ada.words_shown(12).await;
        ada.finish_wallet(&words, PASSPHRASE).await;
        let address = ada.address().await;
        assert_eq!(restored(folder.path(), "restored.json", &words.join(" ")).await, address);
        let saved = ada.save_keystore_file().await;
        assert_eq!(wallet(&saved, &["address"]).await.success().trim(), address);
        // It is shown with the words, and a new passphrase does not lose it.
        ada.press("Change the passphrase").await;
        ada.fill("Old passphrase", PASSPHRASE).await;
        ada.fill("New passphrase", "another staple for later").await;
        ada.press("Change the passphrase").await;
        ada.is_told("status", "was changed", PATIENCE).await;
        ada.press("Show the words").await;
        ada.fill("Passphrase", "another staple for later").await;
        ada.press("Show the words").await;
        until("the 25th word to be shown", PATIENCE, async || {
            let script = "return document.querySelector('code.extra-word')?.textContent ?? '';";
            let shown = ada.ask(script, &[]).await?;
            // As it is kept: in the form that all wallets make their seed of.
            ensure!(shown == json!("Zu\u{308}rich im Mai "), "it shows {shown}");
            Ok(())
        })
        .await;
        let sent = recorder.sent();
        let sent = String::from_utf8_lossy(&sent);
        for spelling in ["rich im Mai", "rich%20im%20Mai", "rich+im+Mai"] {
            assert!(!sent.contains(spelling), "the 25th word is in a request");
            assert!(!stored(&ada).await.contains(spelling), "the 25th word is in the storage");
        }
    })
    .await;
}

#[tokio::test]
async fn a_25th_word_of_the_command_line_opens_in_the_browser() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let folder = TempDir::new().unwrap();
    let address = restored(folder.path(), "made.json", WORDS).await;
    let payer = Purse::funded(net["alpha"].chain(), 0);
    payer.pay(alpha, &address, 150_000_000).await.unwrap();
    alpha.mine(1, &payer.address()).await.unwrap();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Restore wallet").await;
        ada.fill("Recovery phrase", WORDS).await;
        ada.sees("No coins found").await;
        ada.press("Advanced: a 25th word").await;
        // Another one is another wallet, and an empty one.
        ada.fill("25th word", EXTRA.trim()).await;
        ada.sees("or is not the right one").await;
        ada.fill("25th word", EXTRA).await;
        ada.sees("1 account found").await;
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Restore wallet").await;
        assert_eq!(ada.address().await, address);
        ada.sees_balance("1.5").await;

        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.restore_from_file(&folder.path().join("made.json"), PASSPHRASE).await;
        assert_eq!(bob.address().await, address);
        bob.lock().await;
        bob.unlock(PASSPHRASE).await;
        assert_eq!(bob.address().await, address);

        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.press("Restore wallet").await;
        eve.fill("Recovery phrase", WORDS).await;
        eve.press("Advanced: a 25th word").await;
        eve.fill("25th word", &"ü".repeat(64)).await;
        eve.fill("Passphrase", PASSPHRASE).await;
        eve.press("Restore wallet").await;
        eve.is_warned("too long: 192 bytes, where at most 128").await;
    })
    .await;
}
