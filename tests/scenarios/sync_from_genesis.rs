//! Goal: a node that starts with nothing gets the whole chain from another, and reads the same in it.
//! Method: alpha mines 300 blocks with payments among them; only then does beta start.

use harness::{ChainSource, Net, Plan, Purse};

#[tokio::test]
async fn a_new_node_gets_a_chain_of_300_blocks() {
    let mut net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api().clone();
    let (ada, bob) =
        (Purse::funded(net["alpha"].chain(), 0), Purse::funded(net["alpha"].chain(), 1));
    let mut payments = Vec::new();
    for round in 0..3_u64 {
        for step in 0..5 {
            let amount = 1_000 + round * 10 + step;
            payments.push(ada.pay(&alpha, &bob.address(), amount).await.unwrap());
        }
        assert_eq!(alpha.mine(100, &ada.address()).await.unwrap().len(), 100);
    }
    net.join(Plan { name: "beta".into(), chain: ChainSource::dev(), ..Plan::default() }).await;
    let (height, _) = net.agrees_on_tip().await;
    assert_eq!(height, 300);
    let beta = net["beta"].api();
    for address in [ada.address(), bob.address()] {
        let (here, there) =
            (beta.account(&address).await.unwrap(), alpha.account(&address).await.unwrap());
        assert_eq!(here, there);
        assert_eq!(beta.activity(&address).await.unwrap(), alpha.activity(&address).await.unwrap());
    }
    for id in payments {
        let (here, there) =
            (beta.transaction(&id).await.unwrap(), alpha.transaction(&id).await.unwrap());
        assert_eq!(here, there);
        assert!(here.confirmations > 0, "{here:?}");
    }
    let status = beta.status().await.unwrap();
    assert!(!status.syncing, "{status:?}");
    let supply = net["beta"].chain().parameters().supply_at(height).mites();
    assert_eq!(status.supply, supply);
}
