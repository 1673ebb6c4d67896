//! Goal: no page has to be scrolled sideways, on a telephone, a tablet or a desk, and each has its picture.
//! Method: a chain with something to show; every page at three widths, light and dark, in
//! `target/screenshots`.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Purse, page::Form, purse::DEV_WORDS, until, with_browsers};

/// Width and height of a telephone, a tablet and a desk.
const WINDOWS: [(u32, u32); 3] = [(390, 844), (820, 1_180), (1_440, 900)];

#[tokio::test]
async fn no_page_scrolls_sideways_at_any_width() {
    let net = Net::start(["alpha", "beta"]).await;
    let alpha = net["alpha"].api();
    let [own, bob, other] = [0, 1, 2].map(|n| Purse::funded(net["alpha"].chain(), n));
    alpha.mine(6, &bob.address()).await.unwrap();
    bob.pay(alpha, &own.address(), 123_456_789).await.unwrap();
    let payment = own.pay(alpha, &bob.address(), 900_000_000_000).await.unwrap();
    alpha.mine(2, &own.address()).await.unwrap();
    other.pay(alpha, &own.address(), 1).await.unwrap();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        // What is not there is asked for on purpose.
        ada.allow_in_console("status of 404");
        shows(&ada, "welcome", "Create wallet").await;
        ada.press("Create wallet").await;
        ada.press("Reveal").await;
        shows(&ada, "words", "I have written them down").await;
        ada.reload().await;
        ada.press("Restore wallet").await;
        shows(&ada, "restore", "Recovery phrase").await;
        ada.reload().await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.sees("pending in").await;
        shows(&ada, "overview", "Latest activity").await;
        let form = Form {
            recipient: &bob.address(),
            amount: "123.45678901",
            fee: Some("0.00012345"),
            memo: Some("amemothathasnoplacewherealinecouldbebrokenbutistobeshownallthesame"),
        };
        ada.fill_payment(form).await;
        shows(&ada, "send", "Review").await;
        ada.press("Review").await;
        shows(&ada, "review", "Confirm").await;
        ada.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        shows(&ada, "sent", "pending").await;
        ada.mine_blocks(1).await;
        shows(&ada, "mine", "found").await;
        for (page, text) in [
            ("Receive", "Give this address"),
            ("History", "DHHC"),
            ("Explorer", "Open transactions"),
            ("Network", "connected"),
            ("Settings", "Delete wallet"),
        ] {
            ada.visit(page).await;
            shows(&ada, &page.to_lowercase(), text).await;
        }
        for (path, name, text) in [
            ("/block/7", "block", "Block 7"),
            (&format!("/transaction/{payment}"), "transaction", "9000"),
            (&format!("/account/{}", bob.address()), "account", "Transactions sent"),
            ("/mempool", "mempool", "Waiting"),
            ("/charts", "charts", "Block time"),
            ("/forks", "forks", "Reorganisations"),
            ("/broadcast", "broadcast", "Check"),
            ("/shared", "shared", "Make one"),
            ("/shared/sign", "shared-sign", "Read proposal"),
            ("/verify", "verify", "Check a receipt"),
            ("/kit", "kit", "Emergency kit"),
            ("/about", "about", "Halfpenny"),
            ("/nowhere", "not-found", "No such page"),
            ("/", "unlock", "Unlock your wallet"),
        ] {
            ada.go(path).await;
            shows(&ada, name, text).await;
        }
    })
    .await;
}

/// Looks at a page in every window once it shows a text: looks for an overhang, and takes its picture, in
/// both themes in full runs, else in one or the other.
async fn shows(browser: &Browser, name: &str, text: &str) {
    browser.sees(text).await;
    for ((width, height), scheme) in WINDOWS.into_iter().zip(["light", "dark", "light"]) {
        browser.resize(width, height).await;
        until(&format!("{name} to fit into {width} pixels"), PATIENCE, async || {
            let has = browser.ask("return innerWidth;", &[]).await?;
            ensure!(has == serde_json::json!(width), "the window has {has}");
            let overhang = browser.overhang().await?;
            ensure!(overhang.is_none(), "it needs {}", overhang.unwrap_or_default());
            Ok(())
        })
        .await;
        let schemes = if harness::is_full() { &["light", "dark"][..] } else { &[scheme][..] };
        for scheme in schemes {
            browser.prefer(scheme).await;
            browser.screenshot(&format!("{name}-{width}-{scheme}")).await;
        }
    }
}
