//! Goal: nobody loses a wallet with a browser's data without having been told, and who did is told what
//! happened and what brings it back.
//! Method: a wallet without a copy; the browser's database deleted under the app.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, page::Form, purse::DEV_WORDS, until, with_browsers};

const PASSPHRASE: &str = "correct horse battery";

#[tokio::test]
async fn a_wallet_without_a_copy_says_so_and_gives_its_address_only_after_a_warning() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.press("Create wallet").await;
        ada.press("Reveal").await;
        ada.press("Do this later").await;
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Create wallet").await;
        ada.sees("Unsafe until backed up").await;
        ada.visit("Settings").await;
        ada.sees("There is no copy outside of this browser").await;
        ada.sees("you have not checked the words or saved a file").await;

        ada.visit("Receive").await;
        ada.sees("Back up first").await;
        assert!(ada.named("Your address").await.is_err(), "the address is shown");
        ada.press("Show the address anyway").await;
        ada.sees("Unsafe until backed up").await;
        ada.visit("Overview").await;
        ada.visit("Receive").await;
        ada.press("Save keystore file").await;
        let _ = ada.downloaded("json").await;
        until("the address to be shown", PATIENCE, async || ada.named("Your address").await).await;
        let page = ada.page_text().await.unwrap();
        assert!(!page.contains("Unsafe"), "{page}");
        // It is so after a reload as well, and has its date.
        ada.reload().await;
        ada.unlock(PASSPHRASE).await;
        ada.visit("Settings").await;
        ada.sees("The file was saved").await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_above_the_limit_needs_the_passphrase_again_and_any_other_none() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 7).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.visit("Settings").await;
        ada.fill("Ask for the passphrase again above", "nine").await;
        ada.is_warned("is digits").await;
        ada.fill("Ask for the passphrase again above", "9.5").await;
        let form = |amount| Form { recipient: &bob, amount, fee: Some("0"), memo: None };
        ada.send(form("9.5")).await;
        // It is kept, and in mites whatever the unit.
        ada.reload().await;
        ada.unlock(PASSPHRASE).await;
        ada.fill_payment(form("9.50000001")).await;
        ada.press("Review").await;
        ada.sees("above the limit that you set").await;
        ada.press("Confirm").await;
        ada.is_warned("Enter a passphrase. Nothing was sent.").await;
        ada.fill("Passphrase", "wrong").await;
        ada.press("Confirm").await;
        ada.is_warned("Nothing was sent").await;
        assert_eq!(alpha.mempool().await.unwrap().totals.count, 1);
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        assert_eq!(alpha.mempool().await.unwrap().totals.count, 2);
    })
    .await;
}

#[tokio::test]
async fn the_browsers_answer_about_keeping_data_is_shown() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet(PASSPHRASE).await;
        ada.sees("One more way back").await;
        for (answer, says) in [
            ("Promise.resolve(true)", "promises to keep the wallet"),
            ("Promise.resolve(false)", "may delete the wallet when room is short"),
        ] {
            let script = format!("StorageManager.prototype.persist = () => {answer};");
            ada.ask(&script, &[]).await.unwrap();
            ada.visit("Overview").await;
            ada.visit("Settings").await;
            ada.sees(says).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_wallet_that_the_browser_deleted_is_named_and_comes_back_from_its_file() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet(PASSPHRASE).await;
        let address = ada.address().await;
        let file = ada.save_keystore_file().await;
        let script = "
            const done = arguments[arguments.length - 1];
            const request = indexedDB.deleteDatabase('halfpenny');
            request.onsuccess = () => done('');
            request.onerror = () => done('failed');
            request.onblocked = () => done('blocked');";
        let said: String =
            ada.driver().execute_async(script, Vec::new()).await.unwrap().convert().unwrap();
        assert_eq!(said, "");
        ada.go("/").await;
        ada.is_warned("The wallet that was in this browser is gone").await;
        until("its address to be named", PATIENCE, async || {
            let shown = ada.texts("alert").await?.concat().replace(' ', "");
            ensure!(shown.contains(&address), "it says {shown}");
            Ok(())
        })
        .await;
        ada.restore_from_file(&file, PASSPHRASE).await;
        assert_eq!(ada.address().await, address);
        ada.reload().await;
        ada.is_locked().await;
    })
    .await;
}

#[tokio::test]
async fn a_balance_that_is_hidden_shows_nowhere_until_it_is_asked_for() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 7).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.sees_balance("10000").await;
        ada.press("Hide balance").await;
        ada.sees("•••••").await;
        ada.reload().await;
        ada.unlock(PASSPHRASE).await;
        ada.sees("•••••").await;
        let hides = async |page: &str| {
            let text = ada.page_text().await.unwrap();
            assert!(!text.contains("10000") && !text.contains("9999"), "{page}: {text}");
        };
        hides("overview").await;
        ada.fill_payment(Form { recipient: &bob, amount: "1", ..Form::default() }).await;
        hides("form").await;
        ada.press("Review").await;
        ada.sees("hidden").await;
        hides("review").await;
        ada.visit("Overview").await;
        ada.press("Hide balance").await;
        ada.sees_balance("10000").await;
    })
    .await;
}
