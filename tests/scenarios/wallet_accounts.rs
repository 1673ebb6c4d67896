//! Goal: one secret holds several accounts, each with coins of its own, and the words bring them all back.
//! Method: a second account that is paid and pays; locked, opened, restored elsewhere.

use harness::{Net, PATIENCE, Purse, page::Form, with_browsers};

const PASSPHRASE: &str = "correct horse battery";
const SECOND: &str = "another staple for later";

#[tokio::test]
async fn a_second_account_is_paid_pays_and_comes_back_with_the_words() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 7).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        let words = ada.create_wallet(PASSPHRASE).await;
        let first = ada.address().await;
        ada.visit("Settings").await;
        ada.press("Add an account").await;
        ada.fill("Name of the account", "Savings").await;
        ada.fill("Passphrase", "wrong").await;
        ada.press("Add account").await;
        ada.is_warned("wrong passphrase").await;
        ada.fill("Passphrase", PASSPHRASE).await;
        ada.press("Add account").await;
        ada.sees("Savings").await;
        let second = ada.address().await;
        assert_ne!(first, second);
        ada.sees_balance("0").await;
        alpha.mine(2, &second).await.unwrap();
        let reward = alpha.account(&second).await.unwrap().balance;
        let text = shared::amount::Amount::from_mites(reward).unwrap().to_coins();
        ada.sees_balance(&text).await;
        // A new passphrase takes nothing away.
        ada.visit("Settings").await;
        ada.press("Change the passphrase").await;
        ada.fill("Old passphrase", PASSPHRASE).await;
        ada.fill("New passphrase", SECOND).await;
        ada.press("Change the passphrase").await;
        ada.is_told("status", "was changed", PATIENCE).await;
        ada.sees("Savings").await;
        assert_eq!(ada.address().await, second);
        // The second account signs with its own key.
        ada.send(Form { recipient: &bob, amount: "1", fee: Some("0"), memo: None }).await;
        alpha.mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;

        ada.visit("Overview").await;
        ada.choose("Account", "Account 1").await;
        ada.sees_balance("0").await;
        assert_eq!(ada.address().await, first);
        ada.choose("Account", "Savings").await;
        ada.reload().await;
        ada.unlock(SECOND).await;
        assert_eq!(ada.address().await, second, "the account that was shown is shown again");

        let other = browsers.open("other", &net["alpha"]).await;
        other.restore_from_words(&words.join(" "), "another passphrase").await;
        assert_eq!(other.address().await, first);
        other.choose("Account", "Account 2").await;
        assert_eq!(other.address().await, second);
    })
    .await;
}
