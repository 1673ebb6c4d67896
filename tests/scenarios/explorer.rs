//! Goal: whatever has a name on the chain is found by it, what has none says so, and a receipt is judged in
//! the tab.
//! Method: a short chain with one payment; searches, addresses typed by hand, and receipts, true and spoilt.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use harness::{
    Browser, ChainSource, Net, Node, PATIENCE, Plan, Purse, program, until, with_browsers,
};

/// A node with three blocks, and a payment in the first of them.
async fn chain_with_a_payment() -> (Net, String) {
    let net = Net::start(["alpha"]).await;
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    let id = ada.pay(net["alpha"].api(), &bob.address(), 25_000_000).await.unwrap();
    net["alpha"].api().mine(3, &bob.address()).await.unwrap();
    (net, id)
}

async fn is_at(browser: &Browser, path: &str) {
    until(&format!("{} to be at {path}", browser.who()), PATIENCE, async || {
        let url = browser.driver().current_url().await?;
        ensure!(url.path() == path, "it is at {}", url.path());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_search_leads_to_what_it_names_and_nonsense_is_told_apart_from_mistakes() {
    let (net, payment) = chain_with_a_payment().await;
    let api = net["alpha"].api();
    let block = api.block("2").await.unwrap().id;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let last = if bob.ends_with('q') { 'p' } else { 'q' };
    let mistyped = format!("{}{last}", &bob[..bob.len() - 1]);
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        // What is not there is asked for on purpose.
        eve.allow_in_console("status of 404");
        eve.allow_in_console("status of 400");
        for (what, path, shows) in [
            ("2", format!("/block/{block}"), "Block 2"),
            (&block, format!("/block/{block}"), "Block 2"),
            (&block[..12], format!("/block/{block}"), "Block 2"),
            (&payment, format!("/transaction/{payment}"), "0.25 DHHC"),
            (&bob, format!("/account/{bob}"), &bob),
            (&bob.to_uppercase(), format!("/account/{bob}"), &bob),
        ] {
            eve.search(what).await;
            is_at(&eve, &path).await;
            eve.sees(shows).await;
        }
        for (what, says) in [
            ("nonsense", "Nothing here is called that"),
            ("99", "Nothing here is called that"),
            (&"0".repeat(64), "Nothing here is called that"),
            (&mistyped, "typing mistake"),
        ] {
            eve.search(what).await;
            eve.is_warned(says).await;
            is_at(&eve, "/explorer").await;
            // Another search begins without the last one's error.
            eve.visit("Overview").await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_shows_what_moved_through_it_in_all() {
    let (net, _) = chain_with_a_payment().await;
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.go(&format!("/account/{ada}")).await;
        for (name, value) in
            [("Received", "0 DHHC"), ("Sent", "0.25 DHHC"), ("Mined", "0 blocks mined")]
        {
            fact(&eve, name, value).await;
        }
        eve.go(&format!("/account/{bob}")).await;
        for (name, value) in
            [("Received", "0.25 DHHC"), ("Sent", "0 DHHC"), ("Mined", "3 blocks mined")]
        {
            fact(&eve, name, value).await;
        }
        // It follows the chain.
        net["alpha"].api().mine(1, &bob).await.unwrap();
        fact(&eve, "Mined", "4 blocks mined").await;
    })
    .await;
}

/// Waits until a fact of the card of totals says `value`.
async fn fact(browser: &Browser, name: &str, value: &str) {
    until(&format!("{name} to be {value}"), PATIENCE, async || {
        let script =
            "return [...document.querySelectorAll('.fact')].map((fact) => tidy(fact.innerText));";
        let facts: Vec<String> = serde_json::from_value(browser.ask(script, &[]).await?)?;
        ensure!(
            facts.iter().any(|fact| fact.starts_with(name) && fact.contains(value)),
            "{facts:?}"
        );
        Ok(())
    })
    .await;
}

/// On a telephone too, where the strip begins with what is furthest away.
#[tokio::test]
async fn a_telephone_shows_more_than_one_block_that_is_not_there_yet() {
    let net = Net::start(["alpha"]).await;
    net["alpha"].api().mine(3, &Purse::funded(net["alpha"].chain(), 1).address()).await.unwrap();
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.resize(390, 844).await;
        eve.visit("Explorer").await;
        until("two upcoming blocks and the tip", PATIENCE, async || {
            let script = "return [...document.querySelectorAll('.strip-block')].filter((block) => {
                const at = block.getBoundingClientRect();
                return at.width > 0 && at.left >= 0 && at.right <= innerWidth;
            }).map((block) => tidy(block.innerText));";
            let seen: Vec<String> = serde_json::from_value(eve.ask(script, &[]).await?)?;
            ensure!(seen.len() >= 3, "{seen:?}");
            ensure!(seen[0].contains("In 2 blocks") && seen[0].contains('5'), "{seen:?}");
            ensure!(seen[1].contains("Next") && seen[1].contains('4'), "{seen:?}");
            ensure!(seen[2].contains('3'), "{seen:?}");
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_does_not_exist_has_a_page_that_says_so_and_fills_when_it_comes() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let fresh = Purse::of_words(net["alpha"].chain(), harness::purse::DEV_WORDS, 77).address();
    let other = ChainSource::like_dev(|file| file.prefix = "xyz".into());
    let foreign = Purse::funded(other.chain(), 0).address();
    let none = "0".repeat(64);
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.allow_in_console("status of 404");
        for (path, says) in [
            (format!("/block/{none}"), "No such block"),
            ("/block/12x".into(), "This is not a block"),
            (format!("/transaction/{none}"), "No such transaction"),
            ("/transaction/12".into(), "This is not a transaction"),
            (format!("/account/{foreign}"), "This is not an account of this chain"),
            ("/account/bob".into(), "This is not an account of this chain"),
            ("/nowhere".into(), "No such page"),
            ("/block/1/nowhere".into(), "No such page"),
        ] {
            eve.go(&path).await;
            eve.is_told("heading", says, PATIENCE).await;
            assert!(eve.can_press("Explorer").await, "{path}: there is a way on");
        }
        // An account that nothing happened to is no error: it holds nothing.
        eve.go(&format!("/account/{fresh}")).await;
        until("the account to be shown", PATIENCE, async || {
            let balance = eve.named("Balance of the account").await?;
            ensure!(balance == "0 DHHC", "it is {balance:?}");
            Ok(())
        })
        .await;
        eve.go("/block/1").await;
        eve.is_told("heading", "No such block", PATIENCE).await;
        eve.mark_page().await;
        net["alpha"].api().mine(1, &bob).await.unwrap();
        eve.is_told("heading", "Block 1", PATIENCE).await;
        eve.is_marked().await;
    })
    .await;
}

#[tokio::test]
async fn a_receipt_that_was_saved_is_verified_in_the_tab_and_a_spoilt_one_proves_nothing() {
    let (net, payment) = chain_with_a_payment().await;
    let salted = ChainSource::like_dev(|file| file.salt = "33".repeat(32));
    let other = Node::start(Plan { name: "other".into(), chain: salted, ..Plan::default() }).await;
    let foreign = foreign_receipt(&other).await;
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.go(&format!("/transaction/{payment}")).await;
        eve.press("Verify in this tab").await;
        eve.is_told("status", "Verified in this tab", PATIENCE).await;
        eve.press("Save the receipt").await;
        let saved = downloaded(&eve).await;

        eve.go("/verify").await;
        eve.press("Check").await;
        eve.is_warned("Paste a receipt").await;
        eve.upload("Receipt file", &saved).await;
        eve.is_told("status", "Verified in this tab: this transaction is in block 1", PATIENCE)
            .await;
        eve.sees("with 3 confirmations").await;
        eve.sees("0.25 DHHC").await;

        let text = std::fs::read_to_string(&saved).unwrap();
        let spoilt = |pointer: &str| {
            let mut receipt: serde_json::Value = serde_json::from_str(&text).unwrap();
            let place = receipt.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"));
            let digits = place.as_str().unwrap().to_owned();
            let last = if digits.ends_with('0') { '1' } else { '0' };
            *place = format!("{}{last}", &digits[..digits.len() - 1]).into();
            receipt.to_string()
        };
        for (text, says) in [
            (spoilt("/transaction"), "This receipt proves nothing"),
            (spoilt("/header"), "This receipt proves nothing"),
            (spoilt("/tip"), "This receipt proves nothing"),
            (foreign, "This receipt proves nothing"),
            ("{}".to_owned(), "This is not a receipt"),
            ("hello".to_owned(), "This is not a receipt"),
        ] {
            eve.fill("Receipt", &text).await;
            eve.press("Check").await;
            eve.is_warned(says).await;
            let page = eve.page_text().await.unwrap();
            assert!(!page.contains("Verified in this tab"), "{page}");
        }
        // The same file is proof for the command line.
        let file = saved.display().to_string();
        let told = program::run(&["verify-receipt", &file, "--chain", "dev"], &[], "").await;
        assert!(told.success().contains(&payment));
    })
    .await;
}

