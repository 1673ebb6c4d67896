//! Goal: several people are paid at once, contacts are paid by name, and an address that only looks like
//! a contact's is told.
//! Method: a list with mistakes and without; an address searched for until its ends fit another's.

use harness::{Net, PATIENCE, Purse, page::Form, purse::DEV_WORDS, with_browsers};
use shared::account::{AccountId, Address, AddressKind, Prefix};

const PASSPHRASE: &str = "correct horse battery";

#[tokio::test]
async fn a_list_is_paid_in_one_transaction_all_or_none() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let [bob, eve] = [1, 2].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    let (before_bob, before_eve) =
        (alpha.account(&bob).await.unwrap().balance, alpha.account(&eve).await.unwrap().balance);
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.sees_balance("10000").await;
        ada.visit("Send").await;
        ada.tick("Pay several people at once").await;
        ada.fill("Fee", "0.25").await;
        for (list, says) in [
            (format!("{bob} 5\nnobody 3"), "line 2: this is not an address"),
            (format!("{bob} 5\n{eve}"), "line 2 is no address and amount"),
            (format!("{bob} 5000\n{eve} 5000"), "not enough"),
        ] {
            ada.fill("Payments", &list).await;
            ada.press("Review").await;
            ada.sees(says).await;
        }
        ada.fill("Payments", &format!("{bob};1.5\n\n{eve} 2")).await;
        ada.press("Review").await;
        ada.sees("3.75 DHHC").await;
        ada.sees("9996.25 DHHC").await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        assert_eq!(alpha.mempool().await.unwrap().totals.count, 1);
        alpha.mine(1, &net_address(&net)).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
    })
    .await;
    assert_eq!(alpha.account(&bob).await.unwrap().balance, before_bob + 150_000_000);
    assert_eq!(alpha.account(&eve).await.unwrap().balance, before_eve + 200_000_000);
}

/// Somebody whom the test does not look at.
fn net_address(net: &Net) -> String {
    Purse::funded(net["alpha"].chain(), 3).address()
}

/// An address of the chain that begins and ends as this one does, and is another.
fn look_alike(address: &str) -> String {
    let (prefix, _) = address.split_once('1').unwrap();
    let prefix = Prefix::parse(prefix).unwrap();
    let tail = &address[address.len() - 3..];
    let id = Address::parse(address, &prefix).unwrap().account;
    let other = (0_u32..10_000_000).find_map(|number| {
        let mut bytes = id.0;
        bytes[28..].copy_from_slice(&number.to_le_bytes());
        let other = Address::of(AccountId(bytes));
        let is_key = other.kind == AddressKind::Key && other.account != id;
        Some(other.to_text(&prefix)).filter(|text| is_key && text.ends_with(tail))
    });
    other.expect("one in 32,768 fits")
}

#[tokio::test]
async fn a_contact_is_paid_by_name_and_its_double_is_told() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 7).address();
    let double = look_alike(&bob);
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
        ada.visit("Settings").await;
        ada.press("Add a contact").await;
        ada.fill("Name", "Bob").await;
        ada.fill("Address", &bob[..20]).await;
        ada.press("Add contact").await;
        ada.is_warned("typing mistake").await;
        ada.fill("Address", &bob).await;
        ada.press("Add contact").await;
        ada.sees("Remove").await;
        ada.fill("Name", "Bob again").await;
        ada.fill("Address", &double).await;
        ada.press("Add contact").await;
        ada.is_warned("begins and ends like the one of Bob").await;

        // Who pays the double is told in the review; who pays Bob is not.
        ada.fill_payment(Form { recipient: &double, amount: "1", ..Form::default() }).await;
        ada.press("Review").await;
        ada.sees("looks like one that you know but is another").await;
        ada.press("Change").await;
        ada.choose("Contact", "Bob").await;
        ada.sees("one of your contacts").await;
        ada.press("Review").await;
        ada.sees("Bob").await;
        let page = ada.page_text().await.unwrap();
        assert!(!page.contains("first time") && !page.contains("looks like"), "{page}");
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        ada.visit("History").await;
        ada.sees("Sent to Bob").await;
    })
    .await;
}
