//! Goal: several people hold an account together in their browsers and pay from it, no node between them.
//! Method: two browsers with a wallet each pass the two files around; what does not fit is refused by name.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use harness::{Browser, Net, PATIENCE, Purse, purse::DEV_WORDS, until, with_browsers};

const PASSPHRASE: &str = "two of us";

#[tokio::test]
async fn two_members_pay_together_by_passing_a_file_around() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let [own, carol] = [0, 5].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.create_wallet(PASSPHRASE).await;
        let other = bob.address().await;

        ada.visit("Explorer").await;
        ada.press("Shared accounts").await;
        ada.sees("None yet").await;
        ada.fill("Members", &format!("{own}\nnobody")).await;
        ada.press("Make shared account").await;
        ada.is_warned("Line 2").await;
        ada.fill("Members", &format!("{own}\n{other}")).await;
        ada.fill("Name", "Club").await;
        ada.press("Make shared account").await;
        ada.is_told("heading", "Club", PATIENCE).await;
        ada.sees("2 of 2 sign").await;
        let club = last_part(&ada).await;
        api.mine(1, &club).await.unwrap();
        holds(&ada, "50 ").await;
        ada.press("Save the account's file").await;
        let account = downloaded(&ada, "account").await;

        // Who does not know the account can only look at what everybody sees.
        bob.go(&format!("/shared/{club}")).await;
        bob.sees("does not know who holds this account").await;
        bob.go("/shared").await;
        bob.upload("Shared account file", &account).await;
        bob.is_told("heading", "Shared account", PATIENCE).await;
        bob.sees("2 of 2 sign").await;

        ada.fill("Recipient", &carol).await;
        ada.fill("Amount", "50.1").await;
        ada.press("Propose").await;
        ada.is_warned("50").await;
        ada.fill("Amount", "1.5").await;
        ada.press("Propose").await;
        ada.is_told("status", "2 more members must sign", PATIENCE).await;
        ada.press("Sign").await;
        ada.is_told("status", "1 more member must sign", PATIENCE).await;
        ada.sees("You have signed").await;
        assert!(!ada.can_press("Send payment").await);
        ada.press("Save the proposal").await;
        let proposal = downloaded(&ada, "proposal").await;

        // The page was opened anew, so the wallet is locked again.
        bob.visit("Overview").await;
        bob.unlock(PASSPHRASE).await;
        bob.visit("Explorer").await;
        bob.press("Shared accounts").await;
        bob.press("Sign a payment").await;
        bob.fill("Proposal", "{}").await;
        bob.press("Read proposal").await;
        bob.is_warned("not a proposal").await;
        bob.upload("Proposal file", &proposal).await;
        bob.sees("1.5 DHHC").await;
        bob.press("Sign").await;
        bob.is_told("status", "Enough have signed", PATIENCE).await;
        let before = api.account(&carol).await.unwrap().balance;
        bob.press("Send payment").await;
        bob.is_told("heading", "Transaction", PATIENCE).await;
        bob.sees("pending").await;
        api.mine(1, &own).await.unwrap();
        bob.sees("1 confirmation").await;
        assert_eq!(api.account(&carol).await.unwrap().balance, before + 150_000_000);
        assert_eq!(api.account(&club).await.unwrap().balance, 4_850_000_000);
    })
    .await;
}

/// Waits until the shared account that shows holds this many coins.
async fn holds(browser: &Browser, coins: &str) {
    until("the reward to be in the account", PATIENCE, async || {
        let balance = browser.named("Balance of the shared account").await?;
        ensure!(balance.starts_with(coins), "it is {balance}");
        Ok(())
    })
    .await;
}

/// What stands last in the address of the page.
async fn last_part(browser: &Browser) -> String {
    let url = browser.driver().current_url().await.unwrap();
    url.path().rsplit('/').next().unwrap().to_owned()
}

/// The file that was saved last and has this in its name.
async fn downloaded(browser: &Browser, name: &str) -> PathBuf {
    until(&format!("the {name} to be downloaded"), PATIENCE, async || {
        let files = std::fs::read_dir(browser.downloads())?;
        let files: Vec<PathBuf> =
            files.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
        let is_whole = |path: &&PathBuf| {
            path.extension().is_some_and(|it| it == "json")
                && path.display().to_string().contains(&format!("-{name}"))
        };
        files.iter().find(is_whole).cloned().with_context(|| format!("there is {files:?}"))
    })
    .await
}