#[tokio::test]
async fn the_slash_leads_to_the_search_from_everywhere_and_is_typed_where_text_is() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        let focused = async |label: &str| {
            until(&format!("the focus to be on {label}"), PATIENCE, async || {
                let script = "const [field] = findAll('field', arguments[0]); \
                              return !!field && document.activeElement === field;";
                ensure!(eve.ask(script, &[label.into()]).await? == true, "it is elsewhere");
                Ok(())
            })
            .await;
        };
        eve.visit("Network").await;
        eve.sees("No peers").await;
        eve.press_key("/").await;
        is_at(&eve, "/explorer").await;
        focused("Search").await;
        assert_eq!(eve.value("Search").await, "", "the key is no part of the search");
        eve.go("/broadcast").await;
        eve.type_into("Transaction", "a/b").await;
        assert_eq!(eve.value("Transaction").await, "a/b");
        is_at(&eve, "/broadcast").await;
    })
    .await;
}

#[tokio::test]
async fn a_raw_transaction_is_read_and_judged_before_it_is_sent() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    api.mine(1, &bob.address()).await.unwrap();
    let hex = |bytes: &[u8]| shared::hash::to_hex(bytes);
    let good = ada.payment(api, &bob.address(), 25_000_000).await.unwrap();
    let mut broken = good.clone();
    *broken.last_mut().unwrap() ^= 1;
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        // What is refused on purpose.
        eve.allow_in_console("status of 409");
        eve.visit("Explorer").await;
        eve.press("Broadcast").await;
        for (text, says) in [
            (String::new(), "Paste the bytes"),
            ("xyz".into(), "not the hex of a transaction"),
            ("00".into(), "not a transaction"),
            (hex(&good[1..]), "not a transaction"),
            (hex(&broken), "transaction-signature"),
        ] {
            eve.fill("Transaction", &text).await;
            eve.press("Check").await;
            eve.is_warned(says).await;
            assert!(!eve.can_press("Broadcast").await, "{says}");
        }
        assert_eq!(api.status().await.unwrap().mempool.count, 0);
        eve.fill("Transaction", &hex(&good)).await;
        eve.press("Check").await;
        eve.is_told("status", "would take this transaction", PATIENCE).await;
        eve.sees("0.25 DHHC").await;
        assert_eq!(api.status().await.unwrap().mempool.count, 0, "nothing was sent yet");
        eve.press("Broadcast").await;
        eve.is_told("heading", "Transaction", PATIENCE).await;
        eve.sees("pending").await;
        assert_eq!(api.status().await.unwrap().mempool.count, 1);
        // Again: it is known, which the check says.
        eve.go("/broadcast").await;
        eve.fill("Transaction", &hex(&good)).await;
        eve.press("Check").await;
        eve.is_warned("transaction-already-known").await;
    })
    .await;
}

/// A receipt of another chain, true there.
async fn foreign_receipt(node: &Node) -> String {
    let [ada, bob] = [0, 1].map(|n| Purse::funded(node.chain(), n));
    let id = ada.pay(node.api(), &bob.address(), 1_000).await.unwrap();
    node.api().mine(1, &bob.address()).await.unwrap();
    let proof: serde_json::Value =
        node.api().get(&format!("/transactions/{id}/proof")).await.unwrap();
    proof.to_string()
}

async fn downloaded(browser: &Browser) -> PathBuf {
    until("the receipt to be downloaded", PATIENCE, async || {
        let files = std::fs::read_dir(browser.downloads())?;
        let files: Vec<PathBuf> =
            files.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
        let is_whole = |path: &&PathBuf| path.extension().is_some_and(|it| it == "json");
        files.iter().find(is_whole).cloned().with_context(|| format!("there is {files:?}"))
    })
    .await
}
