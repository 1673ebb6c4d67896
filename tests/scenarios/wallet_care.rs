//! Goal: what is done to a wallet once is so everywhere: in its file, in other browsers, in other tabs.
//! Method: a file carried to another browser, a changed passphrase, a deleted wallet, two tabs, a clock that
//! goes on by a minute.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, page::Form, purse::DEV_WORDS, until, with_browsers};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery";
const SECOND: &str = "another staple for later";

#[tokio::test]
async fn a_wallet_moves_to_another_browser_by_its_file_and_only_whole_and_with_its_passphrase() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet(PASSPHRASE).await;
        let address = ada.address().await;
        let saved = ada.save_keystore_file().await;
        let text = std::fs::read_to_string(&saved).unwrap();

        let other = browsers.open("other", &net["alpha"]).await;
        other.press("Restore wallet").await;
        other.tick("Keystore file").await;
        let cut = folder.path().join("cut.json");
        std::fs::write(&cut, &text[..text.len() / 2]).unwrap();
        other.upload("Keystore file", &cut).await;
        other.is_warned("not a keystore file").await;
        // One digit of what is locked in it: that cannot be seen before it is unlocked.
        let changed = folder.path().join("changed.json");
        std::fs::write(&changed, with_another_digit(&text)).unwrap();
        for (file, passphrase) in [(&changed, PASSPHRASE), (&saved, "wrong")] {
            other.upload("Keystore file", file).await;
            other.fill("Passphrase", passphrase).await;
            other.press("Restore wallet").await;
            other.is_warned("wrong passphrase, or the file is damaged").await;
        }
        other.reload().await;
        other.restore_from_file(&saved, PASSPHRASE).await;
        assert_eq!(other.address().await, address);
    })
    .await;
}

/// The file with one hexadecimal digit of its ciphertext changed.
fn with_another_digit(text: &str) -> String {
    let mut file: serde_json::Value = serde_json::from_str(text).unwrap();
    let message = file.pointer_mut("/crypto/cipher/message").expect("the file has a ciphertext");
    let digits = message.as_str().unwrap().to_owned();
    let last = if digits.ends_with('0') { '1' } else { '0' };
    *message = format!("{}{last}", &digits[..digits.len() - 1]).into();
    file.to_string()
}

#[tokio::test]
async fn after_a_change_of_passphrase_the_old_one_is_refused() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let address = ada.address().await;
        ada.visit("Settings").await;
        ada.press("Change the passphrase").await;
        for (old, new, says) in
            [("wrong", SECOND, "wrong passphrase"), (PASSPHRASE, "short", "at least 8 characters")]
        {
            ada.fill("Old passphrase", old).await;
            ada.fill("New passphrase", new).await;
            ada.press("Change the passphrase").await;
            ada.is_warned(says).await;
        }
        ada.fill("New passphrase", SECOND).await;
        ada.press("Change the passphrase").await;
        ada.is_told("status", "was changed", PATIENCE).await;

        ada.visit("Overview").await;
        ada.lock().await;
        ada.try_to_unlock(PASSPHRASE).await;
        ada.is_warned("wrong passphrase").await;
        ada.unlock(SECOND).await;
        assert_eq!(ada.address().await, address);
        // What was stored is what was changed.
        ada.reload().await;
        ada.is_locked().await;
        ada.try_to_unlock(PASSPHRASE).await;
        ada.is_warned("wrong passphrase").await;
        ada.unlock(SECOND).await;
    })
    .await;
}

#[tokio::test]
async fn a_wallet_is_deleted_when_that_was_typed_and_not_before() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let address = ada.address().await;
        ada.visit("Settings").await;
        for typed in ["", "delet", "yes"] {
            ada.fill("Type delete to confirm", typed).await;
            ada.press("Delete wallet").await;
            ada.is_warned("Type delete to confirm").await;
        }
        assert_eq!(ada.address().await, address);

        ada.visit("Settings").await;
        ada.fill("Type delete to confirm", "delete").await;
        ada.press("Delete wallet").await;
        ada.is_told("status", "was deleted from this browser", PATIENCE).await;
        ada.visit("Overview").await;
        ada.sees("Create wallet").await;
        assert_eq!(kept(&ada).await, "", "nothing of the wallet is kept");
        ada.reload().await;
        ada.sees("Create wallet").await;
        ada.restore_from_words(DEV_WORDS, SECOND).await;
        assert_eq!(ada.address().await, address);
        ada.sees_balance("10000").await;
    })
    .await;
}

