//! Goal: a node that is stopped or killed has, when it starts again, everything it acknowledged.
//! Method: stop it with SIGTERM, kill it with SIGKILL, and compare before and after.

use harness::{Api, Net, Purse};
use shared::api::{MempoolView, StatusView};

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

async fn read(api: &Api) -> (StatusView, MempoolView) {
    (api.status().await.unwrap(), api.mempool().await.unwrap())
}
