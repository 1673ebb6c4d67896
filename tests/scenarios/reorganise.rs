//! Goal: separated parts of a network agree again by themselves, on the chain with the most work, and
//! no payment is lost that can still be made.
//! Method: gamma is cut off; both sides confirm different payments, one pair of them in conflict; the
//! links come back.

use anyhow::ensure;
use harness::{Net, PATIENCE, Purse, until};
use shared::api::TransactionStatus;

#[tokio::test]
async fn both_sides_of_a_partition_agree_and_payments_of_the_losing_side_come_back() {
    let net = Net::start(["alpha", "beta", "gamma"]).await;
    let chain = net["alpha"].chain();
    let (alpha, gamma) = (net["alpha"].api(), net["gamma"].api());
    let [ada, bob, eve, miner, other] = [0, 1, 2, 3, 4].map(|n| Purse::funded(chain, n));
    alpha.mine(2, &miner.address()).await.unwrap();
    net.agrees_on_tip().await;

    net.cut_off("gamma").await;
    let lost = ada.pay(alpha, &bob.address(), 7_000).await.unwrap();
    let beaten = eve.pay(alpha, &bob.address(), 1_000).await.unwrap();
    alpha.mine(2, &miner.address()).await.unwrap();
    let winning = eve.pay(gamma, &ada.address(), 2_000).await.unwrap();
    let kept = bob.pay(gamma, &ada.address(), 3_000).await.unwrap();
    gamma.mine(3, &other.address()).await.unwrap();
    let tip = gamma.status().await.unwrap().tip;
    for (name, height) in [("beta", 4), ("gamma", 5)] {
        until(&format!("{name} to follow its own side"), PATIENCE, async || {
            let status = net[name].api().status().await?;
            ensure!(status.height == height, "{status:?}");
            Ok(())
        })
        .await;
    }
    assert_eq!(alpha.transaction(&lost).await.unwrap().confirmations, 2);

    net.rejoin("gamma").await;
    assert_eq!(net.agrees_on_tip().await, (5, tip));
    for node in net.nodes() {
        let (api, name) = (node.api(), node.name());
        for id in [&winning, &kept] {
            assert_eq!(api.transaction(id).await.unwrap().confirmations, 3, "{name}");
        }
        until(&format!("{name} to have the lost payment again"), PATIENCE, async || {
            let view = api.transaction(&lost).await?;
            ensure!(view.status == TransactionStatus::Pending, "{view:?}");
            Ok(())
        })
        .await;
    }
    // The payment that lost its nonce to another one leaves with a reason.
    let view = alpha.transaction(&beaten).await.unwrap();
    assert_eq!(view.status, TransactionStatus::Replaced, "{view:?}");
    assert!(view.reason.is_some(), "{view:?}");

    net["beta"].api().mine(1, &miner.address()).await.unwrap();
    let (height, _) = net.agrees_on_tip().await;
    for node in net.nodes() {
        let (api, name) = (node.api(), node.name());
        assert_eq!(api.transaction(&lost).await.unwrap().confirmations, 1, "{name}");
        let status = api.status().await.unwrap();
        assert_eq!(status.mempool.count, 0, "{name}");
        assert_eq!(status.supply, chain.parameters().supply_at(height).mites(), "{name}");
        // 3,000 and 2,000 came, 7,000 and its fee went.
        let balance = api.account(&ada.address()).await.unwrap().balance;
        assert_eq!(balance, 10_000 * 100_000_000 + 5_000 - 7_000 - 2_000, "{name}");
    }
}

#[tokio::test]
async fn the_first_seen_of_two_equal_chains_stays_also_after_a_restart() {
    let net = Net::start(["alpha", "beta"]).await;
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    net.cut_off("beta").await;
    alpha.mine(2, &ada).await.unwrap();
    beta.mine(2, &bob).await.unwrap();
    let own = [alpha.status().await.unwrap().tip, beta.status().await.unwrap().tip];
    assert_ne!(own[0], own[1]);

    net.rejoin("beta").await;
    net["alpha"].stop().await;
    net["alpha"].restart().await;
    net.is_linked().await;
    for (api, tip) in [(alpha, &own[0]), (beta, &own[1])] {
        assert_eq!(&api.status().await.unwrap().tip, tip);
    }
    // The next block decides.
    beta.mine(1, &bob).await.unwrap();
    let (height, _) = net.agrees_on_tip().await;
    assert_eq!(height, 3);
    assert_eq!(alpha.block("2").await.unwrap().id, own[1]);
}