/// What the browser keeps of wallets: keys of its database, and names in its storage that have an address.
async fn kept(browser: &harness::Browser) -> String {
    let script = "
        const done = arguments[arguments.length - 1];
        const wait = (request) => new Promise((good, bad) => {
          request.onsuccess = () => good(request.result);
          request.onerror = () => bad(request.error);
        });
        (async () => {
          const all = Object.keys(localStorage).filter((name) => name.includes('dhhc1'));
          for (const { name } of await indexedDB.databases()) {
            const base = await wait(indexedDB.open(name));
            for (const store of base.objectStoreNames) {
              all.push(...await wait(base.transaction(store).objectStore(store).getAllKeys()));
            }
            base.close();
          }
          done(all.join(' '));
        })().catch((error) => done('failed: ' + error));";
    browser.driver().execute_async(script, Vec::new()).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn two_tabs_of_one_browser_agree_on_lock_payments_and_the_wallet_itself() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.sees_balance("10000").await;
        let first = ada.tab().await;
        let second = ada.open_tab().await;
        // Keys are in no place that another tab could read.
        ada.unlock(PASSPHRASE).await;
        ada.sees_balance("10000").await;
        ada.mark_page().await;

        // A payment from one shows in the other, which goes on from there.
        ada.look_at(&first).await;
        ada.mark_page().await;
        ada.send(Form { recipient: &bob, amount: "5", fee: Some("0"), memo: None }).await;
        ada.look_at(&second).await;
        ada.sees("5 DHHC pending out").await;
        ada.send(Form { recipient: &bob, amount: "3", fee: Some("0"), memo: None }).await;
        assert_eq!(alpha.mempool().await.unwrap().totals.count, 2);
        alpha.mine(1, &bob).await.unwrap();
        for tab in [&first, &second] {
            ada.look_at(tab).await;
            ada.visit("Overview").await;
            ada.sees_balance("9992").await;
        }

        // Locked in one, locked in both; unlocking is each tab's own.
        ada.lock().await;
        ada.look_at(&first).await;
        ada.is_locked().await;
        ada.unlock(PASSPHRASE).await;
        ada.look_at(&second).await;
        ada.is_locked().await;

        // Deleted in one, deleted in both.
        ada.look_at(&first).await;
        ada.visit("Settings").await;
        ada.fill("Type delete to confirm", "delete").await;
        ada.press("Delete wallet").await;
        ada.visit("Overview").await;
        ada.sees("Create wallet").await;
        ada.is_marked().await;
        ada.look_at(&second).await;
        ada.sees("Create wallet").await;
        ada.is_marked().await;
    })
    .await;
}

#[tokio::test]
async fn a_wallet_that_nobody_uses_locks_itself() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.visit("Settings").await;
        ada.choose("Lock when the page is not used", "After a minute").await;
        until("the choice to be kept", PATIENCE, async || {
            let script = "return Object.entries(localStorage).some(([name, value]) => name.includes('auto-lock') && value === '1');";
            ensure!(ada.ask(script, &[]).await? == serde_json::json!(true), "it is not");
            Ok(())
        })
        .await;
        ada.visit("Overview").await;
        ada.sees_balance("10000").await;
        // The page's clock goes on by a minute at once.
        let script = "const now = performance.now.bind(performance); performance.now = () => now() + 61_000;";
        ada.ask(script, &[]).await.unwrap();
        ada.is_locked().await;
        ada.is_told("status", "was not used for a while", PATIENCE).await;
        ada.unlock(PASSPHRASE).await;
        ada.sees_balance("10000").await;
    })
    .await;
}
