//! Goal: a block that a tab found is shown as what it is, at once and when another branch beats it later.
//! Method: the tab's node is cut off, the tab finds blocks, the other side finds more, the sides meet.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, until, with_browsers};

#[tokio::test]
async fn a_found_block_that_is_reorganised_out_says_so_without_a_reload() {
    let net = Net::start(["alpha", "beta"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet("a passphrase").await;
        net.cut_off("beta").await;
        ada.mine_blocks(1).await;
        ada.sees("in the chain").await;
        ada.mark_page().await;
        let own = alpha.status().await.unwrap();
        assert!(own.height > 0);

        let more = u32::try_from(own.height + 1).unwrap();
        beta.mine(more, &bob).await.unwrap();
        net.rejoin("beta").await;
        let (height, tip) = net.agrees_on_tip().await;
        assert_eq!(height, own.height + 1);
        assert_ne!(tip, own.tip);

        ada.sees("reorged out").await;
        ada.sees("this block and its reward are not in the chain").await;
        let page = ada.page_text().await.unwrap();
        assert!(!page.contains("in the chain ") || !page.contains("confirmation"), "{page}");
        ada.visit("Overview").await;
        ada.sees_balance("0").await;
        ada.is_marked().await;
        // The node forgets nothing: both branches are known, one of them is the chain.
        assert_eq!(alpha.status().await.unwrap().tip, tip);
    })
    .await;
}

#[tokio::test]
async fn a_block_that_is_found_at_once_has_its_attempts_counted_at_once() {
    // The figures on the page change every half second; here that never comes.
    const NO_TICK: &str = "const real = window.setTimeout;
        window.setTimeout = (act, wait, ...rest) => wait === 500 ? 0 : real(act, wait, ...rest);";
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.create_wallet("a passphrase").await;
        ada.ask(NO_TICK, &[]).await.unwrap();
        ada.visit("Mine").await;
        ada.start_mining(1).await;
        until("a block and what it took", PATIENCE, async || {
            ensure!(ada.blocks_found().await? > 0, "no block was found");
            let page = ada.page_text().await?;
            let attempts = page.split("Attempts so far").nth(1).unwrap_or_default().trim_start();
            ensure!(!attempts.is_empty() && !attempts.starts_with('0'), "nothing counted: {page}");
            ensure!(ada.named("Hash rate").await? != "0 H/s", "no speed: {page}");
            Ok(())
        })
        .await;
    })
    .await;
}
