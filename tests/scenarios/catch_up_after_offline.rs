//! Goal: a node that was away gets what it missed, by itself, and goes on from there.
//! Method: beta is killed; alpha mines on; beta starts again on its folder.

use harness::{Net, Purse};

#[tokio::test]
async fn a_node_that_was_killed_catches_up_and_loses_nothing() {
    let net = Net::start(["alpha", "beta"]).await;
    let (alpha, beta) = (net["alpha"].api(), net["beta"].api());
    let ada = Purse::funded(net["alpha"].chain(), 0).address();
    // What beta itself acknowledged must be there after a kill, too.
    let own = beta.mine(3, &ada).await.unwrap();
    net.agrees_on_tip().await;

    net["beta"].kill();
    alpha.mine(40, &ada).await.unwrap();
    net["beta"].restart().await;

    let (height, _) = net.agrees_on_tip().await;
    assert_eq!(height, 43);
    for (index, id) in own.iter().enumerate() {
        let block = beta.block(&(index + 1).to_string()).await.unwrap();
        assert_eq!(&block.id, id);
    }
    beta.mine(1, &ada).await.unwrap();
    assert_eq!(net.agrees_on_tip().await.0, 44);
}
