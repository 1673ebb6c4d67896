//! Goal: a node that is stopped or killed has, when it starts again, everything it acknowledged.
//! Method: stop it with SIGTERM, kill it with SIGKILL, and compare before and after.

use harness::{Api, Net, Purse, Setup};
use shared::api::{MempoolView, ReorganisationList, SideBlockView, StatusView};

#[tokio::test]
async fn a_stopped_node_starts_again_with_its_tip_and_its_waiting_payments() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n));
    alpha.mine(5, &ada.address()).await.unwrap();
    let mut ids = Vec::new();
    for amount in [1_000, 2_000, 3_000] {
        ids.push(ada.pay(alpha, &bob.address(), amount).await.unwrap());
    }
    let before = read(alpha).await;
    assert_eq!(before.1.totals.count, 3);
    // An open event stream must not hold the node up.
    let stream = alpha.raw("/api/v1/events").await.unwrap();

    net["alpha"].stop().await;
    drop(stream);
    net["alpha"].restart().await;

    let after = read(alpha).await;
    assert_eq!(after.1, before.1);
    assert_eq!((after.0.height, &after.0.tip), (before.0.height, &before.0.tip));
    alpha.mine(1, &bob.address()).await.unwrap();
    for id in ids {
        assert_eq!(alpha.transaction(&id).await.unwrap().confirmations, 1);
    }
}

#[tokio::test]
async fn a_killed_node_has_every_block_that_it_acknowledged() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let ada = Purse::funded(net["alpha"].chain(), 0);
    for round in 1..=5 {
        let id = alpha.mine(1, &ada.address()).await.unwrap().remove(0);
        // At once: nothing may be left to do after the answer.
        net["alpha"].kill();
        net["alpha"].restart().await;
        let status = alpha.status().await.unwrap();
        assert_eq!((status.height, status.tip), (round, id));
    }
    let supply = net["alpha"].chain().parameters().supply_at(5).mites();
    assert_eq!(alpha.status().await.unwrap().supply, supply);
}

#[tokio::test]
async fn a_node_remembers_when_it_changed_its_branch_across_a_stop_and_a_kill() {
    let net = Setup::new(["alpha", "beta"]).links([]).start().await;
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    let [ada, bob] = [0, 1].map(|n| Purse::funded(net["alpha"].chain(), n).address());
    let log = async || -> ReorganisationList { alpha.get("/reorganisations").await.unwrap() };
    let side = async || -> Vec<SideBlockView> { alpha.get("/blocks/side").await.unwrap() };
    let since = log().await.since;
    let left = alpha.mine(2, &ada).await.unwrap();
    for id in &beta.mine(3, &bob).await.unwrap() {
        alpha.submit_block(beta.block_bytes(id).await.unwrap()).await.unwrap();
    }
    // At once: it stands in the log with the tip that it tells of.
    net["alpha"].kill();
    net["alpha"].restart().await;
    let before = (log().await, side().await);
    assert_eq!((before.0.since, before.0.reorganisations.len()), (since, 1));
    let change = &before.0.reorganisations[0];
    assert_eq!((change.fork, change.depth, change.connected, change.height), (0, 2, 3, 3));
    assert_eq!(change.reverted, [left[1].clone(), left[0].clone()]);
    assert_eq!((before.1.len(), before.1[0].reason.as_str()), (2, "reverted"));
    net["alpha"].stop().await;
    net["alpha"].restart().await;
    assert_eq!((log().await, side().await), before);
}

async fn read(api: &Api) -> (StatusView, MempoolView) {
    (api.status().await.unwrap(), api.mempool().await.unwrap())
}
