//! Goal: what the whole chain does can be seen: in charts that a screen reader can read too, in the queue
//! of what waits, and in what became of branches that lost.
//! Method: nodes with a few blocks; the pages' texts beside the node's own answers.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, Setup, until, with_browsers};

#[tokio::test]
async fn six_charts_follow_the_chain_and_can_be_read_as_tables() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    api.mine(3, &bob.address()).await.unwrap();
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.visit("Explorer").await;
        eve.press("Charts").await;
        for name in ["Hash rate", "Difficulty", "Block time", "Transactions", "Fees", "Supply"] {
            let rows = until(&format!("the table of {name}"), PATIENCE, async || {
                let script = "return [...document.querySelectorAll('main figure')]\
                              .filter((it) => it.querySelector('caption').textContent === arguments[0])\
                              .map((it) => it.querySelectorAll('tbody tr').length);";
                let rows: Vec<usize> =
                    serde_json::from_value(eve.ask(script, &[name.into()]).await?)?;
                ensure!(rows.len() == 1, "there are {rows:?}");
                Ok(rows[0])
            })
            .await;
            // Times between blocks and rates begin with the second block.
            let expected = if ["Hash rate", "Block time"].contains(&name) { 2 } else { 3 };
            assert_eq!(rows, expected, "{name}");
        }
        eve.sees("256").await;
        eve.mark_page().await;
        ada.pay(api, &bob.address(), 1_000).await.unwrap();
        api.mine(1, &bob.address()).await.unwrap();
        let supply = api.status().await.unwrap().supply / 100_000_000;
        until("the supply to grow", PATIENCE, async || {
            let text = eve.page_text().await?.replace(' ', "");
            ensure!(text.contains(&supply.to_string()), "no {supply} in {text}");
            Ok(())
        })
        .await;
        eve.is_marked().await;
        // What is looked at can be shared: the range is in the address.
        eve.press("100 blocks").await;
        until("the range to be in the address", PATIENCE, async || {
            let url = eve.driver().current_url().await?;
            ensure!(url.query() == Some("range=100"), "{url}");
            Ok(())
        })
        .await;
        eve.reload().await;
        eve.sees("All coins that there were").await;
        let current = "return document.querySelector('main nav [aria-current]').textContent;";
        assert_eq!(eve.ask(current, &[]).await.unwrap(), "100 blocks");
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_shown_by_its_fee_and_knows_its_place() {
    let net = Net::start(["alpha"]).await;
    let api = net["alpha"].api();
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    api.mine(1, &bob.address()).await.unwrap();
    let free = ada.pay(api, &bob.address(), 1_000).await.unwrap();
    let mut body = bob.body(0, 200, &ada.address(), 1_000);
    body.fee = shared::amount::Amount::from_mites(50_000).unwrap();
    api.submit(bob.sign(body, net["alpha"].chain())).await.unwrap();
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.visit("Explorer").await;
        eve.press("All that wait (2)").await;
        eve.sees("200 000 and more").await;
        eve.sees("10 000 and more").await;
        eve.go(&format!("/transaction/{free}")).await;
        eve.sees("Number 2 of 2 that wait: expected in the next block").await;
        eve.press("Show as hex").await;
        let bytes = ada.payment(api, &bob.address(), 1_000).await.unwrap();
        until("the bytes to be shown", PATIENCE, async || {
            let hex = eve.named("The transaction in hex").await?;
            ensure!(hex.len() == 2 * bytes.len(), "it shows {hex}");
            Ok(())
        })
        .await;
        api.mine(1, &ada.address()).await.unwrap();
        eve.sees("1 confirmation").await;
        assert!(!eve.page_text().await.unwrap().contains("that wait"));
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_lost_is_in_the_log_with_the_blocks_that_it_left() {
    let net = Setup::new(["alpha", "beta"]).links([]).start().await;
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    let left = alpha.mine(2, &ada).await.unwrap();
    let better = beta.mine(3, &bob).await.unwrap();
    with_browsers(async |browsers| {
        let eve = browsers.open("eve", &net["alpha"]).await;
        eve.go("/forks").await;
        eve.sees("Every block that this node took for the newest one stayed").await;
        eve.sees("no block that is not in the chain").await;
        for id in &better {
            alpha.submit_block(beta.block_bytes(id).await.unwrap()).await.unwrap();
        }
        eve.sees("was undone").await;
        let rows = until("the change to be in the log", PATIENCE, async || {
            let script = "return [...document.querySelectorAll('main tbody tr')].map((row) => tidy(row.innerText));";
            let rows: Vec<String> = serde_json::from_value(eve.ask(script, &[]).await?)?;
            ensure!(rows.len() == 3, "{rows:?}");
            Ok(rows)
        })
        .await;
        assert!(rows[0].contains("2 3 0"), "{rows:?}");
        let link = |id: &str| format!("return !!document.querySelector('main a[href=\"/block/{id}\"]');");
        for id in [&left[0], &left[1], &better[2]] {
            assert_eq!(eve.ask(&link(id), &[]).await.unwrap(), true, "{id}");
        }
        eve.go(&format!("/block/{}", left[1])).await;
        eve.sees("This block is not in the chain").await;
        eve.press("All that lost").await;
        eve.is_told("heading", "Forks", PATIENCE).await;
    })
    .await;
}
